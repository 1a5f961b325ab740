"""Editing a list of items: add, remove, move, clear. Places are counted from 1. Pure."""

from .stream import Item


class NoSuchPlaceError(Exception):
    """Report that a list has no such place; `count` is how many it has."""

    def __init__(self, place: int, count: int) -> None:
        """Remember what was asked for."""
        super().__init__(f"There is no place {place} among {count}")
        self.place = place
        self.count = count


def added(
    items: tuple[Item, ...], new: tuple[Item, ...], place: int | None = None
) -> tuple[Item, ...]:
    """Return a list with more items, the first of which is then at a place; None for the end.

    Raises:
        NoSuchPlaceError: The place is more than one after the last.
    """
    if place is None:
        return (*items, *new)
    if not 1 <= place <= len(items) + 1:
        raise NoSuchPlaceError(place, len(items) + 1)
    return (*items[: place - 1], *new, *items[place - 1 :])


def removed(items: tuple[Item, ...], place: int) -> tuple[Item, ...]:
    """Return a list without the item at a place.

    Raises:
        NoSuchPlaceError: There is none.
    """
    _check(items, place)
    return (*items[: place - 1], *items[place:])


def without(items: tuple[Item, ...], gone: tuple[Item, ...]) -> tuple[Item, ...]:
    """Return a list without some items, wherever they are."""
    return tuple(item for item in items if item not in gone)


def moved(items: tuple[Item, ...], place: int, to: int) -> tuple[Item, ...]:
    """Return a list in which the item at a place is at another one.

    Raises:
        NoSuchPlaceError: There is no such place.
    """
    _check(items, place)
    _check(items, to)
    return added(removed(items, place), (items[place - 1],), to)


def _check(items: tuple[Item, ...], place: int) -> None:
    """Refuse a place that a list does not have."""
    if not 1 <= place <= len(items):
        raise NoSuchPlaceError(place, len(items))
