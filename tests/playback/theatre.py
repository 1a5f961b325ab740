"""A virtual player in fast time: its clock moves by hand, its wire ends in a reducer."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
import heapq
from itertools import count
import json
import re
from types import SimpleNamespace
from typing import cast, override

import aiohttp
import pytest

from custom_components.yoto_smart_stream.playback.context import CardMap
from simulator.clock import Clock
from simulator.player import VirtualPlayer, listening, obedience, transfer
from simulator.world import CommandHandler, Json, JsonObject, World
from tests.simulator.player.stage import Shelf, make_device

from .witness import START, Witness

TRACK_SECONDS = 30
SKEW = 5
"""Seconds by which the player's clock is fast, as captured (protocol §3.5)."""

_FRAME = bytes.fromhex("ffe318c0") + bytes(68)
"""A frame of 72 ms: the longest there is, since each one takes time to read."""
_FRAME_SECONDS = 0.072
_BLOCK = 8 * 1024
"""Bytes of one range: eight seconds."""
_PASSES = 6
"""Rounds of the event loop in which everything that is due has happened."""


class HandClock(Clock):
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        """Begin at 0."""
        super().__init__()
        self._elapsed = 0.0
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []
        self._number = count()

    @override
    def elapsed(self) -> float:
        return self._elapsed

    @override
    def now(self) -> float:
        return START.timestamp() + self._elapsed

    @override
    async def sleep(self, seconds: float) -> None:
        due = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (self._elapsed + seconds, next(self._number), due))
        await due

    def advance(self, seconds: float) -> None:
        """Move on."""
        self._elapsed += seconds
        while self._waiting and self._waiting[0][0] <= self._elapsed:
            _, _, due = heapq.heappop(self._waiting)
            if not due.done():
                due.set_result(None)


class Web:
    """Serves the same tune at every address, without a socket, as an HTTP client sees it."""

    def __init__(self) -> None:
        """Make the tune."""
        self._tune = _FRAME * round(TRACK_SECONDS / _FRAME_SECONDS)

    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str], **_: object
    ) -> object:
        """Answer a request, ranges included."""
        body, status = self._tune, 200
        answer = {"Accept-Ranges": "bytes"}
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", headers.get("Range", ""))
        if asked is not None:
            first, last = int(asked[1]), min(int(asked[2]), len(body) - 1)
            answer["Content-Range"] = f"bytes {first}-{last}/{len(body)}"
            body, status = body[first : last + 1], 206
        chunks = [b"", body] if method == "GET" else [b""]

        async def readany() -> bytes:
            return chunks.pop() if chunks else b""

        return SimpleNamespace(
            status=status,
            headers=answer,
            content_length=len(body),
            content=SimpleNamespace(readany=readany),
            history=(),
            url=url,
            request_info=SimpleNamespace(headers=headers),
            release=lambda: None,
            close=lambda: None,
        )


@dataclass
class Line:
    """A player's connection to the broker, with the witness at its other end."""

    witness: Witness
    clock: HandClock
    on_command: CommandHandler | None = None
    told: list[str] = field(default_factory=list)

    @property
    def connected(self) -> bool:
        """Whether the connection is up."""
        return self.on_command is not None

    async def connect(self, on_command: CommandHandler) -> None:
        """Say that the player is there."""
        self.on_command = on_command
        self._hear("presence", {"state": "online"})

    async def publish(self, suffix: str, body: Mapping[str, Json]) -> None:
        """Take a message."""
        if self.connected:
            self._hear(suffix, body)

    async def disconnect(self, *, graceful: bool) -> None:  # noqa: ARG002 - as a wire has it
        """Say that the player has gone."""
        self.on_command = None
        self._hear("presence", {"state": "offline"})

    def _hear(self, suffix: str, body: Mapping[str, object]) -> None:
        self.witness.now = START + timedelta(seconds=self.clock.elapsed())
        self.told += self.witness.hear(suffix, body)


