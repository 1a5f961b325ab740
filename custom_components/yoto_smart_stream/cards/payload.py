"""Payloads: JSON of which known fields are taken out and put back, while all else stays. Pure.

A field that holds something else than it should is left where it is, as an unknown one is. So
whatever is read and written again is the same.
"""

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Final

from ..json import Json, JsonObject

YOTOS_OWN: Final = frozenset(
    {
        "_id",
        "availability",
        "clubAvailability",
        "createdAt",
        "creatorEmail",
        "deleted",
        "shareLimit",
        "shareLinkUrl",
        "sharing",
        "updatedAt",
        "userId",
    }
)
"""What Yoto says of a card and nobody writes (protocol §4.1)."""


def sendable(card: Mapping[str, Json]) -> JsonObject:
    """Return a card as Yoto gives it without what only Yoto writes."""
    return {key: value for key, value in card.items() if key not in YOTOS_OWN}


class Taking:
    """Take known fields out of an object; `rest` is what is left of it."""

    def __init__(self, record: Mapping[str, Json]) -> None:
        """Leave the object itself as it is."""
        self.rest: JsonObject = deepcopy(dict(record))

    def text(self, *path: str) -> str | None:
        """Take a text that says something."""
        return self._take(path, _text)

    def number(self, *path: str) -> float | None:
        """Take a number, as whole as it is."""
        return self._take(path, _number)

    def whole(self, *path: str) -> int | None:
        """Take a whole number."""
        return self._take(path, _whole)

    def flag(self, *path: str) -> bool | None:
        """Take true or false."""
        return self._take(path, _flag)

    def texts(self, *path: str) -> tuple[str, ...]:
        """Take a list of texts with at least one."""
        return self._take(path, _texts) or ()

    def object(self, *path: str) -> JsonObject | None:
        """Take an object."""
        return self._take(path, _object)

    def objects(self, *path: str) -> tuple[JsonObject, ...]:
        """Take a list of objects with at least one."""
        return self._take(path, _objects) or ()

    def _take[T](self, path: tuple[str, ...], known: Callable[[Json], T | None]) -> T | None:
        """Take the field at the end of a path; `known` returns None for what it should not be."""
        place: Json = self.rest
        for name in path[:-1]:
            place = place.get(name) if isinstance(place, dict) else None
        if not isinstance(place, dict):
            return None
        value = known(place.get(path[-1]))
        if value is not None:
            del place[path[-1]]
        return value


class Putting:
    """Put fields into what was left of an object, which is in `payload` then."""

    def __init__(self, rest: Mapping[str, Json]) -> None:
        """Leave the rest itself as it is."""
        self.payload: JsonObject = deepcopy(dict(rest))

    def put(self, value: Json, *path: str) -> None:
        """Put a value at the end of a path, unless it is None: there is no such field then."""
        if value is None:
            return
        place = self.payload
        for name in path[:-1]:
            inner = place.get(name)
            if not isinstance(inner, dict):
                inner = place[name] = {}
            place = inner
        place[path[-1]] = value


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) and value else None


def _number(value: Json) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _whole(value: Json) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _flag(value: Json) -> bool | None:
    return value if isinstance(value, bool) else None


def _texts(value: Json) -> tuple[str, ...] | None:
    found = tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()
    return found if isinstance(value, list) and value and len(found) == len(value) else None


def _object(value: Json) -> JsonObject | None:
    return value if isinstance(value, dict) else None


def _objects(value: Json) -> tuple[JsonObject, ...] | None:
    found = tuple(one for one in value if isinstance(one, dict)) if isinstance(value, list) else ()
    return found if isinstance(value, list) and value and len(found) == len(value) else None
