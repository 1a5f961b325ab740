"""The time that players live by, which may run faster than the wall clock."""

import asyncio
import time


class Clock:
    """Seconds as a player counts them: `speed` of them pass in one real second."""

    def __init__(self, speed: float = 1.0) -> None:
        """Start a clock that runs `speed` times real time."""
        self.speed = speed
        self._started = time.monotonic()
        self._epoch = time.time()

    def elapsed(self) -> float:
        """Return the player seconds since the clock was started."""
        return (time.monotonic() - self._started) * self.speed

    def now(self) -> float:
        """Return the epoch seconds of the wall clock: what players stamp their messages with."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Wait for a number of player seconds."""
        await asyncio.sleep(seconds / self.speed)
