"""Many talkative players and the broker between them and Home Assistant, in a process of its own.

`python -m benchmarks.crowd --players N --ready-file FILE` is the simulator with players that do
nothing by themselves: they answer what they are asked, and say what an order wants, which is
posted to `/load` at the address `load_url` in the ready file:
  {"rate": messages a second of each player, "seconds"}
The answer has one row for each message: [player's id, when it was published, position, volume,
title], where the rest is what the player has said in all by then. Times are in nanoseconds of the
monotonic clock, which all processes of a machine share.
"""

import argparse
import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
import json
import logging
from pathlib import Path
import random
import signal
import socket
import time
from typing import Final

from aiohttp import web

from simulator.cloud.clients import OAuthClient
from simulator.cloud.family import make_devices
from simulator.player import messages
from simulator.player.commands import answered_as
from simulator.player.messages import Facts, Playback, Programme, Source
from simulator.simulation import HOST, Simulation
from simulator.world import Device, Json, JsonObject, Wire

CORE_CLIENT_ID: Final = "core"
CORE_CLIENT_SECRET: Final = "no secret"  # noqa: S105 - of an account that does not exist
_MOST_PLAYERS: Final = 1000
_MOST_SECONDS: Final = 300
_ANSWER_AFTER: Final = 0.08
"""Seconds until a player answers (protocol §3.3)."""
_AT_ONCE: Final = 20
"""How many messages that are late may go out before the broker gets a turn."""
_LENGTH: Final = 10 * 3600

