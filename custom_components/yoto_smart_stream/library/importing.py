"""Importing: any audio file becomes an item of the library.

The file is read where it lies and never moved. Everything that is made waits in the storage until
all of it is whole; then it is taken in at once. Until that moment nothing is changed, and
whatever ends the import before leaves nothing behind.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from ..audio.container import Mark
from ..audio.cover import COVER_SUFFIXES, Cover
from ..audio.ffmpeg import Ffmpeg
from ..audio.profile import Profile
from ..audio.stoppable import Watch, in_thread
from ..audio.transcode import Limits, Made, Progress, Wishes, make_canonical
from ..json import JsonObject
from .collection import Arrival, Arrived, AudioCollection
from .errors import LibraryError
from .index import AudioIndex
from .item import AudioItem, Details, Place, Source, StoredFile, clean, once, one_line
from .jobs import Body, Handle
from .taking import Outcome, take_in

_BLOCK: Final = 1024 * 1024
# Making the audio takes nearly all of the time; the rest is copying the original.
_MAKING_SHARE: Final = 0.98
_NAMELESS: Final = "Audio"


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """Say what to import, and as what.

    `title` and `author` are taken from the file's tags where they are None, and the title from
    `name` (by default that of the file) where there are no tags. `replaces` is the id, slug or
    title of the item that gets this audio. `wishes` are the importer's where they are None.
    """

    path: Path
    source: Source
    name: str | None = None
    title: str | None = None
    author: str | None = None
    tags: tuple[str, ...] = ()
    description: str | None = None
    replaces: str | None = None
    wishes: Wishes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """Describe what an import led to; `chapters` are those of the source, for splitting it."""

    item: AudioItem
    outcome: Outcome
    chapters: tuple[Mark, ...]

    def to_result(self) -> JsonObject:
        """Return it as the result of a job; `duration` is in seconds."""
        return {
            "audio_id": self.item.audio_id,
            "slug": self.item.slug,
            "title": self.item.title,
            "duration": round(self.item.duration, 3),
            "outcome": self.outcome.value,
        }


class Importer:
    """Bring files into a collection, all in the same way."""

    def __init__(
        self,
        collection: AudioCollection,
        *,
        ffmpeg: Ffmpeg,
        profile: Profile,
        wishes: Wishes | None = None,
        limits: Limits | None = None,
        keeps_originals: bool = False,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Remember how files become audio."""
        self._collection = collection
        self._ffmpeg = ffmpeg
        self._profile = profile
        self._wishes = wishes
        self._limits = limits
        self._keeps_originals = keeps_originals
        self._now = now

    def body(self, wanted: Import) -> Body:
        """Return an import as the body of a job, with `Imported.to_result` as its result."""

        async def work(job: Handle) -> JsonObject:
            """Import the file and tell the progress."""
            return (await self.run(wanted, job.progress)).to_result()

        return work

    async def run(self, wanted: Import, on_progress: Progress = lambda _: None) -> Imported:
        """Import a file. `on_progress` is told the share that is done, from 0.0 to 1.0.

        Raises:
            AudioError: The file cannot be used; its code says why.
            ToolError: ffmpeg cannot be started.
            UnknownAudioError, AmbiguousTitleError: There is nothing to replace.
            OSError: The disk failed or is full.
        """
        replaced = None
        if wanted.replaces is not None:
            replaced = self._collection.index.get(wanted.replaces).audio_id
        storage = self._collection.storage
        audio = storage.arriving("mp3")
        picture = storage.arriving("picture")
        original = storage.arriving("original")
        try:
            made = await make_canonical(
                wanted.path,
                audio,
                ffmpeg=self._ffmpeg,
                profile=self._profile,
                wishes=wanted.wishes or self._wishes,
                limits=self._limits,
                on_progress=lambda share: on_progress(share * _MAKING_SHARE),
            )
            cover = None
            if made.cover is not None:
                cover = await in_thread(_writing(made.cover, picture))
            kept = None
            if self._keeps_originals:
                kept = await in_thread(_copying(wanted.path, original, made.source_format))
            arrival = Arrival(
                audio=audio,
                file=made.written,
                cover=cover,
                original=kept,
                chapters=made.chapters,
            )
            # No await from here on: it is one step, which nothing can cancel in the middle.
            imported = self._take(wanted, made, arrival, replaced)
            on_progress(1.0)
            return imported
        finally:
            # Short enough for the loop, and it must happen even while being cancelled.
            for path in (audio, picture, original):
                path.unlink(missing_ok=True)

    def _take(self, wanted: Import, made: Made, arrival: Arrival, replaced: str | None) -> Imported:
        """Take in what was made, unless it is there already."""
        item, outcome = self._taken(wanted, made, arrival, replaced)
        return Imported(item=item, outcome=outcome, chapters=made.container.chapters)

    def _taken(
        self, wanted: Import, made: Made, arrival: Arrival, replaced: str | None
    ) -> tuple[AudioItem, Outcome]:
        """Return the item and what became of it."""
        collection, index = self._collection, self._collection.index
        if replaced is not None:
            before = index.get(replaced)
            if before.details.cover is not None:
                arrival = replace(arrival, cover=None)
            details = _changed(before.details, wanted, arrival)
            item = collection.replace(replaced, arrival, source=wanted.source, details=details)
            is_same = before.file.sha256 == item.file.sha256
            return item, Outcome.KNOWN if is_same else Outcome.REPLACED
        details = _details(wanted, made, arrival)
        return take_in(collection, arrival, details=details, source=wanted.source, now=self._now())


