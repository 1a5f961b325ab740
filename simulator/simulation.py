"""A whole simulation: the cloud, the broker and the players, in one process."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
import shutil
import socket
import ssl
import tempfile
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp import web

from .broker.authority import Authority, open_authority
from .broker.broker import YotoBroker
from .clock import Clock
from .cloud.clients import KNOWN_CLIENT_ID, ClientRegistry
from .cloud.cloud import Cloud
from .cloud.family import make_devices
from .cloud.logins import Logins
from .cloud.tokens import TokenMint
from .control import add_routes as add_control_routes
from .page import add_routes as add_page_routes
from .player import VirtualPlayer
from .player.settings import noon_zone
from .world import World

HOST = "127.0.0.1"
_LAST_STEPS = 2.0
"""Seconds that requests have to come to their end when the simulation stops."""
_LARGEST_BODY = 16 * 1024 * 1024
_FIRST_OF_ITS_OWN = 2
"""The first loopback address of which only one player has it: 127.0.0.2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    authority: Authority
    tls: ssl.SSLContext
    cloud: Cloud


class Simulation:
    """Starts everything on loopback and stops it without a trace."""

    def __init__(
        self,
        *,
        players: int = 2,
        speed: float = 1.0,
        at_noon: bool = False,
        apart: bool = False,
        http_port: int = 0,
        mqtt_port: int = 0,
        state_dir: Path | None = None,
    ) -> None:
        """Describe the simulation.

        Args:
            players: how many players the family has.
            speed: how many seconds of a player's life pass in one real second.
            at_noon: the players live where it is noon now, so that it stays day for a while.
            apart: each player fetches from a loopback address of its own, as on a real network
                (Linux only); servers elsewhere than on loopback cannot be reached then.
            http_port: port of OAuth, REST, media, the control API and the page; 0 for any.
            mqtt_port: port of MQTT over TLS WebSockets; 0 for any.
            state_dir: where the certificate authority is kept; a temporary folder if None.

        """
        self.world = World(clock=Clock(speed))
        timezone = noon_zone(self.world.clock.now()) if at_noon else ""
        for device in make_devices(players, timezone=timezone):
            self.world.devices[device.device_id] = device
        self.players: dict[str, VirtualPlayer] = {}
        self.client_id = KNOWN_CLIENT_ID
        self.mqtt_host = HOST
        self.mqtt_port = 0
        self.http_url = ""
        self.ca_file = Path()
        self._apart = apart
        self._http_port = http_port
        self._mqtt_port = mqtt_port
        self._state_dir = state_dir
        self._cloud: Cloud | None = None
        self._broker: YotoBroker | None = None
        self._stack = AsyncExitStack()

    @property
    def cloud(self) -> Cloud:
        """The cloud of a started simulation."""
        if self._cloud is None:
            raise RuntimeError("the simulation is not started")
        return self._cloud

    @property
    def broker(self) -> YotoBroker:
        """The broker of a started simulation."""
        if self._broker is None:
            raise RuntimeError("the simulation is not started")
        return self._broker

    @property
    def logins(self) -> Logins:
        """The logins by device code, to approve or deny."""
        return self.cloud.logins

    @property
    def clients(self) -> ClientRegistry:
        """The registered applications."""
        return self.cloud.clients

    async def start(self) -> None:
        """Start; everything answers when this returns."""
        async with AsyncExitStack() as stack:
            await self._start(stack)
            self._stack = stack.pop_all()

    async def stop(self) -> None:
        """Stop everything and remove what is temporary."""
        await self._stack.aclose()

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop."""
        await self.stop()

    async def _start(self, stack: AsyncExitStack) -> None:
        folder = self._state_dir
        if folder is None:
            folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="yoto-simulator-"))
            stack.push_async_callback(_remove, folder)
        http_listener = stack.enter_context(socket.create_server((HOST, self._http_port)))
        mqtt_listener = stack.enter_context(socket.create_server((HOST, self._mqtt_port)))
        self.http_url = f"http://{HOST}:{http_listener.getsockname()[1]}"
        self.mqtt_port = mqtt_listener.getsockname()[1]
        prepared = await asyncio.to_thread(self._prepare, folder)
        self.ca_file = prepared.authority.ca_file
        cloud = self._cloud = prepared.cloud
        broker = YotoBroker(world=self.world, tokens=cloud.tokens, presence=cloud.presence)
        self._broker = broker
        stack.push_async_callback(broker.stop)
        await broker.start(mqtt_listener, prepared.tls)

        app = web.Application(middlewares=[cloud.gate.middleware], client_max_size=_LARGEST_BODY)
        cloud.add_routes(app, broker.send_command)
        add_control_routes(app, self.world, self.players, cloud.logins)
        add_page_routes(app)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=_LAST_STEPS)
        stack.push_async_callback(runner.cleanup)
        await runner.setup()
        await web.SockSite(runner, http_listener).start()
        await self._start_players(stack)

    async def _start_players(self, stack: AsyncExitStack) -> None:
        session = await stack.enter_async_context(_client(None))
        for number, device in enumerate(self.world.devices.values(), _FIRST_OF_ITS_OWN):
            if self._apart:
                session = await stack.enter_async_context(_client((f"127.0.0.{number}", 0)))
            player = VirtualPlayer(
                device, self.world, self.broker.wire(device), self.cloud.shelf, session
            )
            self.players[device.device_id] = player
            stack.push_async_callback(player.stop)
        stack.callback(self.players.clear)
        await asyncio.gather(*(player.start() for player in self.players.values()))

    def _prepare(self, folder: Path) -> _Prepared:
        """Do what would block the event loop: keys and files."""
        authority = open_authority(folder)
        cloud = Cloud(
            world=self.world,
            base_url=self.http_url,
            folder=folder / "media",
            signing_key=TokenMint.make_key(),
        )
        cloud.stock()
        return _Prepared(authority=authority, tls=authority.server_context(), cloud=cloud)


def _client(address: tuple[str, int] | None) -> aiohttp.ClientSession:
    """Return an HTTP client that fetches from an address of this machine; None for any."""
    # A cookie would tell servers which player is asking.
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, local_addr=address),
        cookie_jar=aiohttp.DummyCookieJar(),
    )


async def _remove(folder: Path) -> None:
    await asyncio.to_thread(shutil.rmtree, folder)
