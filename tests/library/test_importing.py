"""Importing, with real audio: what a family finds in its library afterwards."""

import asyncio
from pathlib import Path

from PIL import Image
import psutil
import pytest

from custom_components.yoto_smart_stream.audio.errors import AudioError, AudioErrorCode, ToolError
from custom_components.yoto_smart_stream.audio.ffmpeg import Ffmpeg
from custom_components.yoto_smart_stream.library.collection import AudioCollection, open_collection
from custom_components.yoto_smart_stream.library.errors import UnknownAudioError
from custom_components.yoto_smart_stream.library.importing import (
    Import,
    Imported,
    Importer,
    Outcome,
)
from custom_components.yoto_smart_stream.library.item import User, UserKind
from custom_components.yoto_smart_stream.library.job import JobState
from custom_components.yoto_smart_stream.library.jobs import JobQueue
from tests.audio.sound import MONO, decode, make

from .samples import FILE, NOW, files_in

OTHER = "sine=f=880:d=1,volume=2"
STORY = User(kind=UserKind.STORY, reference="fox")


@pytest.fixture
async def collection(tmp_path: Path) -> AudioCollection:
    """Return a new collection in a folder of its own."""
    return await open_collection(tmp_path / "library", None, now=NOW)


def _importer(
    collection: AudioCollection, *, binary: str = "ffmpeg", keeps_originals: bool = False
) -> Importer:
    """Return an importer."""
    ffmpeg = Ffmpeg(binary=binary)
    return Importer(
        collection, ffmpeg=ffmpeg, profile=MONO, keeps_originals=keeps_originals, now=lambda: NOW
    )


async def _imported(collection: AudioCollection, path: Path, **wishes: str) -> Imported:
    """Import a file."""
    wanted = Import(path=path, source=FILE, **wishes)  # type: ignore[arg-type]
    return await _importer(collection).run(wanted)


async def test_a_file_becomes_an_item_with_what_its_tags_say(
    tmp_path: Path, collection: AudioCollection
) -> None:
    """Title, author and cover are there; the source stays, and its copy if that is wished."""
    picture = tmp_path / "cover.png"
    Image.new("RGB", (8, 8), "red").save(picture)
    tone = make(tmp_path / "tone.flac")
    tags = ("-metadata", "title=A fox", "-metadata", "artist=Ann")
    attached = ("-i", str(picture), "-map", "0", "-map", "1", "-disposition:v", "attached_pic")
    source = make(tmp_path / "x_y.flac", *attached, *tags)
    before = source.read_bytes()
    told: list[float] = []
    importer = _importer(collection, keeps_originals=True)
    wanted = Import(path=source, source=FILE, tags=("Bed ", "bed", "Fox"))
    imported = await importer.run(wanted, told.append)
    item = imported.item
    assert imported.outcome is Outcome.ADDED
    assert (item.title, item.slug, item.details.author) == ("A fox", "a-fox", "Ann")
    assert item.details.tags == ("bed", "Fox")
    assert item.duration == pytest.approx(2, abs=0.1)
    assert told == sorted(told)
    assert told[-1] == 1
    assert source.read_bytes() == before
    path = collection.path(item)
    assert len(decode(path.read_bytes())) > 0
    assert path.stat().st_size == item.file.size_bytes
    assert item.original is not None
    assert collection.storage.path(item.original).read_bytes() == before
    assert item.details.cover is not None
    with Image.open(collection.storage.path(item.details.cover)) as cover:
        assert cover.size == (8, 8)
    assert len(files_in(tmp_path / "library")) == 3
    untitled = await _imported(collection, tone, name="My_tone", author="Bob")
    assert untitled.outcome is Outcome.KNOWN
    other = await _imported(collection, make(tmp_path / "b.wav", source=OTHER), name="My_tone")
    assert other.item.title == "My tone"


async def test_the_same_audio_twice_is_one_item(
    tmp_path: Path, collection: AudioCollection
) -> None:
    """Under whatever name it comes again; from the trash it is taken back."""
    first = await _imported(collection, make(tmp_path / "a.wav"), title="Tone")
    files = files_in(tmp_path / "library")
    again = await _imported(collection, make(tmp_path / "b.wav"), title="Another")
    assert (again.outcome, again.item) == (Outcome.KNOWN, first.item)
    collection.index.delete("Tone", now=NOW)
    again = await _imported(collection, tmp_path / "b.wav")
    assert (again.outcome, again.item) == (Outcome.RESTORED, first.item)
    assert files_in(tmp_path / "library") == files
    collection.path(first.item).unlink()
    await _imported(collection, tmp_path / "b.wav")
    assert files_in(tmp_path / "library") == files


