"""Describing: from a media id to items, with their titles, lengths and pictures.

Playlists are followed, in M3U and PLS, to `_DEEPEST` lists within one another and `MOST_ENTRIES`
entries altogether. What their entries are is only looked at when they are opened. A folder of the
media browser, or an album, is what can be played directly in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from homeassistant.components.media_player import BrowseMedia, MediaClass
from homeassistant.components.media_source import async_browse_media, is_media_source_id
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
from yarl import URL

from ..const import DOMAIN
from ..library.item import AudioItem
from ..media.identifiers import InLibrary, InStreams, read_identifier
from ..media.views import cover_path
from ..program.item import Item
from ..sources.speech import beginning_of
from ..streaming.stream import Stream
from ..streaming.streams import Streams
from ..web import web_address
from .errors import OpeningError, OpeningFault
from .locating import Address, LocalFile, async_locate
from .looking import LIST_SUFFIXES, look
from .playlist import LONGEST_TEXT, MOST_ENTRIES, read_playlist
from .references import SPEECH, PlayOfStream, joined, named_by

_OURS: Final = f"media-source://{DOMAIN}/"
_DEEPEST: Final = 3
_SPEECH_TITLE: Final = "Speech"


@dataclass(frozen=True, slots=True)
class Described:
    """What a media id stands for, and how many items more there are than a queue is given."""

    items: tuple[Item, ...]
    left_out: int = 0


def read_library(media: str) -> str | None:
    """Return the id of the audio of the library that a reference names, None for other things."""
    if not media.startswith(_OURS):
        return None
    found = read_identifier(media.removeprefix(_OURS))
    return found.audio_id if isinstance(found, InLibrary) else None


class Describing:
    """Say what media ids stand for."""

    def __init__(self, hass: HomeAssistant, streams: Streams) -> None:
        """Know the library and the streams."""
        self._hass = hass
        self._streams = streams

    async def describe(self, media: str) -> Described:
        """Return the items behind a media id.

        Raises:
            OpeningError, LibraryError: There is no such thing, or it cannot be reached.
        """
        found = await self._items(
            Item(media=web_address(media) or media, title=""), 0, MOST_ENTRIES
        )
        if not found.items:
            raise OpeningError(OpeningFault.LIST_EMPTY)
        return found

    async def _items(self, item: Item, depth: int, room: int) -> Described:
        """Return the items behind one, whose title and length a list may have told."""
        media = item.media
        node = None
        if media.startswith(_OURS):
            match read_identifier(media.removeprefix(_OURS)):
                case InLibrary(audio_id=str(audio_id)):
                    return Described((self._audio(audio_id),))
                case InStreams(stream_id=str(stream_id)):
                    return Described((self._stream(stream_id),))
                case _:
                    pass
        elif not is_media_source_id(media) and "://" not in media and not media.startswith("/"):
            return Described((self._named(media),))
        if depth and not _looks_like_list(media):
            # What a list names is looked at when it is played.
            return Described((replace(item, title=item.title or named_by(media)),))
        if is_media_source_id(media) and not media.startswith(SPEECH):
            node = await self._browsed(media)
            if node is not None and node.can_expand and not node.can_play:
                return await self._gathered(_inside(node), 0, depth, room)
        text, described = await self._seen(item, node)
        playlist = None if text is None else read_playlist(text)
        if playlist is None or playlist.is_segmented:
            return Described((described,))
        if depth >= _DEEPEST:
            raise OpeningError(OpeningFault.LIST_DEEP)
        told = [
            Item(media=inner, title=entry.title or "", length=entry.length)
            for entry in playlist.entries
            if (inner := joined(media, entry.address)) is not None
        ]
        return await self._gathered(told, playlist.left_out, depth, room)

    async def _gathered(
        self, listed: Sequence[Item], left_out: int, depth: int, room: int
    ) -> Described:
        """Return what a list names, as far as there is room."""
        found: list[Item] = []
        for item in listed:
            if len(found) >= room:
                left_out += 1
                continue
            inner = await self._items(item, depth + 1, room - len(found))
            found += inner.items
            left_out += inner.left_out
        return Described(tuple(found), left_out)

    async def _seen(self, item: Item, node: BrowseMedia | None) -> tuple[str | None, Item]:
        """Look at something: the text of a playlist, and what else is seen of it."""
        media = item.media
        title, cover = item.title, item.cover
        if media.startswith(SPEECH):
            await async_locate(self._hass, media)
            return None, replace(item, title=title or said(media))
        if node is not None:
            title, cover = title or node.title, node.thumbnail
        text = None
        match await async_locate(self._hass, media):
            case LocalFile(path=path):
                if path.suffix.lower() in LIST_SUFFIXES:
                    text = await self._hass.async_add_executor_job(_text, path)
                else:
                    await self._hass.async_add_executor_job(path.stat)
            case Address(url=url, is_own=is_own):
                seen = await look(url, is_own=is_own)
                text, title = seen.text, title or seen.title or ""
            case _:
                pass
        return text, replace(item, title=title or named_by(media), cover=cover)

    async def _browsed(self, media: str) -> BrowseMedia | None:
        """Return what the media browser shows of something, None where it does not know that."""
        try:
            return await async_browse_media(self._hass, media)
        except HomeAssistantError:
            # Many sources can play what they cannot show.
            return None

    def _named(self, name: str) -> Item:
        """Return an audio or a stream of ours by id, slug or name."""
        for stream in self._streams.index.streams.values():
            if name in {stream.stream_id, stream.slug, stream.name}:
                return self._stream(stream.stream_id)
        return self._audio(name)

    def _audio(self, key: str) -> Item:
        """Return an audio of the library."""
        found: AudioItem = self._streams.catalog.collection.index.get(key)
        return Item(
            media=f"{_OURS}{InLibrary(audio_id=found.audio_id)}",
            title=found.title,
            length=found.duration,
            cover=None if found.details.cover is None else cover_path(found),
        )

    def _stream(self, stream_id: str) -> Item:
        """Return a play of a stream."""
        stream: Stream | None = self._streams.index.by_id(stream_id)
        if stream is None:
            raise OpeningError(OpeningFault.STREAM_UNKNOWN)
        play = PlayOfStream.of(stream.stream_id, dt_util.utcnow())
        return Item(media=str(play), title=stream.name)


def said(media: str) -> str:
    """Return how the text of a media id of speech begins."""
    return beginning_of(URL(media).query.get("message", "")) or _SPEECH_TITLE


def _inside(node: BrowseMedia) -> list[Item]:
    """Return what can be played directly in a folder, in its order.

    Lists in it are left out, as they mostly name what lies beside them.
    """
    return [
        Item(media=child.media_content_id, title=_title_of(child), cover=child.thumbnail)
        for child in node.children or ()
        if child.can_play
        and child.media_class != MediaClass.IMAGE
        and not child.media_content_type.startswith("image/")
        and not _looks_like_list(child.media_content_id)
    ]


def _title_of(node: BrowseMedia) -> str:
    """Return what something is called, without the ending of a file name."""
    media = node.media_content_id
    return named_by(media) if media.endswith(f"/{node.title}") else node.title


def _looks_like_list(media: str) -> bool:
    """Tell whether an entry names a list, as far as its name tells."""
    return media.partition("?")[0].lower().endswith(LIST_SUFFIXES)


def _text(path: Path) -> str:
    """Read a playlist (blocking)."""
    with path.open("rb") as file:
        return file.read(LONGEST_TEXT).decode(errors="replace")
