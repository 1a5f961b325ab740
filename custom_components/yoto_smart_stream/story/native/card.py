"""A story as an interactive card: chapters with fixed ways between them (protocol §4.4, §4.5)."""

from dataclasses import dataclass
from typing import Final

from ..model import Audio
from ..situation import Silence

REST: Final = Silence(0)
"""The shortest silence that there is: for a chapter that only waits for a knob."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A chapter with one track. Its buttons work while it plays and after it has stopped."""

    key: str
    """The key of its track too."""
    title: str
    icon: str | None
    audio: Audio | Silence
    nodes: tuple[str, ...]
    """The ids of the nodes that it stands for, mostly one; the first gives it its name."""
    left: str | None = None
    """The key of the chapter that the left knob leads to. None: the knob does nothing."""
    right: str | None = None
    end: str | None = None
    """The key of what follows: its own to play once more, None to stop and wait for a knob."""

    @property
    def is_ending(self) -> bool:
        """Tell whether it stops and nothing leads on."""
        return self.left is None and self.right is None and self.end is None


@dataclass(frozen=True, slots=True)
class CompiledStory:
    """What a story is on a card."""

    chapters: tuple[Chapter, ...]
    """The first is what the card begins with."""

    @property
    def audios(self) -> tuple[Audio | Silence, ...]:
        """Return everything that is to be heard, each once, in the order of the chapters."""
        return tuple(dict.fromkeys(chapter.audio for chapter in self.chapters))
