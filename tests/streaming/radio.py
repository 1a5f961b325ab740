"""A radio station on the loopback interface, and what listens to it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import ClientConnectionResetError
from aiohttp.test_utils import TestServer
from aiohttp.web import Application, Request, StreamResponse
import psutil

from ..audio.sound import make

RATE = 16_000
"""Bytes of a second, as the station sends."""


class Radio:
    """Send the same tune again and again, to everybody from its beginning."""

    def __init__(self, tune: bytes, content_type: str, speed: float) -> None:
        """Take a tune; `speed` is how much faster than it sounds it is sent."""
        self.listeners = 0
        self._tune = tune
        self._type = content_type
        self._speed = speed
        app = Application()
        app.router.add_get("/{station}", self._play)
        self._server = TestServer(app)

    async def _play(self, request: Request) -> StreamResponse:
        response = StreamResponse(headers={"Content-Type": self._type})
        await response.prepare(request)
        self.listeners += 1
        block, at = RATE // 4, 0
        try:
            while True:
                await response.write((self._tune * 2)[at : at + block])
                at = (at + block) % len(self._tune)
                await asyncio.sleep(0.25 / self._speed)
        except ClientConnectionResetError:
            return response
        finally:
            self.listeners -= 1

    @classmethod
    @asynccontextmanager
    async def on_air(
        cls, folder: Path, name: str = "tune.mp3", *options: str, speed: float = 40
    ) -> AsyncIterator[Radio]:
        """Be on the air."""
        tune = make(folder / name, *options, source="sine=f=500:d=8").read_bytes()
        content_type = "audio/mpeg" if name.endswith("mp3") else "application/ogg"
        radio = cls(tune, content_type, speed)
        await radio._server.start_server()
        try:
            yield radio
        finally:
            await radio._server.close()

    def url(self, station: str = "one") -> str:
        """Return where a station is; all of them send the same."""
        return str(self._server.make_url(f"/{station}"))


def ffmpegs() -> list[psutil.Process]:
    """Return every ffmpeg that this process has running."""
    return [
        child
        for child in psutil.Process().children()
        if "ffmpeg" in child.name() and child.status() != psutil.STATUS_ZOMBIE
    ]
