"""Two hundred listeners of live cards who take next to nothing, through the view and its limits."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from http import HTTPStatus
from pathlib import Path
import socket

from homeassistant.util import dt as dt_util
import psutil
import pytest

from custom_components.yoto_smart_stream.const import DOMAIN
from custom_components.yoto_smart_stream.live.runner import LIVE_CARDS
from custom_components.yoto_smart_stream.opening.opener import async_get_opener
from custom_components.yoto_smart_stream.program.editing import queue_of
from custom_components.yoto_smart_stream.program.session import Session, begin
from custom_components.yoto_smart_stream.streaming import live_response
from custom_components.yoto_smart_stream.streaming.addresses import stream_path
from custom_components.yoto_smart_stream.streaming.limits import PER_TOKEN
from custom_components.yoto_smart_stream.streaming.live import LiveSources
from custom_components.yoto_smart_stream.streaming.live_media import async_get_live
from custom_components.yoto_smart_stream.streaming.registry import async_get_registry
from tests.streaming.radio import RATE, Radio, ffmpegs
from tests.streaming.wire import Wire

from . import Family, settle
from .concert import make_concert

pytestmark = pytest.mark.timeout(120)

CARDS, EACH = 8, 25
"""Two hundred, and no card has more listeners than it may."""
GIVE_UP_SECONDS = 2.0
DEADLINE = 30
MOST_MEMORY = 48 * 1024**2
"""Bytes for all of them: asyncio itself keeps 64 KiB of each connection before it waits. With a
song of a minute, or half a minute of a station, for each of them it would be much more."""
GET = "GET {path} HTTP/1.1\nHost: x\n\n"


@pytest.fixture
async def port(family: Family) -> int:
    """Return the port of Home Assistant, which has next to nothing on the way to a listener."""
    runner, port = family.client.server.runner, family.client.port
    assert runner is not None
    assert port is not None
    for site in runner.sites:
        server = site._server
        assert isinstance(server, asyncio.Server)
        for listening in server.sockets:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8 * 1024)
    return port


async def cards(family: Family, media: str) -> list[str]:
    """Have something played on live cards; returns the paths of where that begins."""
    registry = await async_get_registry(family.hass)
    opener = await async_get_opener(family.hass)
    items = await opener.async_describe(media, None)
    paths = []
    for number in range(CARDS):
        player_id, owner = f"player{number}", family.entry.entry_id
        token = (await registry.async_add_live_card(player_id, owner=owner)).token
        session = begin(token, player_id, queue_of(items), dt_util.utcnow())
        live = family.hass.data[LIVE_CARDS]
        await live.async_change(token, player_id, partial(_replaced, session))
        paths.append(stream_path(token, "start"))
    return paths


def _replaced(session: Session, _before: Session) -> Session:
    return session


@asynccontextmanager
async def slow_listeners(port: int, paths: list[str]) -> AsyncIterator[list[Wire]]:
    """Have listeners who read the header fields and nothing else."""
    async with AsyncExitStack() as stack:
        wires = []
        for path in paths * EACH:
            wire = await stack.enter_async_context(Wire.open(port))
            wire.send(GET.format(path=path))
            _, status, _ = await asyncio.wait_for(wire.headers(), DEADLINE)
            assert status == HTTPStatus.OK
            wires.append(wire)
        yield wires


def memory() -> int:
    """Return the resident memory of this process, in bytes."""
    return psutil.Process().memory_info().rss


def open_files(folder: Path) -> int:
    """Count the files of a folder that this process has open."""
    return sum(Path(file.path).is_relative_to(folder) for file in psutil.Process().open_files())


async def test_a_radio_that_nobody_takes_ends_by_itself(
    family: Family, port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All share one station and its last seconds; whoever listens is not held up by them."""
    monkeypatch.setattr(live_response, "GIVE_UP_SECONDS", GIVE_UP_SECONDS)
    live = async_get_live(family.hass)
    monkeypatch.setattr(live, "sources", LiveSources(live.sources.ffmpeg, linger=0.1))
    async with Radio.on_air(tmp_path) as radio:
        paths = await cards(family, radio.url())
        before = memory()
        async with slow_listeners(port, paths) as wires, Wire.open(port) as listener:
            listener.send(GET.format(path=paths[0]))
            await asyncio.wait_for(listener.headers(), DEADLINE)
            assert len(ffmpegs()) == 1
            assert await asyncio.wait_for(listener.take(5 * RATE), DEADLINE)
            assert memory() - before < MOST_MEMORY
            listener.abort()
            # Nothing is taken by them, and yet they end.
            await settle(lambda: not ffmpegs())
            for wire in wires:
                await asyncio.wait_for(wire.rest_or_reset(), DEADLINE)
        await settle(lambda: not radio.listeners)
        # All places are free again.
        async with Wire.open(port) as again:
            again.send(GET.format(path=paths[0]))
            assert (await asyncio.wait_for(again.headers(), DEADLINE))[1] == HTTPStatus.OK
        await live.sources.stop()


async def test_a_song_waits_for_whoever_pauses(family: Family, port: int, tmp_path: Path) -> None:
    """Each costs an open file and next to no memory; the next listener hears all of it at once."""
    concert = await make_concert(family, tmp_path, seconds=60)
    song = concert.songs["Ant"]
    folder = concert.catalog.collection.path(song).parent
    paths = await cards(family, f"media-source://{DOMAIN}/library/{song.audio_id}")
    before = memory()
    async with slow_listeners(port, paths) as wires:
        await settle(lambda: open_files(folder) == len(wires))
        assert memory() - before < MOST_MEMORY
        async with asyncio.timeout(DEADLINE):
            assert await concert.heard(paths[0]) == concert.content("Ant")
        # A card has as many listeners as it may have, and then no more.
        async with AsyncExitStack() as stack:
            for number in range(EACH, PER_TOKEN.connections + 1):
                wire = await stack.enter_async_context(Wire.open(port))
                wire.send(GET.format(path=paths[1]))
                _, status, _ = await asyncio.wait_for(wire.headers(), DEADLINE)
                is_full = number == PER_TOKEN.connections
                assert (status == HTTPStatus.TOO_MANY_REQUESTS) is is_full
        # The first of them goes on after the pause.
        content = concert.content("Ant")
        assert await asyncio.wait_for(wires[0].take(len(content)), DEADLINE) == content
    await settle(lambda: not open_files(folder))
