"""From what a person names for a chapter or a track to what is to be on a card."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ..cards.model import TITLE_LENGTH
from ..const import DOMAIN
from ..library.errors import LibraryError
from ..library.item import AudioItem
from ..media.identifiers import InLibrary, InStreams, read_media_source_id
from ..publishing.draft import NewChapter, Piece, SameChapter
from ..publishing.served import ServedAudio, ServedFile, ServedStream
from ..sources.refusals import async_library, refusal_of
from ..streaming.nesting import has_live
from ..streaming.stream import Stream
from ..streaming.streams import Streams
from .card_texts import at, refused
from .media import async_find_file
from .stream_fields import async_streams, explained

MEDIA: Final = vol.Any(
    cv.string, vol.Schema({vol.Required("media_content_id"): cv.string}, extra=vol.ALLOW_EXTRA)
)
_SOURCES: Final = ("audio_id", "media", "stream", "url")
_PIECE: Final = {
    vol.Optional("title"): cv.string,
    vol.Optional("icon"): cv.string,
    vol.Optional("audio_id"): cv.string,
    vol.Optional("media"): MEDIA,
    vol.Optional("stream"): cv.string,
    vol.Optional("url"): cv.string,
}
CHAPTERS: Final = vol.All(
    cv.ensure_list,
    [
        vol.Schema(
            {
                **_PIECE,
                vol.Optional("chapter"): vol.Any(cv.string, vol.Coerce(str)),
                vol.Optional("ambient"): dict,
                vol.Optional("tracks"): vol.All(cv.ensure_list, [vol.Schema(_PIECE)]),
            }
        )
    ],
)


async def async_chapters(
    hass: HomeAssistant, given: list[Mapping[str, Any]]
) -> tuple[NewChapter | SameChapter, ...]:
    """Return the chapters that are meant.

    Raises:
        ServiceValidationError: All that is wrong with them, each with its place.
    """
    problems: list[str] = []
    chapters: list[NewChapter | SameChapter] = []
    for number, fields in enumerate(given, 1):
        try:
            chapters.append(await _async_chapter(hass, fields, number, problems))
        except ServiceValidationError as err:
            problems.append(at(str(err), number))
    if problems:
        raise refused(problems)
    return tuple(chapters)


async def async_extent(hass: HomeAssistant, streams: Streams, stream: Stream) -> tuple[float, int]:
    """Return how many seconds and bytes a stream has; both are 0 where it is live (protocol §6.1).

    Raises:
        StreamError: It cannot be played.
    """
    if has_live(stream.name, streams.index.streams):
        return 0.0, 0
    edition = await hass.async_add_executor_job(streams.present_edition, stream, dt_util.now())
    return edition.profile.seconds_of(edition.longest), edition.longest


async def async_file_piece(hass: HomeAssistant, media: str | Mapping[str, str]) -> Piece:
    """Return a file as a track."""
    file = await async_find_file(hass, media)
    return Piece(
        title=fitting(file.title),
        source=ServedFile(path=file.path, content_type=file.facts.content_type),
        duration=file.facts.duration_seconds,
        size=file.facts.size_bytes,
    )


async def async_stream_piece(hass: HomeAssistant, named: str) -> Piece:
    """Return a stream as a track."""
    streams = await async_streams(hass)
    with explained():
        stream = streams.index.get(named)
        duration, size = await async_extent(hass, streams, stream)
    return Piece(
        title=stream.name,
        source=ServedStream(stream_id=stream.stream_id),
        duration=duration,
        size=size,
    )


async def _async_chapter(
    hass: HomeAssistant, fields: Mapping[str, Any], number: int, problems: list[str]
) -> NewChapter | SameChapter:
    """Return one chapter; what is wrong with its tracks goes to the problems."""
    named = [name for name in (*_SOURCES, "tracks", "chapter") if name in fields]
    if len(named) != 1:
        raise _error("card_one_source", {"named": ", ".join(named) or "-"})
    title, icon = fields.get("title"), fields.get("icon")
    if "chapter" in fields:
        return SameChapter(named=fields["chapter"], title=title, icon=icon)
    if "tracks" not in fields:
        piece = await _async_piece(hass, fields)
        title = title or piece.title
        return NewChapter(
            title=title,
            icon=icon or piece.icon,
            ambient=fields.get("ambient"),
            pieces=(replace(piece, title=title),),
        )
    pieces = []
    for place, track in enumerate(fields["tracks"], 1):
        try:
            sources = [name for name in _SOURCES if name in track]
            if len(sources) != 1:
                raise _error("card_one_source", {"named": ", ".join(sources) or "-"})
            piece = await _async_piece(hass, track)
        except ServiceValidationError as err:
            problems.append(at(str(err), number, place))
        else:
            pieces.append(
                replace(
                    piece,
                    title=track.get("title") or piece.title,
                    icon=track.get("icon") or piece.icon,
                )
            )
    return NewChapter(
        title=title or (pieces[0].title if pieces else ""),
        icon=icon,
        ambient=fields.get("ambient"),
        pieces=tuple(pieces),
    )


async def _async_piece(hass: HomeAssistant, fields: Mapping[str, Any]) -> Piece:
    """Return what a chapter or a track names."""
    if (audio := fields.get("audio_id")) is not None:
        return await _async_audio_piece(hass, audio)
    if (stream := fields.get("stream")) is not None:
        return await async_stream_piece(hass, stream)
    if (url := fields.get("url")) is not None:
        return Piece(title=url[:TITLE_LENGTH], source=url.strip())
    media = fields["media"]
    text = media if isinstance(media, str) else media["media_content_id"]
    match read_media_source_id(text):
        case InLibrary(audio_id=str(audio_id)):
            return await _async_audio_piece(hass, audio_id)
        case InStreams(stream_id=str(stream_id)):
            return await async_stream_piece(hass, stream_id)
    return await async_file_piece(hass, media)


async def _async_audio_piece(hass: HomeAssistant, named: str) -> Piece:
    """Return audio of the library as a track."""
    try:
        item: AudioItem = (await async_library(hass)).collection.index.get(named)
    except LibraryError as err:
        raise refusal_of(err, named) from err
    return Piece(
        title=fitting(item.title),
        source=ServedAudio(audio_id=item.audio_id),
        duration=item.duration,
        size=item.file.size_bytes,
        icon=item.details.icon,
    )


def fitting(title: str) -> str:
    """Return a title that is not too long."""
    return title[:TITLE_LENGTH].strip()


def _error(key: str, placeholders: dict[str, str]) -> ServiceValidationError:
    """Return an error."""
    return ServiceValidationError(
        translation_domain=DOMAIN, translation_key=key, translation_placeholders=placeholders
    )
