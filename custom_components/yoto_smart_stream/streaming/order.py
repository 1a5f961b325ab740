"""Orders: in which order the items of one pass are played. A pure function, the same for ever.

Each place of a list gets 52 bits of SHAKE-256 over (key, number of the pass), and the places are
sorted by them. Nothing of Python's own generator of random numbers is used, whose shuffle may
change from version to version.

No item is played twice in a row where one pass follows another. So that a pass needs to know
nothing of those before it, the last item of a pass is never moved: where the first item of a pass
is the last one of the pass before, it gives way to another. Two items always take turns. An item
that is listed more than once counts as the same item, and is kept apart as far as that can be done
from the front of the list to its end.
"""

from array import array
from collections.abc import Sequence
from functools import lru_cache
from hashlib import shake_256
import struct
import sys
from typing import Final

_ONE: Final = struct.pack("<d", 1.0)
_FRACTION: Final = ((1 << 52) - 1).to_bytes(len(_ONE), "little")
_PAIR: Final = 2


def order_of(kinds: Sequence[int], key: bytes, number: int) -> Sequence[int]:
    """Return the order of pass `number`, counted from 0, as places in the list.

    Args:
        kinds: For each place the first place that holds the same item: a `range` if all differ.
        key: What makes this order different from others.
        number: The number of the pass.
    """
    count = len(kinds)
    if count <= _PAIR:
        # Two items that are drawn anew would meet themselves at every second border.
        number = 0
    keys = _keys(count, key, number)
    order = array("I", sorted(range(count), key=keys.__getitem__))
    before = kinds[_last(_keys(count, key, number - 1))] if number else None
    _keep_apart(order, kinds, before)
    return order


@lru_cache(2)
def _keys(count: int, key: bytes, number: int) -> list[float]:
    """Return what the places of a list are sorted by: numbers from 1 to below 2.

    Kept for the next pass, which asks for them too. They are fractions because those are sorted
    faster than whole numbers of that size: 8 bytes with the exponent of 1 are such a fraction.
    """
    size = count * len(_ONE)
    drawn = int.from_bytes(shake_256(b"%d %d " % (number, len(key)) + key).digest(size), "little")
    fractions = drawn & int.from_bytes(_FRACTION * count, "little")
    fractions |= int.from_bytes(_ONE * count, "little")
    keys = array("d", fractions.to_bytes(size, "little"))
    if sys.byteorder == "big":
        keys.byteswap()
    return keys.tolist()


def _last(keys: list[float]) -> int:
    """Return the place that is sorted last; of equal ones, which stay as they are, the last."""
    return len(keys) - 1 - keys[::-1].index(max(keys))


def _keep_apart(order: array[int], kinds: Sequence[int], before: int | None) -> None:
    """Swap items that follow the same item with a later one, but for the last place."""
    end = len(order) - 1
    # Where all items differ, only the border to the pass before can bring one twice.
    for place in range(min(1, end) if isinstance(kinds, range) else end):
        if kinds[order[place]] == before:
            for other in range(place + 1, end):
                if kinds[order[other]] != before:
                    order[place], order[other] = order[other], order[place]
                    break
        before = kinds[order[place]]
