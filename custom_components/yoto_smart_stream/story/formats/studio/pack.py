"""A pack of Lunii STUdio, as its `story.json` says what it is.

Stages are heard and seen. A transition leads to one of some options, each of which is a stage; a
wheel turns from one option to the next.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ...model import Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Stages to choose from. STUdio calls it an action node."""

    id: str
    name: str | None
    stages: tuple[str, ...]
    """The ids of the stages, at least one where something leads here."""
    position: Position | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """Where something leads."""

    options: str
    """The id of the options."""
    index: int | None
    """Which of them, counted from 0; None leaves it to chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Something that is heard and seen, and what can be done there."""

    id: str
    name: str | None
    audio: str | None
    """The name of the asset."""
    picture: str | None
    """The name of the asset."""
    turns: bool
    """Whether the wheel turns to the other options among which the stage is."""
    taken: bool
    """Whether a press leads on."""
    passes: bool
    """Whether the end of the audio leads on."""
    onward: Transition | None
    """Where a press or the end leads; None ends the story."""
    home: Transition | None
    """Where the button with the house leads; None for nowhere within the story."""
    position: Position | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A pack. Everything that leads somewhere leads to something that is there."""

    title: str | None
    description: str | None
    start: str
    """The id of the stage that it begins with."""
    stages: Mapping[str, Stage]
    options: Mapping[str, Options]

    @property
    def audio(self) -> Mapping[str, Stage]:
        """Return the assets that are heard, each with the first stage that plays it."""
        found: dict[str, Stage] = {}
        for stage in self.stages.values():
            if stage.audio is not None:
                found.setdefault(stage.audio, stage)
        return found
