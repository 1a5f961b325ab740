"""Importing: a parcel becomes a card, with its audio in the library: all of it, or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..artwork.cover import CoverShape, Fit, make_cover
from ..artwork.dots import MOST_COLOURS
from ..artwork.errors import ArtworkError
from ..artwork.icon import make_icon
from ..audio.stoppable import Watch, in_thread
from ..audio.transcode import Wishes
from ..cards.model import AUDIO as KEPT, TITLE_LENGTH
from ..cards.reading import read
from ..cloud.icons import REFERENCE
from ..coordinator import YotoConfigEntry
from ..gallery.dressing import async_gallery
from ..json import Json, JsonObject
from ..library.catalog import Catalog
from ..library.importing import Import, Imported, take_back
from ..library.item import Source, SourceKind
from ..library.jobs import Handle
from ..library.taking import Outcome
from ..publishing.delivering import AtYoto
from ..publishing.errors import CardFaultsError
from ..publishing.published import Published
from ..publishing.publisher import Publisher, async_publisher
from ..publishing.served import Delivery
from ..publishing.uploading import NOT_YET
from ..sources.receiving import removed_after
from ..sources.refusals import async_save, result_of
from ..streaming.streams import Streams
from .manifest import PICTURE, PackedPicture, Parcel
from .notes import Note, NoteCode
from .rebuilding import Rebuilt, rebuild
from .unpacking import extract, read_manifest, read_picture, verify
from .wrapping import Held, unwrapped

IMPORT: Final = "import_card"
_VERIFYING_SHARE: Final = 0.2
_NEW: Final = "new"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Say what is to become of a parcel; `delivery` and `title` are those of the card if None."""

    path: Path
    title: str | None = None
    delivery: Delivery | None = None
    dry_run: bool = False


@dataclass(slots=True, kw_only=True)
class Unpacked:
    """What came of a parcel, or would: the card, audio and streams, and what should be known."""

    published: Published
    audio: list[Json]
    streams: list[Json]
    notes: list[Note]


@dataclass(slots=True)
class _Undo:
    """What goes again if there is no card in the end."""

    imported: list[Imported] = field(default_factory=list)
    rebuilt: Rebuilt = field(default_factory=Rebuilt)


