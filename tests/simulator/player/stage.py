"""A stage for players without the rest of the simulator: a wire, a shelf and a media server."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
import hashlib
import json
import re

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from simulator.clock import Clock
from simulator.player import VirtualPlayer
from simulator.world import CommandHandler, Device, Json, JsonObject, World

FRAME_SECONDS = 0.036
"""Of a frame of `tune`: 1,152 samples at 32 kHz."""

_FRAME_SIZE = 288


def tune(seconds: float, seed: int = 0) -> bytes:
    """Return an MP3 of 64 kbit/s whose sound is noise."""
    header = bytes([0xFF, 0xFB, 0x58, 0xC0])
    frames = round(seconds / FRAME_SECONDS)
    size = _FRAME_SIZE - len(header)
    noise = hashlib.shake_128(bytes([seed])).digest(frames * size)
    return b"".join(header + noise[at * size : (at + 1) * size] for at in range(frames))


async def until(condition: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(seconds):
        while True:
            if condition():
                return
            await asyncio.sleep(0.01)


class FakeWire:
    """A connection to a broker that is not there; remembers what was published."""

    def __init__(self) -> None:
        """Start unconnected."""
        self.published: list[tuple[str, JsonObject]] = []
        self.farewells: list[bool] = []
        self._on_command: CommandHandler | None = None

    @property
    def connected(self) -> bool:
        """Whether the player has connected."""
        return self._on_command is not None

    async def connect(self, on_command: CommandHandler) -> None:
        """Let the player connect."""
        self._on_command = on_command

    async def publish(self, suffix: str, body: Mapping[str, Json]) -> None:
        """Remember a message, as it looks on the wire; lose it while down."""
        if self.connected:
            self.published.append((suffix, json.loads(json.dumps(dict(body)))))

    async def disconnect(self, *, graceful: bool) -> None:
        """Let the player go."""
        self._on_command = None
        self.farewells.append(graceful)

    async def command(self, path: str, body: Json | str = "") -> JsonObject:
        """Send a command and return the answer to it."""
        before = len(self.of("response"))
        await self.send(path, body)
        await until(lambda: len(self.of("response")) > before)
        return self.of("response")[-1]

    async def send(self, path: str, body: Json | str = "") -> None:
        """Send a command."""
        if self._on_command is not None:
            await self._on_command(path, body if isinstance(body, str) else json.dumps(body))

    def of(self, suffix: str) -> list[JsonObject]:
        """Return what was published to a topic."""
        return [body for topic, body in self.published if topic == suffix]

    @property
    def events(self) -> list[JsonObject]:
        """Return what was published to `data/events`."""
        return self.of("data/events")

    def state(self) -> JsonObject:
        """Return what an application knows that merges all events."""
        merged: JsonObject = {}
        for body in self.events:
            merged |= body
        return merged


@dataclass
class Shelf:
    """Cards by their ids."""

    cards: dict[str, JsonObject] = field(default_factory=dict)

    async def playable(self, card_id: str) -> JsonObject | None:
        """Return a card."""
        return self.cards.get(card_id)


@dataclass
class Media:
    """Bodies that a server serves, and how badly it does so."""

    bodies: dict[str, bytes] = field(default_factory=dict)
    url: str = ""
    ranges: bool = True
    head: bool = True
    cuts: list[int] = field(default_factory=list)
    """After how many bytes the next GETs are cut off."""
    silent: bool = False
    """Nothing is answered at all."""
    endless: bool = False

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve a body by name, or redirect to it."""
        name = request.match_info["name"]
        if self.silent:
            await asyncio.Event().wait()
        if name.startswith("to-"):
            raise web.HTTPFound(self.url + name.removeprefix("to-"))
        if name not in self.bodies:
            raise web.HTTPNotFound
        if request.method == "HEAD" and not self.head:
            raise web.HTTPMethodNotAllowed("HEAD", ["GET"])
        return await self._answer(request, self.bodies[name])

    async def _answer(self, request: web.Request, body: bytes) -> web.StreamResponse:
        headers = {"Accept-Ranges": "bytes"} if self.ranges else {}
        status, start, stop = 200, 0, len(body)
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", request.headers.get("Range", ""))
        if asked and self.ranges:
            start = int(asked[1])
            stop = min(int(asked[2] or stop) + 1, stop)
            if start >= len(body):
                raise web.HTTPRequestRangeNotSatisfiable
            status = 206
            headers["Content-Range"] = f"bytes {start}-{stop - 1}/{len(body)}"
        response = web.StreamResponse(status=status, headers=headers)
        response.content_type = "audio/mpeg"
        response.content_length = stop - start
        await response.prepare(request)
        if request.method == "GET":
            cut = self.cuts.pop(0) if self.cuts else None
            await response.write(body[start:stop][:cut])
            if cut is not None and request.transport is not None:
                request.transport.close()
        return response


@dataclass
class Stage:
    """A player and everything around it."""

    player: VirtualPlayer
    wire: FakeWire
    shelf: Shelf
    media: Media
    world: World
    device: Device

    def put_card(self, card_id: str, *tracks: JsonObject, **content: Json) -> None:
        """Make a card with one chapter for each track; `name` is the body it plays."""
        chapters: list[Json] = []
        for number, track in enumerate(tracks, start=1):
            key = track.get("key", f"{number:02}")
            whole: JsonObject = {
                "key": key,
                "title": f"Track {key}",
                "trackUrl": f"{self.media.url}{track.get('name', 'a.mp3')}",
                "type": "stream",
            }
            tracks_of_chapter: list[Json] = [whole | track]
            chapters.append({"key": key, "title": f"Chapter {key}", "tracks": tracks_of_chapter})
        usual: JsonObject = {"chapters": chapters, "config": {}, "playbackType": "linear"}
        self.shelf.cards[card_id] = {
            "cardId": card_id,
            "title": f"Card {card_id}",
            "updatedAt": "2026-11-01T10:00:00.000Z",
            "content": usual | content,
        }

    async def ready(self) -> None:
        """Wait until the player has started up, then arm it as applications do."""
        await until(lambda: self.wire.events)
        await self.wire.command("events/request")
        self.wire.published.clear()

    def last_played(self) -> JsonObject:
        """Return what was played last."""
        return self.player.played()[-1]


def make_device(name: str = "Kitchen", number: int = 1) -> Device:
    """Return a device as the cloud has it."""
    return Device(
        device_id=f"ysimulated{number:014}",
        name=name,
        device_type="v3",
        family="v3",
        generation="gen3",
        form_factor="standard",
        mac="00:00:00:00:00:01",
        config={"maxVolumeLimit": "16", "nightMaxVolumeLimit": "8", "shutdownTimeout": "3600"},
    )


@asynccontextmanager
async def stage(speed: float = 40.0) -> AsyncGenerator[Stage]:
    """Set up a started player, which plays at 40 times real time unless told otherwise."""
    world = World(Clock(speed))
    device = make_device()
    world.devices[device.device_id] = device
    wire, shelf, media = FakeWire(), Shelf(), Media()
    app = web.Application()
    app.router.add_get("/{name}", media.serve)
    async with TestServer(app, host="127.0.0.1") as server, aiohttp.ClientSession() as session:
        media.url = str(server.make_url("/"))
        media.bodies["a.mp3"] = tune(20, seed=1)
        media.bodies["b.mp3"] = tune(20, seed=2)
        player = VirtualPlayer(device, world, wire, shelf, session)
        await player.start()
        try:
            yield Stage(player, wire, shelf, media, world, device)
        finally:
            await player.stop()
