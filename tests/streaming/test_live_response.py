"""Streams with live items, over real sockets."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
import logging
import os
from pathlib import Path

from aiohttp import ClientPayloadError, ClientSession
from aiohttp.test_utils import TestServer
from aiohttp.web import Application, Request, StreamResponse
import pytest

from custom_components.yoto_smart_stream.audio.ffmpeg import Ffmpeg
from custom_components.yoto_smart_stream.audio.layer3 import length_at
from custom_components.yoto_smart_stream.audio.plan import plan_of_files
from custom_components.yoto_smart_stream.audio.profile import Profile
from custom_components.yoto_smart_stream.audio.silence import silence
from custom_components.yoto_smart_stream.streaming import live_response
from custom_components.yoto_smart_stream.streaming.broadcast import Listener, Pace
from custom_components.yoto_smart_stream.streaming.live import LiveSource, LiveSources
from custom_components.yoto_smart_stream.streaming.live_response import LiveResponse
from custom_components.yoto_smart_stream.streaming.live_sequence import LiveDraws, LiveSequence
from custom_components.yoto_smart_stream.streaming.pieces import Draw
from custom_components.yoto_smart_stream.streaming.pinning import Pinned
from custom_components.yoto_smart_stream.streaming.stream import (
    LiveItem,
    PlayMode,
    Stream,
    StreamError,
    StreamErrorCode,
)

from ..audio.sound import decode, make
from .radio import Radio, ffmpegs
from .songs import MONDAY, PROFILE, Songs, items, stream, streams
from .wire import Wire

DEADLINE = 30
SECOND = PROFILE.bytes_per_second
GET = "GET / HTTP/1.1\nHost: x\n{fields}\n"


@pytest.fixture(scope="module")
def songs(tmp_path_factory: pytest.TempPathFactory) -> Songs:
    """Return some songs."""
    return Songs(tmp_path_factory.mktemp("songs"))


class Studio:
    """A server of one stream with live items."""

    def __init__(self, songs: Songs, sources: LiveSources) -> None:
        """Serve nothing yet."""
        self.songs = songs
        self.sources = sources
        self.origins: dict[str, tuple[Path | str, Pace]] = {}
        self.streams: Mapping[str, Stream] = {}
        self.draw = Draw(play="1", day="2026-11-26")
        app = Application()
        app.router.add_route("*", "/", self._serve)
        self.server = TestServer(app)

    async def _serve(self, _request: Request) -> StreamResponse:
        return LiveResponse(self.load, self._listener)

    def load(self) -> LiveSequence:
        """Return what is played."""
        if not self.streams:
            raise StreamError(StreamErrorCode.EMPTY, ("A",))
        pinned = Pinned(name="A", revision="1", profile=PROFILE, streams=self.streams)
        return LiveSequence(pinned, self.songs.pieces.get, self.songs.silence, self.draw)

    @asynccontextmanager
    async def _listener(self, item: LiveItem, profile: Profile) -> AsyncIterator[Listener]:
        origin, pace = self.origins[item.source]
        source = LiveSource(key=item.source, origin=lambda: origin, pace=pace)
        with self.sources.listener(source, profile) as listener:
            yield listener

    def play(self, *some: Stream) -> None:
        """Serve the first of some streams."""
        self.streams = streams(*some)

    def song(self, name: str) -> bytes:
        """Return the bytes of a song."""
        return self.songs.pieces[name].part.path.read_bytes()

    @property
    def port(self) -> int:
        """Return the port."""
        assert self.server.port is not None
        return self.server.port


@pytest.fixture
async def studio(songs: Songs, socket_enabled: None) -> AsyncIterator[Studio]:
    """Run the server."""
    studio = Studio(songs, LiveSources(Ffmpeg(), most=2, linger=0.1))
    await studio.server.start_server()
    yield studio
    await studio.server.close()
    await studio.sources.stop()
    assert not ffmpegs()


@pytest.fixture
async def client(studio: Studio) -> AsyncIterator[ClientSession]:
    """Return a client."""
    async with ClientSession(str(studio.server.make_url("/"))) as session:
        yield session


def _live(name: str, **fields: object) -> Stream:
    """Return the stream A with song a, a live item, and song b."""
    return stream("A", "", items=(*items("a"), LiveItem(source=name), *items("b")), **fields)


async def _eventually(is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(DEADLINE):
        while not is_so():  # noqa: ASYNC110 - processes set no event
            await asyncio.sleep(0.01)


async def test_items_come_one_after_the_other(
    studio: Studio, client: ClientSession, tmp_path: Path
) -> None:
    """Songs as they are stored, speech as it is made, silence between them; nothing is claimed."""
    speech = make(tmp_path / "speech.wav", source="sine=f=900:d=3")
    studio.origins["speech"] = (speech, Pace.RENDERED)
    studio.play(_live("speech", gap=0.5, lead_in=1))
    async with client.get("/", headers={"Range": "bytes=100-"}) as answer:
        assert answer.status == HTTPStatus.OK
        heard = await answer.read()
    assert answer.headers["Accept-Ranges"] == "none"
    assert answer.headers["Content-Type"] == "audio/mpeg"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Content-Length" not in answer.headers
    assert "ETag" not in answer.headers
    gap = silence(PROFILE, 0.5)
    begin = silence(PROFILE, 1) + studio.song("a") + gap
    end = gap + studio.song("b")
    assert heard.startswith(begin)
    assert heard.endswith(end)
    spoken = heard[len(begin) : -len(end)]
    assert 2.9 < len(spoken) / SECOND < 3.3
    at = 0
    while at < len(spoken):
        at += length_at(spoken, at, PROFILE)
    assert at == len(spoken)
    decode(heard)


async def test_head_begins_nothing(studio: Studio, client: ClientSession, tmp_path: Path) -> None:
    """A probe costs no ffmpeg, and says what a request would be told."""
    speech = make(tmp_path / "speech.wav", source="sine=f=900:d=1")
    studio.origins["speech"] = (speech, Pace.RENDERED)
    studio.play(_live("speech"))
    async with client.head("/") as head:
        assert head.status == HTTPStatus.OK
        assert not studio.sources.running
    async with client.get("/") as answer:
        await answer.read()
    own = {"Date", "Transfer-Encoding"}
    assert {key: value for key, value in head.headers.items() if key not in own} == {
        key: value for key, value in answer.headers.items() if key not in own
    }


async def test_a_radio_is_heard_until_the_listener_leaves(
    studio: Studio, client: ClientSession, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """By two at once from one ffmpeg, which is gone soon after the second one."""
    async with Radio.on_air(tmp_path) as radio:
        studio.origins["radio"] = (radio.url(), Pace.LIVE)
        studio.play(stream("A", "", items=(LiveItem(source="radio"),), play_mode=PlayMode.LOOP))
        async with asyncio.timeout(DEADLINE), client.get("/") as one, client.get("/") as two:
            for answer in (one, two):
                decode(_whole(await answer.content.readexactly(3 * SECOND)))
            assert studio.sources.running == len(ffmpegs()) == 1
        await _eventually(lambda: not studio.sources.running and not radio.listeners)
    told = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert not [record for record in told if record.name != "asyncio"]


def _whole(heard: bytes) -> bytes:
    """Return the whole frames among bytes that begin with one."""
    at = 0
    while at + 6 <= len(heard) and (end := at + length_at(heard, at, PROFILE)) <= len(heard):
        at = end
    return heard[:at]


async def test_http_1_0(studio: Studio, tmp_path: Path) -> None:
    """A client of the old version gets it bare, and its end by closing."""
    studio.play(stream("A", "abc"))
    async with Wire.open(studio.port) as wire:
        wire.send("GET / HTTP/1.0\n\n")
        _, status, headers = await wire.headers()
        assert status == HTTPStatus.OK
        assert "Transfer-Encoding" not in headers
        assert await wire.rest() == b"".join(map(studio.song, "abc"))


async def test_a_slow_listener_stalls_nobody(
    studio: Studio, client: ClientSession, tmp_path: Path
) -> None:
    """Twenty that take nothing, and one that hears on; then one of the twenty hears what is new."""
    async with Radio.on_air(tmp_path, speed=100) as radio:
        studio.origins["radio"] = (radio.url(), Pace.LIVE)
        studio.play(stream("A", "", items=(LiveItem(source="radio"),)))
        async with AsyncExitStack() as stack:
            wires = [await stack.enter_async_context(Wire.open(studio.port)) for _ in range(20)]
            for wire in wires:
                wire.send(GET.format(fields=""))
                await wire.headers()
            async with asyncio.timeout(DEADLINE), client.get("/") as answer:
                await answer.content.readexactly(10 * SECOND)
            assert studio.sources.running == 1
            assert await asyncio.wait_for(wires[3].take(SECOND), DEADLINE)


async def test_a_client_that_takes_nothing_is_left_in_the_end(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would keep its source running for good."""
    monkeypatch.setattr(live_response, "GIVE_UP_SECONDS", 0.3)
    speech = make(tmp_path / "speech.flac", source="sine=f=900:d=1200")
    studio.origins["speech"] = (speech, Pace.RENDERED)
    studio.play(_live("speech"))
    async with Wire.open(studio.port) as wire:
        wire.send(GET.format(fields=""))
        await wire.headers()
        await _eventually(lambda: studio.sources.running == 1)
        await _eventually(lambda: not studio.sources.running)


