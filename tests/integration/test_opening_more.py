"""Opening what is harder: speech that is said once, lists of the web, segments, files in place."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestServer
from homeassistant.components import tts
from homeassistant.components.tts.const import DATA_COMPONENT
from homeassistant.core import HomeAssistant
import pytest

from custom_components.yoto_smart_stream.audio.plan import Plan
from custom_components.yoto_smart_stream.audio.profile import Profile
from custom_components.yoto_smart_stream.opening.errors import OpeningError
from custom_components.yoto_smart_stream.opening.opened import OpenedFile, OpenedLive
from custom_components.yoto_smart_stream.opening.opener import Opener, async_get_opener
from custom_components.yoto_smart_stream.opening.refusals import refusal_of_opening
from custom_components.yoto_smart_stream.program.item import Item
from custom_components.yoto_smart_stream.streaming.live_media import async_get_live
from tests.audio.sound import bytes_of, decode, make, make_canonical_mp3
from tests.streaming.radio import Radio, ffmpegs

from . import Family
from .jukebox import cached
from .test_audio_speech import Parrot

LOCAL = "media-source://media_source/local"


@pytest.fixture
def more_components(hass: HomeAssistant, tmp_path: Path) -> tuple[str, ...]:
    """Ask for speech, and for media in a folder."""
    hass.config.media_dirs = {"local": str(tmp_path)}
    return ("tts",)


@pytest.fixture
async def opener(family: Family) -> AsyncIterator[Opener]:
    """Return the opener, and see that nothing is left running."""
    opener = await async_get_opener(family.hass)
    yield opener
    await opener.async_stop()
    await async_get_live(family.hass).sources.stop()
    assert not ffmpegs()


async def heard(opener: Opener, item: Item) -> float:
    """Return for how many seconds something with an end is heard."""
    found = await opener.async_open(item)
    assert isinstance(found, OpenedFile)
    assert isinstance(found.source, Plan)
    return len(await asyncio.to_thread(decode, bytes_of(found.source))) / 44_100


async def is_heard_live(opener: Opener, item: Item) -> bool:
    """Return whether something without an end is heard."""
    found = await opener.async_open(item)
    assert isinstance(found, OpenedLive)
    sequence = found.load()
    live = sequence.next()
    assert live is not None
    assert not isinstance(live, bytes)
    async with asyncio.timeout(20), found.listen(live, sequence.profile) as listener:
        return bool(await listener.frames())


@asynccontextmanager
async def site(files: dict[str, tuple[str, bytes]]) -> AsyncIterator[TestServer]:
    """Serve files, each with its type."""

    async def answer(request: web.Request) -> web.Response:
        if (found := files.get(request.path)) is None:
            return web.Response(status=404)
        return web.Response(body=found[1], content_type=found[0])

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    server = TestServer(app)
    async with server:
        yield server


def segments(folder: Path) -> dict[str, tuple[str, bytes]]:
    """Return the segments in a folder, as a site has them."""
    return {f"/{path.name}": ("video/mp2t", path.read_bytes()) for path in folder.glob("air*.ts")}


async def test_speech_that_is_said_once(
    hass: HomeAssistant, opener: Opener, tmp_path: Path
) -> None:
    """As assistants have it: the engine speaks while it is asked for, and once."""
    parrot = Parrot(tmp_path)
    await hass.data[DATA_COMPONENT].async_add_entities([parrot])
    stream = tts.async_create_stream(hass, engine="tts.parrot", language="en")
    stream.async_set_message("Good night fox")
    assert "-stream-" in stream.media_source_id
    (item,) = await opener.async_describe(stream.media_source_id, None)
    for _ in range(2):
        assert await heard(opener, item) == pytest.approx(1.4, abs=0.2)
    assert len(parrot.said) == 1


async def test_speech_that_is_not_kept_any_more(opener: Opener) -> None:
    """It is said in words that it has to be said again."""
    media = "media-source://tts/-stream-/gone.mp3"
    with pytest.raises(OpeningError) as refused:
        await opener.async_describe(media, None)
    text = refusal_of_opening(refused.value, "the message")
    assert text.translation_key == "speech_gone"


@pytest.mark.parametrize("is_over", [False, True], ids=["live", "on demand"])
async def test_segments(opener: Opener, tmp_path: Path, *, is_over: bool) -> None:
    """An address of HTTP Live Streaming is heard as it comes."""
    options = ("-c:a", "aac", "-f", "hls", "-hls_time", "1", "-hls_list_size", "0")
    path = await asyncio.to_thread(
        make, tmp_path / "air.m3u8", *options, source="sine=f=500:d=6,volume=2"
    )
    text = await asyncio.to_thread(path.read_text)
    assert "#EXT-X-ENDLIST" in text
    if not is_over:
        text = text.replace("#EXT-X-ENDLIST", "")
    files = {"/air.m3u8": ("application/vnd.apple.mpegurl", text.encode())}
    files |= await asyncio.to_thread(segments, tmp_path)
    async with site(files) as server:
        (item,) = await opener.async_describe(str(server.make_url("/air.m3u8")), None)
        assert await is_heard_live(opener, item)
        await async_get_live(opener._hass).sources.stop()


@pytest.mark.parametrize("kind", ["audio/x-scpls", "text/plain"])
async def test_a_pls_of_the_web(opener: Opener, tmp_path: Path, kind: str) -> None:
    """A station as stations give it out, and a file; whatever type the server says."""
    path = await asyncio.to_thread(make, tmp_path / "x.wav", source="sine=f=500:d=1")
    content = await asyncio.to_thread(path.read_bytes)
    async with Radio.on_air(tmp_path) as radio:
        text = f"""[playlist]
