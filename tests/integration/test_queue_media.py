"""Any media in a queue: what is shown of it, what is made ready, and what cannot be played."""

import asyncio
from io import BytesIO
from pathlib import Path
from typing import Any

from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import issue_registry as ir
from PIL import Image
import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.yoto_smart_stream.cloud.shelf import Shelf
from custom_components.yoto_smart_stream.const import DOMAIN
from custom_components.yoto_smart_stream.library.importing import Import
from custom_components.yoto_smart_stream.library.item import Source, SourceKind
from custom_components.yoto_smart_stream.opening import describing
from tests.audio.sound import make
from tests.streaming.radio import ffmpegs

from . import Family, settle
from .bookcase import browse
from .concert import Concert, make_concert
from .jukebox import cached, line_up, play, plays, song, told

LOCAL = "media-source://media_source/local"
LIGHTHOUSE = "2Lght"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of media."""
    folder = tmp_path / "media"
    folder.mkdir()
    return folder


@pytest.fixture
def more_components(hass: HomeAssistant, folder: Path) -> tuple[str, ...]:
    """Ask for media in a folder."""
    hass.config.media_dirs = {"local": str(folder)}
    return ()


@pytest.fixture
async def concert(family: Family, tmp_path: Path) -> Concert:
    """Return songs that are long enough to press a knob."""
    return await make_concert(family, tmp_path, seconds=60)


async def painted(folder: Path, name: str, colour: str, *tags: str) -> Path:
    """Make a tune with a picture of one colour in it."""
    picture = await asyncio.to_thread(
        make, folder.parent / "cover.png", "-frames:v", "1", source=f"color={colour}:s=16x16:d=1"
    )
    attached = ("-i", str(picture), "-map", "0", "-map", "1", "-disposition:v", "attached_pic")
    return await asyncio.to_thread(make, folder / name, *attached, *tags, source="sine=f=600:d=60")


async def colour(family: Family) -> tuple[int, ...]:
    """Return the colour of the picture that the media player shows."""
    address = family.state("media_player").attributes["entity_picture"]
    response = await family.client.get(address)
    assert response.status == 200
    pixel = Image.open(BytesIO(await response.read())).convert("RGB").getpixel((3, 3))
    assert isinstance(pixel, tuple)
    return tuple(round(part / 255) for part in pixel)


def skips(hass: HomeAssistant) -> list[str]:
    """Return what Repairs says of items that could not be played."""
    return [
        (issue.translation_placeholders or {})["items"]
        for (domain, name), issue in ir.async_get(hass).issues.items()
        if domain == DOMAIN and name.startswith("queue_items_skipped")
    ]


async def test_tags_and_pictures_are_shown(family: Family, concert: Concert, folder: Path) -> None:
    """Those in a file, and the cover of an audio of the library."""
    tags = ("-metadata", "title=A tune", "-metadata", "artist=Ann")
    await painted(folder, "tune.flac", "red", *tags)
    await play(family, f"{LOCAL}/tune.flac")
    await plays(family, "A tune")
    shown = family.state("media_player").attributes
    assert shown["media_artist"] == "Ann"
    assert shown["media_duration"] == 60
    assert shown["media_content_id"] == f"{LOCAL}/tune.flac"
    assert shown["queue"] == ["A tune"]
    assert await colour(family) == (1, 0, 0)

    path = await painted(folder, "Moon song.flac", "blue")
    source = Source(kind=SourceKind.FILE)
    moon = await concert.catalog.importer().run(Import(path=path, source=source))
    await play(family, f"media-source://{DOMAIN}/library/{moon.item.audio_id}")
    await plays(family, "Moon song")
    assert await colour(family) == (0, 0, 1)


async def test_what_comes_next_is_made_ready(
    family: Family, concert: Concert, folder: Path
) -> None:
    """One ahead, given up when it comes next no more, and left in peace while something plays."""
    await asyncio.to_thread(make, folder / "short.wav", source="sine=f=700:d=60")
    await asyncio.to_thread(make, folder / "long.wav", source="sine=f=700:d=3000")
    await line_up(concert, "Ant")
    await plays(family, "Ant")
    await play(family, f"{LOCAL}/short.wav", "add")
    await settle(lambda: len(cached(family.hass)) == 1)
    await play(family, f"{LOCAL}/long.wav", "next")
    await settle(lambda: bool(ffmpegs()))
    await family.act("media_player.clear_playlist")
    await settle(lambda: not ffmpegs())
    assert len(cached(family.hass)) == 1
    assert family.state("media_player").attributes["media_title"] == "Ant"


async def test_what_cannot_be_played_is_passed_over_and_told(
    family: Family, concert: Concert, folder: Path
) -> None:
    """As an event, and under Repairs for as long as it is in the queue; not before its turn."""
    events = told(family.hass)
    path = await asyncio.to_thread(make, folder / "gone.wav", source="sine=f=700:d=60")
    await line_up(concert, "Ant", "Bee")
    await plays(family, "Ant")
    await play(family, f"{LOCAL}/gone.wav", "add")
    await asyncio.to_thread(path.unlink)
    await family.player.press("right")
    await plays(family, "Bee")
    await play(family, song(concert, "Cat"), "add")
    assert events() == []
    await family.player.press("right")
    await plays(family, "Cat")
    await settle(lambda: bool(skips(family.hass)))
    (event,) = events()
    assert (event["type"], event["player"], event["reason"]) == (
        "item_skipped",
        "Kitchen",
        "missing",
    )
    assert event["title"] == "gone"
    said = "There is no file for gone. Check that it was not moved, renamed or deleted"
    assert said in str(event["error"])
    assert said in skips(family.hass)[0]
    await family.act("media_player.clear_playlist")
    assert skips(family.hass) == []


async def test_what_could_not_be_played_is_told_after_a_restart_too(
    family: Family, concert: Concert, folder: Path
) -> None:
    """And no longer once the account is disabled, where nobody looks any more."""
    path = await asyncio.to_thread(make, folder / "gone.wav", source="sine=f=700:d=60")
    await line_up(concert, "Ant", "Bee")
    await plays(family, "Ant")
    await play(family, f"{LOCAL}/gone.wav", "next")
    await asyncio.to_thread(path.unlink)
    await family.act("media_player.media_next_track")
    await plays(family, "Bee")
    await settle(lambda: bool(skips(family.hass)))
    before = skips(family.hass)
    (stored,) = (
        issue.to_json()
        for (_, name), issue in ir.async_get(family.hass).issues.items()
        if name.startswith("queue_items_skipped")
    )
    assert stored["is_persistent"] is True
    await family.hass.config_entries.async_reload(family.entry.entry_id)
    await plays(family, "Bee")
    assert skips(family.hass) == before
    await family.hass.config_entries.async_set_disabled_by(
        family.entry.entry_id, ConfigEntryDisabler.USER
    )
    assert skips(family.hass) == []


async def test_what_plays_again_is_no_longer_to_be_mended(
    family: Family, concert: Concert, folder: Path
) -> None:
    """The file is back."""
    path = await asyncio.to_thread(make, folder / "gone.wav", source="sine=f=700:d=60")
    content = await asyncio.to_thread(path.read_bytes)
    await line_up(concert, "Ant", "Bee")
    await plays(family, "Ant")
    await play(family, f"{LOCAL}/gone.wav", "add")
    await asyncio.to_thread(path.unlink)
    for title in ("Bee", None):
        await family.player.press("right")
        await (plays(family, title) if title else family.shows("idle"))
    await settle(lambda: bool(skips(family.hass)))
    await asyncio.to_thread(path.write_bytes, content)
    await family.act("media_player.media_play")
    await plays(family, "Ant")
    for title in ("Bee", "gone"):
        await family.player.press("right")
        await plays(family, title)
    await settle(lambda: skips(family.hass) == [])


@pytest.mark.parametrize("name", ["gone.mp3", "nowhere/gone.mp3"])
async def test_a_file_that_is_not_there_is_refused_in_words(family: Family, name: str) -> None:
    """It is no fault of the disk."""
    with pytest.raises(ServiceValidationError, match=f"There is no file for {LOCAL}/{name}"):
        await play(family, f"{LOCAL}/{name}")


async def test_a_folder_is_what_can_be_played_in_it(family: Family, folder: Path) -> None:
    """In the order of the media browser, without pictures and lists."""
    events = told(family.hass)
    album = folder / "album"
    album.mkdir()
    for name in ("one.wav", "two.wav", "three.wav"):
        await asyncio.to_thread(make, album / name, source="sine=f=700:d=20")
    await asyncio.to_thread(make, album / "front.png", "-frames:v", "1", source="color=red:s=9x9")
    (album / "all.m3u").write_text("one.wav\n")
    await play(family, f"{LOCAL}/album")
    await plays(family, "one")
    assert family.state("media_player").attributes["queue"] == ["one", "three", "two"]
    assert events() == []
    empty = folder / "empty"
    empty.mkdir()
    with pytest.raises(ServiceValidationError, match="There is nothing in"):
        await play(family, f"{LOCAL}/empty")


async def test_a_queue_takes_what_it_has_room_for(
    family: Family, concert: Concert, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That there was more is told."""
    events = told(family.hass)
    monkeypatch.setattr(describing, "MOST_ENTRIES", 2)
    await play(family, f"media-source://{DOMAIN}/library")
    await plays(family, "Ant")
    assert family.state("media_player").attributes["queue"] == ["Ant", "Bee"]
    (event,) = events()
    assert (event["type"], event["count"]) == ("items_left_out", len(concert.songs) - 2)


