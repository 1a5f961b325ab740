"""A broadcast: frames that come once and are heard by several listeners, each at its own speed.

The last seconds are kept, for all listeners together. So a listener costs next to nothing, and one
that is slow holds nobody up: it is either moved to the newest frames or sent away (`Pace`).
"""

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Final

MOST_AT_ONCE: Final = 16 * 1024


class Pace(StrEnum):
    """Say who decides how fast a source is heard."""

    LIVE = "live"
    """Its own time does, as of a radio station. A listener who falls behind goes on with the newest
    frames: what was said meanwhile is over, as on any radio."""
    RENDERED = "rendered"
    """The fastest listener does, as of speech, which can be made as fast as it is wanted. It is
    heard from its beginning. A listener who falls behind another one is sent away, since a sentence
    without its middle is worse than asking again."""


class FellBehindError(Exception):
    """Report that the frames that a listener needs next are not kept any more."""


class Broadcast:
    """The frames of one source."""

    def __init__(self, pace: Pace, *, kept: int, head_start: int) -> None:
        """Start without any.

        Args:
            pace: Who decides about the speed.
            kept: How many bytes are kept.
            head_start: How many bytes before the newest one a listener of a live source begins, so
                that a player can fill its buffer at once.
        """
        self.pace: Final = pace
        self._kept = kept
        self._head_start = head_start
        self._chunks: deque[bytes] = deque()
        # Of the first chunk: its number, and how many bytes came before it.
        self._number = 0
        self._dropped = 0
        self._size = 0
        self._listeners: set[Listener] = set()
        self._came = asyncio.Event()
        self._went = asyncio.Event()
        self._error: Exception | None = None
        self._has_ended = False

    @property
    def total(self) -> int:
        """Return how many bytes have come so far."""
        return self._dropped + self._size

    @property
    def size(self) -> int:
        """Return how many bytes are kept now."""
        return self._size

    @property
    def has_ended(self) -> bool:
        """Tell whether nothing comes any more."""
        return self._has_ended

    @property
    def is_heard(self) -> bool:
        """Tell whether anybody listens."""
        return bool(self._listeners)

    @property
    def can_be_joined(self) -> bool:
        """Tell whether a new listener can hear all that it should."""
        return not self._has_ended and (self.pace is Pace.LIVE or not self._dropped)

    def add(self, frames: bytes) -> None:
        """Add whole frames that have come, and drop the oldest where there are too many."""
        self._chunks.append(frames)
        self._size += len(frames)
        while self._size > self._kept and len(self._chunks) > 1:
            gone = self._chunks.popleft()
            self._size -= len(gone)
            self._dropped += len(gone)
            self._number += 1
        _wake(self._came)

    def end(self, error: Exception | None = None) -> None:
        """Tell the listeners that nothing comes any more; they hear the rest first."""
        self._has_ended = True
        self._error = error
        _wake(self._came)

    async def until_wanted(self, ahead: int) -> None:
        """Wait until somebody listens and has fewer than so many bytes left."""
        while (left := self._left()) is None or left >= ahead:
            await self._went.wait()

    @contextmanager
    def listener(self) -> Iterator[Listener]:
        """Listen, beginning at the border of a frame, until the end of the context."""
        listener = Listener(self, self._edge() if self.pace is Pace.LIVE else self._number)
        self._listeners.add(listener)
        _wake(self._went)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)
            _wake(self._went)

    async def after(self, number: int) -> tuple[bytes, int]:
        """Return the frames from a chunk on and the number of the chunk behind them.

        There are none at the end.

        Raises:
            FellBehindError: They are not kept any more.
            Exception: That of `end`.
        """
        while number >= self._number + len(self._chunks):
            if self._has_ended:
                if self._error is not None:
                    raise self._error
                return b"", number
            await self._came.wait()
        if number < self._number:
            if self.pace is Pace.RENDERED:
                raise FellBehindError
            number = self._edge()
        taken = bytearray()
        while number < self._number + len(self._chunks):
            chunk = self._chunks[number - self._number]
            if taken and len(taken) + len(chunk) > MOST_AT_ONCE:
                break
            taken += chunk
            number += 1
        _wake(self._went)
        return bytes(taken), number

    def _edge(self) -> int:
        """Return the number of the chunk that a listener of a live source begins with."""
        number, size = self._number + len(self._chunks), 0
        for chunk in reversed(self._chunks):
            size += len(chunk)
            if size > self._head_start:
                break
            number -= 1
        return number

    def _left(self) -> int | None:
        """Return how many bytes the fastest listener has left, None where nobody listens."""
        if not self._listeners:
            return None
        number = max(listener.number for listener in self._listeners)
        first = max(number - self._number, 0)
        return sum(len(self._chunks[at]) for at in range(first, len(self._chunks)))


class Listener:
    """Somebody who listens to a broadcast."""

    def __init__(self, broadcast: Broadcast, number: int) -> None:
        """Begin with a chunk."""
        self._broadcast = broadcast
        self.number = number

    async def frames(self) -> bytes:
        """Return the frames that come next, nothing at the end; raises as `Broadcast.after`."""
        frames, self.number = await self._broadcast.after(self.number)
        return frames


def _wake(event: asyncio.Event) -> None:
    """Wake whoever waits now."""
    event.set()
    event.clear()
