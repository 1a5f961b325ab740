"""A session: one run of programs on one player's live card, as a value that never changes."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, override

from ..cards.live import LiveChapter, Way
from .announcement import Announcement, Interrupted
from .contract import Program
from .errors import NoQueueError
from .item import Effect, Outcome, Play, Stop
from .queue import Queue

_REMEMBERED: Final = 16
FETCHED_WITHIN: Final = timedelta(seconds=10)
"""Within which a player fetches what it has been told to play."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a player says that it is in what it was served."""

    seconds: float
    at: datetime
    is_playing: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A chapter that the player is in, and what it plays there."""

    chapter: LiveChapter
    program: Program
    """As it is after the step that led here."""
    outcome: Outcome
    since: datetime
    """When the chapter was first fetched."""
    told: bool = False
    """Whether the player has said that it is there."""
    position: Position | None = None
    """The last that it has said of its position there; the clock counts before that."""

    def heard(self, now: datetime) -> float:
        """Return how many seconds of what it was served a player has heard."""
        position = self.position
        if position is None:
            return max((now - self.since).total_seconds(), 0.0)
        passed = (now - position.at).total_seconds() if position.is_playing else 0.0
        return position.seconds + max(passed, 0.0)

    def seconds_over(self, now: datetime) -> float:
        """Return for how many seconds what plays has been over, 0 where that is not known."""
        rest = self.outcome.remaining if isinstance(self.outcome, Play) else None
        return 0.0 if rest is None else max(self.heard(now) - rest, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """A step by an end that may be a prefetch: the player may still be where it stood."""

    standing: Standing
    likely: bool
    """Whether what plays there can have ended when this was last asked for."""
    effects: tuple[Effect, ...] = ()
    """What there is to do once it is sure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """A step that Home Assistant takes: the player has been told to go to a chapter for it."""

    chapter: LiveChapter
    program: Program | None = None
    """What takes the step; None for the program that plays by then."""
    way: Way = Way.START
    announcement: Announcement | None = None
    """What interrupts the program that plays by then."""
    at: datetime | None = None
    """When the player was told to come, for an announcement or after a turn of its knob."""

    @property
    def is_turn(self) -> bool:
        """Return whether a turn of the knob has led the player elsewhere, on a plain card."""
        return self.at is not None and self.announcement is None

    @property
    def is_step(self) -> bool:
        """Return whether a program takes a step, before anything is announced."""
        return self.program is not None or self.announcement is None or self.way is not Way.START


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A chapter that has been left, and what it played."""

    chapter: LiveChapter
    outcome: Outcome
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Everything that decides what a player hears next."""

    token: str
    """Of the addresses on the card, a secret."""
    player_id: str
    standing: Standing
    ahead: Ahead | None = None
    staged: Staged | None = None
    glimpsed: frozenset[LiveChapter] = frozenset()
    """Chapters that follow and were seen, but not fetched, since the last step."""
    departed: bool = True
    """Whether the player has left the card: it was switched off, or plays another one."""
    elsewhere: str | None = None
    """The other card that the player has played since it last played anything but announcements."""
    card_id: str | None = None
    """The story card that was fetched last; None for the live card itself."""
    due: tuple[Effect, ...] = ()
    """What there is to do."""
    history: tuple[Visit, ...] = ()
    """The last chapters, oldest first."""

    @property
    def current(self) -> Standing:
        """Return where the player is, as far as that can be known."""
        return self.ahead.standing if self.ahead and self.ahead.likely else self.standing

    @property
    def playing(self) -> Play | None:
        """Return what plays, None for silence."""
        outcome = self.current.outcome
        return outcome if isinstance(outcome, Play) else None

    @override
    def __repr__(self) -> str:
        """Describe the session without its token."""
        return f"Session(player_id={self.player_id!r}, standing={self.standing!r})"

    def is_turning(self, now: datetime) -> bool:
        """Return whether what a player does is of no account, since it was called away from it."""
        staged = self.staged
        called = staged.at if staged is not None and staged.is_turn else None
        return called is not None and now - called <= FETCHED_WITHIN

    def settled(self) -> Session:
        """Return the session after what was due has been done."""
        return replace(self, due=())

    def moved(self, standing: Standing, effects: tuple[Effect, ...] = ()) -> Session:
        """Return the session after a step that is sure."""
        left = self.standing
        visit = Visit(chapter=left.chapter, outcome=left.outcome, since=left.since)
        return replace(
            self,
            standing=standing,
            ahead=None,
            glimpsed=frozenset(),
            departed=False,
            due=(*self.due, *effects),
            history=(*self.history, visit)[-_REMEMBERED:],
        )

    def confirmed(self) -> Session:
        """Return the session after the player has come to where it asked ahead."""
        if self.ahead is None:
            return self
        there, outcome = self.ahead.standing, self.standing.outcome
        if isinstance(outcome, Play) and outcome.remaining is not None:
            # It may have been asked for long before it was heard.
            ended = self.standing.since + timedelta(seconds=outcome.remaining)
            there = replace(there, since=max(there.since, ended))
        return self.moved(there, self.ahead.effects)

    def with_program(self, change: Callable[[Program], Program]) -> Session:
        """Return the session with its program changed, wherever it may turn out to stand."""
        standing = replace(self.standing, program=change(self.standing.program))
        ahead, staged = self.ahead, self.staged
        if ahead is not None:
            there = replace(ahead.standing, program=change(ahead.standing.program))
            ahead = replace(ahead, standing=there)
        if staged is not None and staged.program is not None:
            staged = replace(staged, program=change(staged.program))
        return replace(self, standing=standing, ahead=ahead, staged=staged)


def begin(token: str, player_id: str, program: Program, now: datetime) -> Session:
    """Return a new session. The program begins when the player takes the card up."""
    return Session(
        token=token,
        player_id=player_id,
        standing=Standing(chapter=LiveChapter.START, program=program, outcome=Stop(), since=now),
    )


def queue_in(program: Program) -> Queue | None:
    """Return the queue that a program is, or that it has interrupted."""
    match program:
        case Queue():
            return program
        case Announcement(interrupted=Interrupted(program=waiting)):
            return queue_in(waiting)
        case _:
            return None


def edited(change: Callable[[Queue], Queue]) -> Callable[[Program], Program]:
    """Return what changes the queue in a program.

    Raises:
        NoQueueError: (the function) there is none.
    """

    def edit(program: Program) -> Program:
        match program:
            case Queue():
                return change(program)
            case Announcement(interrupted=Interrupted() as waiting):
                inner = replace(waiting, program=edit(waiting.program))
                return replace(program, interrupted=inner)
            case _:
                raise NoQueueError("nothing here is a queue")

    return edit
