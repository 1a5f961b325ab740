"""A player's connection to the broker, made within the process.

Applications cannot tell it from a socket: messages have QoS 1, presence is retained, and a last
will follows a connection that ended without a farewell. It costs no socket, so that hundreds of
players are cheap.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
import time
from typing import Protocol

from simulator.world import CommandHandler, Device, Json, World

KEEP_ALIVE = 30.0
"""Seconds of a player's clock; the real value is not known."""
_LAPSE = 1.5 * KEEP_ALIVE
_STATUS_SUFFIXES = frozenset({"status", "status/full"})


class Post(Protocol):
    """The broker, as a player's connection needs it."""

    def publish(self, device_id: str, suffix: str, body: Mapping[str, Json]) -> None:
        """Carry a message to the applications."""

    def announce(self, device_id: str, body: Mapping[str, Json], *, online: bool) -> None:
        """Publish presence, retained."""


class PlayerWire:
    """See `simulator.world.Wire`."""

    def __init__(self, device: Device, world: World, post: Post) -> None:
        """Start unconnected."""
        self._device = device
        self._world = world
        self._post = post
        self._commands: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        self._worker: asyncio.Task[None] | None = None
        self._will: asyncio.TimerHandle | None = None
        self._connected = False

    @property
    def connected(self) -> bool:
        """Whether the connection is up."""
        return self._connected

    async def connect(self, on_command: CommandHandler) -> None:
        """Connect; if the last connection still awaits its end, that comes first."""
        if self._connected:
            return
        if self._will is not None:
            self._will.cancel()
            self._publish_will()
        self._connected = True
        self._commands = asyncio.Queue()
        self._worker = asyncio.create_task(
            self._work(self._commands, on_command), name=f"commands of {self._device.device_id}"
        )
        self._world.note("player_connected", device_id=self._device.device_id)
        self._post.announce(
            self._device.device_id, {"state": "online", "ts": _milliseconds()}, online=True
        )

    async def publish(self, suffix: str, body: Mapping[str, Json]) -> None:
        """Publish to `device/{id}/{suffix}`; lost while the connection is down."""
        if not self._connected:
            return
        status = body.get("status")
        if suffix in _STATUS_SUFFIXES and isinstance(status, dict):
            # The cloud keeps the last thing it heard, key by key (protocol §2.2).
            shadow = {**self._device.shadow, **status}
            shadow["updatedAt"] = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
            self._device.shadow = shadow
        self._post.publish(self._device.device_id, suffix, body)

    async def disconnect(self, *, graceful: bool) -> None:
        """End the connection, with a farewell or as the loss of Wi-Fi does (protocol §3.8)."""
        if not self._connected:
            return
        await self._stop_worker()
        self._world.note("player_disconnected", device_id=self._device.device_id, graceful=graceful)
        if graceful:
            self._post.announce(
                self._device.device_id, {"state": "offline", "ts": _milliseconds()}, online=False
            )
            return
        self._will = asyncio.get_running_loop().call_later(
            _LAPSE / self._world.clock.speed, self._publish_will
        )

    async def close(self) -> None:
        """End the connection for good, without telling anybody."""
        if self._will is not None:
            self._will.cancel()
            self._will = None
        await self._stop_worker()

    def receive(self, command: str, payload: str) -> None:
        """Take a command from the broker; lost while the connection is down (protocol §3.4)."""
        if self._connected:
            self._commands.put_nowait((command, payload))

    def _publish_will(self) -> None:
        self._will = None
        self._world.note("player_will", device_id=self._device.device_id)
        self._post.announce(self._device.device_id, {"state": "offline"}, online=False)

    async def _work(
        self, commands: asyncio.Queue[tuple[str, str]], on_command: CommandHandler
    ) -> None:
        while self._connected and commands is self._commands:
            await on_command(*await commands.get())

    async def _stop_worker(self) -> None:
        self._connected = False
        worker, self._worker = self._worker, None
        # A command may end the connection it came by: then the worker ends after it.
        if worker is None or worker is asyncio.current_task():
            return
        worker.cancel()
        with suppress(asyncio.CancelledError):
            await worker


def _milliseconds() -> int:
    return int(time.time() * 1000)
