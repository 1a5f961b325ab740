"""What a program is: a state machine that decides what a live card plays next."""

from dataclasses import dataclass
from typing import Protocol

from ..cards.live import Way
from ..json import Json
from .item import Effect, Outcome

type State = dict[str, Json]
"""A program as JSON. `kind` says which program reads it."""


class Program(Protocol):
    """A value that never changes: each step gives the program as it is afterwards.

    `heard` is how many seconds into the item the child is at the moment of a press.
    """

    @property
    def state(self) -> State:
        """Return it as JSON."""

    def start(self) -> Step:
        """Begin, or go on with what it stands at."""

    def left(self, heard: float) -> Step:
        """React to the left knob."""

    def right(self, heard: float) -> Step:
        """React to the right knob."""

    def end(self) -> Step:
        """React to the end of what plays."""

    def missing(self, way: Way) -> Step:
        """Step on from an item that cannot be played, and to which the last step led by a way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a program makes of something."""

    program: Program
    outcome: Outcome
    effects: tuple[Effect, ...] = ()


def step(program: Program, way: Way, heard: float) -> Step:
    """Let a program take a step."""
    match way:
        case Way.START:
            return program.start()
        case Way.LEFT:
            return program.left(heard)
        case Way.RIGHT:
            return program.right(heard)
        case Way.END:
            return program.end()
