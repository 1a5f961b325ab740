"""Where a play-through stands, what can happen to it, and what comes of that."""

from dataclasses import dataclass
from enum import StrEnum

from ..json import Json
from .model import Audio
from .variables import Value


class Phase(StrEnum):
    """What is happening in the node."""

    PLAYING = "playing"
    """Its audio plays."""
    WAITING = "waiting"
    """The audio is over, and the silence of a wait plays."""
    STOPPED = "stopped"
    """All is over, and a knob may still lead on."""


@dataclass(frozen=True, slots=True)
class Situation:
    """All that decides what happens next, but for chance and Home Assistant. Can be a key."""

    node: str
    values: tuple[Value, ...]
    """In the order of the story's variables."""
    phase: Phase = Phase.PLAYING
    ending: int | None = None
    """Which of the node's endings is waited for, while it is WAITING."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A play-through, as it is written down."""

    story: str
    """The digest of the story's content, to know it again after a change."""
    situation: Situation
    seed: int
    drawn: int = 0
    """How often chance has decided."""
    visited: tuple[str, ...] = ()
    """The ids of the last 200 nodes that were entered, the newest last."""


class Knob(StrEnum):
    """The two knobs."""

    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Press:
    """A knob was pressed."""

    knob: Knob


@dataclass(frozen=True, slots=True)
class End:
    """What played is over: the audio of the node, or the silence of a wait."""


@dataclass(frozen=True, slots=True)
class Tick:
    """Seconds have passed since what played last was over, where nothing plays silence."""

    seconds: float


type Input = Press | End | Tick


@dataclass(frozen=True, slots=True)
class Silence:
    """Some seconds of silence."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Play:
    """Play this from its beginning."""

    audio: Audio | Silence


@dataclass(frozen=True, slots=True)
class Entered:
    """A node was entered."""

    node: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A knob led from one node to another."""

    node: str
    knob: Knob
    target: str
    label: str | None


@dataclass(frozen=True, slots=True)
class Ignored:
    """A knob was pressed that leads nowhere now. What plays, plays on."""

    knob: Knob


@dataclass(frozen=True, slots=True)
class Run:
    """Run actions of Home Assistant."""

    node: str
    actions: tuple[Json, ...]


@dataclass(frozen=True, slots=True)
class Rested:
    """Everything is over until a knob leads on."""

    node: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The story has come to one of its endings."""

    node: str


@dataclass(frozen=True, slots=True)
class WentInCircles:
    """Silent nodes lead to each other without end; the story has stopped."""

    node: str


type Effect = Play | Entered | Chosen | Ignored | Run | Rested | Ended | WentInCircles
