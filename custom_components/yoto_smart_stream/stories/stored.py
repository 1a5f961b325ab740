"""A story as it is kept: the text as the family wrote it, and what became of it. Pure.

The text is what counts. What it means is read from it anew each time, so a later version that
understands more needs no migration.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
import json

from ..json import Json
from ..story.model import Spoken, Story


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How the texts of a story are spoken; what is None is the engine's own choice."""

    engine: str | None
    """None for the first one that there is, before anything was spoken."""
    language: str | None = None
    voice: str | None = None
    """For what names none itself, and the story neither."""
    options: Mapping[str, Json] = field(default_factory=dict, hash=False)

    def voice_of(self, story: Story, spoken: Spoken) -> str | None:
        """Return who speaks a text."""
        return spoken.voice or story.voice or self.voice

    def digest(self, story: Story, spoken: Spoken) -> str:
        """Return what a text that is spoken in this manner is known by."""
        voice = self.voice_of(story, spoken)
        said = [spoken.text.strip(), self.engine, voice, self.language, dict(self.options)]
        return sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredStory:
    """A story that is kept. Times are in UTC."""

    story_id: str
    slug: str
    title: str
    """As its text says, kept for when the text cannot be read."""
    format: str
    text: str
    """As the family wrote it."""
    revision: int
    """Counted from 1; each change of the text is one more."""
    created: datetime
    changed: datetime
    manner: Manner | None = None
    """How its texts were spoken last; None where they never were."""
    spoken: Mapping[str, str] = field(default_factory=dict, hash=False)
    """By the digest of a text and its manner, the audio of the library."""
    cards: Mapping[str, str] = field(default_factory=dict, hash=False)
    """By the account, the native card that it was published to."""
    unknown: Mapping[str, Json] = field(default_factory=dict, hash=False)
    """Fields of its record that this version does not know."""

    def audio_of(self, story: Story, spoken: Spoken) -> str | None:
        """Return the id of the audio that a text has become, None where it was never spoken."""
        return None if self.manner is None else self.spoken.get(self.manner.digest(story, spoken))