async def test_one_source_too_many(studio: Studio, client: ClientSession, tmp_path: Path) -> None:
    """The next listener is told to come again, the others hear on."""
    async with Radio.on_air(tmp_path) as radio, AsyncExitStack() as stack:
        for station in ("one", "two", "three"):
            studio.origins[station] = (radio.url(station), Pace.LIVE)
        for station in ("one", "two"):
            studio.play(stream("A", "", items=(LiveItem(source=station),), lead_in=1))
            answer = await stack.enter_async_context(client.get("/"))
            await answer.content.readexactly(2 * SECOND)
        studio.play(stream("A", "", items=(LiveItem(source="three"),), lead_in=1))
        async with client.get("/") as answer:
            assert answer.status == HTTPStatus.SERVICE_UNAVAILABLE
            assert int(answer.headers["Retry-After"]) > 0
        # What else there is to hear is heard.
        studio.play(_live("three"))
        async with client.get("/") as answer:
            assert await answer.read() == studio.song("a") + studio.song("b")


async def test_what_cannot_be_heard_is_left_out(
    studio: Studio, client: ClientSession, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A station that is down is no reason to be silent; nothing but such ones is an error."""
    gone = tmp_path / "gone.mp3"
    studio.origins["gone"] = (gone, Pace.LIVE)
    studio.play(_live("gone"))
    async with client.get("/") as answer:
        assert await answer.read() == studio.song("a") + studio.song("b")
    assert "left out of a stream: not_playable" in caplog.text
    assert str(gone) not in caplog.text
    only = stream("A", "", items=(LiveItem(source="gone"),), lead_in=2, play_mode=PlayMode.LOOP)
    studio.play(only)
    async with asyncio.timeout(DEADLINE), client.get("/") as answer:
        assert answer.status == HTTPStatus.BAD_GATEWAY
    studio.streams = {}
    async with client.get("/") as answer:
        assert answer.status == HTTPStatus.NOT_FOUND


async def test_without_ffmpeg(studio: Studio, client: ClientSession, tmp_path: Path) -> None:
    """That is a fault of ours, and is answered as one."""
    studio.sources = LiveSources(Ffmpeg(binary="no-such-program"))
    studio.origins["speech"] = (tmp_path, Pace.RENDERED)
    studio.play(stream("A", "", items=(LiveItem(source="speech"),)))
    async with client.get("/") as answer:
        assert answer.status == HTTPStatus.INTERNAL_SERVER_ERROR


async def test_a_song_that_changes_meanwhile(
    studio: Studio, client: ClientSession, tmp_path: Path
) -> None:
    """Bytes of two versions are never mixed: the connection ends."""
    long = tmp_path / "long.mp3"
    # More than the buffers of a connection hold.
    long.write_bytes(studio.song("f") * 1500)
    piece = studio.songs.pieces["f"]
    changed = stream("A", "", items=(*items("a"), *items("g"), *items("b")))
    studio.play(changed)
    [part] = plan_of_files([long], "audio/mpeg").parts
    studio.songs.pieces["g"] = replace(piece, part=part, kind="g")
    try:
        async with Wire.open(studio.port) as wire:
            wire.send("GET / HTTP/1.0\n\n")
            await wire.headers()
            os.utime(long, (1, 1))
            heard = await wire.rest()
        assert heard.startswith(studio.song("a"))
        assert len(heard) < long.stat().st_size
        async with client.get("/") as answer:
            with pytest.raises(ClientPayloadError):
                await answer.read()
        studio.play(stream("A", "g"))
        async with client.get("/") as answer:
            assert answer.status == HTTPStatus.NOT_FOUND
    finally:
        del studio.songs.pieces["g"]


def _names(studio: Studio, sequence: LiveSequence, count: int) -> str:
    """Return what a sequence plays, as letters; a live item is `*`."""
    letters = {studio.song(name): name for name in studio.songs.pieces}
    found = ""
    while len(found) < count and (element := sequence.next()) is not None:
        found += letters[element] if isinstance(element, bytes) else "*"
    return found


async def test_orders_are_those_of_files(studio: Studio) -> None:
    """A shuffle is drawn, an endless one goes on, and a stream within is played whole."""
    radio = (LiveItem(source="radio"),)
    studio.play(stream("A", "", items=(*items("aB"), *radio)), stream("B", "cd"))
    assert _names(studio, studio.load(), 99) == "acd*"
    studio.play(stream("A", "", items=(*items("ab"), *radio), play_mode=PlayMode.LOOP))
    assert _names(studio, studio.load(), 10) == "ab*ab*ab*a"
    mixed = stream("A", "", items=(*items("abcde"), *radio), play_mode=PlayMode.SHUFFLE)
    studio.play(mixed)
    found = _names(studio, studio.load(), 99)
    assert sorted(found) == sorted("abcde*")
    assert found == _names(studio, studio.load(), 99)
    orders = set()
    for number in range(20):
        studio.draw = Draw(play=str(number), day="2026-11-26")
        orders.add(_names(studio, studio.load(), 99))
    assert len(orders) > 10


def test_who_asks_again_hears_the_same_order() -> None:
    """For half a minute (protocol §6.2), and each listener for itself."""
    numbers = iter(range(10_000))
    draws = LiveDraws(lambda: str(next(numbers)))
    first = draws.of("t", "1.2.3.4", MONDAY)
    assert draws.of("t", "1.2.3.4", MONDAY + timedelta(seconds=29)) == first
    assert draws.of("t", "5.6.7.8", MONDAY) != first
    assert draws.of("t", "1.2.3.4", MONDAY + timedelta(seconds=31)) != first
    for number in range(1000):
        draws.of(f"t{number}", "1.2.3.4", MONDAY)
    assert draws.of("t", "5.6.7.8", MONDAY).play > "1000"