@pytest.mark.parametrize(
    ("place", "chapter"),
    [("", "01"), ("/02", "02"), ("/03/03", "03")],
    ids=["card", "chapter", "track"],
)
async def test_a_card_is_played_as_a_card(family: Family, place: str, chapter: str) -> None:
    """Though it was chosen in the media browser of Home Assistant."""
    shelf = f"media-source://{DOMAIN}/cards/{family.entry.entry_id}"
    await play(family, f"{shelf}/yoto-card:{LIGHTHOUSE}{place}")
    await family.shows("playing")
    await settle(lambda: family.state("media_player").attributes.get("chapter_key") == chapter)
    assert family.state("media_player").attributes["card_id"] == LIGHTHOUSE
    with pytest.raises(ServiceValidationError, match="cannot be put into the queue"):
        await play(family, f"{shelf}/yoto-card:{LIGHTHOUSE}{place}", "add")


async def test_a_knob_is_known_for_sure(
    family: Family, concert: Concert, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even before Yoto has been asked what is on the card."""
    monkeypatch.setattr(Shelf, "maps", {})
    await line_up(concert, "Ant", "Bee")
    await plays(family, "Ant")
    await family.player.press("right")
    await plays(family, "Bee")
    await settle(lambda: family.state("event", "choice").state != "unknown")
    choice = family.state("event", "choice").attributes
    assert (choice["event_type"], choice["confidence"]) == ("right", "certain")
    assert (choice["cause"], choice["chapter_key"]) == ("player", "R0")


async def test_all_media_are_in_the_media_browser_of_a_player(
    family: Family, concert: Concert, folder: Path, hass_ws_client: WebSocketGenerator
) -> None:
    """From its root to a song, step by step; pictures are not shown, and what is gone is said."""
    await asyncio.to_thread(make, folder / "tune.wav", source="sine=f=600:d=60")
    await asyncio.to_thread(make, folder / "front.png", "-frames:v", "1", source="color=red:s=9x9")
    client = await hass_ws_client(family.hass)

    async def opened(media_id: str | None) -> dict[str, Any]:
        return dict((await browse(family, client, media_id))["result"])

    found = await opened(None)
    for title in ("Home Assistant", "My media", "tune.wav"):
        inside = {child["title"]: child for child in found["children"]}
        assert "front.png" not in inside
        found = inside[title]
        if found["can_expand"]:
            found = await opened(found["media_content_id"])
    await play(family, found["media_content_id"])
    await plays(family, "tune")
    answer = await browse(family, client, f"{LOCAL}/gone")
    assert not answer["success"]
