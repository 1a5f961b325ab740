"""Bringing files and folders into the library, and what is said when that cannot be."""

import asyncio
import errno
from pathlib import Path
from unittest.mock import patch

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import pytest

from custom_components.yoto_smart_stream.audio.ffmpeg import Ffmpeg
from custom_components.yoto_smart_stream.library.jobs import JobQueue
from tests.audio.sound import decode, make_canonical_mp3

from . import settle
from .shelf import Shelf

FOX = "sine=f=660:d=1,volume=2"


async def test_a_file_is_brought_in_with_what_is_said_of_it(shelf: Shelf) -> None:
    """The response names it, the library has it, and it is MP3 that players decode."""
    path = await shelf.sound("fox.flac", "-metadata", "artist=Ann")
    came = await shelf.ask(
        "import_audio",
        media=str(path),
        title="The fox",
        tags=["bedtime", "Animals"],
        description="A fox goes out.",
    )
    assert came["outcome"] == "added"
    assert (came["slug"], came["title"]) == ("the-fox", "The fox")
    assert came["duration"] == pytest.approx(2, abs=0.1)
    (found,) = await shelf.found(audio_id="the fox")
    assert found["audio_id"] == came["audio_id"]
    assert (found["author"], found["tags"]) == ("Ann", ["bedtime", "Animals"])
    assert (found["description"], found["source"]) == ("A fox goes out.", "file")
    assert len(await asyncio.to_thread(decode, await shelf.content(found))) > 44100
    assert await shelf.leftovers() == []
    assert path.exists()


async def test_the_same_audio_is_one_item(shelf: Shelf) -> None:
    """The second time it is known, and found again when it was in the trash."""
    path = await shelf.sound("fox.wav")
    first = await shelf.ask("import_audio", media=str(path))
    second = await shelf.ask("import_audio", media=str(path), title="Other")
    assert (second["audio_id"], second["outcome"]) == (first["audio_id"], "known")
    await shelf.ask("delete_audio", audio_id="fox")
    third = await shelf.ask("import_audio", media=str(path))
    assert (third["audio_id"], third["outcome"]) == (first["audio_id"], "restored")


async def test_other_audio_takes_the_place_of_an_item(shelf: Shelf) -> None:
    """The id stays, and so does what was said of it; the old file is gone."""
    first = await shelf.ask("import_audio", media=str(await shelf.sound("fox.wav")))
    before = await shelf.content(first)
    other = await shelf.sound("other.wav", source=FOX)
    second = await shelf.ask("import_audio", media=str(other), replace="Fox")
    assert (second["audio_id"], second["outcome"]) == (first["audio_id"], "replaced")
    assert second["title"] == "fox"
    assert second["duration"] == pytest.approx(1, abs=0.1)
    assert await shelf.content(second) != before
    folder = shelf.catalog.collection.path(shelf.catalog.collection.index.get("fox")).parent
    assert len(await asyncio.to_thread(lambda: list(folder.iterdir()))) == 1


async def test_a_canonical_file_is_copied(shelf: Shelf) -> None:
    """Not one byte of the audio is made anew."""
    path = await asyncio.to_thread(make_canonical_mp3, shelf.folder / "fox.mp3")
    came = await shelf.ask("import_audio", media=str(path))
    content = await shelf.content(came)
    original = await asyncio.to_thread(path.read_bytes)
    assert abs(len(content) - len(original)) <= 1
    heard, expected = [await asyncio.to_thread(decode, one) for one in (content, original)]
    assert (heard == expected).all()


async def test_what_the_media_picker_gives_is_taken(shelf: Shelf) -> None:
    """A media-source id, as such and with what the picker adds."""
    await shelf.sound("fox.wav")
    media_id = "media-source://media_source/local/fox.wav"
    picked = {"media_content_id": media_id, "media_content_type": "audio/x-wav"}
    came = await shelf.ask("import_audio", media=picked)
    again = await shelf.ask("import_audio", media=media_id)
    assert again["audio_id"] == came["audio_id"]
    (found,) = await shelf.found(audio_id="fox")
    assert (found["source"], found["source_reference"]) == ("media", media_id)


