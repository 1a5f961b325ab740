"""A player's sleep timer (protocol §3.4). It counts player seconds, as the position does."""

import asyncio
from collections.abc import Awaitable, Callable
from math import ceil

from simulator.clock import Clock

from .crew import Crew


class SleepTimer:
    """Does something once, after a while."""

    def __init__(self, clock: Clock, crew: Crew, expired: Callable[[], Awaitable[None]]) -> None:
        """Start with no time set."""
        self._clock = clock
        self._crew = crew
        self._expired = expired
        self._ends_at: float | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def left(self) -> int | None:
        """Return the seconds that are left, or None."""
        if self._ends_at is None:
            return None
        return max(ceil(self._ends_at - self._clock.elapsed()), 0)

    def set(self, seconds: float) -> None:
        """Count from now; 0 ends the timer."""
        self.end()
        if seconds > 0:
            self._ends_at = self._clock.elapsed() + seconds
            self._task = self._crew.start(self._count(seconds), "sleep timer")

    def end(self) -> None:
        """Forget the time."""
        self._ends_at = None
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _count(self, seconds: float) -> None:
        await self._clock.sleep(seconds)
        self._ends_at = self._task = None
        await self._expired()
