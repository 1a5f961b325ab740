"""When a player's alarms ring (protocol §2.6). Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from simulator.world import Json

from .settings import local_time

_FIELDS: Final = 6
_VOLUME: Final = 5
_ENABLED: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """What an alarm plays."""

    card_id: str
    volume: int
    """Steps of the volume knob."""


def ringing(config: Mapping[str, Json], since: float, until: float) -> Ring | None:
    """Return what rings between two moments, epoch seconds; the last one where several do."""
    lines = config.get("alarms")
    found = None
    for minute in _minutes(local_time(config, since), local_time(config, until)):
        for line in lines if isinstance(lines, list) else []:
            found = _ring(str(line), minute) or found
    return found


def _minutes(since: datetime, until: datetime) -> Iterator[datetime]:
    """Yield the full minutes after one moment and up to another."""
    minute = since.replace(second=0, microsecond=0) + timedelta(minutes=1)
    while minute <= until:
        yield minute
        minute += timedelta(minutes=1)


def _ring(line: str, minute: datetime) -> Ring | None:
    """Return what a line plays at a minute; nothing if it is switched off or makes no sense."""
    fields = line.split(",")
    if len(fields) < _FIELDS or len(fields[0]) <= minute.weekday():
        return None
    if fields[0][minute.weekday()] != "1" or fields[1].replace(":", "") != f"{minute:%H%M}":
        return None
    if len(fields) > _ENABLED and fields[_ENABLED] == "0":
        return None
    volume = fields[_VOLUME]
    return Ring(card_id=fields[2], volume=int(volume) if volume.isdecimal() else 0)
