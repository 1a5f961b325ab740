"""A Make Your Own card as we describe it (protocol §4.2). Values only, pure.

What is not known of a card, a chapter or a track is in its `rest`, so that nothing is lost when a
card is read, changed and written. A field that is None is not on the card.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from ..json import Json

TITLE_LENGTH: Final = 100
"""Characters that a title may have (protocol §4.2)."""
STREAM: Final = "stream"
"""The kind of a track that players fetch from an address each time they play it."""
AUDIO: Final = "audio"
"""The kind of a track that Yoto has."""
UPLOADED: Final = "yoto:#"
"""How the address of such a track begins."""
INTERACTIVE: Final = "interactive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One piece of audio."""

    key: str | None = None
    title: str | None = None
    url: str | None = None
    kind: str | None = None
    format: str | None = None
    duration: float | None = None
    """Seconds; 0 where nobody knows, as of a live stream."""
    size: float | None = None
    """Bytes."""
    channels: str | None = None
    label: str | None = None
    """What the display shows of it: without one players play nothing (protocol §4.2)."""
    icon: str | None = None
    icon_url: str | None = None
    """An address that answers with an icon, instead of one that Yoto has (protocol §5.3)."""
    ambient: Mapping[str, Json] | None = field(default=None, hash=False)
    rest: Mapping[str, Json] = field(default_factory=dict, hash=False)

    @property
    def is_stream(self) -> bool:
        """Tell whether players fetch it from an address."""
        return self.kind == STREAM


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """Tracks that belong together; mostly it is one."""

    key: str | None = None
    title: str | None = None
    label: str | None = None
    icon: str | None = None
    icon_url: str | None = None
    """As that of a track."""
    duration: float | None = None
    size: float | None = None
    ambient: Mapping[str, Json] | None = field(default=None, hash=False)
    tracks: tuple[Track, ...] = ()
    rest: Mapping[str, Json] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShuffleRange:
    """Chapters that are played in a drawn order: from `start` to `end`, counted from 0.

    `limit` is how many of them are played.
    """

    start: int
    end: int
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """How players play a card."""

    resume_seconds: float | None = None
    """For how long a player remembers where the card was left."""
    autoadvance: str | None = None
    """What follows a chapter: `next`, `repeat` or `none`."""
    online_only: bool | None = None
    locks_tracks: bool | None = None
    """Whether the knob does not lead to other tracks."""
    locks_chapters: bool | None = None
    shuffle: tuple[ShuffleRange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card."""

    card_id: str | None = None
    title: str | None = None
    author: str | None = None
    description: str | None = None
    category: str | None = None
    languages: tuple[str, ...] = ()
    min_age: float | None = None
    max_age: float | None = None
    cover: str | None = None
    playback: str | None = None
    """`linear` or `interactive`."""
    duration: float | None = None
    size: float | None = None
    has_streams: bool | None = None
    config: Config = field(default_factory=Config)
    chapters: tuple[Chapter, ...] = ()
    rest: Mapping[str, Json] = field(default_factory=dict, hash=False)

    @property
    def tracks(self) -> tuple[Track, ...]:
        """Return the tracks of all chapters."""
        return tuple(track for chapter in self.chapters for track in chapter.tracks)
