"""Cards as files: a family keeps one, deletes it, and brings it back; or passes it on."""

import asyncio
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from io import BytesIO
import json
import os
from pathlib import Path
from time import sleep
from typing import Any, BinaryIO
from zipfile import ZipFile

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.util import dt as dt_util
from PIL import Image
import pytest
from yarl import URL

from custom_components.yoto_smart_stream.audio.stoppable import Watch
from custom_components.yoto_smart_stream.cards.builder import DEFAULT_ICON
from custom_components.yoto_smart_stream.const import DOMAIN
from custom_components.yoto_smart_stream.gallery.collection import Gallery, async_get_gallery
from custom_components.yoto_smart_stream.library.importing import Import
from custom_components.yoto_smart_stream.library.item import Source, SourceKind
from custom_components.yoto_smart_stream.library.jobs import Handle
from custom_components.yoto_smart_stream.parcels import exporting, gathering, importing
from custom_components.yoto_smart_stream.publishing.draft import Layout
from custom_components.yoto_smart_stream.streaming.streams import async_get_streams

from . import Family
from .concert import Concert, make_concert
from .test_card_making import at_yoto, chapters_of, count, titles_of
from .test_uploads import QUICK


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of the family's media."""
    folder = tmp_path / "media"
    folder.mkdir()
    return folder


@pytest.fixture
async def concert(family: Family, tmp_path: Path, folder: Path) -> Concert:
    """Return a library with a few songs, which have come into it as all audio does."""
    family.hass.config.allowlist_external_dirs = {str(tmp_path)}
    family.hass.config.media_dirs = {"local": str(folder)}
    family.entry.runtime_data.account.uploads.patience = QUICK
    given = await make_concert(family, tmp_path, seconds=3)
    catalog, songs = given.catalog, {}
    for title, item in given.songs.items():
        wanted = Import(
            path=catalog.collection.path(item), source=Source(kind=SourceKind.FILE), title=title
        )
        songs[title] = (await catalog.importer().run(wanted)).item
        catalog.collection.index.delete(item.audio_id, now=dt_util.utcnow())
        catalog.collection.index.purge(item.audio_id)
    return Concert(family, catalog, songs)


async def mixed_card(concert: Concert, file: Path) -> dict[str, Any]:
    """Make a card of everything that can be streamed."""
    await concert.set("Inner", "Dog")
    await concert.set("Bedtime", "Ant", {"stream": "Inner"}, gap=1)
    await asyncio.to_thread(file.write_bytes, concert.content("Elk"))
    return await concert.act(
        "create_card",
        title="All",
        author="Nana",
        resume_seconds=0,
        chapters=[
            {"audio_id": "Bee"},
            {"stream": "Bedtime"},
            {"title": "Two", "tracks": [{"audio_id": "Cat"}, {"media": str(file)}]},
            {"url": "https://radio.example.com/live.mp3", "title": "Radio"},
        ],
    )


def forget(concert: Concert, *titles: str) -> None:
    """Take songs out of the library for good."""
    index = concert.catalog.collection.index
    for title in titles:
        index.purge(index.delete(title, now=dt_util.utcnow(), force=True).audio_id)


def songs_there(concert: Concert) -> list[str]:
    """Return the titles of what is in the library."""
    return sorted(item.title for item in concert.catalog.collection.index.items)


async def stream_names(concert: Concert) -> list[str]:
    """Return the names of the streams."""
    return sorted((await async_get_streams(concert.hass)).index.streams)


def leftovers(concert: Concert, folder: Path) -> list[str]:
    """Return what was left where files are made."""
    arriving = concert.catalog.collection.storage.arriving("any").parent
    return [path.name for path in (*arriving.iterdir(), *folder.rglob("*")) if path.is_file()]


def picture(size: tuple[int, int], colour: str, dot: str) -> bytes:
    """Return a picture."""
    file = BytesIO()
    image = Image.new("RGB", size, colour)
    image.paste(dot, (3, 3, 9, 9))
    image.save(file, "PNG")
    return file.getvalue()


