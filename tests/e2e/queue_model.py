"""A queue as a family understands it: a list, a place in it, and what each action does."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self


@dataclass(slots=True, kw_only=True)
class QueueModel:
    """Titles in the order of playing. A shuffled order is not known until it has been shown."""

    written: list[str]
    """As they were put in, which is the order without shuffling."""
    order: list[str] | None
    """None while only Home Assistant knows."""
    at: int | None = 0
    """None after the end."""
    repeat: str = "off"
    is_shuffled: bool = False

    @classmethod
    def begun(cls, titles: Sequence[str]) -> Self:
        """Play the first of some titles."""
        return cls(written=list(titles), order=list(titles))

    @property
    def title(self) -> str | None:
        """Return what plays, None where nobody knows yet or nothing does."""
        return None if self.order is None or self.at is None else self.order[self.at]

    def right(self) -> None:
        """Go on."""
        assert self.order is not None
        assert self.at is not None
        if self.at + 1 < len(self.order):
            self.at += 1
        elif self.repeat == "off":
            self.at = None
        else:
            self.at = 0
            self._forget_shuffled()

    def left(self) -> None:
        """Go back, at the beginning of an item."""
        assert self.order is not None
        assert self.at is not None
        if self.at:
            self.at -= 1
        elif self.repeat != "off":
            self.at = len(self.order) - 1
            self._forget_shuffled()

    def end(self) -> None:
        """Let what plays come to its end."""
        if self.repeat != "one":
            self.right()

    def insert(self, title: str, enqueue: str) -> None:
        """Add a title last, next, or next and play it."""
        if self.order is None:
            raise AssertionError("an unknown order cannot be added to")
        if self.at is None:
            place = len(self.order)
        else:
            place = len(self.order) if enqueue == "add" else self.at + 1
        if self.is_shuffled:
            self.written.append(title)
        else:
            self.written.insert(place, title)
        self.order.insert(place, title)
        if enqueue == "play":
            self.at = place

    def shuffle(self) -> None:
        """Shuffle: what plays is the first of the new order."""
        self.is_shuffled, self.at, self.order = True, 0, None

    def put_in_order(self) -> None:
        """End the shuffling."""
        title = self.title
        assert title is not None
        self.is_shuffled, self.order = False, list(self.written)
        self.at = self.order.index(title)

    def learn(self, shown: Sequence[str]) -> None:
        """Take over a shuffled order, which has to be one."""
        assert sorted(shown) == sorted(self.written)
        self.order = list(shown)

    def _forget_shuffled(self) -> None:
        if self.is_shuffled:
            self.order = None
