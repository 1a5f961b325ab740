"""A player's settings: typed on our side, loosely typed on Yoto's (protocol §2.2)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time
from typing import Final

from ..json import Json
from ..playback.messages import Colour
from .alarms import Alarms, read_alarms, write_alarms

_PERCENT: Final = range(101)
_STEPS: Final = range(17)
"""Of the volume knob (protocol §3.9)."""

type Change = Mapping[str, Json]
"""Keys of the config block with their new values."""


class OutOfRangeError(ValueError):
    """A value that a setting cannot have."""

    def __init__(self, key: str, allowed: range) -> None:
        """Remember the setting and what it can be."""
        super().__init__(f"{key} goes from {allowed[0]} to {allowed[-1]}")


@dataclass(frozen=True, slots=True)
class Setting[T]:
    """One setting: its key, how its value is read, and how Yoto writes it."""

    key: str
    read: Callable[[Json], T | None]
    write: Callable[[T], Json]
    allowed: range | None = None
    """What a number can be."""

    def change(self, value: T) -> Change:
        """Return the change that sets a value.

        Raises:
            OutOfRangeError: the setting cannot have it.
        """
        if self.allowed is not None and value not in self.allowed:
            raise OutOfRangeError(self.key, self.allowed)
        return {self.key: self.write(value)}


@dataclass(frozen=True, slots=True)
class Settings:
    """The config block of a player, kept whole: a write replaces all of it (protocol §2.3)."""

    raw: Mapping[str, Json]

    def value[T](self, setting: Setting[T]) -> T | None:
        """Return the value of a setting, or None where it is missing or cannot be read."""
        return setting.read(self.raw.get(setting.key))

    @property
    def alarms(self) -> Alarms:
        """Return the alarms."""
        return self.value(ALARMS) or Alarms()


def _read_time(value: Json) -> time | None:
    """Read `HH:MM`."""
    try:
        return time.fromisoformat(str(value))
    except ValueError:
        return None


def _write_time(value: time) -> Json:
    """Write `HH:MM`."""
    return value.strftime("%H:%M")


def _read_number(value: Json) -> int | None:
    """Read a whole number, be it written as a number or as text."""
    try:
        return int(float(str(value)))
    except ValueError, OverflowError:
        return None


def _write_number(value: int) -> Json:
    """Write a number as text."""
    return str(value)


def _read_switch(value: Json) -> bool | None:
    """Read what is on or off, be it written as true, 1, "1" or "true"."""
    return {"1": True, "true": True, "0": False, "false": False}.get(str(value).lower())


def _write_digit(value: bool) -> Json:  # noqa: FBT001 - the value itself
    """Write what is on or off as "1" or "0"."""
    return "1" if value else "0"


def _read_colour(value: Json) -> Colour | None:
    """Read `#rrggbb`, or `#0` for off."""
    text = str(value).lower()
    if text in {"#0", "off"}:
        return 0, 0, 0
    try:
        red, green, blue = bytes.fromhex(text.removeprefix("#"))
    except ValueError:
        return None
    return red, green, blue


def _write_colour(value: Colour) -> Json:
    """Write `#rrggbb`, or `#0` for off."""
    return f"#{bytes(value).hex()}" if any(value) else "#0"


def _read_automatic(value: Json) -> bool | None:
    """Read whether a brightness is left to the light sensor."""
    return None if value is None else str(value).lower() == "auto"


def _read_text(value: Json) -> str | None:
    """Read text that says something."""
    return None if value is None else str(value) or None


def _time(key: str) -> Setting[time]:
    """Make a setting that is a time of day."""
    return Setting(key, _read_time, _write_time)


def _number(key: str, allowed: range | None = None) -> Setting[int]:
    """Make a setting that is a whole number."""
    return Setting(key, _read_number, _write_number, allowed)


def _digit(key: str) -> Setting[bool]:
    """Make a setting that Yoto writes as "1" or "0"."""
    return Setting(key, _read_switch, _write_digit)


def _switch(key: str) -> Setting[bool]:
    """Make a setting that Yoto writes as true or false."""
    return Setting(key, _read_switch, bool)


def _colour(key: str) -> Setting[Colour]:
    """Make a setting that is a colour."""
    return Setting(key, _read_colour, _write_colour)


def _automatic(key: str) -> Setting[bool]:
    """Make a setting that leaves a brightness to the light sensor, or else sets it to full."""
    return Setting(key, _read_automatic, lambda on: "auto" if on else "100")


ALARMS: Final = Setting("alarms", read_alarms, write_alarms)
BLUETOOTH: Final = _digit("bluetoothEnabled")
BLUETOOTH_HEADPHONES: Final = _switch("btHeadphonesEnabled")
CLOCK_FACE: Final = Setting("clockFace", _read_text, str)
DAY_BRIGHTNESS: Final = _number("dayDisplayBrightness", _PERCENT)
"""Percent; no value while it is automatic."""
DAY_BRIGHTNESS_AUTO: Final = _automatic("dayDisplayBrightness")
DAY_LIGHT: Final = _colour("ambientColour")
DAY_START: Final = _time("dayTime")
DAY_VOLUME_LIMIT: Final = _number("maxVolumeLimit", _STEPS)
"""Steps, 0 to 16."""
DIM_BRIGHTNESS: Final = _number("displayDimBrightness", _PERCENT)
"""Percent."""
HEADPHONES_LIMITED: Final = _switch("headphonesVolumeLimited")
HOUR_FORMAT: Final = Setting("hourFormat", _read_text, str)
"""`12` or `24`."""
NIGHT_BRIGHTNESS: Final = _number("nightDisplayBrightness", _PERCENT)
"""Percent; no value while it is automatic."""
NIGHT_BRIGHTNESS_AUTO: Final = _automatic("nightDisplayBrightness")
NIGHT_LIGHT: Final = _colour("nightAmbientColour")
NIGHT_START: Final = _time("nightTime")
NIGHT_VOLUME_LIMIT: Final = _number("nightMaxVolumeLimit", _STEPS)
"""Steps, 0 to 16."""
PAUSES_AT_ZERO: Final = _switch("pauseVolumeDown")
REPEAT_ALL: Final = _switch("repeatAll")
SHUTDOWN_TIMEOUT: Final = _number("shutdownTimeout")
"""Seconds."""