async def test_a_card_comes_back_with_all_it_plays(
    concert: Concert, tmp_path: Path, folder: Path
) -> None:
    """When nothing of it is left: not the card, not its audio, not its streams."""
    made = await mixed_card(concert, tmp_path / "Elk.mp3")
    before = at_yoto(concert, made["card_id"])
    tokens = [URL(url).path.split("/")[-2] for url in made["urls"][:4]]
    sound = [await concert.heard(URL(url).path) for url in made["urls"][:4]]
    exported = await concert.act("export_card", card_id="All")
    assert exported["warnings"] == []
    assert exported["audio"] == 5
    assert exported["streams"] == ["Bedtime", "Inner"]
    path = Path(exported["path"])
    assert path.parent == folder / "yoto_cards"
    content = await asyncio.to_thread(path.read_bytes)
    assert len(content) == exported["file_size"]
    with ZipFile(path) as archive:
        manifest = archive.read("card.json").decode()
        assert all(token not in manifest for token in tokens)
        assert made["card_id"] not in manifest
    await concert.act("delete_card", card_id="All")
    for name in ("Bedtime", "Inner"):
        await concert.act("delete_stream", name=name)
    await asyncio.to_thread((tmp_path / "Elk.mp3").unlink)
    forget(concert, "Ant", "Bee", "Cat", "Dog", "Elk")

    again = await concert.act("import_card", media=str(path))
    assert again["warnings"] == []
    assert again["card_id"] != made["card_id"]
    assert [one["outcome"] for one in again["audio"]] == ["added"] * 5
    assert [await concert.heard(URL(url).path) for url in again["urls"][:4]] == sound
    assert again["urls"][4] == "https://radio.example.com/live.mp3"
    after = at_yoto(concert, again["card_id"])
    assert (after.title, titles_of(after)) == ("All", titles_of(before))
    assert after.metadata == before.metadata
    assert after.content["config"] == before.content["config"]
    assert await stream_names(concert) == ["Bedtime", "Inner"]
    assert leftovers(concert, folder) == [path.name]
    with pytest.raises(ServiceValidationError, match="card All"):
        await concert.act("delete_audio", audio_id="Bee")


async def test_what_is_there_already_stays_one(concert: Concert, tmp_path: Path) -> None:
    """Audio and streams of a card that is imported beside the one it was made of."""
    await mixed_card(concert, tmp_path / "Elk.mp3")
    path = (await concert.act("export_card", card_id="All"))["path"]
    again = await concert.act("import_card", media=path, title="Again")
    assert [one["outcome"] for one in again["audio"]] == ["known"] * 5
    assert again["streams"] == ["Inner", "Bedtime"]
    assert await stream_names(concert) == ["Bedtime", "Inner"]
    assert songs_there(concert) == ["Ant", "Bee", "Cat", "Dog", "Elk"]
    await concert.set("Inner", "Cat")
    third = await concert.act("import_card", media=path, title="Third")
    assert await stream_names(concert) == ["Bedtime", "Bedtime (2)", "Inner", "Inner (2)"]
    assert [one.split(". ")[0] for one in third["warnings"]] == [
        "There is another stream Inner",
        "There is another stream Bedtime",
    ]
    url = URL(third["urls"][1]).path
    assert await concert.heard(url) == concert.joined("Ant", "Dog", gap=1)


async def test_what_yoto_keeps_is_fetched_and_kept_again(concert: Concert, folder: Path) -> None:
    """Also when the library does not have it any more."""
    made = await concert.act(
        "create_card",
        title="Kept",
        delivery="upload",
        chapters=[{"audio_id": "Ant"}, {"audio_id": "Bee"}],
    )
    track = chapters_of(at_yoto(concert, made["card_id"]))[0]["tracks"][0]
    forget(concert, "Ant")
    exported = await concert.act("export_card", card_id="Kept")
    with ZipFile(exported["path"]) as archive:
        content = {sha256(archive.read(one)).hexdigest() for one in archive.namelist()}
    # What Yoto has made of it, and what the library has.
    assert track["trackUrl"].removeprefix("yoto:#") in content
    assert concert.songs["Bee"].file.sha256 in content
    shown = await concert.act("import_card", media=exported["path"], title="Shown", dry_run=True)
    assert [track["type"] for track in _tracks(shown["payload"])] == ["audio", "audio"]
    again = await concert.act("import_card", media=exported["path"], title="Again")
    assert [one["outcome"] for one in again["audio"]] == ["added", "known"]
    assert all(url.startswith("yoto:#") for url in again["urls"])
    assert again["urls"][1] == made["urls"][1]
    streamed = await concert.act(
        "import_card", media=exported["path"], title="Streamed", delivery="stream"
    )
    assert await concert.heard(URL(streamed["urls"][1]).path) == concert.content("Bee")
    assert leftovers(concert, folder) == [Path(exported["path"]).name]


