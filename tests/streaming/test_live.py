"""Live sources: one ffmpeg each, shared, ended, and never held up by anybody."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from custom_components.yoto_smart_stream.audio.ffmpeg import Ffmpeg
from custom_components.yoto_smart_stream.audio.layer3 import length_at
from custom_components.yoto_smart_stream.audio.profile import Profile
from custom_components.yoto_smart_stream.streaming import live
from custom_components.yoto_smart_stream.streaming.broadcast import (
    MOST_AT_ONCE,
    Broadcast,
    FellBehindError,
    Listener,
    Pace,
)
from custom_components.yoto_smart_stream.streaming.live import (
    LiveError,
    LiveErrorCode,
    LiveSource,
    LiveSources,
)

from ..audio.sound import decode, loudest, make
from .radio import Radio, ffmpegs

PROFILE = Profile()
SECOND = PROFILE.bytes_per_second
DEADLINE = 30

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.fixture
async def sources() -> AsyncIterator[LiveSources]:
    """Return sources of which two may run, and see that nothing is left."""
    sources = LiveSources(Ffmpeg(), most=2, linger=0.2)
    yield sources
    await sources.stop()
    assert not sources.running
    assert not ffmpegs()


def _radio(url: str) -> LiveSource:
    return LiveSource(key=url, origin=lambda: url)


def _same(origin: Path | str) -> Path | str:
    return origin


async def _eventually(is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(DEADLINE):
        while not is_so():  # noqa: ASYNC110 - processes set no event
            await asyncio.sleep(0.01)


async def _take(listener: Listener, count: int) -> bytes:
    """Listen to at least so many bytes, or to the end."""
    found = b""
    async with asyncio.timeout(DEADLINE):
        while len(found) < count and (frames := await listener.frames()):
            found += frames
    return found


def _borders(frames: bytes) -> Iterator[int]:
    """Yield where frames begin; fails where these are not whole frames from the first byte on."""
    at = 0
    while at < len(frames):
        yield at
        at += length_at(frames, at, PROFILE)
    assert at == len(frames)


@pytest.mark.parametrize(
    ("name", "options"),
    [("tune.mp3", ["-b:a", "64k"]), ("tune.ogg", ["-c:a", "libvorbis", "-ar", "32000"])],
)
async def test_a_radio_becomes_canonical(
    sources: LiveSources, tmp_path: Path, name: str, options: list[str]
) -> None:
    """What a station sends, in whatever format, is heard in frames of the profile."""
    async with Radio.on_air(tmp_path, name, *options) as radio:
        with sources.listener(_radio(radio.url()), PROFILE) as listener:
            heard = await _take(listener, 3 * SECOND)
            assert len(ffmpegs()) == 1
            assert ffmpegs()[0].nice() > 0
        assert list(_borders(heard))
        assert loudest(decode(heard)) > 0.05
        await _eventually(lambda: not ffmpegs() and not radio.listeners)


async def test_listeners_share_one_ffmpeg(sources: LiveSources, tmp_path: Path) -> None:
    """Whoever comes later begins at the border of a frame, near the newest one."""
    async with Radio.on_air(tmp_path) as radio:
        source = _radio(radio.url())
        with sources.listener(source, PROFILE) as first:
            early = await _take(first, 6 * SECOND)
            with sources.listener(source, PROFILE) as second:
                late = await _take(second, SECOND)
                assert len(ffmpegs()) == sources.running == 1
                assert radio.listeners == 1
                early += await _take(first, SECOND)
    list(_borders(late))
    begin = early.index(late[: 2 * SECOND // 3])
    assert begin >= 1.5 * SECOND
    assert begin in set(_borders(early))


async def test_whoever_asks_again_at_once_finds_it_running(
    sources: LiveSources, tmp_path: Path
) -> None:
    """A source goes on for a moment when its listener leaves, and then ends by itself."""
    async with Radio.on_air(tmp_path) as radio:
        source = _radio(radio.url())
        with sources.listener(source, PROFILE) as listener:
            await _take(listener, 1000)
        (process,) = ffmpegs()
        with sources.listener(source, PROFILE) as listener:
            await _take(listener, 1000)
            assert ffmpegs() == [process]
            await asyncio.sleep(0.3)
            assert await _take(listener, 1000)
        await _eventually(lambda: not sources.running)
        assert not ffmpegs()


async def test_a_slow_listener_stalls_nobody(sources: LiveSources, tmp_path: Path) -> None:
    """One that takes nothing costs the others nothing, and goes on with what is new."""
    async with Radio.on_air(tmp_path) as radio:
        source = _radio(radio.url())
        with (
            sources.listener(source, PROFILE) as slow,
            sources.listener(source, PROFILE) as quick,
        ):
            begin = await _take(slow, 1000)
            assert await _take(quick, 8 * SECOND)
            assert await _take(slow, 1000)
            assert len(ffmpegs()) == 1
    assert list(_borders(begin))


async def test_one_too_many(sources: LiveSources, tmp_path: Path) -> None:
    """There are few at once; what nobody hears any more makes room."""
    async with Radio.on_air(tmp_path) as radio:
        with ExitStack() as stack:
            for station in ("one", "two"):
                source = _radio(radio.url(station))
                await _take(stack.enter_context(sources.listener(source, PROFILE)), 1000)
            third = _radio(radio.url("three"))
            with pytest.raises(LiveError) as caught, sources.listener(third, PROFILE):
                pass
            assert caught.value.code is LiveErrorCode.TOO_MANY
            assert len(ffmpegs()) == 2
        with sources.listener(third, PROFILE) as listener:
            assert await _take(listener, 1000)


async def test_speech_waits_for_its_listener(sources: LiveSources, tmp_path: Path) -> None:
    """What is rendered is heard whole however late it is taken, by everybody from its start."""
    speech = make(tmp_path / "speech.wav", source="sine=f=500:d=90")
    source = LiveSource(key="speech", origin=lambda: speech, pace=Pace.RENDERED)
    with sources.listener(source, PROFILE) as first:
        begin = await _take(first, SECOND)
        with sources.listener(source, PROFILE) as second:
            assert (await _take(second, SECOND)).startswith(begin[:SECOND])
            assert len(ffmpegs()) == 1
        rest = await _take(first, 200 * SECOND)
    heard = begin + rest
    list(_borders(heard))
    assert 89.9 < len(heard) / SECOND < 90.2
    decode(heard)
    # Another one begins anew, and not in the middle of what is over.
    with sources.listener(source, PROFILE) as third:
        assert (await _take(third, SECOND)).startswith(begin[:SECOND])


async def test_speech_is_not_made_faster_than_it_is_taken(
    sources: LiveSources, tmp_path: Path
) -> None:
    """Hours of it do not run through while nobody takes them."""
    speech = make(tmp_path / "speech.flac", source="sine=f=500:d=600")
    source = LiveSource(key="speech", origin=lambda: speech, pace=Pace.RENDERED)
    with sources.listener(source, PROFILE) as listener:
        await _take(listener, 1000)
        (process,) = ffmpegs()
        used = -1.0
        async with asyncio.timeout(DEADLINE):
            while (now := sum(process.cpu_times()[:2])) != used:
                used = now
                await asyncio.sleep(0.3)
        assert process.is_running()
        assert await _take(listener, 100 * SECOND)


async def test_bytes_are_taken_from_an_iterator(sources: LiveSources, tmp_path: Path) -> None:
    """Bytes of any format can be given; they are asked for no faster than they are used."""
    content = make(tmp_path / "x.flac", source="sine=f=500:d=120").read_bytes()
    given = 0

    async def chunks() -> AsyncIterator[bytes]:
        nonlocal given
        for at in range(0, len(content), 4096):
            given = at
            yield content[at : at + 4096]
        given = len(content)

    source = LiveSource(key="bytes", origin=chunks, pace=Pace.RENDERED)
    with sources.listener(source, PROFILE) as listener:
        heard = await _take(listener, 1000)
        assert given < len(content)
        heard += await _take(listener, 200 * SECOND)
    assert 119.9 < len(heard) / SECOND < 120.2
    assert given == len(content)


async def test_what_cannot_be_played(sources: LiveSources, tmp_path: Path) -> None:
    """No audio, no file, no station and no ffmpeg are told, and not tried again at once."""
    text = tmp_path / "text.mp3"
    text.write_text("Once upon a time")
    playlist = tmp_path / "list.m3u8"
    playlist.write_text(f"#EXTM3U\n#EXTINF:1,\nfile:{text}\n")
    for origin in (text, tmp_path / "gone.mp3", playlist, "http://127.0.0.1:9/x", "file:///x.mp3"):
        source = LiveSource(key=str(origin), origin=partial(_same, origin))
        for _ in range(2):
            with pytest.raises(LiveError) as caught, sources.listener(source, PROFILE) as listener:
                await _take(listener, 1)
            assert caught.value.code is LiveErrorCode.NOT_PLAYABLE
            assert str(origin) not in str(caught.value)
        assert not ffmpegs()
    missing = LiveSources(Ffmpeg(binary="no-such-program"))
    source = LiveSource(key="x", origin=lambda: text)
    with pytest.raises(LiveError) as caught, missing.listener(source, PROFILE) as listener:
        await _take(listener, 1)
    assert caught.value.code is LiveErrorCode.NO_TOOL


async def test_a_station_that_says_nothing(
    sources: LiveSources, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Silence on the line ends."""
    monkeypatch.setattr(live, "PATIENCE_SECONDS", 0.3)

    async def nothing() -> AsyncIterator[bytes]:
        await asyncio.Event().wait()
        yield b""

    source = LiveSource(key="x", origin=nothing)
    with pytest.raises(LiveError) as caught, sources.listener(source, PROFILE) as listener:
        await _take(listener, 1)
    assert caught.value.code is LiveErrorCode.NOT_PLAYABLE