async def test_what_is_replaced_keeps_its_id(tmp_path: Path, collection: AudioCollection) -> None:
    """Users and texts stay, the file is another one, and plans of the old one come to an end."""
    first = (await _imported(collection, make(tmp_path / "a.wav"), title="Tone")).item
    collection.index.use(STORY, [first.audio_id])
    plan = collection.plan(first)
    other = make(tmp_path / "b.wav", source=OTHER)
    replaced = await _imported(collection, other, replaces="tone", author="Ann")
    item = replaced.item
    assert replaced.outcome is Outcome.REPLACED
    assert (item.audio_id, item.slug, item.title) == (first.audio_id, "tone", "Tone")
    assert item.used_by == {STORY}
    assert item.details.author == "Ann"
    assert item.duration == pytest.approx(1, abs=0.1)
    assert collection.path(item) != collection.path(first)
    assert plan.is_current()
    await collection.remove_files(collection.snapshot())
    assert not plan.is_current()
    assert files_in(tmp_path / "library") == {f"audio/{item.stored_audio.name}"}
    same = await _imported(collection, other, replaces="tone", title="New name")
    assert (same.outcome, same.item.title) == (Outcome.KNOWN, "New name")


async def test_a_failure_leaves_nothing_behind(tmp_path: Path, collection: AudioCollection) -> None:
    """Neither a file nor an item, whatever the reason."""
    tone, junk = make(tmp_path / "a.wav"), tmp_path / "junk.mp3"
    junk.write_bytes(b"%PDF-1.7 nothing to hear")
    with pytest.raises(AudioError) as caught:
        await _imported(collection, junk)
    assert (caught.value.code, caught.value.format) == (AudioErrorCode.UNSUPPORTED, "pdf")
    with pytest.raises(UnknownAudioError):
        await _imported(collection, tone, replaces="nothing")
    with pytest.raises(ToolError):
        await _importer(collection, binary="no-such-ffmpeg").run(Import(path=tone, source=FILE))
    item = (await _imported(collection, tone, title="Tone")).item
    files = files_in(tmp_path / "library")

    def deleted(_: float) -> None:
        """Delete the item that is about to be replaced."""
        if collection.index.items:
            collection.index.delete("tone", now=NOW)

    other = make(tmp_path / "b.wav", source=OTHER)
    wanted = Import(path=other, source=FILE, replaces="tone")
    with pytest.raises(UnknownAudioError):
        await _importer(collection).run(wanted, deleted)
    assert collection.index.trash[0].audio_id == item.audio_id
    assert files_in(tmp_path / "library") == files


async def test_jobs_import_and_can_be_cancelled_at_any_moment(
    tmp_path: Path, collection: AudioCollection
) -> None:
    """Afterwards the item is there as a whole, or nothing at all; and no process is."""
    source = make(tmp_path / "long.flac", source="sine=f=300:d=120,volume=2")
    queue = JobQueue(at_once=2)
    importer = _importer(collection, keeps_originals=True)
    wanted = Import(path=source, source=FILE)
    states = set()
    for delay in (0, 0.01, 0.05, 0.1, 0.2, 0.4, 0.6, 30):
        job = queue.add(kind="import", owner="me", title="x", body=importer.body(wanted))
        waiting = asyncio.ensure_future(queue.wait(job.job_id))
        await asyncio.wait([waiting], timeout=delay)
        ended = await queue.cancel(job.job_id)
        states.add(ended.state)
        is_there = len(collection.index.items) == 1
        assert is_there is (ended.state is JobState.DONE)
        assert len(files_in(tmp_path / "library")) == 2 * is_there
        assert psutil.Process().children() == []
        if is_there:
            assert ended.result is not None
            item = collection.index.get(str(ended.result["audio_id"]))
            assert ended.result["duration"] == pytest.approx(item.duration, abs=0.001)
            collection.index.delete(item.audio_id, now=NOW)
            collection.index.purge(item.audio_id)
            await collection.remove_files(collection.snapshot())
    assert states == {JobState.CANCELLED, JobState.DONE}
    await queue.close()