type Row = list[str | int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A chapter of the card that everybody plays."""

    key: str
    title: str
    track_key: str
    track_title: str


class Talker:
    """A player that says what it is told to, and answers what it is asked."""

    def __init__(self, device: Device, wire: Wire, card_id: str, chapters: list[Chapter]) -> None:
        """Play the first chapter."""
        self._device = device
        self._wire = wire
        self._chapters = chapters
        self._said = 0
        self._facts = Facts(
            now=int(time.time()),
            card_id=card_id,
            programme=_programme(chapters[0]),
            playback=Playback.PLAYING,
            waiting=False,
            position=0,
            length=_LENGTH,
            source=Source.INSERTED,
            repeat_all=True,
            volume=8,
            volume_max=16,
            sleep_timer=None,
            inserted=True,
            battery=87,
            charging=False,
            headphones=False,
            bluetooth=False,
            day=1,
            nightlight="off",
            up_time=60,
        )

    async def connect(self) -> None:
        """Come online."""
        await self._wire.connect(self._answer)

    async def say_next(self) -> Row:
        """Say the next thing: the position mostly, the volume, or another chapter.

        Everything changes what a media player shows, and no two things show the same.
        """
        self._said += 1
        body = self._change(self._said)
        sent = time.monotonic_ns()
        await self._wire.publish("data/events", body)
        programme = self._facts.programme
        assert programme is not None
        return [
            self._device.device_id,
            sent,
            self._facts.position,
            self._facts.volume,
            programme.track_title,
        ]

    def _change(self, number: int) -> JsonObject:
        before = messages.events(self._facts)
        match number % 5:
            case 0:
                chapter = self._chapters[number // 5 % len(self._chapters)]
                self._facts = replace(
                    self._facts, programme=_programme(chapter), position=_away(number)
                )
            case 2:
                self._facts = replace(self._facts, volume=4 + number // 5 % 8)
            case _:
                self._facts = replace(self._facts, position=_away(number))
        self._facts = replace(self._facts, now=int(time.time()))
        after = messages.events(self._facts)
        return {
            key: value for key, value in after.items() if before[key] != value or key == "eventUtc"
        }

    async def _answer(self, path: str, payload: str) -> None:
        await asyncio.sleep(_ANSWER_AFTER)
        answer = messages.answer(answered_as(path), payload, accepted=True)
        await self._wire.publish("response", answer)
        match path:
            case "events/request":
                await self._wire.publish("data/events", messages.events(self._facts))
            case "status/request":
                status: Json = messages.status(self._facts, self._device)
                await self._wire.publish("data/status", {"status": status})
            case "status":
                status = messages.full_status(self._facts, self._device)
                await self._wire.publish("status/full", {"status": status})
            case _:
                pass


class Crowd:
    """All the players."""

    def __init__(self, talkers: list[Talker]) -> None:
        """Be quiet at first."""
        self._talkers = talkers

    async def load(self, request: web.Request) -> web.Response:
        """Let everybody talk for a while."""
        order: dict[str, float] = await request.json()
        cpu, started = time.process_time(), time.monotonic()
        rows, late = await self.talk(order["rate"], min(order["seconds"], _MOST_SECONDS))
        seconds = time.monotonic() - started
        return web.json_response(
            {
                "rows": rows,
                "late": late,
                "seconds": seconds,
                "cpu_seconds": time.process_time() - cpu,
            }
        )

    async def talk(self, rate: float, seconds: float) -> tuple[list[Row], list[float]]:
        """Return what was said, and by how many seconds each of it was late."""
        rows, late = [], []
        loop = asyncio.get_running_loop()
        started = loop.time()
        hurried = 0
        for due, talker in self._plan(rate, seconds):
            wait = started + due - loop.time()
            hurried = 0 if wait > 0 else hurried + 1
            if wait > 0 or hurried >= _AT_ONCE:
                hurried = 0
                await asyncio.sleep(max(0, wait))
            late.append(max(0.0, loop.time() - started - due))
            rows.append(await talker.say_next())
        return rows, late

    def _plan(self, rate: float, seconds: float) -> Iterator[tuple[float, Talker]]:
        """Return who talks when: each at its own even pace, and all of them independently."""
        chance = random.Random(1)
        beginnings = sorted(
            ((chance.random() / rate, talker) for talker in self._talkers),
            key=lambda beginning: beginning[0],
        )
        for number in range(round(seconds * rate)):
            for beginning, talker in beginnings:
                yield beginning + number / rate, talker


def _away(number: int) -> int:
    """Return a position far from where anybody expects the player who counts on by themselves."""
    return 1000 + 10 * number


def _programme(chapter: Chapter) -> Programme:
    return Programme(
        card_updated_at="2026-01-01T00:00:00.000Z",
        chapter_key=chapter.key,
        chapter_title=chapter.title,
        track_key=chapter.track_key,
        track_title=chapter.track_title,
        streaming=False,
    )


async def _card(simulation: Simulation) -> tuple[str, list[Chapter]]:
    """Return a card of the family with several chapters."""
    for entry in simulation.cloud.shelf.titles():
        card = await simulation.cloud.shelf.playable(str(entry["card_id"]))
        content = card["content"] if card else None
        chapters = content["chapters"] if isinstance(content, dict) else None
        if entry["interactive"] or not isinstance(chapters, list) or len(chapters) < 2:
            continue
        return str(entry["card_id"]), [_chapter(chapter) for chapter in chapters]
    raise SystemExit("The family has no card with several chapters")


def _chapter(raw: Json) -> Chapter:
    assert isinstance(raw, dict)
    tracks = raw["tracks"]
    assert isinstance(tracks, list)
    track = tracks[0]
    assert isinstance(track, dict)
    return Chapter(
        key=str(raw["key"]),
        title=str(raw["title"]),
        track_key=str(track["key"]),
        track_title=str(track["title"]),
    )


async def gather(simulation: Simulation, players: int) -> Crowd:
    """Put players into the family and bring them online."""
    card_id, chapters = await _card(simulation)
    talkers = []
    for device in make_devices(players):
        simulation.world.devices[device.device_id] = device
        talkers.append(Talker(device, simulation.broker.wire(device), card_id, chapters))
    for talker in talkers:
        await talker.connect()
    simulation.clients.add(OAuthClient(client_id=CORE_CLIENT_ID, secret=CORE_CLIENT_SECRET))
    return Crowd(talkers)


async def _serve(crowd: Crowd) -> tuple[web.AppRunner, str]:
    """Take orders."""
    app = web.Application()
    app.router.add_post("/load", crowd.load)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    listener = socket.create_server((HOST, 0))
    await web.SockSite(runner, listener).start()
    return runner, f"http://{HOST}:{listener.getsockname()[1]}/load"


async def _run(players: int, ready_file: Path) -> None:
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    async with Simulation(players=0) as simulation:
        runner, load_url = await _serve(await gather(simulation, players))
        ready = {
            "url": simulation.http_url,
            "mqtt_host": simulation.mqtt_host,
            "mqtt_port": simulation.mqtt_port,
            "ca_file": str(simulation.ca_file.resolve()),
            "client_id": simulation.client_id,
            "pid": 0,
            "load_url": load_url,
        }
        unfinished = ready_file.with_suffix(".part")
        await asyncio.to_thread(unfinished.write_text, json.dumps(ready))
        await asyncio.to_thread(unfinished.replace, ready_file)
        await ended.wait()
        await runner.cleanup()


def main() -> None:
    """Run until told to end."""
    logging.getLogger("amqtt").setLevel(logging.CRITICAL)
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crowd", description=__doc__)
    parser.add_argument("--players", type=int, required=True)
    parser.add_argument("--ready-file", type=Path, required=True)
    given = parser.parse_args()
    if given.players > _MOST_PLAYERS:
        raise SystemExit(f"No more than {_MOST_PLAYERS} players")
    asyncio.run(_run(given.players, given.ready_file))


if __name__ == "__main__":
    main()
