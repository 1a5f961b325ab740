"""What a player publishes, in order, and when it keeps quiet (protocol §3.5, §3.6)."""

import asyncio
from collections import deque
from typing import Final

from simulator.clock import Clock
from simulator.world import Faults, JsonObject, Wire

from . import messages

ARMED_FOR: Final = 300.0
"""Real seconds for which a player keeps telling changes after it was asked for its state.

Real ones at any speed: an application that asks again every four minutes does not know the speed.
"""


class Announcer:
    """Sends a player's messages one after the other and knows what was told last."""

    def __init__(self, wire: Wire, faults: Faults) -> None:
        """Publish to a wire; nothing is sent before `run`."""
        self.armed_for = ARMED_FOR
        self._wire = wire
        self._faults = faults
        self._twins: deque[tuple[asyncio.TimerHandle, JsonObject]] = deque()
        self._queue: asyncio.Queue[tuple[str, JsonObject]] = asyncio.Queue()
        self._told: JsonObject = {}
        self._armed_until = float("-inf")
        self._real_time = Clock()

    @property
    def armed(self) -> bool:
        """Whether changes are told at present."""
        return self._real_time.elapsed() < self._armed_until

    def arm(self) -> None:
        """Tell changes from now on, for a while."""
        self._armed_until = self._real_time.elapsed() + self.armed_for

    def disarm(self) -> None:
        """Keep quiet until asked again, as after a start."""
        self._armed_until = float("-inf")

    def post(self, suffix: str, body: JsonObject) -> None:
        """Send a message after those that were posted before it."""
        self._queue.put_nowait((suffix, body))

    def tell_all(self, body: JsonObject) -> None:
        """Send the full state, armed or not."""
        self._told = body
        self._post_twice(body)

    def tell_new_track(self, body: JsonObject) -> None:
        """Send the full state, as players do at most changes of the track."""
        self._told = body
        if self.armed:
            self._post_twice(body)

    def withhold(self, body: JsonObject) -> None:
        """Tell nothing of a new track, now or as a change later."""
        self._told = body

    def tell_changes(self, body: JsonObject, *, position: bool = False) -> None:
        """Send what has changed since something was told last."""
        changed = messages.changes(self._told, body, position=position)
        self._told = body
        if changed and self.armed:
            self._post_twice(changed)

    async def run(self) -> None:
        """Send what is posted, for ever."""
        while True:
            suffix, body = await self._queue.get()
            await self._wire.publish(suffix, body)
            self._queue.task_done()

    async def flush(self) -> None:
        """Wait until everything that was posted has been sent."""
        self._post_twins()
        await self._queue.join()

    def _post_twice(self, body: JsonObject) -> None:
        """Send to the legacy topic first, then to the one that counts (protocol §3.2)."""
        self.post("events", body)
        if self._faults.twin_lead:
            loop = asyncio.get_running_loop()
            timer = loop.call_later(self._faults.twin_lead, self._post_twin)
            self._twins.append((timer, body))
        else:
            self._post_twins()
            self.post("data/events", body)

    def _post_twins(self) -> None:
        """Send everything that is still due on the topic that counts."""
        while self._twins:
            self._post_twin()

    def _post_twin(self) -> None:
        """Send the oldest body that is due there."""
        timer, body = self._twins.popleft()
        timer.cancel()
        self.post("data/events", body)
