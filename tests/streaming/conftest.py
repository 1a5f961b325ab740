"""A small server that serves plans, without Home Assistant."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
import socket
import ssl

from aiohttp.test_utils import TestServer, get_port_socket
from aiohttp.web import Application, Request, StreamResponse
import pytest

from custom_components.yoto_smart_stream.audio.plan import Source, plan_of_files
from custom_components.yoto_smart_stream.streaming.response import PlanResponse

from .certificate import careless_context, server_context

SMALL, LARGE = 10, 2_000_000


class PlanServer:
    """Serve one plan at `/`, over plain sockets or over TLS."""

    def __init__(self, files: list[Path], tls: ssl.SSLContext | None, send_buffer: int) -> None:
        """Serve some files, one after the other, with so many bytes on the way to a client."""

        def listen(host: str, port: int, family: socket.AddressFamily) -> socket.socket:
            listening = get_port_socket(host, port, family)
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer)
            return listening

        self.files = files
        self.load: Callable[[], Source] = lambda: plan_of_files(files, "audio/mpeg")
        self.client_tls = None if tls is None else careless_context()
        self._tls = tls
        app = Application()
        app.router.add_route("*", "/", self._serve)
        self._server = TestServer(
            app, scheme="http" if tls is None else "https", socket_factory=listen
        )

    async def _serve(self, _request: Request) -> StreamResponse:
        return PlanResponse(self.load)

    async def start(self) -> None:
        """Listen on a free port of the loopback interface."""
        await self._server.start_server(ssl=self._tls)

    async def stop(self) -> None:
        """Stop listening."""
        await self._server.close()

    @property
    def port(self) -> int:
        """Return the port."""
        assert self._server.port is not None
        return self._server.port

    @property
    def url(self) -> str:
        """Return the address."""
        return str(self._server.make_url("/"))

    def content(self) -> bytes:
        """Return the bytes that should be served."""
        return b"".join(path.read_bytes() for path in self.files)


@pytest.fixture
def hass_config_dir(hass_tmp_config_dir: str) -> str:
    """Give every test a config folder of its own: a ban is written there."""
    return hass_tmp_config_dir


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Make three files, large enough not to fit into the buffers of a connection."""
    paths = []
    for number, size in enumerate((SMALL, LARGE, LARGE)):
        path = tmp_path / f"{number}.mp3"
        block = bytes((number * 80 + index) % 251 for index in range(1009))
        path.write_bytes((block * (size // len(block) + 1))[:size])
        paths.append(path)
    return paths


@pytest.fixture(params=["plain", "tls"])
def tls(request: pytest.FixtureRequest, tmp_path: Path) -> ssl.SSLContext | None:
    """Let a test see both ways in which Home Assistant runs its web server."""
    return server_context(tmp_path) if request.param == "tls" else None


@pytest.fixture
async def server(
    files: list[Path], tls: ssl.SSLContext | None, socket_enabled: None
) -> AsyncIterator[PlanServer]:
    """Run the server, with so few bytes on the way that a client that does not read shows."""
    server = PlanServer(files, tls, 256 * 1024)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def narrow_server(
    files: list[Path], tls: ssl.SSLContext | None, socket_enabled: None
) -> AsyncIterator[PlanServer]:
    """Run the server with next to nothing on the way to a client."""
    server = PlanServer(files, tls, 8 * 1024)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def one_thread() -> AsyncIterator[None]:
    """Leave one thread for all blocking work: whoever keeps it stops everybody."""
    with ThreadPoolExecutor(1) as executor:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, asyncio.BaseEventLoop)
        # Home Assistant's tests forbid the method of the loop itself.
        asyncio.BaseEventLoop.set_default_executor(loop, executor)
        yield