@dataclass
class Theatre:
    """A player, who listens to it, and the time."""

    player: VirtualPlayer
    line: Line
    clock: HandClock
    shelf: Shelf
    cards: dict[str, CardMap]

    @property
    def witness(self) -> Witness:
        """Return who hears the player."""
        return self.line.witness

    def heard(self) -> list[str]:
        """Return what has happened since the last call."""
        told, self.line.told = self.line.told, []
        return told

    async def pump(self) -> None:
        """Let everything happen that is due."""
        for _ in range(_PASSES):
            await asyncio.sleep(0)
        await self.player.workings.announcer.flush()

    async def pass_time(self, seconds: float) -> None:
        """Let time pass, not more than a second at once."""
        while seconds > 0:
            step = min(seconds, 1.0)
            self.clock.advance(step)
            seconds -= step
            for _ in range(3):
                await asyncio.sleep(0)
        await self.pump()

    async def command(self, path: str, body: JsonObject | None = None, *, ours: bool) -> None:
        """Give the player a command, as Home Assistant or as another app."""
        payload = "" if body is None else json.dumps(body)
        self.witness.now = START + timedelta(seconds=self.clock.elapsed())
        if ours:
            self.line.told += self.witness.command(path, payload)
        if self.line.on_command is not None:
            await self.line.on_command(path, payload)
        await asyncio.sleep(0.0005)
        await self.pump()

    async def ask(self) -> None:
        """Ask for everything, as Home Assistant does every four minutes."""
        await self.command("events/request", ours=True)

    async def ask_status(self) -> None:
        """Ask for both status blocks, as Home Assistant does every minute."""
        await self.command("status/request", ours=True)
        await self.command("status", {"requestId": "1"}, ours=True)

    def put_card(self, card_id: str, map_: CardMap, **content: Json) -> None:
        """Make a card whose tracks are the places of a map, and whose ways are its exits."""
        chapters: dict[str, list[Json]] = {}
        declared = 0 if content.pop("streamed", False) else TRACK_SECONDS
        for place in map_.places:
            exits = map_.exits.get(place)
            ways = (
                {}
                if exits is None
                else {"onLhb": exits.left, "onRhb": exits.right, "onEnd": exits.end}
            )
            rules: JsonObject = {
                event: {"cmd": "goto", "params": {"chapterKey": to[0], "trackKey": to[1]}}
                for event, to in ways.items()
                if to is not None
            }
            if map_.interactive and "onEnd" not in rules:
                rules["onEnd"] = {"cmd": "stop"}
            track: JsonObject = {
                "key": place[1],
                "title": f"Track {place[1]}",
                "trackUrl": f"http://audio/{card_id}/{'/'.join(place)}.mp3",
                "type": "audio" if declared else "stream",
                "duration": declared,
                "events": rules,
            }
            chapters.setdefault(place[0], []).append(track)
        whole: JsonObject = {
            "chapters": [
                {"key": key, "title": f"Chapter {key}", "tracks": tracks}
                for key, tracks in chapters.items()
            ],
            "playbackType": "interactive" if map_.interactive else "linear",
            "config": {"disableChapterNav": map_.interactive},
        }
        self.shelf.cards[card_id] = {
            "cardId": card_id,
            "title": f"Card {card_id}",
            "content": whole | content,
        }
        self.cards[card_id] = map_


@asynccontextmanager
async def theatre(monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Theatre]:
    """Switch a player on and listen to it; real time plays no part."""
    monkeypatch.setattr(listening, "_PULSE", 0)
    # Players keep little ahead then, and learn late how long a stream is.
    monkeypatch.setattr(listening, "BLOCK", _BLOCK)
    monkeypatch.setattr(transfer, "BLOCK", _BLOCK)
    monkeypatch.setattr(obedience, "_ANSWER_WITHIN", (0.0, 0.0))
    # Hundreds of thousands of turns of the loop are not looked at one by one.
    asyncio.get_running_loop().set_debug(False)
    clock = HandClock()
    world = World(clock)
    world.faults.clock_skew = SKEW
    device = make_device()
    cards: dict[str, CardMap] = {}
    line, shelf = Line(Witness(cards), clock), Shelf()
    session = cast("aiohttp.ClientSession", Web())
    player = VirtualPlayer(device, world, line, shelf, session)
    await player.start()
    scene = Theatre(player, line, clock, shelf, cards)
    try:
        await scene.pass_time(5)
        await scene.ask()
        await scene.ask_status()
        await scene.pass_time(20)
        yield scene
    finally:
        await player.stop()
