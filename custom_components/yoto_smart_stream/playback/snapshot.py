"""What is known about a player at one moment."""

from dataclasses import dataclass
from datetime import datetime

from .memory import NOTHING, Memory
from .messages import CardInsertion, Colour, DayMode, PlaybackStatus, PowerSource
from .occurrences import OfflineReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Everything that a player has said, merged. None where it has not said anything yet."""

    online: bool | None = None
    offline_reason: OfflineReason | None = None
    """Why it is not online; None while it is, and while nobody knows."""
    heard_at: datetime | None = None
    """When the player last said anything."""
    event_utc: int | None = None
    """The newest time by the player's own clock, epoch seconds."""

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
    fetched_here: bool = False
    """Whether audio of the card in play has been fetched from Home Assistant."""
    repeat_all: bool | None = None

    volume: int | None = None
    """Steps, 0 to 16."""
    volume_max: int = 16
    sleep_timer_active: bool | None = None
    sleep_timer_ends_at: datetime | None = None

    battery_level: int | None = None
    """Percent."""
    charging: bool | None = None
    power_source: PowerSource | None = None
    card_insertion: CardInsertion | None = None
    """What the last status said, which comes once a minute: `card_in` is sooner."""
    card_in: bool | None = None
    """Whether a card of plastic is in the slot, whatever plays; None while nobody can tell."""
    slot_card: str | None = None
    """The id of the card in the slot; None where there is none, and where nobody can tell."""
    headphones: bool | None = None
    bluetooth_audio: bool | None = None
    day_mode: DayMode | None = None
    ambient_light: int | None = None
    nightlight: Colour | None = None
    display_brightness: int | None = None
    """Percent, in effect at the moment."""
    temperature: float | None = None
    """Degrees Celsius."""
    battery_temperature: float | None = None
    """Degrees Celsius."""
    wifi_strength: int | None = None
    """dBm."""
    free_disk: int | None = None
    """KiB."""
    total_disk: int | None = None
    """KiB."""
    background_download: bool | None = None
    firmware: str | None = None
    up_time: int | None = None
    """Seconds, when it was last said."""

    memory: Memory = NOTHING
    """What the reducer needs to judge the next message, and nobody else."""

    def position_at_moment(self, moment: datetime) -> float | None:
        """Return the second of the track that is heard at a moment, between the player's words."""
        if self.position is None:
            return None
        if (
            self.status is not PlaybackStatus.PLAYING
            or self.waiting
            or self.position_at is None
            or moment < self.position_at
        ):
            return float(self.position)
        heard = self.position + (moment - self.position_at).total_seconds()
        return min(heard, self.track_length) if self.track_length else heard