async def test_a_folder_comes_in_with_all_below_it(shelf: Shelf) -> None:
    """What is no audio is named with the reason, and keeps nothing else out."""
    await shelf.sound("series/1 fox.wav")
    await shelf.sound("series/more/2 owl.ogg", source=FOX)
    await shelf.write("series/cover.jpg", b"\xff\xd8\xff" + bytes(100))
    await shelf.write("series/3 none.mp3", b"")
    await shelf.write("series/.hidden.mp3", b"")
    came = await shelf.ask("import_audio", media=str(shelf.folder / "series"), tags="series")
    assert [one["media"] for one in came["audio"]] == ["1 fox.wav", "more/2 owl.ogg"]
    assert [(one["media"], one["code"]) for one in came["failed"]] == [
        ("3 none.mp3", "empty"),
        ("cover.jpg", "unsupported"),
    ]
    assert "JPEG" in came["failed"][1]["error"]
    assert {one["slug"] for one in await shelf.found(tags=["series"])} == {"1-fox", "2-owl"}
    assert await shelf.leftovers() == []


async def test_a_folder_with_nothing_in_it_is_explained(shelf: Shelf) -> None:
    """So that nobody looks for what came in."""
    with pytest.raises(ServiceValidationError, match="no files in the folder"):
        await shelf.ask("import_audio", media=str(shelf.folder))


@pytest.mark.parametrize("field", ["title", "description", "replace"])
async def test_a_folder_has_no_title_of_its_own(shelf: Shelf, field: str) -> None:
    """What only one item can have is refused before anything comes in."""
    await shelf.ask("import_audio", media=str(await shelf.sound("fox.wav")))
    with pytest.raises(ServiceValidationError, match=f"Leave out {field}"):
        await shelf.ask("import_audio", media=str(shelf.folder), **{field: "fox"})


async def test_a_file_outside_the_allowed_folders_is_not_read(shelf: Shelf, tmp_path: Path) -> None:
    """Not by a link either, be it named or in a folder."""
    outside = await shelf.sound("fox.wav")
    outside = await asyncio.to_thread(outside.rename, tmp_path / "secret.wav")
    link = shelf.folder / "link.wav"
    await asyncio.to_thread(link.symlink_to, outside)
    for named in (outside, link):
        with pytest.raises(ServiceValidationError, match="may not use"):
            await shelf.ask("import_audio", media=str(named))
    with pytest.raises(ServiceValidationError, match="no files in the folder"):
        await shelf.ask("import_audio", media=str(shelf.folder))
    assert await shelf.found() == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"", "empty file", id="empty"),
        pytest.param(b"Once upon a time" * 100, "is TEXT, which cannot", id="text"),
        pytest.param(bytes(range(256)) * 9, "no audio that is known", id="unknown"),
        pytest.param(b"%PDF-1.7" + bytes(999), "is PDF, which cannot", id="pdf"),
        pytest.param(b"fLaC" + bytes(2000), "looks like FLAC, but", id="broken"),
    ],
)
async def test_a_bad_file_is_explained(shelf: Shelf, content: bytes, said: str) -> None:
    """Nothing is left of it."""
    path = await shelf.write("bad.mp3", content)
    with pytest.raises(ServiceValidationError, match=said) as error:
        await shelf.ask("import_audio", media=str(path))
    assert str(path) in str(error.value)
    assert await shelf.found() == []
    assert await shelf.leftovers() == []


