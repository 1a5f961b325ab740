"""The port that applications connect to, which can be taken away from them."""

import asyncio
from enum import StrEnum
import socket
import ssl

from aiohttp import web


class Port(StrEnum):
    """What meets an application that connects."""

    OPEN = "open"
    REFUSED = "refused"
    """Nobody listens: connecting fails at once, as behind a firewall that rejects."""
    UNANSWERED = "unanswered"
    """Connecting never gets anywhere, as behind a firewall that drops."""


class Listener:
    """Listens, and keeps the port while it does not."""

    def __init__(self, app: web.Application, tls: ssl.SSLContext) -> None:
        """Serve an application, once it is started."""
        self._runner = web.AppRunner(app, access_log=None)
        self._tls = tls
        self._address = ("", 0)
        self._site: web.SockSite | None = None
        self._kept: socket.socket | None = None
        self._port = Port.OPEN
        self._changing = asyncio.Lock()

    async def start(self, listener: socket.socket) -> None:
        """Listen on a bound socket."""
        self._address = listener.getsockname()
        await self._runner.setup()
        await self._listen(listener)

    async def stop(self) -> None:
        """Stop listening and forget the port."""
        await self._runner.cleanup()
        self._site = None
        if self._kept is not None:
            self._kept.close()
            self._kept = None

    async def become(self, port: Port) -> None:
        """Change what meets those that connect. Open connections are not touched."""
        async with self._changing:
            if port is self._port:
                return
            self._port = port
            bound = await self._bind_anew()
            if port is Port.OPEN:
                self._kept = None
                await self._listen(bound)
            elif port is Port.UNANSWERED:
                # The system completes connections by itself; nobody will ever read from them.
                bound.listen()

    async def _listen(self, bound: socket.socket) -> None:
        self._site = web.SockSite(self._runner, bound, ssl_context=self._tls)
        await self._site.start()

    async def _bind_anew(self) -> socket.socket:
        """Stop listening and bind the port again, so that nobody else can get it meanwhile."""
        if self._site is not None:
            await self._site.stop()
            self._site = None
        if self._kept is not None:
            self._kept.close()
        self._kept = socket.socket()
        self._kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._kept.setblocking(False)
        self._kept.bind(self._address)
        return self._kept
