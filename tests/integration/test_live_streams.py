"""Streams with live items: made by an action, heard over HTTP, ended with Home Assistant."""

import asyncio
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

from homeassistant.components.tts.const import DATA_COMPONENT
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import HomeAssistant
import pytest

from custom_components.yoto_smart_stream.streaming.live import LiveSources
from custom_components.yoto_smart_stream.streaming.live_media import async_get_live
from tests.audio.sound import decode, loudest, make
from tests.streaming.radio import RATE, Radio, ffmpegs

from . import Family, settle
from .concert import PLAYER, Concert, make_concert
from .test_audio_speech import Parrot


@pytest.fixture
def more_components(hass: HomeAssistant, tmp_path: Path) -> tuple[str, ...]:
    """Ask for speech, and for media in a folder."""
    hass.config.media_dirs = {"local": str(tmp_path)}
    return ("tts",)


@pytest.fixture
async def concert(family: Family, tmp_path: Path) -> AsyncIterator[Concert]:
    """Return a library with songs, and see that nothing is left running."""
    yield await make_concert(family, tmp_path)
    await async_get_live(family.hass).sources.stop()
    assert not ffmpegs()


async def test_a_radio_between_songs(concert: Concert, tmp_path: Path) -> None:
    """The song comes first, then the station for as long as somebody listens."""
    async with Radio.on_air(tmp_path) as radio:
        made = await concert.set("Morning", "Ant", radio.url())
        assert made["live"]
        path = await concert.url("Morning")
        head = await concert.family.client.head(path, headers=PLAYER)
        assert head.status == HTTPStatus.OK
        assert head.headers["Accept-Ranges"] == "none"
        assert not ffmpegs()
        answer = await concert.family.client.get(path, headers=PLAYER)
        song = concert.content("Ant")
        assert await answer.content.readexactly(len(song)) == song
        assert await answer.content.readexactly(2 * RATE)
        assert len(ffmpegs()) == 1
        answer.close()


async def test_a_radio_on_a_card(concert: Concert, tmp_path: Path) -> None:
    """It has no length, and the card says none (protocol §6.1); a player plays it on and on."""
    async with Radio.on_air(tmp_path) as radio:
        await concert.set("Radio", radio.url())
        made = await concert.act("create_stream_card", name="Radio")
        family = concert.family
        player = family.player
        await player.insert(made["card_id"])
        await settle(lambda: family.state("media_player").attributes.get("media_position", 0) > 3)
        assert len(ffmpegs()) == 1
        await player.remove()
        (heard,) = player.played()
        assert heard["error"] is None


async def test_home_assistant_stops(hass: HomeAssistant, concert: Concert, tmp_path: Path) -> None:
    """And with it every ffmpeg."""
    async with Radio.on_air(tmp_path) as radio:
        await concert.set("Radio", radio.url())
        answer = await concert.family.client.get(await concert.url("Radio"))
        await answer.content.readexactly(RATE)
        assert len(ffmpegs()) == 1
        hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
        await settle(lambda: not ffmpegs())
        answer.close()


async def test_speech_is_rendered_when_it_is_played(
    hass: HomeAssistant, concert: Concert, tmp_path: Path
) -> None:
    """With what a template says at that moment, whole, and then the song behind it."""
    parrot = Parrot(tmp_path)
    await hass.data[DATA_COMPONENT].async_add_entities([parrot])
    hass.states.async_set("sensor.weather", "sunny & warm")
    text = quote("It is {{ states('sensor.weather') }} outside.", safe="")
    await concert.set("Weather", f"media-source://tts/tts.parrot?message={text}", "Ant")
    path = await concert.url("Weather")
    for weather in ("sunny & warm", "rainy"):
        hass.states.async_set("sensor.weather", weather)
        heard = await concert.heard(path)
        assert heard.endswith(concert.content("Ant"))
        samples = await asyncio.to_thread(decode, heard[: -len(concert.content("Ant"))])
        assert loudest(samples) > 0.1
        said, *_ = parrot.said[-1]
        assert said == f"It is {weather} outside."
        # From its first word on: the parrot needs a tenth of a second for each letter.
        assert abs(len(samples) / 44_100 - len(said) / 10) < 0.2


async def test_a_local_file_is_a_source(concert: Concert, tmp_path: Path) -> None:
    """A file of Home Assistant's own media is heard whole, without being imported."""
    make(tmp_path / "tune.ogg", source="sine=f=700:d=2")
    await concert.set("Tune", "media-source://media_source/local/tune.ogg")
    heard = await concert.heard(await concert.url("Tune"))
    assert 1.9 < len(await asyncio.to_thread(decode, heard)) / 44_100 < 2.2


@pytest.mark.parametrize(
    "source", ["media-source://nowhere/1", "media-source://tts/tts.parrot?message={{ 1 / 0 }}"]
)
async def test_what_cannot_be_resolved(concert: Concert, source: str) -> None:
    """It is an error of the gateway's, and the stream's own songs are heard all the same."""
    await concert.set("Broken", source)
    answer = await concert.family.client.get(await concert.url("Broken"))
    assert answer.status == HTTPStatus.BAD_GATEWAY
    await concert.set("Half", source, "Ant")
    assert await concert.heard(await concert.url("Half")) == concert.content("Ant")


async def test_too_many_at_once(
    hass: HomeAssistant, concert: Concert, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next one is told to come again."""
    live = async_get_live(hass)
    monkeypatch.setattr(live, "sources", LiveSources(live.sources.ffmpeg, most=1))
    async with Radio.on_air(tmp_path) as radio:
        for name in ("One", "Two"):
            await concert.set(name, radio.url(name))
        first = await concert.family.client.get(await concert.url("One"))
        await first.content.readexactly(RATE)
        second = await concert.family.client.get(await concert.url("Two"))
        assert second.status == HTTPStatus.SERVICE_UNAVAILABLE
        assert "Retry-After" in second.headers
        first.close()
        await live.sources.stop()
