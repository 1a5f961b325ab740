"""Where in its item a player is: what is shown, what is wound to, and what is gone on with.

A player counts the seconds of what it was served. That begins in the middle of an item after an
interruption, and when somebody has wound to a place in it.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from ..cards.live import LiveChapter, Way
from .announcement import Announcement, Interrupted
from .item import Item, Play
from .session import Position, Session, Standing
from .steering import to_program, to_step

DRIFT: Final = 2.0
"""Seconds by which a player may be elsewhere than expected before that is told."""
_LAST: Final = 1.0
"""Seconds of an item that are left at least, wherever in it somebody winds to."""
_TRUSTED: Final = timedelta(minutes=2)
"""For how long a player is taken to have played on after it last said where it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """Where in its item a player was at a moment, and whether it counts on from there."""

    chapter: LiveChapter
    item: Item
    seconds: float
    at: datetime
    is_playing: bool

    def is_as_expected(self, before: Whereabouts) -> bool:
        """Return whether somebody who counts on from an earlier moment is right."""
        if (self.chapter, self.item, self.is_playing) != (
            before.chapter,
            before.item,
            before.is_playing,
        ):
            return False
        passed = (self.at - before.at).total_seconds() if self.is_playing else 0.0
        return abs(before.seconds + passed - self.seconds) <= DRIFT


def whereabouts(session: Session) -> Whereabouts | None:
    """Return where in its item the player is, None while nothing is played."""
    here = session.current
    if not isinstance(here.outcome, Play):
        return None
    position = here.position or Position(seconds=0.0, at=here.since)
    return Whereabouts(
        chapter=here.chapter,
        item=here.outcome.item,
        seconds=here.outcome.begin_at + position.seconds,
        at=position.at,
        is_playing=position.is_playing,
    )


def where_left(session: Session, at: datetime) -> Session:
    """Return the session of a player that has left the card: its position goes on no further."""

    def stopped(standing: Standing) -> Standing:
        position = standing.position
        if position is None or not position.is_playing:
            return standing
        passed = max(min(at - position.at, _TRUSTED).total_seconds(), 0.0)
        held = Position(seconds=position.seconds + passed, at=at, is_playing=False)
        return replace(standing, position=held)

    ahead = session.ahead
    return replace(
        session,
        standing=stopped(session.standing),
        ahead=None if ahead is None else replace(ahead, standing=stopped(ahead.standing)),
    )


def to_second(session: Session, seconds: float) -> tuple[Session, LiveChapter] | None:
    """Have the item played from a second on; return the chapter that the player is told to go to.

    None where nothing plays, or what plays has no seconds: it is live, or nobody knows its length.
    """
    here = session.current
    if not isinstance(here.outcome, Play) or here.outcome.item.length is None:
        return None
    begin_at = min(seconds, max(here.outcome.item.length - _LAST, 0.0))
    waiting = Interrupted(program=here.program, outcome=replace(here.outcome, begin_at=begin_at))
    # An announcement of nothing gives back at once what it has interrupted.
    return to_program(session, Announcement(interrupted=waiting))


def to_go_on(session: Session) -> tuple[Session, LiveChapter]:
    """Have the program go on where the player has left it; a queue that is over begins anew."""
    here = session.current
    position, outcome = here.position, here.outcome
    if not isinstance(outcome, Play):
        return to_step(session, Way.START)
    # Where a player went on by itself while nobody heard it is not known.
    left_at = position.seconds if position and not position.is_playing else 0.0
    if outcome.item.length is not None and outcome.begin_at + left_at > outcome.item.length - _LAST:
        return to_step(session, Way.END)
    wound = to_second(session, outcome.begin_at + left_at)
    if wound is not None:
        return wound
    waiting = Interrupted(program=here.program, outcome=outcome)
    return to_program(session, Announcement(interrupted=waiting))