def take_back(index: AudioIndex, every: Iterable[Imported], now: datetime) -> None:
    """Take out of the library again what imports brought in, but for what somebody uses already."""
    for imported in every:
        if imported.outcome not in {Outcome.ADDED, Outcome.RESTORED}:
            continue
        try:
            index.delete(imported.item.audio_id, now=now)
            if imported.outcome is Outcome.ADDED:
                index.purge(imported.item.audio_id)
        except LibraryError:
            # Somebody uses it already, or has deleted it.
            continue


def _details(wanted: Import, made: Made, arrival: Arrival) -> Details:
    """Say of a new item what was wished, or else what its tags or its name say."""
    tags = made.container.tags
    name = wanted.path.stem if wanted.name is None else wanted.name
    texts = (wanted.title or "", tags.title or "", name.replace("_", " "))
    title = next((line for text in texts if (line := one_line(text))), _NAMELESS)
    return Details(
        title=title,
        author=one_line(wanted.author or tags.author or "") or None,
        tags=once(wanted.tags),
        description=clean(wanted.description or "") or None,
        cover=None if arrival.cover is None else arrival.cover.stored,
    )


def _changed(before: Details, wanted: Import, arrival: Arrival) -> Details:
    """Say of an item that gets other audio what was wished, and leave the rest."""
    return replace(
        before,
        title=one_line(wanted.title or "") or before.title,
        author=one_line(wanted.author or "") or before.author,
        tags=once(wanted.tags) or before.tags,
        description=clean(wanted.description or "") or before.description,
        cover=before.cover if arrival.cover is None else arrival.cover.stored,
    )


def _writing(cover: Cover, path: Path) -> Callable[[Watch], Arrived]:
    """Return the work of writing a picture."""

    def work(_: Watch) -> Arrived:
        """Write it (blocking)."""
        path.write_bytes(cover.content)
        stored = StoredFile(
            place=Place.COVERS,
            sha256=sha256(cover.content).hexdigest(),
            suffix=COVER_SUFFIXES[cover.content_type],
        )
        return Arrived(path=path, stored=stored, size_bytes=len(cover.content))

    return work


def _copying(source: Path, path: Path, suffix: str) -> Callable[[Watch], Arrived]:
    """Return the work of copying the original."""

    def work(watch: Watch) -> Arrived:
        """Copy it and take its digest (blocking)."""
        digest, size = sha256(), 0
        with source.open("rb") as reader, path.open("xb") as writer:
            while block := reader.read(_BLOCK):
                watch()
                digest.update(block)
                writer.write(block)
                size += len(block)
        stored = StoredFile(place=Place.ORIGINALS, sha256=digest.hexdigest(), suffix=suffix)
        return Arrived(path=path, stored=stored, size_bytes=size)

    return work
