"""Messages of players and about them, typed. None means: not said; 0 and False are values."""

from dataclasses import dataclass, field
from enum import Enum, IntEnum, StrEnum, auto

type Colour = tuple[int, int, int]
"""Red, green and blue from 0 to 255. Black is off."""


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


class PowerSource(IntEnum):
    """What feeds a player (protocol §3.7)."""

    BATTERY = 0
    DOCK = 1
    USB_C = 2
    QI = 3


class DayMode(IntEnum):
    """Whether a player keeps the rules of the day or of the night (protocol §3.7)."""

    UNKNOWN = -1
    NIGHT = 0
    DAY = 1


class Control(Enum):
    """What commands and their acknowledgements are about, as far as they explain changes."""

    PLAYBACK = auto()
    VOLUME = auto()
    SLEEP_TIMER = auto()
    LIGHT = auto()
    BLUETOOTH = auto()
    RESTART = auto()
    OTHER = auto()
    """Reports, the display: nothing that changes what a player plays."""


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
    repeat_all: bool | None = None
    volume: int | None = None
    """Steps, 0 to 16."""
    volume_max: int | None = None
    """Steps: the cap at the moment."""
    sleep_timer_active: bool | None = None
    sleep_timer_seconds: int | None = None
    """What is left of the sleep timer."""
    legacy: bool = field(default=False, compare=False)
    """Whether it came by the legacy topic, which says the same as the other (protocol §3.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A status block, of any version (protocol §3.7)."""

    battery_level: int | None = None
    """Percent."""
    charging: bool | None = None
    power_source: PowerSource | None = None
    card_insertion: CardInsertion | None = None
    active_card: str | None = None
    """Empty when no card is active."""
    headphones: bool | None = None
    bluetooth_audio: bool | None = None
    day_mode: DayMode | None = None
    ambient_light: int | None = None
    """The raw reading of the light sensor."""
    nightlight: Colour | None = None
    """What the night-light shows at the moment."""
    display_brightness: int | None = None
    """Percent, what is in effect at the moment."""
    temperature: float | None = None
    """Degrees Celsius of the player."""
    battery_temperature: float | None = None
    """Degrees Celsius of the battery."""
    wifi_strength: int | None = None
    """dBm."""
    free_disk: int | None = None
    """KiB."""
    total_disk: int | None = None
    """KiB."""
    background_download: bool | None = None
    firmware: str | None = None
    up_time: int | None = None
    """Seconds since the player was switched on."""
    shutdown: str | None = None
    """Why the player is switching off; "nA" while it runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """The player's own word that it is there, or the broker's that it is gone."""

    online: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """A player's answer to a command, whoever sent it (protocol §3.3)."""

    control: Control
    accepted: bool
    request: str | None = None
    """The payload of the command, as the player repeats it."""
    word: str = ""
    """The word by which it is answered, such as `card-pause`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCommand:
    """A command that Home Assistant is about to send."""

    control: Control
    request: str = ""
    """Its payload."""
    word: str = ""
    """The end of its topic, such as `card/pause`."""


@dataclass(frozen=True, slots=True)
class Armed:
    """Home Assistant has asked for all of `data/events`: the next full one is a baseline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamFetch:
    """A player has fetched audio of a card from Home Assistant."""

    card_id: str


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed while players were within reach and had been asked how they are."""


type Message = (
    Events | Status | Presence | Acknowledgement | OwnCommand | Armed | StreamFetch | Tick
)
