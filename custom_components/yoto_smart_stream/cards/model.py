"""A Make Your Own card as we describe it."""

from dataclasses import dataclass
from typing import Final

TITLE_LENGTH: Final = 100
"""Characters that a title may have (protocol §4.2)."""
TRACKS: Final = 100
"""Tracks that a card may have (protocol §4.3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamTrack:
    """Audio that players fetch from an address each time they play it (protocol §6.1)."""

    title: str
    url: str
    duration: float
    """Seconds."""
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamingCard:
    """A card of streams, one chapter each, which is what Make Your Own cards are like."""

    title: str
    tracks: tuple[StreamTrack, ...]
