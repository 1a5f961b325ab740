"""What else moves a session: what the player says, Home Assistant's wishes, and what is missing."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from ..cards.live import LiveChapter, Way
from .announcement import Announcement, Interrupted
from .contract import Program, Step
from .fetching import can_have_ended
from .item import Effect, Play, TakeUp, without_stop
from .session import FETCHED_WITHIN, Position, Session, Staged, Standing

_NEWS: Final = timedelta(seconds=5)
"""After which what a player says is about the chapter that it was served, and no earlier one."""
_HEARD: Final = 2.0
"""Seconds into a chapter from which on the player must have fetched it."""
_SILENT: Final = 30.0
"""Seconds after the end of an announcement within which its player fetches what follows."""
_GIVEN_BACK: Final = 300.0
"""Seconds after the end of an announcement for which a family still waits for what was playing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a player has said of where it is."""

    chapter: LiveChapter | None
    """None where it does not play this card: it is off, or plays another one."""
    at: datetime
    seconds: float | None = None
    """Its position, where it has said that."""
    is_playing: bool = True
    is_off: bool = False
    """Whether it cannot be reached: it may go on where it was."""
    elsewhere: str | None = None
    """The other card that it plays."""
    turn: Way | None = None
    """On a plain card: the step that is meant if a turn of the knob has led here, not the end."""
    is_first: bool = False
    """Whether nobody was there to hear it before, or to answer: Home Assistant has just begun."""


def told(session: Session, said: Told) -> Session:
    """Return the session after a player has said where it is.

    What it says is in order, but later than its fetches. So until it has named the chapter that it
    was served last, what it says may be about an earlier one.
    """
    if said.turn is not None and _is_turn(session, said):
        return _turned(session, said.turn, said.at)
    after = _located(session, said)
    if said.chapter is after.current.chapter and _plays(after):
        return replace(after, elsewhere=None)
    return after


def _is_turn(session: Session, said: Told) -> bool:
    """Return whether a turn of the knob has led a player to where it is on a plain card."""
    staged = session.staged
    is_free = staged is None or staged.way is Way.END or staged.is_turn
    if session.departed or not is_free or session.is_turning(said.at):
        # It is on its way already.
        return False
    return said.turn is Way.LEFT or not can_have_ended(session.standing, said.at)


def _turned(session: Session, way: Way, now: datetime) -> Session:
    """Return the session after a turn: what it led to is left for the step that was meant."""
    after, chapter = _staged(replace(session, ahead=None, glimpsed=frozenset()), way, at=now)
    return replace(after, due=(*after.due, TakeUp(chapter)))


def _plays(session: Session) -> bool:
    """Return whether something is played on the card that is no announcement."""
    program = session.current.program
    is_announced = isinstance(program, Announcement) and program.is_on
    return session.playing is not None and not is_announced


def _located(session: Session, said: Told) -> Session:
    if session.is_turning(said.at) and said.chapter is not None:
        return session
    standing, ahead = session.standing, session.ahead
    if said.chapter is standing.chapter:
        there = replace(standing, told=True, position=_position(said) or standing.position)
        # A player says where it begins before it fetches that: only what is heard shows that it
        # had not left.
        is_heard = said.seconds is not None and said.seconds >= _HEARD
        departed = session.departed and not is_heard
        return replace(session, standing=there, departed=departed)
    if not standing.told and said.at - standing.since < _NEWS:
        return session
    if said.chapter is None:
        return _left(session, said)
    if ahead is not None and said.chapter is ahead.standing.chapter:
        return _come_true(session, said)
    if said.chapter is LiveChapter.START:
        there = replace(
            session.current,
            chapter=LiveChapter.START,
            since=said.at,
            told=True,
            position=_position(said),
        )
        return session.moved(there)
    if standing.chapter.leads_to(said.chapter):
        return replace(session, glimpsed=frozenset({said.chapter}))
    return session


def to_program(session: Session, program: Program) -> tuple[Session, LiveChapter]:
    """Have another program played; return the chapter that the player is to be told to go to."""
    return _staged(session, Way.START, program=program)


def to_program_in_turn(
    session: Session, program: Program, now: datetime
) -> tuple[Session, LiveChapter]:
    """Have another program played, after what the player was told to announce just before.

    What plays when an announcement is heard is ended by other music. One that nobody has heard yet
    is not lost for that.
    """
    waiting = session.staged
    if waiting is None or waiting.announcement is None or not is_expected(waiting, now):
        return to_program(session, program)
    announcement = replace(waiting.announcement, place=None, paused=False)
    return _staged(session, Way.START, program, announcement, waiting.at)


def to_step(session: Session, way: Way) -> tuple[Session, LiveChapter]:
    """Have a step taken as by a knob; return the chapter that the player is to be told to go to."""
    waiting = session.staged
    # What the player was told to play just before, and has not fetched yet, takes the step.
    return _staged(session, way, program=None if waiting is None else waiting.program)


def to_announcement(
    session: Session, announcement: Announcement, now: datetime | None = None
) -> tuple[Session, LiveChapter]:
    """Have something announced; return the chapter that the player is to be told to go to."""
    waiting = session.staged
    if waiting is not None and waiting.announcement is None:
        # What the player was told to play just before is what is interrupted.
        return _staged(session, waiting.way, waiting.program, announcement, now)
    return _staged(session, Way.START, announcement=announcement, at=now)


def is_expected(staged: Staged, now: datetime) -> bool:
    """Return whether a player may still come for what it was told to announce."""
    return staged.at is not None and now - staged.at <= FETCHED_WITHIN


def with_announcement(
    session: Session, announcement: Announcement, now: datetime
) -> Session | None:
    """Return the session with something announced after what is being announced already.

    None where nothing is, and where the player has fetched already what comes after that: it has to
    be told to go to the announcement.
    """
    standing, ahead, staged = session.standing, session.ahead, session.staged
    if staged is not None:
        if staged.announcement is None:
            return None
        later = staged.announcement.with_more(announcement)
        return replace(session, staged=replace(staged, announcement=later))
    if session.departed or standing.seconds_over(now) > _SILENT:
        return None
    joined = _joined(standing, announcement)
    if ahead is None or joined is None:
        return None if joined is None else replace(session, standing=joined)
    following = _joined(ahead.standing, announcement)
    if following is None:
        return None
    return replace(session, standing=joined, ahead=replace(ahead, standing=following))


def unstaged(session: Session, before: Staged | None = None) -> Session:
    """Return the session after the player did not do what it was told.

    What it was told before that, and did, is laid out as it was.
    """
    return replace(session, staged=before)


def unannounced(session: Session) -> Session:
    """Return the session after the player did not come for an announcement."""
    staged = session.staged
    if staged is None or staged.announcement is None:
        return session
    is_step = staged.program is not None or staged.way is not Way.START
    return replace(session, staged=replace(staged, announcement=None, at=None) if is_step else None)


def without_missing(session: Session, chapter: LiveChapter, now: datetime) -> Session:
    """Have the next thing played in a chapter, as what it plays could not be opened.

    A chapter that nothing is played in any more is left alone.
    """
    standing, ahead = session.standing, session.ahead
    if ahead is not None and chapter is ahead.standing.chapter:
        there, effects = _stepped_on(ahead.standing, now)
        if ahead.likely:
            due = (*session.due, *effects)
            return replace(session, ahead=replace(ahead, standing=there), due=due)
        waiting = (*ahead.effects, *effects)
        return replace(session, ahead=replace(ahead, standing=there, effects=waiting))
    if chapter is standing.chapter:
        there, effects = _stepped_on(standing, now)
        return replace(session, standing=there, due=(*session.due, *effects))
    return session


def passed_over(standing: Standing, now: datetime) -> Standing:
    """Return what a chapter would play instead of what could not be opened, for a mere look."""
    return _stepped_on(standing, now)[0]


def _staged(
    session: Session,
    way: Way,
    program: Program | None = None,
    announcement: Announcement | None = None,
    at: datetime | None = None,
) -> tuple[Session, LiveChapter]:
    # Nobody asks ahead of time for what the right knob leads to, so the player has no audio of it.
    chapter = session.current.chapter.after(Way.RIGHT)
    staged = Staged(chapter=chapter, program=program, way=way, announcement=announcement, at=at)
    ahead = session.ahead
    return (
        replace(
            session,
            staged=staged,
            # What was to stop until now would stop what is begun.
            due=without_stop(session.due),
            ahead=ahead and replace(ahead, effects=without_stop(ahead.effects)),
        ),
        chapter,
    )


def _joined(standing: Standing, announcement: Announcement) -> Standing | None:
    """Return a standing in which more is announced, None where nothing is."""
    program = standing.program
    if not isinstance(program, Announcement) or not program.is_on:
        return None
    return replace(standing, program=program.with_more(announcement))


def _left(session: Session, said: Told) -> Session:
    """Return the session after the player has left the card.

    An announcement is over then: somebody has stopped it, or put another card in. A player that has
    only been switched off may go on with it.
    """
    session = replace(session, departed=True, elsewhere=said.elsewhere or session.elsewhere)
    program = session.current.program
    if said.is_off or not isinstance(program, Announcement) or not program.is_on:
        return session
    if session.elsewhere is None and program.place is not None:
        session = replace(session, elsewhere=program.place.card_id)
    if said.is_first and said.elsewhere is None and _is_unanswered(session, said.at):
        return _given_back(session, program, said.at)
    return _given_up(session, program.left_alone(), said.at)


def _given_up(session: Session, step: Step, now: datetime) -> Session:
    """Return the session after an announcement that has ended while the player is not here."""
    there = replace(
        session.current,
        program=step.program,
        outcome=step.outcome,
        position=Position(seconds=0.0, at=now, is_playing=False),
    )
    return replace(session, standing=there, ahead=None, due=(*session.due, *step.effects))


def _is_unanswered(session: Session, now: datetime) -> bool:
    """Return whether a player has just come to the end of an announcement, and nobody answered."""
    return session.ahead is None and 0 < session.standing.seconds_over(now) <= _GIVEN_BACK


def _given_back(session: Session, announcement: Announcement, now: datetime) -> Session:
    """Return the session with what the player has come to the end of without an answer given back.

    Messages that wait are dropped: they were for that moment.
    """
    step = announcement.over_late()
    after = _given_up(session, replace(step, effects=without_stop(step.effects)), now)
    if not isinstance(step.outcome, Play):
        return after
    goes_on = Announcement(interrupted=Interrupted(program=step.program, outcome=step.outcome))
    after, chapter = to_program(after, goes_on)
    return replace(after, due=(*after.due, TakeUp(chapter)))


def _come_true(session: Session, said: Told) -> Session:
    """Return the session after the player has said that it is where it asked ahead."""
    session = session.confirmed()
    there = replace(session.standing, since=said.at, told=True, position=_position(said))
    return replace(session, standing=there)


def _position(said: Told) -> Position | None:
    if said.seconds is None:
        return None
    return Position(seconds=said.seconds, at=said.at, is_playing=said.is_playing)


def _stepped_on(standing: Standing, now: datetime) -> tuple[Standing, tuple[Effect, ...]]:
    taken = standing.program.missing(standing.chapter.way)
    there = replace(
        standing, program=taken.program, outcome=taken.outcome, since=now, position=None
    )
    return there, taken.effects
