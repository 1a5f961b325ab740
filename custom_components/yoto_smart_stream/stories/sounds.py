"""What audio of a story is there, for whoever looks at stories without Home Assistant."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import override

from ..library.catalog import Catalog
from ..story.model import Audio, Story, StreamAudio
from ..story.sounds import Sounds
from .audio import library_item
from .stored import StoredStory


@dataclass(frozen=True, slots=True, kw_only=True)
class StorySounds(Sounds):
    """The audio of one story, in the library and among the streams; of any thread."""

    stored: StoredStory | None
    story: Story
    catalog: Catalog
    has_stream: Callable[[str], bool]

    @override
    def has(self, audio: Audio) -> bool:
        """Return whether an audio is there."""
        if isinstance(audio, StreamAudio):
            return self.has_stream(audio.name)
        return library_item(self.stored, self.story, audio, self.catalog) is not None

    @override
    def seconds(self, audio: Audio) -> float | None:
        """Return how long an audio is, None where nobody knows."""
        item = library_item(self.stored, self.story, audio, self.catalog)
        return None if item is None else item.duration


@dataclass(frozen=True, slots=True)
class ComingSounds(Sounds):
    """The audio of a story that comes with all of it, before it has come."""

    @override
    def has(self, audio: Audio) -> bool:
        """Return that it is there."""
        return True

    @override
    def seconds(self, audio: Audio) -> float | None:
        """Return that nobody knows how long it is."""
        return None
