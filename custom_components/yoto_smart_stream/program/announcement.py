"""Announcements: they interrupt what plays, one after the other, and give it back.

A child who presses a knob wins: what is being announced ends, those that wait are dropped, and the
press does to the interrupted program what it would have done. What was paused is not gone on with
by itself: an announcement without messages keeps it until somebody plays the card again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ..cards.live import Way
from .contract import Program, State, Step
from .item import (
    Effect,
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
    member,
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
    paused: bool = False
    """Whether the player was paused on the live card."""
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
            "paused": self.paused,
            "volume": self.volume,
        }

    @property
    def is_on(self) -> bool:
        """Return whether there is anything to announce."""
        return bool(self.messages)

    @property
    def quieting(self) -> tuple[Effect, ...]:
        """Return what puts the volume back, if the message at hand has changed it."""
        made = self.messages[0].volume if self.messages else None
        if self.volume is None or made is None:
            return ()
        return (SetVolume(self.volume, was=made),)

    def start(self) -> Step:
        """Announce the first message; without one, go on with what was interrupted."""
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
        if not self.messages:
            return Step(program=self, outcome=Stop(), effects=(StopCard(),))
        rest = replace(self, messages=self.messages[1:])
        if not rest.messages:
            return _first(self.quieting, _back_or_kept(rest))
        step = rest.start()
        return step if step.effects else _first(self.quieting, step)

    def missing(self, way: Way) -> Step:  # noqa: ARG002 - messages go in one direction
        """Leave out a message that cannot be played."""
        return _first(_skipped(self.messages[:1], SkipReason.MISSING), self.end())

    def left_alone(self) -> Step:
        """Give it up, as the player has left the card: it is stopped, or plays another one."""
        waiting = self.interrupted
        dropped = _skipped(self.messages[1:], SkipReason.OVERRULED)
        step = Step(program=Announcement(), outcome=Stop())
        if waiting is not None:
            outcome = Stop() if self.place else waiting.outcome
            step = Step(program=waiting.program, outcome=outcome)
        return _first((*dropped, *self.quieting), step)

    def over_late(self) -> Step:
        """Give back what was interrupted after the message at hand; those that wait are dropped."""
        dropped = _skipped(self.messages[1:], SkipReason.OVERRULED)
        return _first(dropped, replace(self, messages=self.messages[:1]).end())

    def with_more(self, later: Announcement) -> Announcement:
        """Have more announced after the messages that are there."""
        volume = later.volume if self.volume is None else self.volume
        return replace(self, messages=(*self.messages, *later.messages), volume=volume)


def _back(announcement: Announcement) -> Step:
    """Give back what was interrupted."""
    waiting = announcement.interrupted
    program = Announcement() if waiting is None else waiting.program
    if announcement.place is not None:
        if waiting is not None and isinstance(waiting.outcome, Play):
            program = Announcement(interrupted=waiting)
        return Step(program=program, outcome=Stop(), effects=(announcement.place,))
    if waiting is None:
        return Step(program=program, outcome=Stop(), effects=(StopCard(),))
    match waiting.outcome:
        case Stop():
            return Step(program=program, outcome=Stop(), effects=(StopCard(),))
        case Play() as played if _is_over(played):
            return waiting.program.end()
        case Play():
            return Step(program=program, outcome=waiting.outcome)


def _is_over(outcome: Outcome) -> bool:
    """Return whether too little of an item is left to go on with."""
    rest = outcome.remaining if isinstance(outcome, Play) else None
    return rest is not None and rest < _REST


def _back_or_kept(announcement: Announcement) -> Step:
    """Give back what was interrupted; what was paused on the live card is kept for later."""
    waiting = announcement.interrupted
    is_kept = announcement.paused and announcement.place is None
    if is_kept and waiting is not None and isinstance(waiting.outcome, Play):
        kept = Announcement(interrupted=waiting)
        return Step(program=kept, outcome=Stop(), effects=(StopCard(),))
    return _back(announcement)


def _overruled(announcement: Announcement, press: Callable[[Interrupted], Step]) -> Step:
    """Drop the messages for a press."""
    waiting = announcement.interrupted
    played = waiting is not None and isinstance(waiting.outcome, Play)
    if waiting is not None and played and announcement.place is None:
        step = press(waiting)
    else:
        step = _back(announcement)
    dropped = _skipped(announcement.messages[1:], SkipReason.OVERRULED)
    return _first((*dropped, *announcement.quieting), step)


def _skipped(messages: Sequence[Message], reason: SkipReason) -> tuple[Effect, ...]:
    return tuple(Skipped(item=message.item, reason=reason) for message in messages)


def _first(effects: tuple[Effect, ...], step: Step) -> Step:
    """Have effects done before those of a step."""
    return replace(step, effects=(*effects, *step.effects))


def interrupt(announcement: Announcement, program: Program, outcome: Outcome, heard: float) -> Step:
    """Announce something in the middle of a program.

    Args:
        announcement: what to announce. It comes after one that is being announced.
        program: what plays.
        outcome: what it plays.
        heard: how many seconds into its item the player is.
    """
    if isinstance(outcome, Play):
        # What is live is joined as it is by then, whatever the second: who opens it knows that.
        length = outcome.item.length
        outcome = replace(outcome, begin_at=heard if length is None else min(heard, length))
    match program:
        case Announcement(messages=(_, *_)) if _is_over(outcome):
            return program.with_more(announcement).end()
        case Announcement(messages=(_, *_)):
            return Step(program=program.with_more(announcement), outcome=outcome)
        case Announcement(interrupted=Interrupted() as waiting):
            # Something was paused before the announcement before this one, and still is.
            return replace(announcement, interrupted=waiting, paused=True).start()
        case Announcement():
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
        paused=member(state, "paused", bool),
        volume=whole_or_none(state, "volume"),
    )
