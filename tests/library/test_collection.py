"""The collection: files and index agree, and no start loses what a family has."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from custom_components.yoto_smart_stream.json import Json
from custom_components.yoto_smart_stream.library.collection import (
    Arrival,
    AudioCollection,
    open_collection,
)
from custom_components.yoto_smart_stream.library.item import AudioItem, Details
from custom_components.yoto_smart_stream.library.storage import LOST_TIME

from .samples import FILE, NOW, files_in, with_fields, written


async def _opened(folder: Path, data: Json = None, days: int = 0) -> AudioCollection:
    """Open what was stored, some days later."""
    return await open_collection(folder, data, now=NOW + timedelta(days=days))


def _taken(collection: AudioCollection, text: str, title: str) -> AudioItem:
    """Take in a file."""
    path = collection.storage.arriving("mp3")
    path.write_text(text)
    arrival = Arrival(audio=path, file=written(text, size_bytes=len(text)))
    return collection.add(arrival, details=Details(title=title), source=FILE, now=NOW)


async def test_files_go_when_that_is_written_and_nobody_needs_them(tmp_path: Path) -> None:
    """Two items share a file; it goes with the second one, and only after the store."""
    collection = await _opened(tmp_path)
    one, two = _taken(collection, "same", "One"), _taken(collection, "same", "Two")
    assert files_in(tmp_path) == {f"audio/{one.stored_audio.name}"}
    assert collection.plan(one).total == 4
    index = collection.index
    index.delete("One", now=NOW)
    index.purge("One")
    await collection.remove_files(collection.snapshot())
    assert collection.path(two).read_text() == "same"
    index.delete("Two", now=NOW)
    await collection.remove_files(collection.snapshot())
    assert collection.path(two).exists()
    index.purge("Two")
    snapshot = collection.snapshot()
    assert collection.path(two).exists()
    again = _taken(collection, "same", "Three")
    await collection.remove_files(snapshot)
    assert collection.path(again).read_text() == "same"
    index.delete("Three", now=NOW)
    index.purge("Three")
    await collection.remove_files(collection.snapshot())
    assert files_in(tmp_path) == set()
    assert index.unneeded == set()


async def test_a_start_clears_up_and_notices_what_is_missing(tmp_path: Path) -> None:
    """What was being made is gone; audio that is missing or cut short is named."""
    collection = await _opened(tmp_path)
    whole, cut, gone = (_taken(collection, text, text) for text in ("whole", "cut", "gone"))
    collection.storage.arriving("mp3").write_text("half")
    collection.path(cut).write_text("c")
    collection.path(gone).unlink()
    collection = await _opened(tmp_path, collection.snapshot().to_stored())
    assert set(collection.swept.damaged) == {cut.audio_id, gone.audio_id}
    assert collection.swept.removed == 1
    assert files_in(tmp_path) == {f"audio/{item.stored_audio.name}" for item in (whole, cut)}
    _taken(collection, "gone", "again")
    _taken(collection, "cut", "again")
    assert collection.path(cut).read_text() == "cut"
    assert collection.path(gone).read_text() == "gone"


async def test_everything_is_found_right_after_a_start(tmp_path: Path) -> None:
    """As it is then, be it changed before anybody looks for it."""
    collection = await _opened(tmp_path)
    for title in ("The bear", "The fox", "The owl"):
        _taken(collection, title, title)
    index = (await _opened(tmp_path, collection.snapshot().to_stored())).index
    index.update("the fox", lambda details: replace(details, title="A badger"))
    index.delete("the owl", now=NOW)
    assert [item.title for item in index.find().items] == ["A badger", "The bear"]
    for query, count in {"bear": 1, "badg": 1, "fox": 0, "owl": 0, "the": 1}.items():
        assert index.find(query).total == count, query


async def test_a_lost_store_does_not_cost_the_audio(tmp_path: Path) -> None:
    """Files that no item names are kept for some days, and come back with the store."""
    collection = await _opened(tmp_path)
    item = _taken(collection, "text", "Title")
    stored = collection.snapshot().to_stored()
    assert (await _opened(tmp_path, None)).swept.lost == 1
    collection = await _opened(tmp_path, stored, days=LOST_TIME.days)
    assert (collection.swept.found_again, collection.swept.damaged) == (1, ())
    assert collection.path(item).read_text() == "text"
    assert (await _opened(tmp_path, None)).swept.lost == 1
    assert (await _opened(tmp_path, None, days=LOST_TIME.days + 1)).swept.removed == 1
    assert files_in(tmp_path) == set()


async def test_files_of_records_that_were_set_aside_stay(tmp_path: Path) -> None:
    """A newer version may understand the record, and then needs the file."""
    collection = await _opened(tmp_path)
    item = _taken(collection, "text", "Title")
    stored = collection.snapshot().to_stored()
    records = stored["items"]
    assert isinstance(records, list)
    strange = with_fields(records[0], source="from the future")
    collection = await _opened(tmp_path, {"items": [strange]}, days=100)
    assert collection.set_aside_count == 1
    assert collection.index.everything == ()
    assert collection.path(item).read_text() == "text"
    assert collection.snapshot().to_stored()["set_aside"] == [strange]
