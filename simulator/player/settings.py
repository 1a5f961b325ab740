"""Reading a player's config, whose values are loosely typed (protocol §2.2)."""

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from simulator.world import Json


def switch(config: Mapping[str, Json], key: str, *, default: bool = False) -> bool:
    """Read something that is on or off: `true`, `1`, `"1"` and `"true"` are on."""
    value = config.get(key)
    if value is None:
        return default
    return str(value).lower() in {"1", "true"}


def number(config: Mapping[str, Json], key: str, default: int) -> int:
    """Read a whole number, which may be text."""
    try:
        return int(str(config.get(key)))
    except ValueError:
        return default


def colour(config: Mapping[str, Json], key: str) -> str:
    """Read a colour as status blocks write it: `0xRRGGBB`, or `off` (protocol §2.2, §3.7)."""
    value = config.get(key)
    if not isinstance(value, str) or value == "#0" or not value.startswith("#"):
        return "off"
    return f"0x{value[1:]}"


def local_time(config: Mapping[str, Json], epoch: float) -> datetime:
    """Return a moment by the player's own clock."""
    return datetime.fromtimestamp(epoch, _zone(str(config.get("timezone") or "")))


def noon_zone(epoch: float) -> str:
    """Return a time zone in which a moment is in the hour after noon."""
    ahead = 12 - datetime.fromtimestamp(epoch, UTC).hour
    # Its names count westwards.
    return f"Etc/GMT{-ahead:+d}"


def is_day(config: Mapping[str, Json], epoch: float) -> bool:
    """Return whether a moment lies between the start of the day and the start of the night.

    Without readable times it is always day.
    """
    moment = local_time(config, epoch)
    now = moment.hour * 60 + moment.minute
    day, night = _minutes(config.get("dayTime")), _minutes(config.get("nightTime"))
    if day is None or night is None or day == night:
        return True
    if day < night:
        return day <= now < night
    return not night <= now < day


def _minutes(time: Json) -> int | None:
    """Return the minutes after midnight of `HH:MM`."""
    try:
        hours, minutes = str(time).split(":")
        return int(hours) * 60 + int(minutes)
    except ValueError:
        return None


@cache
def _zone(name: str) -> tzinfo:
    """Return a time zone; UTC where the config names none that is known."""
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError, ValueError:
        return UTC