class ParcelImport:
    """The import of one parcel."""

    def __init__(
        self,
        entry: YotoConfigEntry,
        catalog: Catalog,
        streams: Streams,
        publisher: Publisher,
        parcel: Parcel,
        wanted: Wanted,
    ) -> None:
        """Prepare; nothing is changed yet."""
        self._entry = entry
        self._hass: HomeAssistant = entry.runtime_data.hass
        self._catalog = catalog
        self._streams = streams
        self._publisher = publisher
        self._parcel = parcel
        self._wanted = wanted
        self._undo = _Undo()
        self._notes: list[Note] = []
        has_kept = any(track.kind == KEPT for track in read(parcel.card).tracks)
        self._delivery = wanted.delivery or (Delivery.MIXED if has_kept else Delivery.STREAM)

    async def async_run(self) -> Unpacked:
        """Make the card, or say what would be made.

        Raises:
            PublishingError: Something is wrong with it; nothing was changed.
            HomeAssistantError: It could not be made; nothing is left of it.
        """
        would_be = await self._async_foreseen()
        if would_be.faults and not self._wanted.dry_run:
            raise CardFaultsError(would_be.faults)
        parcel = self._parcel
        job = self._catalog.jobs.add(
            kind=IMPORT,
            owner=self._entry.entry_id,
            title=parcel.title[:TITLE_LENGTH],
            body=self._work,
        )
        result_of(await self._catalog.jobs.wait(job.job_id), str(self._wanted.path))
        if self._wanted.dry_run:
            index = self._catalog.collection.index
            audio: list[Json] = [
                {"title": one.title, "new": index.with_audio(one.sha256) is None}
                for one in parcel.audio
            ]
            names: list[Json] = [one.name for one in parcel.streams]
            return Unpacked(published=would_be, audio=audio, streams=names, notes=[])
        try:
            published = await self._async_make()
        except BaseException:
            await self._async_undo()
            raise
        await async_save(self._catalog)
        for imported in self._undo.imported:
            self._catalog.async_imported(imported)
        made: list[Json] = [imported.to_result() for imported in self._undo.imported]
        streams: list[Json] = [one.name for one in self._undo.rebuilt.streams.values()]
        return Unpacked(published=published, audio=made, streams=streams, notes=self._notes)

    async def _async_foreseen(self) -> Published:
        """Return what the card would be like, without anything that it needs."""
        index = self._catalog.collection.index
        audio: dict[str, Held] = {}
        foreseen: dict[str, AtYoto] = {}
        for one in self._parcel.audio:
            known = index.with_audio(one.sha256)
            audio_id = one.sha256 if known is None else known.audio_id
            audio[one.sha256] = Held(
                audio_id=audio_id, duration=one.duration, size_bytes=one.size_bytes
            )
            foreseen[audio_id] = AtYoto(
                url=NOT_YET,
                format="mp3",
                duration=one.duration,
                size=one.size_bytes,
                channels="mono",
            )
        layout = unwrapped(
            self._parcel,
            audio=audio,
            streams={one.name: _NEW for one in self._parcel.streams},
            icons={one.sha256: f"{REFERENCE}{_NEW}" for one in self._parcel.pictures},
            cover=_NEW,
            title=self._wanted.title,
        )
        return await self._publisher.async_make(
            layout, self._delivery, dry_run=True, coming=foreseen
        )

    async def _work(self, job: Handle) -> JsonObject:
        """Look at everything, and bring in the audio; the body of the job."""
        parcel, path = self._parcel, self._wanted.path
        loop = self._hass.loop
        whole = sum(one.size_bytes for one in parcel.files) or 1
        share = 1.0 if self._wanted.dry_run else _VERIFYING_SHARE
        done = 0

        def verified(size: int) -> None:
            nonlocal done
            done += size
            loop.call_soon_threadsafe(job.progress, share * done / whole)

        def look(watch: Watch) -> None:
            """Read everything (blocking)."""
            verify(path, parcel, watch, verified)

        await in_thread(look)
        if not self._wanted.dry_run:
            try:
                for number, _ in enumerate(parcel.audio):
                    await self._async_bring_in(number, job)
            except BaseException:
                self._undo_audio()
                raise
        return {"title": parcel.title}

    async def _async_bring_in(self, number: int, job: Handle) -> None:
        """Bring one audio into the library, as it is."""
        one, every = self._parcel.audio[number], len(self._parcel.audio)
        path, collection = self._wanted.path, self._catalog.collection
        known = collection.index.with_audio(one.sha256)
        # Where its file is missing, importing it mends that.
        if (
            known is not None
            and known.trashed is None
            and await in_thread(lambda _: collection.path(known).is_file())
        ):
            self._undo.imported.append(
                Imported(item=known, outcome=Outcome.KNOWN, chapters=known.chapters)
            )
            return

        def tell(share: float) -> None:
            job.progress(_VERIFYING_SHARE + (1 - _VERIFYING_SHARE) * (number + share) / every)

        with removed_after(collection.storage.arriving(one.suffix)) as target:
            await in_thread(partial(extract, path, one, target))
            imported = await self._catalog.importer().run(
                Import(
                    path=target,
                    source=Source(kind=SourceKind.FILE, reference=path.name),
                    name=one.title,
                    title=one.title,
                    author=one.author,
                    tags=one.tags,
                    description=one.description,
                    wishes=Wishes(),
                ),
                tell,
            )
        self._undo.imported.append(imported)

    async def _async_make(self) -> Published:
        """Make the card of what is there now."""
        icons, cover = await self._async_pictures()
        items = [imported.item for imported in self._undo.imported]
        audio = {
            one.sha256: Held(
                audio_id=item.audio_id, duration=item.duration, size_bytes=item.file.size_bytes
            )
            for one, item in zip(self._parcel.audio, items, strict=True)
        }
        ids = {sha256: held.audio_id for sha256, held in audio.items()}
        if self._parcel.streams:
            self._undo.rebuilt = await self._streams.async_change(partial(self._rebuild, ids))
        streams = self._undo.rebuilt.streams
        for named, stream in streams.items():
            if stream.name != named:
                facts = {"stream": named, "name": stream.name}
                self._notes.append(Note(code=NoteCode.RENAMED, facts=facts))
        layout = unwrapped(
            self._parcel,
            audio=audio,
            streams={named: stream.stream_id for named, stream in streams.items()},
            icons=icons,
            cover=cover,
            title=self._wanted.title,
        )
        return await self._publisher.async_make(layout, self._delivery)

    def _rebuild(self, audio_ids: Mapping[str, str]) -> Rebuilt:
        """Make the streams, all of them or none."""
        index = self._streams.index
        before = index.streams
        try:
            return rebuild(index, self._parcel.streams, audio_ids, dt_util.utcnow())
        except BaseException:
            index.reset(before)
            raise

    async def _async_pictures(self) -> tuple[dict[str, str | None], str | None]:
        """Have Yoto take the pictures; return what it calls the icons, and where the cover is."""
        card = read(self._parcel.card)
        every = [chapter.icon for chapter in card.chapters] + [track.icon for track in card.tracks]
        used = {one.removeprefix(PICTURE) for one in every if one and one.startswith(PICTURE)}
        icons: dict[str, str | None] = {}
        cover: str | None = None
        for one in self._parcel.pictures:
            content = await in_thread(partial(read_picture, self._wanted.path, one))
            try:
                if one.sha256 in used:
                    icons[one.sha256] = await self._async_icon(one, content)
                if card.cover == f"{PICTURE}{one.sha256}":
                    cover = await self._async_cover(content)
            except ArtworkError:
                icons.setdefault(one.sha256, None)
                facts = {"title": one.title}
                self._notes.append(Note(code=NoteCode.PICTURE_UNFIT, facts=facts))
        return icons, cover

    async def _async_icon(self, packed: PackedPicture, content: bytes) -> str:
        """Have Yoto take an icon, and return what cards call it."""
        gallery = await async_gallery(self._hass)
        icon = await gallery.async_work(partial(make_icon, content, colours=MOST_COLOURS))
        media_id, _ = await gallery.async_upload_icon(self._entry, icon, packed.title)
        return f"{REFERENCE}{media_id}"

    async def _async_cover(self, content: bytes) -> str:
        """Have Yoto take a cover, and return where it is."""
        gallery, shape = await async_gallery(self._hass), CoverShape.DEFAULT
        cover = await gallery.async_work(
            partial(make_cover, content, size=shape.size, fit=Fit.CROP)
        )
        taken, _ = await gallery.async_upload_cover(self._entry, cover, shape, self._parcel.title)
        return taken.url

    async def _async_undo(self) -> None:
        """Take away what was made, but for what something uses already."""
        index = self._streams.index
        registry = self._streams.registry
        gone = [one for one in self._undo.rebuilt.made if not registry.of_stream(one.stream_id)]

        def forget() -> None:
            # The outermost first, since a stream that is played is not deleted.
            for stream in reversed(gone):
                if not index.users_of(stream.name):
                    index.delete(stream.stream_id)

        if gone:
            await self._streams.async_change(forget)
        self._undo_audio()
        await async_save(self._catalog)

    def _undo_audio(self) -> None:
        """Take the audio out of the library again that was not in it."""
        take_back(self._catalog.collection.index, self._undo.imported, dt_util.utcnow())


async def async_unpack(
    entry: YotoConfigEntry, catalog: Catalog, streams: Streams, wanted: Wanted
) -> Unpacked:
    """Make a card of a parcel, or say what would be made.

    Raises:
        ParcelError: It is no parcel, or a damaged one.
        PublishingError: Something is wrong with the card.
        HomeAssistantError: The card could not be made; nothing is left of it.
        OSError: It cannot be read.
    """
    parcel = await in_thread(lambda _: read_manifest(wanted.path))
    publisher = await async_publisher(entry)
    return await ParcelImport(entry, catalog, streams, publisher, parcel, wanted).async_run()
