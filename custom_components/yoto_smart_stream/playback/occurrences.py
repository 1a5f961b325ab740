"""What happens at a player, typed. Everything but the reducer reads these, and nothing else."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What has happened."""

    CARD_INSERTED = "card_inserted"
    CARD_REMOVED = "card_removed"
    PLAYBACK_STARTED = "playback_started"
    PLAYBACK_PAUSED = "playback_paused"
    PLAYBACK_RESUMED = "playback_resumed"
    PLAYBACK_STOPPED = "playback_stopped"
    PLAYBACK_ENDED = "playback_ended"
    """The card has come to its own end."""
    TRACK_CHANGED = "track_changed"
    CHAPTER_CHANGED = "chapter_changed"
    VOLUME_CHANGED = "volume_changed"
    BUTTON_PRESSED = "button_pressed"
    """A knob other than the volume: `side` and `gesture` say which and how."""
    CHOICE_MADE = "choice_made"
    """On an interactive card whose map is known: `choice` says which."""
    SLEEP_TIMER_STARTED = "sleep_timer_started"
    SLEEP_TIMER_ENDED = "sleep_timer_ended"
    ONLINE = "online"
    OFFLINE = "offline"
    """`reason` says why."""
    HEADPHONES = "headphones"
    """Plugged in or out: `on` says which."""
    CHARGING = "charging"
    """Began or ended: `on` says which."""


class Cause(StrEnum):
    """Who or what made it happen."""

    PLAYER = "player"
    """A hand at the player."""
    HOME_ASSISTANT = "home_assistant"
    OTHER_APP = "other_app"
    AUTOMATIC = "automatic"
    """The end of a track, a timer, the network."""


class Confidence(StrEnum):
    """How well the cause and the kind are known."""

    CERTAIN = "certain"
    INFERRED = "inferred"
    """Another explanation is possible (protocol §3.10)."""


class Side(StrEnum):
    """A knob."""

    LEFT = "left"
    RIGHT = "right"


class Gesture(StrEnum):
    """What was done with a knob."""

    PRESS = "press"
    PREVIOUS = "previous"
    NEXT = "next"


class Choice(StrEnum):
    """What a child chose on an interactive card."""

    LEFT = "left"
    RIGHT = "right"
    NONE = "none"
    """Nothing, until the track had ended."""


class OfflineReason(StrEnum):
    """Why a player is gone."""

    SWITCHED_OFF = "switched_off"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One thing that happened at a player, and where on its card."""

    kind: Kind
    player_id: str
    cause: Cause
    confidence: Confidence
    received_at: datetime
    device_time: datetime | None = None
    """By the player's own clock, which may be seconds off."""
    card_id: str | None = None
    chapter_key: str | None = None
    track_key: str | None = None
    position: float | None = None
    """Seconds into the track: where the player is now."""
    side: Side | None = None
    gesture: Gesture | None = None
    choice: Choice | None = None
    reason: OfflineReason | None = None
    on: bool | None = None
    volume: int | None = None
    """Steps, 0 to 16, after a change of the volume."""
    volume_before: int | None = None
