"""Opening what Home Assistant can play: files, speech, addresses, playlists, radio, our own."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

from aiohttp import web
from aiohttp.test_utils import TestServer
from homeassistant.components.tts.const import DATA_COMPONENT
from homeassistant.core import HomeAssistant
import pytest

from custom_components.yoto_smart_stream.audio.plan import Plan
from custom_components.yoto_smart_stream.opening.errors import OpeningError
from custom_components.yoto_smart_stream.opening.opened import OpenedFile, OpenedLive
from custom_components.yoto_smart_stream.opening.opener import Opener, async_get_opener
from custom_components.yoto_smart_stream.opening.refusals import refusal_of_opening
from custom_components.yoto_smart_stream.program.item import Item
from custom_components.yoto_smart_stream.sources.errors import SourceFault
from custom_components.yoto_smart_stream.streaming.live_media import async_get_live
from tests.audio.sound import bytes_of, decode, make
from tests.streaming.radio import Radio, ffmpegs

from . import Family, settle
from .concert import Concert, make_concert
from .test_audio_speech import Parrot


@pytest.fixture
def more_components(hass: HomeAssistant, tmp_path: Path) -> tuple[str, ...]:
    """Ask for speech, and for media in a folder."""
    hass.config.media_dirs = {"local": str(tmp_path)}
    return ("tts",)


@pytest.fixture
async def concert(family: Family, tmp_path: Path) -> Concert:
    """Return a library with songs."""
    return await make_concert(family, tmp_path)


@pytest.fixture
async def opener(concert: Concert) -> AsyncIterator[Opener]:
    """Return the opener, and see that nothing is left running."""
    opener = await async_get_opener(concert.hass)
    yield opener
    await opener.async_stop()
    await async_get_live(concert.hass).sources.stop()
    assert not ffmpegs()


def cached(hass: HomeAssistant) -> list[str]:
    """Return the files of the cache."""
    return sorted(
        path.name for path in Path(hass.config.path("yoto_smart_stream/opened")).iterdir()
    )


async def opened(opener: Opener, media: str) -> OpenedFile:
    """Open one thing that has an end."""
    (item,) = await opener.async_describe(media, None)
    found = await opener.async_open(item)
    assert isinstance(found, OpenedFile)
    return found


async def heard(found: OpenedFile) -> float:
    """Return how many seconds are heard."""
    assert isinstance(found.source, Plan)
    return len(await asyncio.to_thread(decode, bytes_of(found.source))) / 44_100


async def test_our_own_audio(opener: Opener, concert: Concert) -> None:
    """By its title, as it lies in the library."""
    found = await opened(opener, "ant")
    assert found.item.title == "Ant"
    assert isinstance(found.source, Plan)
    assert bytes_of(found.source) == concert.content("Ant")
    assert cached(concert.hass) == []


async def test_our_own_streams(opener: Opener, concert: Concert) -> None:
    """One play of each, however often it is opened."""
    await concert.set("All", "Ant", "Bee", "Cat", "Dog", play_mode="shuffle")
    (item,) = await opener.async_describe("All", "music")
    first, second = [await opener.async_open(item) for _ in range(2)]
    assert isinstance(first, OpenedFile)
    assert first is second
    assert first.source.total == len(concert.joined("Ant", "Bee", "Cat", "Dog"))


async def test_a_local_file_is_made_once(
    hass: HomeAssistant, opener: Opener, tmp_path: Path
) -> None:
    """However many ask at the same time."""
    await asyncio.to_thread(
        make, tmp_path / "tune.ogg", "-metadata", "title=A tune", source="sine=f=700:d=2"
    )
    media = "media-source://media_source/local/tune.ogg"
    (item,) = await opener.async_describe(media, None)
    first, second = await asyncio.gather(opener.async_open(item), opener.async_open(item))
    assert isinstance(first, OpenedFile)
    assert isinstance(second, OpenedFile)
    assert first.source.etag == second.source.etag
    assert first.item.title == "A tune"
    assert first.item.length == pytest.approx(2, abs=0.1)
    assert await heard(first) == pytest.approx(2, abs=0.1)
    assert len(cached(hass)) == 2


async def test_speech(hass: HomeAssistant, opener: Opener, tmp_path: Path) -> None:
    """Said once, and heard whole."""
    parrot = Parrot(tmp_path)
    await hass.data[DATA_COMPONENT].async_add_entities([parrot])
    media = f"media-source://tts/tts.parrot?message={quote('Good night fox')}&tts_options=%7B%7D"
    assert await heard(await opened(opener, media)) == pytest.approx(1.4, abs=0.2)


async def test_a_radio_is_live(opener: Opener, tmp_path: Path) -> None:
    """And heard as it comes."""
    async with Radio.on_air(tmp_path) as radio:
        (item,) = await opener.async_describe(radio.url(), "music")
        found = await opener.async_open(item)
        assert isinstance(found, OpenedLive)
        sequence = found.load()
        live = sequence.next()
        assert live is not None
        assert not isinstance(live, bytes)
        async with found.listen(live, sequence.profile) as listener:
            assert await listener.frames()
        await async_get_live(opener._hass).sources.stop()


async def test_a_playlist_of_the_web(opener: Opener, tmp_path: Path) -> None:
    """Its entries are files beside it; a file has a length and so an end."""
    path = await asyncio.to_thread(make, tmp_path / "x.wav", source="sine=f=500:d=1")
    content = await asyncio.to_thread(path.read_bytes)

    async def answer(request: web.Request) -> web.Response:
        if request.path == "/all.m3u":
            return web.Response(text="#EXTM3U\n#EXTINF:1,One\none.wav\n#EXTINF:1,Two\ntwo.wav\n")
        if request.path == "/ring.m3u":
            return web.Response(text="#EXTM3U\nring.m3u\n")
        return web.Response(body=content) if "wav" in request.path else web.Response(status=404)

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    async with TestServer(app) as server:
        items = await opener.async_describe(str(server.make_url("/all.m3u")), None)
        assert [item.title for item in items] == ["One", "Two"]
        found = await opener.async_open(items[1])
        assert isinstance(found, OpenedFile)
        assert await heard(found) == pytest.approx(1, abs=0.1)
        # As the keyboard of a phone writes it.
        address = str(server.make_url("/one.wav"))
        (single,) = await opener.async_describe(address.replace("http", "Http"), None)
        assert single.media == address
        for name, said in (("/ring.m3u", "list_deep"), ("/gone.mp3", "address_refused")):
            with pytest.raises(OpeningError) as refused:
                await opener.async_describe(str(server.make_url(name)), None)
            assert refused.value.code == said
            assert refusal_of_opening(refused.value, name).translation_key == said


async def test_a_file_whose_name_tells_no_type(opener: Opener, tmp_path: Path) -> None:
    """Home Assistant does not know it as media, and that is said."""
    await asyncio.to_thread((tmp_path / "odd.unknown").touch)
    with pytest.raises(OpeningError) as refused:
        await opener.async_describe("media-source://media_source/local/odd.unknown", None)
    assert refused.value.code == SourceFault.MEDIA_NOT_FOUND


async def test_what_nobody_waits_for_leaves_nothing(
    hass: HomeAssistant, opener: Opener, tmp_path: Path
) -> None:
    """Neither a file nor a process."""
    await asyncio.to_thread(make, tmp_path / "long.wav", source="sine=f=700:d=1200")
    item = Item(media="media-source://media_source/local/long.wav", title="Long")
    opener.prepare("player", [item])
    await settle(lambda: bool(ffmpegs()))
    opener.prepare("player", [])
    await settle(lambda: not ffmpegs())
    await settle(lambda: cached(hass) == [])
