"""The audio of a story: what of it is in the library, and what is still to be spoken."""

from collections.abc import Iterator
from dataclasses import dataclass

from ..library.catalog import Catalog
from ..library.errors import LibraryError
from ..library.item import AudioItem
from ..story.model import Audio, LibraryAudio, Spoken, Story, StreamAudio
from ..story.sounds import Sounds
from .stored import StoredStory


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Audio that a node needs, and that is not there."""

    node: str
    audio: Audio


def audio_in(story: Story) -> Iterator[tuple[str, Audio]]:
    """Yield every audio of a story with the id of its node, in the order of the text."""
    for node in story.nodes.values():
        for variant in node.variants:
            yield node.id, variant.audio


def library_item(
    stored: StoredStory | None, story: Story, audio: Audio, catalog: Catalog
) -> AudioItem | None:
    """Return the item of the library that an audio of a story is, None where it is not there.

    A stream is none.
    """
    if isinstance(audio, StreamAudio):
        return None
    key = audio.audio_id if isinstance(audio, LibraryAudio) else _spoken(stored, story, audio)
    if key is None:
        return None
    try:
        return catalog.collection.index.get(key)
    except LibraryError:
        return None


def _spoken(stored: StoredStory | None, story: Story, audio: Spoken) -> str | None:
    """Return the id of the audio that a text has become, None where it was never spoken."""
    return None if stored is None else stored.audio_of(story, audio)


def audio_ids_of(stored: StoredStory, story: Story, catalog: Catalog) -> set[str]:
    """Return the ids of the audio of the library that a story uses."""
    found = (library_item(stored, story, audio, catalog) for _, audio in audio_in(story))
    return {item.audio_id for item in found if item is not None}


def missing_in(story: Story, sounds: Sounds) -> tuple[Missing, ...]:
    """Return the audio of a story that is not there."""
    return tuple(
        Missing(node=node, audio=audio) for node, audio in audio_in(story) if not sounds.has(audio)
    )