async def test_silence_is_refused(shelf: Shelf) -> None:
    """A recording of nothing is no story."""
    path = await shelf.sound("silent.wav", source="anullsrc=d=2")
    with pytest.raises(ServiceValidationError, match="Nothing is heard"):
        await shelf.ask("import_audio", media=str(path))
    assert await shelf.leftovers() == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        pytest.param({}, "either media to import or a text", id="nothing"),
        pytest.param({"media": " "}, "either media to import or a text", id="blank"),
        pytest.param({"media": "a", "text": "b"}, "not both", id="both"),
        pytest.param({"media": "a", "voice": "b", "engine": "c"}, "engine, voice", id="voice"),
        pytest.param({"media": "/nowhere/a.mp3"}, "may not use", id="elsewhere"),
        pytest.param({"media": "media-source://nobody/a"}, "no media", id="unknown media"),
        pytest.param(
            {"media": "media-source://media_source/local/odd.unknown"}, "no media", id="no type"
        ),
        pytest.param({"media": "ftp://example.org/a.mp3"}, "not an address", id="ftp"),
    ],
)
async def test_fields_that_make_no_sense_are_explained(
    shelf: Shelf, fields: dict[str, str], said: str
) -> None:
    """Before any work begins."""
    with pytest.raises(ServiceValidationError, match=said):
        await shelf.ask("import_audio", **fields)
    assert shelf.catalog.jobs.jobs == ()


async def test_nothing_is_replaced_by_a_wrong_name(shelf: Shelf) -> None:
    """The name is checked before the work begins."""
    path = await shelf.sound("fox.wav")
    with pytest.raises(ServiceValidationError, match="no audio nobody"):
        await shelf.ask("import_audio", media=str(path), replace="nobody")
    assert shelf.catalog.jobs.jobs == ()


@pytest.mark.parametrize("media", ["fox.wav", ""], ids=["file", "folder"])
async def test_a_home_without_ffmpeg_is_told_so(shelf: Shelf, media: str) -> None:
    """It is not blamed on the audio, nor on each file of a folder."""
    await shelf.sound("fox.wav")
    with (
        patch.object(shelf.catalog, "ffmpeg", Ffmpeg(binary="/nowhere/ffmpeg")),
        pytest.raises(HomeAssistantError, match="/nowhere/ffprobe could not be started"),
    ):
        await shelf.ask("import_audio", media=str(shelf.folder / media))
    assert await shelf.leftovers() == []


async def test_a_full_disk_is_told(shelf: Shelf) -> None:
    """And nothing of the file is left on it."""
    path = await shelf.sound("fox.wav")
    full = OSError(errno.ENOSPC, "No space left on device")
    with (
        patch.object(type(shelf.catalog.collection), "add", side_effect=full),
        pytest.raises(HomeAssistantError, match="disk of Home Assistant is full"),
    ):
        await shelf.ask("import_audio", media=str(path))
    assert await shelf.found() == []
    assert await shelf.leftovers() == []


async def test_what_came_in_is_heard_of(shelf: Shelf) -> None:
    """For whoever does more with it, such as writing down what is said."""
    heard: list[tuple[str, str]] = []
    stop = shelf.catalog.async_listen_to_imports(
        lambda imported: heard.append((imported.item.title, imported.outcome))
    )
    path = await shelf.sound("fox.wav")
    await shelf.ask("import_audio", media=str(path))
    stop()
    await shelf.ask("import_audio", media=str(path))
    assert heard == [("fox", "added")]


async def test_a_cancelled_import_leaves_nothing(shelf: Shelf) -> None:
    """Whoever waits is told, and the file is as if it had never been named."""
    path = await shelf.sound("long.wav", source="sine=f=440:d=1200,volume=2")
    asked = asyncio.create_task(shelf.ask("import_audio", media=str(path)))
    jobs: JobQueue = shelf.catalog.jobs
    await settle(lambda: bool(jobs.running))
    await jobs.cancel(jobs.running[0].job_id)
    with pytest.raises(HomeAssistantError, match="was cancelled"):
        await asked
    assert await shelf.found() == []
    assert await shelf.leftovers() == []
