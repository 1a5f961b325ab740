"""From a folder or a playlist to what is to be on a card.

What players can be sent as it is stays a file. All else becomes audio of the library first, in the
way that `import_audio` does it, and so does everything that is to be uploaded to Yoto.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from ..audio.errors import AudioError
from ..audio.formats import AudioFormat
from ..audio.outline import outline
from ..audio.recognition import IMPORTABLE, recognise
from ..audio.stoppable import Watch, in_thread
from ..const import DOMAIN
from ..json import Json
from ..library.catalog import Catalog
from ..library.errors import LibraryError
from ..library.job import Failure, failure_of
from ..publishing.draft import NewChapter, Piece
from ..publishing.folder import Album, Part, read_album
from ..publishing.served import AtYoto, ServedAudio
from ..publishing.uploading import NOT_YET
from ..sources.intake import KIND, OWNER, Labels, body_of_many
from ..sources.media import Folder, async_find, file_origin
from ..sources.origin import FileOrigin, Origin
from ..sources.refusals import async_library, async_save, refusal, refusal_of, result_of
from .card_sources import async_file_piece, fitting
from .card_texts import at, refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """A file that becomes audio of the library: where it is on the card, and what it will be."""

    path: Path
    chapter: int
    track: int | None
    audio: AtYoto


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundAlbum:
    """What a folder or a playlist makes of a card.

    `coming` are the files that are not in the library yet, by the ids that stand for them. `cover`
    is a picture beside the audio, or one that is embedded in it.
    """

    title: str
    chapters: tuple[NewChapter, ...]
    cover: Path | bytes | None
    coming: Mapping[str, Coming]


async def async_album(hass: HomeAssistant, named: str, *, imports_all: bool) -> FoundAlbum:
    """Return the chapters in a folder or a playlist; nothing is imported yet.

    Raises:
        ServiceValidationError: There are none, or all that is wrong with the files.
    """
    try:
        origin = await async_find(hass, named)
        if isinstance(origin, Folder | FileOrigin):
            path = origin.path
        else:
            raise _error("card_folder_elsewhere", {"folder": named})
        album = await in_thread(partial(read_album, path, hass.config.is_allowed_path))
        cover: Path | bytes | None = album.cover
        if cover is None:
            cover = await in_thread(partial(_embedded, album))
    except LibraryError as err:
        raise refusal_of(err, named) from err
    except OSError as err:
        raise _error(
            "card_folder_unreadable", {"folder": named, "reason": err.strerror or str(err)}
        ) from err
    reading = _Reading(hass, album, imports_all=imports_all)
    chapters = [await reading.async_chapter(number) for number in range(1, len(album.groups) + 1)]
    if reading.problems:
        raise refused(reading.problems)
    return FoundAlbum(
        title=album.title, chapters=tuple(chapters), cover=cover, coming=reading.coming
    )


async def async_taken_in(hass: HomeAssistant, album: FoundAlbum) -> tuple[NewChapter, ...]:
    """Import what is coming, as one job that can be cancelled, and return the chapters with it.

    Raises:
        ServiceValidationError: All that could not be imported, each with its place.
        HomeAssistantError: The job was cancelled, or the disk failed.
    """
    if not album.coming:
        return album.chapters
    catalog = await async_library(hass)
    paths = list(dict.fromkeys(one.path for one in album.coming.values()))

    async def listed() -> list[Origin]:
        """Return the files, each called by where it is."""
        return [file_origin(path, label=str(path)) for path in paths]

    body = body_of_many(catalog, listed, Labels(), at_once=catalog.cores)
    try:
        job = catalog.jobs.add(kind=KIND, owner=OWNER, title=album.title, body=body)
    except LibraryError as err:
        raise refusal_of(err, album.title) from err
    result = result_of(await catalog.jobs.wait(job.job_id), album.title)
    await async_save(catalog)
    if failed := _failed(result.get("failed")):
        raise refused(
            at(str(refusal(failed[str(one.path)], one.path.name)), one.chapter, one.track)
            for one in album.coming.values()
            if str(one.path) in failed
        )
    there = _imported(result.get("audio"))
    ids = {key: there[str(one.path)] for key, one in album.coming.items()}
    return tuple(
        replace(chapter, pieces=tuple(_piece_of(piece, catalog, ids) for piece in chapter.pieces))
        for chapter in album.chapters
    )


class _Reading:
    """Makes chapters of an album, and collects what is wrong and what has to be imported."""

    def __init__(self, hass: HomeAssistant, album: Album, *, imports_all: bool) -> None:
        """Begin without anything."""
        self._hass = hass
        self._album = album
        self._imports_all = imports_all
        self.problems: list[str] = []
        self.coming: dict[str, Coming] = {}

    async def async_chapter(self, number: int) -> NewChapter:
        """Return one chapter."""
        group = self._album.groups[number - 1]
        pieces = []
        for place, part in enumerate(group.parts, 1):
            track = place if len(group.parts) > 1 else None
            try:
                pieces.append(await self._async_part(part, number, track))
            except HomeAssistantError as err:
                self.problems.append(at(str(err), number, track))
        return NewChapter(
            title=group.title or (pieces[0].title if pieces else ""), pieces=tuple(pieces)
        )

    async def _async_part(self, part: Part, chapter: int, track: int | None) -> Piece:
        """Return a part as a track: its playlist, its tags or its name say its title."""
        if isinstance(part.source, str):
            return Piece(title=fitting(part.title or part.name), source=part.source)
        if await self._async_is_sent_as_it_is(part.source):
            piece = await async_file_piece(self._hass, str(part.source))
            # A file without tags is called like itself, with the number that it begins with.
            title = part.name if piece.title == fitting(part.source.stem) else piece.title
            return replace(piece, title=fitting(part.title or title))
        profile = (await async_library(self._hass)).settings.profile
        told = await self._hass.async_add_executor_job(outline, part.source)
        key = f"coming:{len(self.coming)}"
        audio = AtYoto(
            url=NOT_YET,
            format="mp3",
            duration=told.duration,
            size=round(told.duration * profile.bytes_per_second),
            channels="mono" if profile.channels == 1 else "stereo",
        )
        self.coming[key] = Coming(path=part.source, chapter=chapter, track=track, audio=audio)
        return Piece(
            title=fitting(part.title or told.title or part.name),
            source=ServedAudio(audio_id=key),
            duration=audio.duration,
            size=audio.size,
        )

    async def _async_is_sent_as_it_is(self, path: Path) -> bool:
        """Tell whether a file need not be imported.

        Raises:
            HomeAssistantError: It cannot be imported, and is no MP3 file either.
        """
        try:
            found = await self._hass.async_add_executor_job(recognise, path)
        except AudioError as err:
            if err.format not in IMPORTABLE or err.format == AudioFormat.MP3:
                # What is wrong with it is told when it is looked at as a file to be streamed.
                return True
            raise refusal(failure_of(err), path.name) from err
        return found.format is AudioFormat.MP3 and not self._imports_all


def _embedded(album: Album, watch: Watch) -> bytes | None:
    """Return the first picture that is embedded in the audio of an album (blocking)."""
    for part in (part for group in album.groups for part in group.parts):
        watch()
        if isinstance(part.source, Path) and (picture := outline(part.source).picture):
            return picture
    return None


def _piece_of(piece: Piece, catalog: Catalog, ids: Mapping[str, str]) -> Piece:
    """Return a track with the audio that has come into the library for it."""
    source = piece.source
    if not isinstance(source, ServedAudio) or source.audio_id not in ids:
        return piece
    item = catalog.collection.index.get(ids[source.audio_id])
    return replace(
        piece,
        source=ServedAudio(audio_id=item.audio_id),
        duration=item.duration,
        size=item.file.size_bytes,
        icon=item.details.icon,
    )


def _imported(records: Json) -> dict[str, str]:
    """Return the ids of what was imported, by its label."""
    found: dict[str, str] = {}
    for record in records if isinstance(records, list) else ():
        match record:
            case {"media": str(media), "audio_id": str(audio_id)}:
                found[media] = audio_id
    return found


def _failed(records: Json) -> dict[str, Failure]:
    """Return why things could not be imported, by their labels."""
    found: dict[str, Failure] = {}
    for record in records if isinstance(records, list) else ():
        match record:
            case {"media": str(media), "code": str(code), "facts": dict(facts)}:
                found[media] = Failure(code=code, facts=facts)
    return found


def names_of(coming: Iterable[Coming]) -> list[Json]:
    """Return the names of files that will be imported."""
    return [one.path.name for one in coming]


def _error(key: str, placeholders: dict[str, str]) -> ServiceValidationError:
    """Return an error."""
    return ServiceValidationError(
        translation_domain=DOMAIN, translation_key=key, translation_placeholders=placeholders
    )
