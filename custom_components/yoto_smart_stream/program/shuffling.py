"""The shuffled orders of a queue: functions of a seed and the number of the lap."""

from collections.abc import Sequence

from ..streaming.order import order_of


def lap_order(
    numbers: Sequence[int], seed: int, lap: int, pinned: int | None = None
) -> tuple[int, ...]:
    """Return the order of a lap, counted from 0.

    Args:
        numbers: of all entries.
        seed: what makes this order different from others.
        lap: how often the queue has been played to its end.
        pinned: the entry that comes first in lap 0, as it played already when shuffling began.
    """
    places = order_of(range(len(numbers)), str(seed).encode(), lap)
    order = [numbers[place] for place in places]
    if lap == 0 and pinned in order:
        order.remove(pinned)
        order.insert(0, pinned)
    return tuple(order)
