"""Alarms, which Yoto keeps as lines of text without ids (protocol §2.6)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
import re
from typing import Final

from ..json import Json

DAYS: Final = 7
VOLUMES: Final = range(17)
"""Steps of the volume knob. 8 is the highest that is on record in an alarm."""

_PLACES: Final = {"days": 0, "at": 1, "sound": 2, "volume": 5, "enabled": 6}
"""Where the fields stand; those between the sound and the volume are empty."""

_DAYS: Final = re.compile(r"[01]{7}")
_TIME: Final = re.compile(r"(\d{1,2}):?(\d{2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """A time at which a player begins to play."""

    at: time
    days: frozenset[int]
    """0 is Monday."""
    sound: str
    """The id of a card or of one of Yoto's sounds."""
    volume: int
    """Steps, 0 to 16."""
    enabled: bool = True

    @property
    def key(self) -> str:
        """Return what tells it from a player's other alarms: when it rings, and with what."""
        return f"{_days_text(self.days)}_{self.at:%H%M}_{self.sound}"


@dataclass(frozen=True, slots=True)
class Alarms:
    """A player's alarms in their order, each as the line that Yoto keeps.

    The list is always written whole, so lines that make no sense are kept as they are.
    """

    lines: tuple[Json, ...] = ()

    def __iter__(self) -> Iterator[tuple[int, Alarm]]:
        """Yield the alarms that can be read, with their places in the list."""
        for place, line in enumerate(self.lines):
            alarm = _read(line)
            if alarm is not None:
                yield place, alarm

    def changed(self, place: int, alarm: Alarm) -> Alarms:
        """Return the list with another alarm at a place; what else its line says stays."""
        line = _rewritten(str(self.lines[place]), alarm)
        return Alarms((*self.lines[:place], line, *self.lines[place + 1 :]))

    def added(self, alarm: Alarm) -> Alarms:
        """Return the list with one more alarm at its end."""
        return Alarms((*self.lines, ",".join(_fields(alarm))))

    def removed(self, place: int) -> Alarms:
        """Return the list without the line at a place."""
        return Alarms((*self.lines[:place], *self.lines[place + 1 :]))


def read_alarms(value: Json) -> Alarms | None:
    """Read the list of alarms."""
    return Alarms(tuple(value)) if isinstance(value, list) else None


def write_alarms(alarms: Alarms) -> Json:
    """Write the list of alarms."""
    return list(alarms.lines)


def recognise(known: Mapping[str, Alarm], now: Sequence[Alarm]) -> list[str | None]:
    """Return the key under which each of a list's alarms was known, or None for a new one.

    Alarms have no ids and may be edited elsewhere. An alarm stays the same one while two of its
    time, days and sound stay; what is equal finds together first.
    """
    found: list[str | None] = [None] * len(now)
    left = dict(known)
    for alike in (_same, _same_key, _edited):
        for place, alarm in enumerate(now):
            if found[place] is None:
                key = next((key for key, old in left.items() if alike(old, alarm)), None)
                if key is not None:
                    found[place] = key
                    del left[key]
    return found


def _same(one: Alarm, other: Alarm) -> bool:
    """Return whether nothing was changed."""
    return one == other


def _same_key(one: Alarm, other: Alarm) -> bool:
    """Return whether only the volume was changed, or the alarm switched."""
    return one.key == other.key


def _edited(one: Alarm, other: Alarm) -> bool:
    """Return whether one may be the other after an edit."""
    return (one.at == other.at) + (one.days == other.days) + (one.sound == other.sound) == 2  # noqa: PLR2004


def _read(line: Json) -> Alarm | None:
    """Read `<days>,<time>,<sound>,,,<volume>,<enabled>`; the last field may be missing."""
    fields = [field.strip() for field in str(line).split(",")]
    if len(fields) <= _PLACES["volume"]:
        return None
    days, sound = fields[_PLACES["days"]], fields[_PLACES["sound"]]
    clock = _TIME.fullmatch(fields[_PLACES["at"]])
    if clock is None or not _DAYS.fullmatch(days) or not sound:
        return None
    try:
        return Alarm(
            at=time(int(clock[1]), int(clock[2])),
            days=frozenset(day for day in range(DAYS) if days[day] == "1"),
            sound=sound,
            volume=int(fields[_PLACES["volume"]]),
            enabled=_enabled(fields),
        )
    except ValueError:
        return None


def _enabled(fields: Sequence[str]) -> bool:
    """Read the last field; an alarm without it rings."""
    place = _PLACES["enabled"]
    return len(fields) <= place or fields[place].lower() not in {"0", "false"}


def _rewritten(line: str, alarm: Alarm) -> str:
    """Return a line that says what an alarm says, and is otherwise as it was."""
    before = _read(line)
    new = _fields(alarm)
    fields = line.split(",")
    fields += [""] * (len(new) - len(fields))
    for name, place in _PLACES.items():
        if before is None or getattr(before, name) != getattr(alarm, name) or not fields[place]:
            fields[place] = new[place]
    return ",".join(fields)


def _fields(alarm: Alarm) -> list[str]:
    """Return the fields of a new line."""
    return [
        _days_text(alarm.days),
        f"{alarm.at:%H:%M}",
        alarm.sound,
        "",
        "",
        str(alarm.volume),
        "1" if alarm.enabled else "0",
    ]


def _days_text(days: frozenset[int]) -> str:
    """Write days as seven digits, Monday first."""
    return "".join("1" if day in days else "0" for day in range(DAYS))