NumberOfEntries=2
File1={radio.url()}
Title1=Radio One
Length1=-1
File2=files/x.wav
"""
        files = {"/listen.pls": (kind, text.encode()), "/files/x.wav": ("audio/wav", content)}
        async with site(files) as server:
            station, file = await opener.async_describe(str(server.make_url("/listen.pls")), None)
            assert (station.title, station.length, file.title) == ("Radio One", None, "x")
            assert await is_heard_live(opener, station)
            assert await heard(opener, file) == pytest.approx(1, abs=0.1)
            await async_get_live(opener._hass).sources.stop()


async def test_a_list_of_lists(opener: Opener, tmp_path: Path) -> None:
    """The outer one names an inner one, which lies beside its files."""
    path = await asyncio.to_thread(make, tmp_path / "x.wav", source="sine=f=500:d=1")
    content = await asyncio.to_thread(path.read_bytes)
    files = {
        "/all.m3u": ("audio/x-mpegurl", b"#EXTM3U\nalbum/one.m3u\n"),
        "/album/one.m3u": ("audio/x-mpegurl", b"#EXTM3U\n#EXTINF:1,First\nx.wav\n"),
        "/album/x.wav": ("audio/wav", content),
    }
    async with site(files) as server:
        (item,) = await opener.async_describe(str(server.make_url("/all.m3u")), None)
        assert item.title == "First"
        assert await heard(opener, item) == pytest.approx(1, abs=0.1)


async def test_a_canonical_file_is_served_where_it_lies(
    hass: HomeAssistant, opener: Opener, tmp_path: Path
) -> None:
    """Nothing is copied; one with a tag is none, and one that was changed is looked at again."""
    path = await asyncio.to_thread(make_canonical_mp3, tmp_path / "song.mp3")
    (item,) = await opener.async_describe(f"{LOCAL}/song.mp3", None)
    found = await opener.async_open(item)
    assert isinstance(found, OpenedFile)
    assert isinstance(found.source, Plan)
    (part,) = found.source.slices(0, found.source.total)
    assert (part.path, part.length) == (path, path.stat().st_size)
    assert cached(hass) == []
    tags = ("-metadata", "title=A song", "-b:a", "128k")
    await asyncio.to_thread(make, path, *tags, source="sine=f=700:d=3,volume=2")
    again = await opener.async_open(item)
    assert isinstance(again, OpenedFile)
    assert again.item.title == "A song"
    assert again.item.length == pytest.approx(3, abs=Profile().frame_seconds * 3)
    assert len(cached(hass)) == 1


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "import_empty"),
        (b"%PDF-1.7", "opened_unsupported"),
        (bytes(5000), "opened_unrecognised"),
    ],
    ids=["empty", "a document", "anything"],
)
async def test_what_is_no_audio_is_refused_in_words(
    opener: Opener, tmp_path: Path, content: bytes, key: str
) -> None:
    """Nothing is said of importing, which nobody has asked for."""
    (tmp_path / "thing.mp3").write_bytes(content)
    (item,) = await opener.async_describe(f"{LOCAL}/thing.mp3", None)
    with pytest.raises(OpeningError) as refused:
        await opener.async_open(item)
    assert refusal_of_opening(refused.value, "thing").translation_key == key
    assert opener.fault(item.media) is refused.value


async def test_a_file_that_may_not_be_read(
    opener: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said why, and the disk is not blamed."""
    path = await asyncio.to_thread(make, tmp_path / "secret.wav")
    (item,) = await opener.async_describe(f"{LOCAL}/secret.wav", None)

    def forbidden(self: Path, **_: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "stat", forbidden)
        with pytest.raises(OpeningError) as refused:
            await opener.async_open(item)
    text = refusal_of_opening(refused.value, path.name)
    assert text.translation_key == "opened_file_unreadable"
    assert (text.translation_placeholders or {})["reason"] == "Permission denied"


async def test_two_players_do_not_give_up_what_the_other_wants(
    hass: HomeAssistant, opener: Opener, tmp_path: Path
) -> None:
    """Each has its own next item."""
    for name in ("one", "two"):
        await asyncio.to_thread(make, tmp_path / f"{name}.wav", source="sine=f=700:d=60")
    items = [Item(media=f"{LOCAL}/{name}.wav", title=name) for name in ("one", "two")]
    for player, item in zip(("kitchen", "bedroom"), items, strict=True):
        opener.prepare(player, [item])
    opener.prepare("kitchen", [])
    await asyncio.gather(*opener._preparing.values(), return_exceptions=True)
    assert len(cached(hass)) == 1
