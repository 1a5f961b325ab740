"""Live plays: what was sent of a stream with live items to one listener, and which item was where.

A live play has no end that is known before, so it cannot say what will be heard; only what was.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from ..audio.profile import Profile
from .live_sequence import LiveSequence
from .plays import SLACK
from .stream import AudioItem, LiveItem

_ITEMS_KEPT: Final = 256

type Sounding = AudioItem | LiveItem


@dataclass(frozen=True, slots=True, kw_only=True)
class LivePlace:
    """Say which item lies at a byte, from where, and to where; None while it goes on."""

    item: Sounding
    start: int
    stop: int | None


class LivePlay:
    """What was sent so far. Of what is long over, the oldest items are forgotten."""

    def __init__(self, profile: Profile) -> None:
        """Begin with nothing."""
        self.bytes_per_second: Final = profile.bytes_per_second
        self.sent: int = 0
        """Bytes."""
        self.ended_at: datetime | None = None
        """When nothing more was sent; None while more may come."""
        self._turn: int | None = None
        self._borders: deque[tuple[int, Sounding]] = deque(maxlen=_ITEMS_KEPT)

    def note(self, turn: int, item: Sounding | None, length: int) -> bool:
        """Take note of bytes that were sent; tell whether an item began with them.

        `turn` tells items apart that are the same; without an item the bytes are the silence
        before the first one, which belongs to that.
        """
        begins = item is not None and turn != self._turn
        if item is not None and begins:
            self._turn = turn
            self._borders.append((self.sent if self._borders else 0, item))
        self.sent += length
        return begins

    def goes_on(self, moment: datetime) -> bool:
        """Tell whether somebody may still hear it: for a while after all was sent, for pauses."""
        return self.ended_at is None or moment - self.ended_at < SLACK

    def place_at(self, position: int) -> LivePlace | None:
        """Return what is heard at a byte, None where nothing was sent or that is forgotten."""
        if not 0 <= position < self.sent:
            return None
        at = bisect_right(self._borders, position, key=lambda border: border[0]) - 1
        if at < 0:
            return None
        start, item = self._borders[at]
        is_last = at == len(self._borders) - 1
        return LivePlace(item=item, start=start, stop=None if is_last else self._borders[at + 1][0])


class NoteSent(Protocol):
    """Called after bytes of a sequence were sent, with their number."""

    def __call__(self, length: int, /) -> None:
        """Take note of them."""


class Follow(Protocol):
    """Follows the sending of a sequence, for as long as its context lasts."""

    def __call__(self, sequence: LiveSequence, /) -> AbstractContextManager[NoteSent]:
        """Begin to."""


@contextmanager
def unfollowed(_sequence: LiveSequence) -> Iterator[NoteSent]:
    """Follow nothing: what plays on a live card is followed by its session."""

    def note(_length: int) -> None:
        """Forget it."""

    yield note
