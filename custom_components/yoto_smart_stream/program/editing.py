"""What a family does to a queue: add, move, remove, shuffle, repeat. What plays plays on."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from .item import Item
from .queue import Entry, Queue, Repeat


def queue_of(
    items: Sequence[Item], *, repeat: Repeat = Repeat.OFF, seed: int | None = None, first: int = 0
) -> Queue:
    """Return a queue that has not begun.

    Args:
        items: what is played.
        repeat: what happens at the end.
        seed: what a shuffled order comes from; None for the order of the items.
        first: which item comes first, counted from 0.
    """
    queue = add(Queue(repeat=repeat), items)
    if seed is None:
        return replace(queue, at=min(first, len(items)))
    begun = queue.order[first] if first and first < len(items) else None
    return replace(replace(queue, seed=seed).with_lap(0, begun), between=True)


def add(queue: Queue, items: Sequence[Item]) -> Queue:
    """Put items behind all others. After the end of the queue they are what comes next."""
    return _insert(queue, items, len(queue.order))


def add_next(queue: Queue, items: Sequence[Item]) -> Queue:
    """Put items behind what plays."""
    at = len(queue.order) if queue.over else queue.at
    return _insert(queue, items, at if queue.between or queue.over else at + 1)


def replaced(queue: Queue, items: Sequence[Item]) -> Queue:
    """Return a queue of other items with the same repetition and shuffling."""
    return queue_of(items, repeat=queue.repeat, seed=queue.seed)


def clear(queue: Queue) -> Queue:
    """Take out everything; what plays is heard to its end."""
    return remove(queue, queue.order)


def remove(queue: Queue, numbers: Collection[int]) -> Queue:
    """Take entries out. One that plays is heard to its end, and not played again.

    Raises:
        NoSuchEntryError: one is not there; nothing is taken out then.
    """
    for number in numbers:
        queue.entry(number)
    gone = set(numbers)
    playing = queue.current
    before = sum(number not in gone for number in queue.order[: queue.at])
    left = tuple(number for number in queue.order if number not in gone)
    return replace(
        queue,
        entries=tuple(entry for entry in queue.entries if entry.number not in gone),
        order=left,
        at=min(before, max(len(left) - 1, 0)) if queue.over else before,
        between=queue.between or (playing is not None and playing.number in gone),
        pinned=None if queue.pinned in gone else queue.pinned,
        unplayable=queue.unplayable - gone,
    )


def move(queue: Queue, number: int, place: int) -> Queue:
    """Put an entry at another place of the order, counted from 0; beyond the end is the end.

    Raises:
        NoSuchEntryError: it is not there.
    """
    entry = queue.entry(number)
    rest = [one for one in queue.order if one != number]
    place = min(max(place, 0), len(rest))
    order = (*rest[:place], number, *rest[place:])
    moved = replace(queue, order=order, at=_place_after(queue, order))
    if queue.seed is not None:
        return moved
    by_number = {one.number: one for one in (*queue.entries, entry)}
    return replace(moved, entries=tuple(by_number[one] for one in order))


def at_entry(queue: Queue, number: int) -> Queue:
    """Return the queue so that it starts with an entry.

    Raises:
        NoSuchEntryError: it is not there.
    """
    queue.entry(number)
    return replace(queue, at=queue.order.index(number), between=True, over=False)


def with_repeat(queue: Queue, repeat: Repeat) -> Queue:
    """Say what happens at the end."""
    return replace(queue, repeat=repeat)


def with_shuffle(queue: Queue, seed: int | None) -> Queue:
    """Shuffle what has not been played yet in this lap along with the rest; None ends that.

    What plays plays on and is the first of the new order; without shuffling it is where it was put.
    """
    playing = queue.order[queue.at] if queue.order and not queue.between else None
    shuffled = replace(queue, seed=seed).with_lap(0, None if seed is None else playing)
    if playing is not None:
        return replace(shuffled, at=shuffled.order.index(playing))
    if seed is None and queue.at < len(queue.order):
        return replace(shuffled, at=shuffled.order.index(queue.order[queue.at]))
    return shuffled


def _insert(queue: Queue, items: Sequence[Item], place: int) -> Queue:
    if not items:
        return queue
    queue = _awake(queue)
    added = tuple(
        Entry(number=number, item=item) for number, item in enumerate(items, queue.next_number)
    )
    numbers = tuple(entry.number for entry in added)
    order = (*queue.order[:place], *numbers, *queue.order[place:])
    if queue.seed is None:
        entries = (*queue.entries[:place], *added, *queue.entries[place:])
    else:
        entries = (*queue.entries, *added)
    return replace(queue, entries=entries, order=order, next_number=queue.next_number + len(added))


def _awake(queue: Queue) -> Queue:
    """Return a queue that is over as one whose next entry is still to come."""
    if not queue.over:
        return queue
    return replace(queue, over=False, between=True, at=len(queue.order))


def _place_after(queue: Queue, order: tuple[int, ...]) -> int:
    """Return where the queue is in a new order of the same entries."""
    if queue.at >= len(queue.order):
        return queue.at
    return order.index(queue.order[queue.at])
