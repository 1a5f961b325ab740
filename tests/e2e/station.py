"""A radio station on this machine, as old as such servers are: no length, no end, no chunks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
import itertools
import subprocess
from typing import Final, Self

RATE: Final = 16_000
"""Bytes of a second, as the station sends."""
NAME: Final = "Radio Tide"
TONE: Final = 700
"""Hertz."""
_BURST: Final = 2 * RATE
_BLOCK: Final = RATE // 4
_SPEED: Final = 4
"""How much faster than it sounds it is sent, as the players of the tests live faster too."""
_HEAD: Final = (
    f"HTTP/1.0 200 OK\r\nContent-Type: audio/mpeg\r\nicy-name: {NAME}\r\nicy-br: 128\r\n\r\n"
)


class Station:
    """Sends a tone to everybody, for as long as they listen."""

    def __init__(self, tune: bytes) -> None:
        """Take what is sent again and again."""
        self.listeners = 0
        self.served = 0
        """How many have ever listened."""
        self._tune = tune
        self._url = ""

    @property
    def url(self) -> str:
        """Return where the station is."""
        return self._url

    @classmethod
    @asynccontextmanager
    async def on_air(cls) -> AsyncIterator[Self]:
        """Be on the air."""
        station = cls(await asyncio.to_thread(_tune))
        server = await asyncio.start_server(station._serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        station._url = f"http://127.0.0.1:{port}/tide"
        try:
            yield station
        finally:
            server.close()
            server.close_clients()
            await server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.listeners += 1
        self.served += 1
        try:
            with suppress(ConnectionError):
                await self._send(writer)
        finally:
            self.listeners -= 1
            writer.close()

    async def _send(self, writer: asyncio.StreamWriter) -> None:
        writer.write(_HEAD.encode() + self._tune[:_BURST])
        at = _BURST
        while True:
            writer.write((self._tune * 2)[at : at + _BLOCK])
            await writer.drain()
            at = (at + _BLOCK) % len(self._tune)
            await asyncio.sleep(_BLOCK / RATE / _SPEED)


def pitch(content: bytes) -> float:
    """Return the frequency of a tone in MP3, in hertz (blocking)."""
    command = [
        *("ffmpeg", "-v", "error", "-f", "mp3", "-i", "-"),
        *("-f", "s16le", "-ar", "44100", "-ac", "1", "-"),
    ]
    made = subprocess.run(command, input=content, check=True, capture_output=True)  # noqa: S603
    samples = memoryview(made.stdout).cast("h")[44_100 // 4 :]
    ups = sum(before < 0 <= after for before, after in itertools.pairwise(samples))
    return ups * 44_100 / len(samples)


def _tune() -> bytes:
    """Return eight seconds of the tone (blocking)."""
    command = [
        *("ffmpeg", "-v", "error", "-f", "lavfi", "-i", f"sine=f={TONE}:d=8,volume=4"),
        *("-ac", "1", "-b:a", "128k", "-f", "mp3", "-"),
    ]
    return subprocess.run(command, check=True, capture_output=True).stdout  # noqa: S603 - our own
