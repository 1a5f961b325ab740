"""Sifting stored records: those that can be read, and those that are set aside and kept. Pure.

What is set aside is tried again the next time, since a newer version may understand it. What else
is in the store is kept as it is.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Final

from ..json import Json, JsonObject

SET_ASIDE: Final = "set_aside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted[T]:
    """Everything that is stored.

    `set_aside` are the records that could not be read, `unknown` what else is in the store.
    """

    records: tuple[T, ...] = ()
    set_aside: tuple[Json, ...] = ()
    unknown: Mapping[str, Json] = field(default_factory=dict)

    def stored(self, key: str, write: Callable[[T], Json]) -> JsonObject:
        """Return what is to be stored, with the records that can be read under a key."""
        return {
            **self.unknown,
            key: [write(record) for record in self.records],
            SET_ASIDE: [*self.set_aside],
        }


def sift[T](
    data: Json, key: str, read: Callable[[Json], T], names: Callable[[T], tuple[Hashable, ...]]
) -> Sifted[T]:
    """Read everything that is stored; whatever it is, nothing of it is lost.

    Args:
        data: what is stored, None for nothing.
        key: where the records are.
        read: reads a record, and raises ValueError where it is none.
        names: returns what no other record may be called, too. The first that comes has it.
    """
    if not isinstance(data, dict):
        return Sifted(set_aside=() if data is None else (data,))
    records: list[T] = []
    set_aside: list[Json] = []
    taken: set[Hashable] = set()
    for record in (*listed(data.get(key)), *listed(data.get(SET_ASIDE))):
        try:
            one = read(record)
        except ValueError:
            set_aside.append(record)
            continue
        called = names(one)
        if not taken.isdisjoint(called):
            set_aside.append(record)
            continue
        records.append(one)
        taken.update(called)
    unknown = {name: value for name, value in data.items() if name not in {key, SET_ASIDE}}
    return Sifted(records=tuple(records), set_aside=tuple(set_aside), unknown=unknown)


def listed(value: Json) -> list[Json]:
    """Return the records of a list; what is no list is one bad record."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