async def test_a_fault_in_an_iterator_is_logged(
    sources: LiveSources, caplog: pytest.LogCaptureFixture
) -> None:
    """A fault of ours is not lost; a connection that breaks off just ends."""

    async def faulty() -> AsyncIterator[bytes]:
        yield b"x"
        raise ValueError("a fault")

    async def broken() -> AsyncIterator[bytes]:
        yield b"x"
        raise ConnectionResetError

    for key, origin in (("faulty", faulty), ("broken", broken)):
        source = LiveSource(key=key, origin=origin)
        with pytest.raises(LiveError), sources.listener(source, PROFILE) as listener:
            await _take(listener, 1)
        await _eventually(lambda: not sources.running)
        assert ("a fault" in caplog.text) is (key == "faulty")
        caplog.clear()


async def test_stopping_ends_everything(tmp_path: Path) -> None:
    """Whoever listens is told, and no process is left."""
    sources = LiveSources(Ffmpeg())
    async with Radio.on_air(tmp_path) as radio:
        source = _radio(radio.url())
        with sources.listener(source, PROFILE) as listener:
            await _take(listener, 1000)
            await sources.stop()
            assert not ffmpegs()
            with pytest.raises(LiveError) as caught:
                await _take(listener, 100 * SECOND)
            assert caught.value.code is LiveErrorCode.STOPPED
        with pytest.raises(LiveError), sources.listener(source, PROFILE):
            pass


