"""HTTP as bytes: a client that can be old, slow or rude, which ready-made clients are not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
import socket
import ssl
from typing import Self

_SMALL_WINDOW = 4096


@dataclass(frozen=True, slots=True)
class Answer:
    """A response as it came over the wire."""

    version: str
    status: int
    headers: dict[str, str]
    body: bytes


class Wire:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Wrap an open connection."""
        self._reader = reader
        self._writer = writer

    @classmethod
    @asynccontextmanager
    async def open(cls, port: int, tls: ssl.SSLContext | None = None) -> AsyncIterator[Self]:
        """Connect, with a receive buffer so small that an unread stream stops at once."""
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SMALL_WINDOW)
        sock.setblocking(False)
        await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", port))
        name = None if tls is None else ""
        reader, writer = await asyncio.open_connection(
            sock=sock, ssl=tls, server_hostname=name, limit=_SMALL_WINDOW
        )
        try:
            yield cls(reader, writer)
        finally:
            writer.close()

    def send(self, text: str) -> None:
        """Send a request, its lines given with plain newlines."""
        self._writer.write(text.replace("\n", "\r\n").encode())

    async def headers(self) -> tuple[str, int, dict[str, str]]:
        """Read status line and header fields, and nothing of the body."""
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        version, status, _ = head[0].split(" ", 2)
        return version, int(status), dict(line.split(": ", 1) for line in head[1:] if line)

    async def answer(self, *, is_head: bool = False) -> Answer:
        """Read a whole response, its end told by Content-Length."""
        version, status, headers = await self.headers()
        has_body = not is_head and status != 304
        length = int(headers.get("Content-Length", "0")) if has_body else 0
        return Answer(version, status, headers, await self._reader.readexactly(length))

    async def take(self, count: int) -> bytes:
        """Read so many bytes of a body."""
        return await self._reader.readexactly(count)

    async def rest(self) -> bytes:
        """Read until the server closes the connection."""
        return await self._reader.read()

    async def rest_or_reset(self) -> None:
        """Read until the server ends the connection, in whatever way."""
        with suppress(ConnectionError):
            while await self._reader.read(_SMALL_WINDOW):
                pass

    def abort(self) -> None:
        """Vanish without a word."""
        self._writer.transport.abort()
