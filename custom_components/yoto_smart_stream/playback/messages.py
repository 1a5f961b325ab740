"""Messages from a player, typed. None means that a message does not say; 0 and False are values."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class PlaybackStatus(StrEnum):
    """What the tape deck does (protocol §3.5)."""

    PLAYING = "playing"
    PAUSED = "paused"
    STOPPED = "stopped"


class CardInsertion(IntEnum):
    """Where the content comes from (protocol §3.7)."""

    NONE = 0
    PHYSICAL = 1
    REMOTE = 2
    STREAMING = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """A change of playback or volume (protocol §3.5). Carries only what has changed."""

    event_utc: int | None = None
    """Epoch seconds by the player's own clock."""
    status: PlaybackStatus | None = None
    waiting: bool | None = None
    card_id: str | None = None
    """Empty when the card is gone: the wire says "none" or nothing at all."""
    chapter_key: str | None = None
    chapter_title: str | None = None
    track_key: str | None = None
    track_title: str | None = None
    track_length: int | None = None
    """Seconds; 0 where the player does not know."""
    position: int | None = None
    """Seconds."""
    source: str | None = None
    streaming: bool | None = None
    volume: int | None = None
    """Steps, 0 to 16."""
    volume_max: int | None = None
    """Steps: the cap at the moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A status block, of any version (protocol §3.7)."""

    battery_level: int | None = None
    """Percent."""
    charging: bool | None = None
    card_insertion: CardInsertion | None = None
    firmware: str | None = None
    shutdown: str | None = None
    """Why the player is switching off; "nA" while it runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """The player's own word that it is there, or the broker's that it is gone."""

    online: bool


type Message = Events | Status | Presence
