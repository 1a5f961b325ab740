"""What can go wrong between the broker and the applications, on purpose."""

import asyncio
from collections.abc import Collection

from simulator.world import World

from .connection import AppConnection
from .port import Listener, Port


class Outages:
    """See `simulator.world.BrokerOutages`. Players have wires of their own and notice nothing."""

    def __init__(
        self,
        world: World,
        listener: Listener,
        connections: Collection[AppConnection],
    ) -> None:
        """Be able to break the connections that are open at a time, and to close the port."""
        self._world = world
        self._listener = listener
        self._connections = connections
        self._blocked = Port.OPEN
        self._away = 0
        """How many restarts are under way."""
        self._restarts: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None

    async def block(self, how: bool | str) -> None:  # noqa: FBT001 - the value of the fault
        """Let nobody connect any more and end what is open, or let everybody connect again."""
        self._blocked = _port(how)
        await self._set_port()
        if self._blocked is not Port.OPEN:
            self._cut("the port is blocked")

    async def restart(self, seconds: float) -> None:
        """End every connection, and let nobody connect for so long."""
        self._away += 1
        await self._set_port()
        self._cut("the broker restarts")
        task = asyncio.create_task(self._come_back(seconds), name="restart of the broker")
        self._restarts.add(task)
        task.add_done_callback(self._restarts.discard)

    def silence(self, how: bool | float) -> None:  # noqa: FBT001 - the value of the fault
        """Make the connections that are open carry nothing, for so long; or end that."""
        self._cancel_timer()
        for connection in self._connections:
            connection.silent = how is not False
        if not isinstance(how, bool):
            self._timer = asyncio.get_running_loop().call_later(how, self._end_silence)

    async def stop(self) -> None:
        """End what is under way."""
        self._cancel_timer()
        for task in self._restarts:
            task.cancel()
        await asyncio.gather(*self._restarts, return_exceptions=True)

    async def _come_back(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self._away -= 1
        await self._set_port()
        self._world.note("broker_restarted")

    async def _set_port(self) -> None:
        if self._blocked is Port.OPEN and self._away:
            await self._listener.become(Port.REFUSED)
        else:
            await self._listener.become(self._blocked)

    def _end_silence(self) -> None:
        self._world.faults.mqtt_silent = False
        self.silence(False)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _cut(self, reason: str) -> None:
        for connection in list(self._connections):
            connection.cut(reason)


def _port(blocked: bool | str) -> Port:  # noqa: FBT001 - the value of the fault
    if isinstance(blocked, bool):
        return Port.REFUSED if blocked else Port.OPEN
    return Port(blocked)
