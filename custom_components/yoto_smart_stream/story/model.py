"""A story: nodes that a child walks through with two knobs. It never changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from ..json import Json
from .errors import NOWHERE, Place
from .expression.tree import Expression
from .variables import Variable

RESUME_TIMEOUT: Final = 2_592_000
"""Thirty days, in seconds: what Yoto's own cards have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryAudio:
    """An audio of the library, by id, slug or title."""

    audio_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamAudio:
    """A stream, by name. A card that works offline cannot have it."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A text that is to be spoken."""

    text: str
    voice: str | None = None
    """None for the voice of the story."""


type Audio = LibraryAudio | StreamAudio | Spoken


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """When something applies. Without anything in it, always."""

    when: Expression | None = None
    """A truth over the variables."""
    home: tuple[Json, ...] = ()
    """Conditions of Home Assistant, all of which must hold; live stories only."""


ALWAYS = Guard()


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """What a node sounds like while a guard holds."""

    audio: Audio
    guard: Guard = ALWAYS
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Give a variable a value."""

    variable: str
    value: Expression
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Goto:
    """Go to a node."""

    target: str


@dataclass(frozen=True, slots=True)
class Stop:
    """Wait for a knob, however long it takes. An ending, where no knob leads on."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """Play the node once more. It is not entered again: nothing is assigned and no action runs."""


type Then = Goto | Stop | Repeat


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Give the child some seconds of silence to press a knob in, and then go on."""

    seconds: int
    then: Then | Chance


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """One of the things that chance may bring."""

    weight: int
    """At least 1."""
    then: Then


@dataclass(frozen=True, slots=True)
class Chance:
    """Let chance decide; live and remote stories only."""

    lots: tuple[Lot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Where a knob leads while a guard holds."""

    target: str
    label: str | None = None
    """What the child chooses, in words."""
    guard: Guard = ALWAYS
    assignments: tuple[Assignment, ...] = ()
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What happens at the end of a node's audio while a guard holds."""

    then: Then | Wait | Chance
    guard: Guard = ALWAYS
    assignments: tuple[Assignment, ...] = ()
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where an editor draws a node, in its own units."""

    x: float
    y: float
    width: float | None = None
    """None for the editor's usual size."""
    height: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A place in a story. In each list the first whose guard holds applies."""

    id: str
    title: str | None = None
    """None for a node that is called what its id is."""
    variants: tuple[Variant, ...] = ()
    """What it sounds like. Where none applies it is silent, and its end comes at once."""
    icon: str | None = None
    """An icon by name, or as `yoto:#...`."""
    on_enter: tuple[Assignment, ...] = ()
    """Done in this order, before the audio is chosen."""
    left: tuple[Choice, ...] = ()
    """Where none applies, the knob does nothing."""
    right: tuple[Choice, ...] = ()
    on_end: tuple[Ending, ...] = ()
    """Where none applies, the story stops here."""
    actions: tuple[Json, ...] = ()
    """Actions of Home Assistant that run when it is entered; live stories only."""
    tags: tuple[str, ...] = ()
    position: Position | None = None
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A branching story."""

    id: str
    title: str
    start: str
    """The id of the node that it begins with."""
    nodes: Mapping[str, Node]
    """By id, in the order of the text."""
    variables: Mapping[str, Variable] = field(default_factory=dict)
    """By name, in the order of the text."""
    author: str | None = None
    description: str | None = None
    language: str | None = None
    """As in RFC 5646, `en` or `de-AT`."""
    cover: str | None = None
    """A media id, an address or a path."""
    voice: str | None = None
    """Who speaks what names no voice of its own."""
    resume_timeout: int = RESUME_TIMEOUT
    """Seconds for which a player remembers where it was left (protocol §4.5)."""
    twine: Mapping[str, str] = field(default_factory=dict)
    """What Twine wants back that means nothing here: `ifid`, `format`, `format-version`, `zoom`."""