async def test_a_file_behind_an_address_is_heard_at_its_own_pace(
    sources: LiveSources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A few seconds come at once, to fill a buffer, and the rest as time goes by."""
    monkeypatch.setattr(live, "AHEAD_SECONDS", 2.0)
    async with Radio.on_air(tmp_path, speed=1000) as radio:
        loop = asyncio.get_running_loop()
        begin = loop.time()
        with sources.listener(_radio(radio.url()), PROFILE) as listener:
            heard = await _take(listener, 4 * SECOND)
            assert loop.time() - begin > len(heard) / SECOND - 3.2


async def test_what_is_kept_is_bounded() -> None:
    """However much comes, and however slow they are, only the last frames are kept."""
    broadcast = Broadcast(Pace.LIVE, kept=1000, head_start=100)
    with broadcast.listener() as slow:
        for number in range(1000):
            broadcast.add(bytes((number % 256,)) * 40)
        assert broadcast.size <= 1000
        assert broadcast.total == 40_000
        # The newest frames, as far as the head start goes.
        assert await slow.frames() == bytes((998 % 256,)) * 40 + bytes((999 % 256,)) * 40
        with broadcast.listener() as late:
            assert late.number == 998
    broadcast = Broadcast(Pace.RENDERED, kept=1000, head_start=100)
    with broadcast.listener() as slow:
        for _ in range(1000):
            broadcast.add(b"x" * 40)
        assert not broadcast.can_be_joined
        with pytest.raises(FellBehindError):
            await slow.frames()


async def test_much_is_given_in_pieces() -> None:
    """A listener that has missed little gets it in few pieces, none of them large."""
    broadcast = Broadcast(Pace.RENDERED, kept=10 * MOST_AT_ONCE, head_start=0)
    for _ in range(1000):
        broadcast.add(b"x" * 100)
    broadcast.end()
    with broadcast.listener() as listener:
        pieces = []
        while piece := await listener.frames():
            pieces.append(len(piece))
    assert sum(pieces) == 100_000
    assert len(pieces) == 100_000 // MOST_AT_ONCE + 1
    assert max(pieces) <= MOST_AT_ONCE
