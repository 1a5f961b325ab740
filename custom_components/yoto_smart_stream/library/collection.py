"""The collection: the index and the files together, so that each always fits the other.

An item is there when its files are. A file goes when no item needs it any more and that has been
written down: whoever stores the collection calls `snapshot`, writes, and then `remove_files`.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from ..audio.container import Mark
from ..audio.frame_writer import Written
from ..audio.plan import Plan, plan_of_files
from ..audio.profile import CONTENT_TYPE
from ..garbage import collection_paused
from ..json import Json, JsonObject
from .index import AudioIndex
from .item import AudioItem, Details, Source, StoredFile, audio_file
from .records import Contents, digests_set_aside, read_contents, write_contents
from .storage import Storage, Swept


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """Name a whole file that waits in the storage to be taken in."""

    path: Path
    stored: StoredFile
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Describe audio that has been made: its file, and what belongs to it."""

    audio: Path
    file: Written
    cover: Arrived | None = None
    original: Arrived | None = None
    chapters: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Hold what is to be stored at one moment, and the files that may go once that is done."""

    contents: Contents
    unneeded: frozenset[StoredFile]

    def to_stored(self) -> JsonObject:
        """Return the JSON of it; takes a while for many items, and may run in any thread."""
        return write_contents(self.contents)


class AudioCollection:
    """The audio that a family has."""

    def __init__(
        self, contents: Contents, storage: Storage, swept: Swept, on_change: Callable[[], None]
    ) -> None:
        """Hold what was read; `open_collection` reads it."""
        self.index = AudioIndex(contents.records, on_change=on_change)
        self.storage = storage
        self.swept = swept
        self._contents = contents

    @property
    def set_aside_count(self) -> int:
        """Return how many records could not be read."""
        return len(self._contents.set_aside)

    def path(self, item: AudioItem) -> Path:
        """Return where the canonical file of an item lies."""
        return self.storage.path(item.stored_audio)

    def plan(self, item: AudioItem) -> Plan:
        """Plan the audio of an item (blocking).

        Raises:
            AudioError: The file is missing.
        """
        return plan_of_files([self.path(item)], CONTENT_TYPE)

    def add(
        self, arrival: Arrival, *, details: Details, source: Source, now: datetime
    ) -> AudioItem:
        """Take in audio as a new item; either all of it is there then, or nothing.

        Raises:
            OSError: The disk failed.
        """
        with _Placing(self.index, self.storage) as placing:
            original = placing.place(arrival)
            return self.index.add(
                details=details,
                file=arrival.file,
                source=source,
                now=now,
                original=original,
                chapters=arrival.chapters,
            )

    def replace(
        self, audio_id: str, arrival: Arrival, *, source: Source, details: Details
    ) -> AudioItem:
        """Take in audio in place of that of an item, whose id stays.

        Raises:
            UnknownAudioError: The item is gone, or in the trash.
            OSError: The disk failed.
        """
        with _Placing(self.index, self.storage) as placing:
            original = placing.place(arrival)
            self.index.replace(
                audio_id,
                file=arrival.file,
                source=source,
                original=original,
                chapters=arrival.chapters,
            )
            return self.index.update(audio_id, lambda _: details)

    def set_cover(self, audio_id: str, cover: Arrived | None) -> AudioItem:
        """Give an item a picture, or take it away.

        Raises:
            UnknownAudioError: The item is gone, or in the trash.
            OSError: The disk failed.
        """
        stored = None if cover is None else cover.stored
        with _Placing(self.index, self.storage) as placing:
            if cover is not None:
                placing.put(cover.path, cover.stored, cover.size_bytes)
            return self.index.update(audio_id, lambda details: replace(details, cover=stored))

    def snapshot(self) -> Snapshot:
        """Return what is to be stored now."""
        contents = replace(self._contents, records=self.index.everything)
        return Snapshot(contents=contents, unneeded=self.index.unneeded)

    async def remove_files(self, snapshot: Snapshot) -> None:
        """Remove the files that were not needed when a snapshot was made, and are not now.

        Only when the snapshot has been written, so that no record ever names a file that is gone.

        Raises:
            OSError: The disk failed.
        """
        kept = digests_set_aside(self._contents)
        files = [
            file
            for file in snapshot.unneeded
            if not self.index.needs(file) and file.sha256 not in kept
        ]
        waiting = [self.storage.withdraw(file) for file in files]
        self.index.removed(files)
        await asyncio.to_thread(_unlink, [path for path in waiting if path is not None])


class _Placing:
    """Files on their way into the storage, which leave it again if anything fails."""

    def __init__(self, index: AudioIndex, storage: Storage) -> None:
        """Start with none."""
        self._index = index
        self._storage = storage
        self._new: list[StoredFile] = []

    def __enter__(self) -> _Placing:
        """Begin."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Take the files out again if something failed."""
        for file in self._new if kind else ():
            if not self._index.needs(file):
                self._storage.path(file).unlink(missing_ok=True)

    def place(self, arrival: Arrival) -> StoredFile | None:
        """Move files to their places; returns the name of the original."""
        audio = audio_file(arrival.file.sha256)
        self.put(arrival.audio, audio, arrival.file.size_bytes)
        for other in (arrival.cover, arrival.original):
            if other is not None:
                self.put(other.path, other.stored, other.size_bytes)
        return None if arrival.original is None else arrival.original.stored

    def put(self, path: Path, file: StoredFile, size_bytes: int) -> None:
        """Move one file."""
        if self._storage.put(path, file, size_bytes):
            self._new.append(file)


async def open_collection(
    folder: Path,
    data: Json,
    *,
    now: datetime,
    on_change: Callable[[], None] = lambda: None,
) -> AudioCollection:
    """Read what was stored (in the present version; None for nothing), and look at the files.

    Raises:
        OSError: The folder cannot be used.
    """

    def work() -> AudioCollection:
        """Read and sweep (blocking)."""
        with collection_paused():
            contents = read_contents(data)
            storage = Storage(folder)
            swept = storage.sweep(contents.records, digests_set_aside(contents), now=now)
            return AudioCollection(contents, storage, swept, on_change)

    return await asyncio.to_thread(work)


def _unlink(paths: Iterable[Path]) -> None:
    """Remove files (blocking)."""
    for path in paths:
        path.unlink(missing_ok=True)