def _tracks(payload: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the tracks of a payload."""
    return [track for chapter in payload["content"]["chapters"] for track in chapter["tracks"]]


async def test_pictures_go_with_the_card(concert: Concert, tmp_path: Path) -> None:
    """Those of the family; Yoto's own are named, since everybody has them."""
    icon, cover = tmp_path / "icon.png", tmp_path / "cover.png"
    icon.write_bytes(picture((16, 16), "navy", "gold"))
    cover.write_bytes(picture((638, 1011), "red", "blue"))
    made = await concert.act(
        "create_card",
        title="Dressed",
        cover=str(cover),
        chapters=[{"audio_id": "Ant", "icon": str(icon)}, {"audio_id": "Bee"}],
    )
    before = at_yoto(concert, made["card_id"])
    exported = await concert.act("export_card", card_id="Dressed")
    assert (exported["pictures"], exported["warnings"]) == (2, [])
    artwork = concert.family.simulation.cloud.artwork
    artwork.icons.clear()
    artwork.covers.clear()
    await (await async_get_gallery(concert.hass)).async_forget(concert.family.entry.entry_id)
    again = await concert.act("import_card", media=exported["path"], title="Again")
    assert again["warnings"] == []
    after = at_yoto(concert, again["card_id"])
    icons = [chapter["display"]["icon16x16"] for chapter in chapters_of(after)]
    assert icons == [chapter["display"]["icon16x16"] for chapter in chapters_of(before)]
    assert icons[1] == DEFAULT_ICON
    assert icons[0].removeprefix("yoto:#") in artwork.icons
    assert len(artwork.covers) == 1
    url = str(after.metadata["cover"]["imageL"])  # type: ignore[index, call-overload]
    assert url.partition("/cover/")[2].removesuffix(".png") in artwork.covers


async def test_a_picture_that_cannot_be_had_is_told(concert: Concert, silent_address: str) -> None:
    """And keeps nobody from the audio."""
    made = await concert.act("create_card", title="Bare", chapters=[{"audio_id": "Ant"}])
    card = at_yoto(concert, made["card_id"])
    card.metadata["cover"] = {"imageL": f"{silent_address}/gone.png"}
    exported = await concert.act("export_card", card_id="Bare")
    assert ["picture Bare is not in the file" in one for one in exported["warnings"]] == [True]
    assert exported["audio"] == 1


async def test_an_icon_on_no_list_is_taken_from_the_card(concert: Concert) -> None:
    """Such as one that was deleted in the app while a card still shows it."""
    made = await concert.act("create_card", title="Odd", chapters=[{"audio_id": "Ant"}])
    card = at_yoto(concert, made["card_id"])
    odd = f"yoto:#{'x' * 43}"
    for part in (chapters_of(card)[0], chapters_of(card)[0]["tracks"][0]):
        part["display"] = {"icon16x16": odd}
    exported = await concert.act("export_card", card_id="Odd")
    assert (exported["pictures"], exported["warnings"]) == (1, [])
    again = await concert.act("import_card", media=exported["path"], title="Again")
    (chapter,) = chapters_of(at_yoto(concert, again["card_id"]))
    icon = chapter["display"]["icon16x16"]
    assert icon.removeprefix("yoto:#") in concert.family.simulation.cloud.artwork.icons
    assert chapter["tracks"][0]["display"]["icon16x16"] == icon


async def test_without_the_list_of_icons_they_stay_named(
    concert: Concert, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And that is told."""
    odd = f"yoto:#{'x' * 43}"
    await concert.act("create_card", title="Bare", chapters=[{"audio_id": "Ant", "icon": odd}])

    async def away(self: Gallery, entry: object) -> None:
        raise HomeAssistantError("Yoto is away")

    monkeypatch.setattr(Gallery, "async_icons", away)
    exported = await concert.act("export_card", card_id="Bare")
    assert ["Yoto is away" in one for one in exported["warnings"]] == [True]
    with ZipFile(exported["path"]) as archive:
        assert odd in archive.read("card.json").decode()


async def test_a_picture_that_is_of_no_use_is_left_out(concert: Concert, tmp_path: Path) -> None:
    """Whoever has put it into the file; the card is made without it."""
    cover = tmp_path / "cover.png"
    cover.write_bytes(picture((638, 1011), "red", "blue"))
    await concert.act(
        "create_card", title="Dressed", cover=str(cover), chapters=[{"audio_id": "Ant"}]
    )
    exported = await concert.act("export_card", card_id="Dressed")
    other = tmp_path / "other.zip"
    with ZipFile(exported["path"]) as archive, ZipFile(other, "w") as made:
        manifest = archive.read("card.json").decode()
        (old,) = json.loads(manifest)["pictures"]
        bad = b"\x89PNG, or so it says"
        manifest = manifest.replace(old["sha256"], sha256(bad).hexdigest())
        manifest = manifest.replace(f'"size": {old["size"]}', f'"size": {len(bad)}')
        made.writestr("card.json", manifest)
        made.writestr(f"pictures/{sha256(bad).hexdigest()}.{old['suffix']}", bad)
        for name in archive.namelist():
            if name.startswith("audio/"):
                made.writestr(name, archive.read(name))
    again = await concert.act("import_card", media=str(other), title="Again")
    assert ["picture Dressed is of no use" in one for one in again["warnings"]] == [True]
    assert not at_yoto(concert, again["card_id"]).metadata.get("cover")


async def test_what_a_power_cut_left_is_removed(concert: Concert, folder: Path) -> None:
    """But not what somebody may be writing, nor what is none of ours."""
    await concert.act("create_card", title="Songs", chapters=[{"audio_id": "Ant"}])
    kept = folder / "yoto_cards"
    kept.mkdir()
    old, young = (kept / f".{name}.zip.0123.partial" for name in ("old", "young"))
    other = kept / "other.zip"
    for path in (old, young, other):
        path.write_bytes(b"")
    for path in (old, other):
        os.utime(path, (0, 0))
    first = await concert.act("export_card", card_id="Songs")
    second = await concert.act("export_card", card_id="Songs")
    there = {path.name for path in kept.iterdir()}
    assert there == {young.name, other.name} | {Path(one["path"]).name for one in (first, second)}
    assert len(there) == 4


async def test_a_live_card_stays_where_it_is(concert: Concert) -> None:
    """What it plays is decided by this home."""
    song = concert.songs["Ant"].audio_id
    await concert.family.act(
        "media_player.play_media",
        media_content_id=f"media-source://{DOMAIN}/library/{song}",
        media_content_type="music",
    )
    registry = (await async_get_streams(concert.hass)).registry
    (live,) = registry.live_cards(concert.family.entry.entry_id)
    with pytest.raises(ServiceValidationError, match="live"):
        await concert.act("export_card", card_id=live.card_id)


async def test_a_dry_run_makes_nothing(concert: Concert, tmp_path: Path) -> None:
    """It says what would be made."""
    await mixed_card(concert, tmp_path / "Elk.mp3")
    path = (await concert.act("export_card", card_id="All"))["path"]
    await concert.act("delete_card", card_id="All")
    forget(concert, "Bee")
    before = count(concert)
    shown = await concert.act("import_card", media=path, dry_run=True)
    assert count(concert) == before
    assert songs_there(concert) == ["Ant", "Cat", "Dog", "Elk"]
    assert {one["title"]: one["new"] for one in shown["audio"]} == {
        "Bee": True,
        "Ant": False,
        "Cat": False,
        "Dog": False,
        "Elk": False,
    }
    assert shown["card_id"] is None
    assert shown["payload"]["title"] == "All"
    assert shown["problems"] == []
    shown = await concert.act("import_card", media=path, dry_run=True, delivery="upload")
    assert ["Chapter 2, track 1" in one for one in shown["problems"]] == [True, False]
    with pytest.raises(ServiceValidationError, match="Chapter 2, track 1"):
        await concert.act("import_card", media=path, delivery="upload")
    assert songs_there(concert) == ["Ant", "Cat", "Dog", "Elk"]


async def test_rules_of_one_home_stay_there(concert: Concert) -> None:
    """And that is told, as is what is only named in the file."""
    await concert.set(
        "Bedtime",
        "Ant",
        rules=[
            {"items": ["Bee"], "template": "{{ true }}"},
            {"items": ["Cat"], "start": "18:00"},
        ],
    )
    await concert.set("Radio", "https://radio.example.com/live.mp3", "Dog")
    forget(concert, "Dog")
    await concert.act(
        "create_card", title="Ruled", chapters=[{"stream": "Bedtime"}, {"stream": "Radio"}]
    )
    exported = await concert.act("export_card", card_id="Ruled")
    assert [one.split(" of the stream")[0] for one in exported["warnings"]] == [
        "1 rules",
        "1 items",
        "The stream Radio plays 1 sources that are not in the file, but only named in it",
    ]
    with ZipFile(exported["path"]) as archive:
        streams = json.loads(archive.read("card.json"))["streams"]
    assert len(streams[0]["rules"]) == 1
    assert exported["audio"] == 2


async def test_an_export_that_is_cancelled_while_it_fetches_leaves_nothing(
    concert: Concert, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not what has come by then."""
    await concert.act(
        "create_card", title="Kept", delivery="upload", chapters=[{"audio_id": "Ant"}]
    )
    forget(concert, "Ant")
    held = asyncio.Event()

    async def fetch(_: object, path: Path, __: object) -> None:
        await asyncio.to_thread(path.write_bytes, b"the beginning")
        held.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(gathering, "fetch", fetch)
    await _cancelled(concert, held, "Kept")
    assert leftovers(concert, folder) == []


async def test_an_export_that_is_cancelled_while_it_packs_leaves_nothing(
    concert: Concert, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not the beginning of a file."""
    await concert.act("create_card", title="Songs", chapters=[{"audio_id": "Ant"}])
    held, loop = asyncio.Event(), concert.hass.loop

    def pack(file: BinaryIO, _: object, __: object, watch: Watch, ___: object) -> None:
        file.write(b"the beginning")
        loop.call_soon_threadsafe(held.set)
        while True:
            watch()
            sleep(0.01)

    monkeypatch.setattr(exporting, "pack", pack)
    await _cancelled(concert, held, "Songs", during=lambda: len(leftovers(concert, folder)) == 1)
    assert leftovers(concert, folder) == []


async def _cancelled(
    concert: Concert, held: asyncio.Event, card: str, during: Callable[[], bool] = lambda: True
) -> None:
    """Export a card, and cancel that in the middle."""
    calling = concert.hass.async_create_task(concert.act("export_card", card_id=card))
    await held.wait()
    assert during()
    await concert.act("cancel_job")
    with pytest.raises(HomeAssistantError, match="cancelled"):
        await calling


@pytest.mark.parametrize("moment", ["pictures", "streams", "sending", "noting"])
async def test_a_failed_import_leaves_nothing(
    concert: Concert, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """Wherever it fails: no audio, no streams, no card, no addresses."""
    icon = tmp_path / "icon.png"
    icon.write_bytes(picture((16, 16), "navy", "gold"))
    await concert.set("Bedtime", "Bee")
    await concert.act(
        "create_card",
        title="All",
        chapters=[{"audio_id": "Ant", "icon": str(icon)}, {"stream": "Bedtime"}],
    )
    path = (await concert.act("export_card", card_id="All"))["path"]
    await concert.act("delete_card", card_id="All")
    await concert.act("delete_stream", name="Bedtime")
    forget(concert, "Ant", "Bee")
    streams = await async_get_streams(concert.hass)
    tokens = len(streams.registry.of_owner(concert.family.entry.entry_id))
    before = count(concert)
    faults = concert.family.simulation.world.faults
    match moment:
        case "pictures":
            gallery = await async_get_gallery(concert.hass)
            await gallery.async_forget(concert.family.entry.entry_id)
            concert.family.simulation.cloud.artwork.icons.clear()
            faults.artwork_failing = 1
        case "streams":
            monkeypatch.setattr(importing, "rebuild", partial(_failing, "no streams"))
        case "sending":
            make = importing.ParcelImport._async_make

            async def with_fault(self: importing.ParcelImport) -> object:
                faults.server_errors = 50
                return await make(self)

            monkeypatch.setattr(importing.ParcelImport, "_async_make", with_fault)
            monkeypatch.setattr(importing.ParcelImport, "_async_pictures", _no_pictures)
        case "noting":
            monkeypatch.setattr(Layout, "addressed", partial(_failing, "no addresses"))
            monkeypatch.setattr(importing.ParcelImport, "_async_foreseen", _nothing_foreseen)
    with pytest.raises((HomeAssistantError, RuntimeError)):
        await concert.act("import_card", media=path)
    assert songs_there(concert) == ["Cat", "Dog", "Elk"]
    assert await stream_names(concert) == []
    assert count(concert) == before
    assert len(streams.registry.of_owner(concert.family.entry.entry_id)) == tokens
    monkeypatch.undo()
    faults.server_errors = 0
    again = await concert.act("import_card", media=path)
    assert [one["outcome"] for one in again["audio"]] == ["added", "added"]


def _failing(text: str, *_: object, **__: object) -> None:
    """Fail."""
    raise RuntimeError(text)


async def _no_pictures(self: importing.ParcelImport) -> tuple[dict[str, None], None]:
    """Send no pictures."""
    return {one.sha256: None for one in self._parcel.pictures}, None


async def _nothing_foreseen(self: importing.ParcelImport) -> importing.Published:
    """Foresee no faults."""
    return await asyncio.sleep(0, importing.Published(card_id=None, payload={}))


async def test_a_cancelled_import_leaves_nothing(
    concert: Concert, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not the audio that has come in before."""
    await concert.act(
        "create_card", title="Two", chapters=[{"audio_id": "Ant"}, {"audio_id": "Bee"}]
    )
    path = (await concert.act("export_card", card_id="Two"))["path"]
    await concert.act("delete_card", card_id="Two")
    forget(concert, "Ant", "Bee")
    held, bring_in = asyncio.Event(), importing.ParcelImport._async_bring_in

    async def one_only(self: importing.ParcelImport, number: int, job: Handle) -> None:
        if number:
            held.set()
            await asyncio.Event().wait()
        await bring_in(self, number, job)

    monkeypatch.setattr(importing.ParcelImport, "_async_bring_in", one_only)
    calling = concert.hass.async_create_task(concert.act("import_card", media=path))
    await held.wait()
    assert "Ant" in songs_there(concert)
    await concert.act("cancel_job")
    with pytest.raises(HomeAssistantError, match="cancelled"):
        await calling
    assert songs_there(concert) == ["Cat", "Dog", "Elk"]


async def test_what_cannot_be_exported_is_said(concert: Concert, tmp_path: Path) -> None:
    """And nothing is written."""
    made = await concert.act("create_card", title="Songs", chapters=[{"audio_id": "Ant"}])
    with pytest.raises(ServiceValidationError, match="allowlist_external_dirs"):
        await concert.act("export_card", card_id="Songs", folder="/etc")
    with pytest.raises(ServiceValidationError, match="2Lght"):
        await concert.act("export_card", card_id="2Lght")
    file = tmp_path / "Bee.mp3"
    file.write_bytes(concert.content("Bee"))
    await concert.act("create_card", title="A file", chapters=[{"media": str(file)}])
    file.unlink()
    with pytest.raises(ServiceValidationError, match="what the track Bee plays"):
        await concert.act("export_card", card_id="A file")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(HomeAssistantError, match=r"Nothing can be written to .*: File exists"):
        await concert.act("export_card", card_id="Songs", folder=str(tmp_path / "file"))
    concert.catalog.collection.path(concert.songs["Ant"]).unlink()
    with pytest.raises(HomeAssistantError, match="file of Ant is missing"):
        await concert.act("export_card", card_id="Songs", folder=str(tmp_path / "kept"))
    assert [*(tmp_path / "kept").iterdir()] == []
    forget(concert, "Ant")
    with pytest.raises(ServiceValidationError, match="what the track Ant plays"):
        await concert.act("export_card", card_id=made["card_id"])
    await concert.act(
        "create_card", title="Kept", delivery="upload", chapters=[{"audio_id": "Bee"}]
    )
    forget(concert, "Bee")
    concert.family.simulation.world.faults.media_expires_in = -1.0
    with pytest.raises(HomeAssistantError, match=r"track Bee could not be had .* status 403"):
        await concert.act("export_card", card_id="Kept")


async def test_what_cannot_be_imported_is_said(concert: Concert, tmp_path: Path) -> None:
    """With what to do."""
    bad = tmp_path / "bad.zip"
    bad.write_bytes(b"no archive")
    for media, said in (
        (str(bad), "no card that was exported"),
        (str(tmp_path / "none.zip"), "cannot be read: No such file"),
        (str(tmp_path), "no file of this Home Assistant"),
        ("https://example.com/a.zip", "no file of this Home Assistant"),
        ("/etc/passwd", "allowlist_external_dirs"),
        ("media-source://media_source/nowhere/a.zip", "no media"),
    ):
        with pytest.raises(ServiceValidationError, match=said):
            await concert.act("import_card", media=media)
    with ZipFile(bad, "w") as archive:
        archive.writestr("../../x", b"")
    with pytest.raises(ServiceValidationError, match=r"\.\./\.\./x does not belong"):
        await concert.act("import_card", media={"media_content_id": str(bad)})
