"""What a fetch of a chapter means: a repeat, a step, a step that may be a prefetch, or neither.

Players send nothing but the address (protocol §6.2), repeat requests, and ask for pieces. Only a
GET of a chapter's beginning takes a step, and only into the other phase; everything else is
answered and changes nothing. A step by an end stays open until the player has said that it is
there, or has gone on from there: until then a knob overtakes it.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from ..cards.live import LiveChapter, Way
from .announcement import Announcement, interrupt
from .contract import Step, step
from .item import Outcome, Play, Stop, without_stop
from .session import Ahead, Session, Staged, Standing

_SLACK: Final = 1.5
"""Seconds by which an item may be shorter than it is said to be."""
_LATE: Final = timedelta(seconds=30)
"""For how long a player may still ask for pieces of a chapter that it has left."""


class Verdict(StrEnum):
    """What a fetch was taken for."""

    REPEAT = "repeat"
    """Of the chapter that plays."""
    STEP = "step"
    PROVISIONAL = "provisional"
    """A step by an end that cannot have come yet: a prefetch."""
    STAGED = "staged"
    """The step that Home Assistant has told the player to take."""
    ENTRY = "entry"
    """The card was taken up again: what it was playing is played."""
    LOOK = "look"
    """A look at what a step would lead to, without taking it."""
    LATE = "late"
    """A piece of the chapter that has just been left."""
    OUT_OF_PHASE = "out_of_phase"
    """A chapter that cannot follow: what plays is played."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """A request for a chapter."""

    chapter: LiveChapter
    at: datetime
    head: bool = False
    offset: int = 0
    """The first byte that is asked for; -1 for the last bytes, whatever their number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a fetch is answered with, and the session after it."""

    verdict: Verdict
    session: Session
    standing: Standing
    """Whose outcome is served."""

    @property
    def outcome(self) -> Outcome:
        """Return what is served."""
        return self.standing.outcome


def answer(session: Session, fetch: Fetch) -> Answer:
    """Decide what a fetch means."""
    staged = session.staged
    if staged is not None and fetch.chapter is staged.chapter:
        return _take_staged(session, staged, fetch)
    if session.ahead is not None and fetch.chapter is session.ahead.standing.chapter:
        return _again_ahead(session, session.ahead, fetch)
    if _is_entry(session, fetch):
        return _enter(session, fetch)
    if fetch.chapter is session.standing.chapter and not _goes_on(session, fetch):
        return Answer(verdict=Verdict.REPEAT, session=session, standing=session.standing)
    if (late := _late(session, fetch)) is not None:
        return late
    return _step_on(session, fetch)


def seconds_into(standing: Standing, now: datetime) -> float:
    """Return how many seconds into its item a player is."""
    begin_at = standing.outcome.begin_at if isinstance(standing.outcome, Play) else 0.0
    return begin_at + standing.heard(now)


def can_have_ended(standing: Standing, now: datetime) -> bool:
    """Return whether what plays can be over. A silence always can, and what has no known length."""
    if isinstance(standing.outcome, Stop) or (rest := standing.outcome.remaining) is None:
        return True
    return standing.heard(now) >= rest - _SLACK


def _takes_steps(fetch: Fetch) -> bool:
    """Return whether a player asks for the chapter, and not just about it or for a piece of it."""
    return not fetch.head and fetch.offset == 0


def _take_staged(session: Session, staged: Staged, fetch: Fetch) -> Answer:
    """Take the step that the player was told to take."""
    taken = _staged_step(session, staged, fetch.at)
    there = _there(fetch, taken)
    if fetch.head:
        return Answer(verdict=Verdict.LOOK, session=session, standing=there)
    after = replace(session.moved(there, taken.effects), staged=None)
    return Answer(verdict=Verdict.STAGED, session=after, standing=there)


def _staged_step(session: Session, staged: Staged, now: datetime) -> Step:
    """Return the step that Home Assistant has laid out."""
    base, announcement = session.current, staged.announcement
    at = seconds_into(base, now)
    if announcement is not None and not staged.is_step:
        if session.departed:
            # What the card was left with is not taken up again by itself.
            announcement, at = replace(announcement, paused=True), _left_at(base)
        return interrupt(announcement, base.program, base.outcome, at)
    taken = step(staged.program or base.program, staged.way, at)
    is_other = staged.program is not None and taken.program != base.program
    if is_other and isinstance(base.program, Announcement):
        taken = replace(taken, effects=(*base.program.quieting, *taken.effects))
    if announcement is None:
        return taken
    second = taken.outcome.begin_at if isinstance(taken.outcome, Play) else 0.0
    announced = interrupt(announcement, taken.program, taken.outcome, second)
    return replace(announced, effects=(*without_stop(taken.effects), *announced.effects))


def _left_at(standing: Standing) -> float:
    """Return the second of its item that a player has left; its beginning where nobody knows."""
    begin_at = standing.outcome.begin_at if isinstance(standing.outcome, Play) else 0.0
    position = standing.position
    return begin_at + (position.seconds if position and not position.is_playing else 0.0)


def _again_ahead(session: Session, ahead: Ahead, fetch: Fetch) -> Answer:
    """Answer for a chapter that was asked for ahead of time, again."""
    if not fetch.head and not ahead.likely:
        here = session.departed or can_have_ended(session.standing, fetch.at)
        if here:
            there = replace(ahead.standing, since=fetch.at)
            sure = replace(ahead, standing=there, likely=True, effects=())
            due = (*session.due, *ahead.effects)
            after = replace(session, ahead=sure, due=due, departed=False)
            return Answer(verdict=Verdict.STEP, session=after, standing=there)
    return Answer(verdict=Verdict.REPEAT, session=session, standing=ahead.standing)


def _is_entry(session: Session, fetch: Fetch) -> bool:
    """Return whether a player takes the card up again."""
    if session.departed:
        return True
    if fetch.chapter is not LiveChapter.START or fetch.offset:
        return False
    current = session.current
    if current.chapter is LiveChapter.START:
        return False
    # A request for the chapter that was left may come late, but not that late.
    return isinstance(current.outcome, Stop) or fetch.at - current.since >= _LATE


def _enter(session: Session, fetch: Fetch) -> Answer:
    """Play what was playing, wherever on the card the player takes it up."""
    current = session.current
    taken = Step(program=current.program, outcome=current.outcome)
    if isinstance(current.outcome, Stop):
        taken = current.program.start()
    there = _there(fetch, taken)
    if fetch.head:
        return Answer(verdict=Verdict.LOOK, session=session, standing=there)
    if fetch.chapter is session.standing.chapter and session.ahead is None:
        after = replace(session, standing=there, departed=False, due=(*session.due, *taken.effects))
    else:
        after = session.moved(there, taken.effects)
    return Answer(verdict=Verdict.ENTRY, session=after, standing=there)


def _goes_on(session: Session, fetch: Fetch) -> bool:
    """Return whether a knob has led from the chapter ahead to the one that the player stood in.

    That is the same address as that of a repetition. If what played there can be over, it is none.
    """
    ahead = session.ahead
    if ahead is None or not (fetch.head or _takes_steps(fetch)):
        return False
    if not ahead.standing.chapter.leads_to(fetch.chapter):
        return False
    return ahead.likely or can_have_ended(session.standing, fetch.at)


def _late(session: Session, fetch: Fetch) -> Answer | None:
    """Answer for a piece of the chapter that the player has just left, if it is one."""
    if fetch.head or not fetch.offset or not session.history:
        return None
    left = session.history[-1]
    if fetch.chapter is not left.chapter or fetch.at - session.standing.since >= _LATE:
        return None
    there = replace(session.standing, chapter=left.chapter, outcome=left.outcome, since=left.since)
    return Answer(verdict=Verdict.LATE, session=session, standing=there)


def _step_on(session: Session, fetch: Fetch) -> Answer:
    """Take a step into the other phase, if a chapter is one."""
    ahead, follows = session.ahead, True
    if session.is_turning(fetch.at):
        return Answer(verdict=Verdict.OUT_OF_PHASE, session=session, standing=session.current)
    if ahead is not None and ahead.standing.chapter.leads_to(fetch.chapter):
        base = session.confirmed()
    elif session.standing.chapter.leads_to(fetch.chapter):
        # A knob was pressed before the end: what was asked for ahead of time is not heard.
        base = replace(session, ahead=None)
    elif (caught_up := _caught_up(session, fetch)) is not None:
        base, follows = caught_up, False
    else:
        return Answer(verdict=Verdict.OUT_OF_PHASE, session=session, standing=session.current)
    way = fetch.chapter.way
    here = base.standing
    taken = step(here.program, way, seconds_into(here, fetch.at))
    there = _there(fetch, taken)
    if not _takes_steps(fetch):
        glimpsed = session.glimpsed
        if fetch.head and follows:
            glimpsed |= {fetch.chapter}
        seen = replace(session, glimpsed=glimpsed)
        return Answer(verdict=Verdict.LOOK, session=seen, standing=there)
    if way is not Way.END:
        return Answer(
            verdict=Verdict.STEP, session=base.moved(there, taken.effects), standing=there
        )
    likely = can_have_ended(here, fetch.at)
    after = replace(
        base,
        ahead=Ahead(standing=there, likely=likely, effects=() if likely else taken.effects),
        due=(*base.due, *taken.effects) if likely else base.due,
        glimpsed=frozenset(),
        departed=False,
    )
    verdict = Verdict.STEP if likely else Verdict.PROVISIONAL
    return Answer(verdict=verdict, session=after, standing=there)


def _caught_up(session: Session, fetch: Fetch) -> Session | None:
    """Return the session after a step whose chapter was left before it could be fetched.

    Two quick presses skip a chapter. Which one is known if exactly one was seen.
    """
    if session.ahead is not None or len(session.glimpsed) != 1:
        return None
    (missed,) = session.glimpsed
    here = session.standing
    if not here.chapter.leads_to(missed) or not missed.leads_to(fetch.chapter):
        return None
    taken = step(here.program, missed.way, seconds_into(here, fetch.at))
    there = Standing(chapter=missed, program=taken.program, outcome=taken.outcome, since=fetch.at)
    return session.moved(there, taken.effects)


def _there(fetch: Fetch, taken: Step) -> Standing:
    return Standing(
        chapter=fetch.chapter, program=taken.program, outcome=taken.outcome, since=fetch.at
    )
