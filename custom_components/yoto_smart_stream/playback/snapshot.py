"""What is known about a player at one moment."""

from dataclasses import dataclass
from datetime import datetime

from .messages import CardInsertion, PlaybackStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Everything that a player has said, merged. None where it has not said anything yet."""

    online: bool | None = None
    status: PlaybackStatus | None = None
    waiting: bool = False
    """The player is fetching audio and silent meanwhile."""
    card_id: str | None = None
    chapter_key: str | None = None
    chapter_title: str | None = None
    track_key: str | None = None
    track_title: str | None = None
    track_length: int | None = None
    """Seconds; None where the player does not know."""
    position: int | None = None
    """Seconds, true at `position_at`."""
    position_at: datetime | None = None
    source: str | None = None
    streaming: bool = False
    volume: int | None = None
    """Steps, 0 to 16."""
    volume_max: int = 16
    battery_level: int | None = None
    """Percent."""
    charging: bool | None = None
    card_insertion: CardInsertion | None = None
    firmware: str | None = None
    heard_at: datetime | None = None
    """When the player last said anything."""
