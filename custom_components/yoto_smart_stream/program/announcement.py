"""Announcements: they interrupt what plays, one after the other, and give it back.

A child who presses a knob wins: what is being announced ends, those that wait are dropped, and the
press does to the interrupted program what it would have done.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ..cards.live import Way
from .contract import Program, State, Step
from .item import (
    Item,
    Outcome,
    Play,
    ReturnTo,
    SetVolume,
    Skipped,
    SkipReason,
    Stop,
    StopCard,
)
from .reading import (
    item_from,
    item_state,
    outcome_from,
    outcome_state,
    record,
    record_or_none,
    records,
    return_from,
    return_state,
    whole_or_none,
)

KIND: Final = "announcement"
_REST: Final = 1.0
"""Seconds of an item that are too short to go on with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Something to announce."""

    item: Item
    volume: int | None = None
    """How loud, in steps from 0 to 16; None for as loud as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interrupted:
    """A program that waits for an announcement to end."""

    program: Program
    outcome: Outcome
    """What it goes on with."""

    @property
    def heard(self) -> float:
        """Return how many seconds into its item it was."""
        return self.outcome.begin_at if isinstance(self.outcome, Play) else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """Messages, the first of which is announced, and what follows them. A program."""

    messages: tuple[Message, ...] = ()
    interrupted: Interrupted | None = None
    """What the live card was playing, or would play if it were begun."""
    place: ReturnTo | None = None
    """Where the player was on another card, to which it goes back."""
    volume: int | None = None
    """How loud it was before, in steps; None where nothing is to be put back."""

    @property
    def state(self) -> State:
        """Return it as JSON."""
        waiting = self.interrupted
        return {
            "kind": KIND,
            "messages": [
                {"item": item_state(message.item), "volume": message.volume}
                for message in self.messages
            ],
            "interrupted": None
            if waiting is None
            else {"program": waiting.program.state, "outcome": outcome_state(waiting.outcome)},
            "place": None if self.place is None else return_state(self.place),
            "volume": self.volume,
        }

    def start(self) -> Step:
        """Announce the first message."""
        if not self.messages:
            return _back(self)
        message = self.messages[0]
        louder = () if message.volume is None else (SetVolume(message.volume),)
        return Step(program=self, outcome=Play(item=message.item), effects=louder)

    def left(self, heard: float) -> Step:  # noqa: ARG002 - what counts is what was interrupted
        """Let the child's press count for the interrupted program."""
        return _overruled(self, lambda waiting: waiting.program.left(waiting.heard))

    def right(self, heard: float) -> Step:  # noqa: ARG002 - as above
        """Let the child's press count for the interrupted program."""
        return _overruled(self, lambda waiting: waiting.program.right(waiting.heard))

    def end(self) -> Step:
        """Announce the next message, or give back what was interrupted."""
        rest = replace(self, messages=self.messages[1:])
        if not rest.messages:
            return _with_volume(self, _back(rest))
        step = rest.start()
        return step if step.effects else _with_volume(self, step)

    def missing(self, way: Way) -> Step:  # noqa: ARG002 - messages go in one direction
        """Leave out a message that cannot be played."""
        step = self.end()
        dropped = tuple(
            Skipped(item=message.item, reason=SkipReason.MISSING) for message in self.messages[:1]
        )
        return replace(step, effects=(*dropped, *step.effects))

    def with_more(self, messages: Sequence[Message]) -> Announcement:
        """Have more announced after the messages that are there."""
        return replace(self, messages=(*self.messages, *messages))


def _back(announcement: Announcement) -> Step:
    """Give back what was interrupted."""
    waiting = announcement.interrupted
    program = Announcement() if waiting is None else waiting.program
    if announcement.place is not None:
        return Step(program=program, outcome=Stop(), effects=(announcement.place,))
    if waiting is None:
        return Step(program=program, outcome=Stop(), effects=(StopCard(),))
    match waiting.outcome:
        case Stop():
            return Step(program=program, outcome=Stop(), effects=(StopCard(),))
        case Play(remaining=float(rest)) if rest < _REST:
            return waiting.program.end()
        case Play():
            return Step(program=program, outcome=waiting.outcome)


def _overruled(announcement: Announcement, press: Callable[[Interrupted], Step]) -> Step:
    """Drop the messages for a press."""
    waiting = announcement.interrupted
    played = waiting is not None and isinstance(waiting.outcome, Play)
    if waiting is not None and played and announcement.place is None:
        step = press(waiting)
    else:
        step = _back(announcement)
    step = _with_volume(announcement, step)
    dropped = tuple(
        Skipped(item=message.item, reason=SkipReason.OVERRULED)
        for message in announcement.messages[1:]
    )
    return replace(step, effects=(*dropped, *step.effects))


def _with_volume(announcement: Announcement, step: Step) -> Step:
    """Put the volume back, if the message at hand has changed it."""
    messages = announcement.messages
    if announcement.volume is None or not messages or messages[0].volume is None:
        return step
    return replace(step, effects=(SetVolume(announcement.volume), *step.effects))


def interrupt(announcement: Announcement, program: Program, outcome: Outcome, heard: float) -> Step:
    """Announce something in the middle of a program.

    Args:
        announcement: what to announce. It comes after one that is being announced.
        program: what plays.
        outcome: what it plays.
        heard: how many seconds into its item the player is.
    """
    if isinstance(outcome, Play):
        # What has no known length, such as radio, is joined again as it is by then.
        begin_at = 0.0 if outcome.item.length is None else min(heard, outcome.item.length)
        outcome = replace(outcome, begin_at=begin_at)
    if isinstance(program, Announcement) and program.messages:
        return Step(program=program.with_more(announcement.messages), outcome=outcome)
    if isinstance(program, Announcement):
        return announcement.start()
    waiting = Interrupted(program=program, outcome=outcome)
    return replace(announcement, interrupted=waiting).start()


def read_announcement(state: State, read_program: Callable[[State], Program]) -> Announcement:
    """Read the state of an announcement.

    Raises:
        StateError: it is none.
    """
    waiting = record_or_none(state, "interrupted")
    place = record_or_none(state, "place")
    return Announcement(
        messages=tuple(
            Message(
                item=item_from(record(message, "item")), volume=whole_or_none(message, "volume")
            )
            for message in records(state, "messages")
        ),
        interrupted=None
        if waiting is None
        else Interrupted(
            program=read_program(record(waiting, "program")),
            outcome=outcome_from(record_or_none(waiting, "outcome")),
        ),
        place=None if place is None else return_from(place),
        volume=whole_or_none(state, "volume"),
    )
