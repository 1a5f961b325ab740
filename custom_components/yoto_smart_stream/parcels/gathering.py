"""Gathering: everything that a card plays and shows, had as files for as long as it is packed."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from yarl import URL

from ..audio.cover import COVER_SUFFIXES
from ..audio.stoppable import in_thread
from ..cards.builder import DEFAULT_ICON
from ..cards.model import UPLOADED, Card, Chapter, Track
from ..cloud.cards import Card as KnownCard
from ..cloud.errors import CloudError, TokenRevokedError
from ..cloud.icons import REFERENCE
from ..coordinator import YotoConfigEntry
from ..gallery.dressing import async_gallery
from ..library.catalog import Catalog
from ..library.errors import ParcelError, ParcelFault
from ..library.item import AudioItem
from ..pictures.errors import PictureError
from ..pictures.fetching import fetch_picture
from ..publishing.served import Served, ServedAudio, ServedFile, ServedStream
from ..sources.errors import SourceError
from ..sources.fetching import Fetching, fetch
from ..sources.receiving import removed_after
from ..sources.refusals import refusal_of
from ..streaming.addresses import read_stream_url
from ..streaming.stream import AudioItem as AudioOfStream, Item, LiveItem, Stream, StreamItem
from ..streaming.streams import Streams
from .manifest import AUDIO, STREAM, PackedAudio, PackedPicture, Parcel, portable
from .notes import Note, NoteCode
from .packing import Content, digest_of
from .unpacking import LARGEST_AUDIO
from .wrapping import TrackPlace, wrapped

_PATIENCE: Final = timedelta(minutes=30)
_SUFFIX_LENGTH: Final = 8
_COVER: Final = "cover"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origins:
    """What is known of where the audio of a card is from.

    `served` says what tokens stand for, `at_yoto` which audio of the library Yoto has, by what
    tracks call it.
    """

    served: Mapping[str, Served]
    at_yoto: Mapping[str, AudioItem]


class Gathering:
    """Gathers what one card needs. What is fetched for that lasts as long as the `fetched`."""

    def __init__(
        self,
        entry: YotoConfigEntry,
        catalog: Catalog,
        streams: Streams,
        origins: Origins,
        fetched: ExitStack,
    ) -> None:
        """Start with nothing."""
        self._entry = entry
        self._hass: HomeAssistant = entry.runtime_data.hass
        self._shelf = entry.runtime_data.account.shelf
        self._catalog = catalog
        self._streams = streams
        self._origins = origins
        self._fetched = fetched
        self._audio: dict[str, PackedAudio] = {}
        self._pictures: dict[str, PackedPicture] = {}
        self._packed_streams: dict[str, Stream] = {}
        self._from_yoto: dict[str, str] = {}
        self._paths: dict[str, Path] = {}
        self.notes: list[Note] = []

    @property
    def contents(self) -> list[Content]:
        """Return the files of everything that was gathered."""
        every: list[PackedAudio | PackedPicture] = [*self._audio.values(), *self._pictures.values()]
        return [Content(packed=one, path=self._paths[one.name]) for one in every]

    async def async_gather(
        self, card_id: str, card: Card, on_progress: Callable[[float], None]
    ) -> Parcel:
        """Gather everything of a card.

        Raises:
            ParcelError: What a track plays is nowhere to be had.
            OSError: A file cannot be read, or the disk failed or is full.
        """
        tracks: dict[TrackPlace, str] = {}
        done = 0
        for number, chapter in enumerate(card.chapters, 1):
            for place, track in enumerate(chapter.tracks, 1):
                if (named := await self._async_track(card_id, chapter, track)) is not None:
                    tracks[number, place] = named
                done += 1
                on_progress(done / len(card.tracks))
        pictures = await self._async_pictures(card_id, card)
        return Parcel(
            card=wrapped(card, tracks, pictures),
            audio=tuple(self._audio.values()),
            pictures=tuple(self._pictures.values()),
            streams=tuple(self._packed_streams.values()),
        )

    async def _async_track(self, card_id: str, chapter: Chapter, track: Track) -> str | None:
        """Return what a track names in the parcel, None for an address that it keeps."""
        url, title = track.url or "", track.title or track.key or ""
        if (address := read_stream_url(url)) is not None:
            match self._origins.served.get(address.token):
                case ServedAudio(audio_id=audio_id):
                    if (item := self._streams.audio(audio_id)) is not None:
                        return f"{AUDIO}{self._pack_item(item)}"
                case ServedFile(path=path):
                    return f"{AUDIO}{await self._async_file(path, title)}"
                case ServedStream(stream_id=stream_id):
                    if (stream := self._streams.index.by_id(stream_id)) is not None:
                        self._pack_streams(stream.name)
                        return f"{STREAM}{stream.name}"
            raise ParcelError(ParcelFault.NO_AUDIO, track=title)
        if not url.startswith(UPLOADED):
            return None
        if (item := self._origins.at_yoto.get(url)) is not None:
            return f"{AUDIO}{self._pack_item(item)}"
        if url not in self._from_yoto:
            self._from_yoto[url] = await self._async_fetched(card_id, chapter.key, track)
        return f"{AUDIO}{self._from_yoto[url]}"

    def _pack_item(self, item: AudioItem) -> str:
        """Pack audio of the library, and return its digest."""
        packed = PackedAudio(
            sha256=item.file.sha256,
            suffix="mp3",
            size_bytes=item.file.size_bytes,
            duration=item.duration,
            title=item.title,
            author=item.details.author,
            tags=item.details.tags,
            description=item.details.description,
        )
        return self._pack(packed, self._catalog.collection.path(item))

    def _pack(self, packed: PackedAudio, path: Path) -> str:
        """Note a file once, and return its digest."""
        if packed.sha256 not in self._audio:
            self._audio[packed.sha256] = packed
            self._paths[packed.name] = path
        return packed.sha256

    async def _async_file(self, path: Path, title: str) -> str:
        """Pack an MP3 file, and return its digest."""
        try:
            sha256, size = await in_thread(partial(digest_of, path))
        except FileNotFoundError as err:
            raise ParcelError(ParcelFault.NO_AUDIO, track=title) from err
        packed = PackedAudio(
            sha256=sha256, suffix="mp3", size_bytes=size, duration=0.0, title=title
        )
        return self._pack(packed, path)

    async def _async_fetched(self, card_id: str, chapter_key: str | None, track: Track) -> str:
        """Fetch what Yoto has of a track, pack it, and return its digest."""
        title = track.title or track.key or ""
        path = self._fetched.enter_context(
            removed_after(self._catalog.collection.storage.arriving("fetched"))
        )
        try:
            # Signed for a while only, so it is asked for when it is needed (protocol §4.1).
            address = await self._shelf.track_address(card_id, chapter_key, track.key)
            wanted = Fetching(
                url=URL(address.url, encoded=True),
                most_bytes=LARGEST_AUDIO,
                time=_PATIENCE,
                may_be_at_home=True,
            )
            await fetch(wanted, path, lambda _: None)
        except CloudError as err:
            if isinstance(err, TokenRevokedError):
                self._entry.async_start_reauth(self._hass)
            raise ParcelError(ParcelFault.NOT_FETCHED, track=title, reason=str(err)) from err
        except SourceError as err:
            reason = str(refusal_of(err, title))
            raise ParcelError(ParcelFault.NOT_FETCHED, track=title, reason=reason) from err
        sha256, size = await in_thread(partial(digest_of, path))
        form = (track.format or "").lower()
        is_plain = form.isascii() and form.isalnum() and len(form) <= _SUFFIX_LENGTH
        packed = PackedAudio(
            sha256=sha256,
            suffix=form if is_plain else "audio",
            size_bytes=size,
            duration=track.duration or 0.0,
            title=title,
        )
        return self._pack(packed, path)

    def _pack_streams(self, name: str) -> None:
        """Pack a stream, and all that it plays."""
        left = [name]
        while left:
            stream = self._streams.index.streams[left.pop()]
            if stream.name in self._packed_streams:
                continue
            packed = self._packed_stream(stream)
            self._packed_streams[stream.name] = packed
            left += [
                item.name
                for items in packed.lists()
                for item in items
                if isinstance(item, StreamItem)
            ]

    def _packed_stream(self, stream: Stream) -> Stream:
        """Return a stream that names its audio by digests, without what is gone."""
        left, dropped = portable(stream)
        gone: list[Item] = []
        live: list[Item] = []

        def packed(items: tuple[Item, ...]) -> tuple[Item, ...]:
            found: list[Item] = []
            for item in items:
                match item:
                    case AudioOfStream(audio_id=audio_id):
                        if (audio := self._streams.audio(audio_id)) is None:
                            gone.append(item)
                        else:
                            found.append(AudioOfStream(audio_id=self._pack_item(audio)))
                    case StreamItem(name=name) if name not in self._streams.index.streams:
                        gone.append(item)
                    case LiveItem():
                        live.append(item)
                        found.append(item)
                    case _:
                        found.append(item)
            return tuple(found)

        rules = tuple(replace(rule, items=packed(rule.items)) for rule in left.rules)
        made = replace(left, items=packed(left.items), rules=rules)
        for code, count in (
            (NoteCode.RULES_LEFT, dropped),
            (NoteCode.AUDIO_GONE, len(gone)),
            (NoteCode.LIVE, len(live)),
        ):
            if count:
                self._note(code, stream=stream.name, count=str(count))
        return made

    async def _async_pictures(self, card_id: str, card: Card) -> dict[str, str]:
        """Fetch the pictures of a card that not everybody has; return their digests."""
        found: dict[str, str] = {}
        wanted: dict[str, str] = {}
        try:
            wanted = await self._async_icons(card_id, card)
        except HomeAssistantError as err:
            self._note(NoteCode.PICTURE_LEFT, title=card.title or "", reason=str(err))
        if card.cover is not None:
            wanted[card.cover] = card.cover
        for named, url in wanted.items():
            is_cover = named == card.cover
            title = (card.title or _COVER) if is_cover else named.removeprefix(REFERENCE)
            try:
                found[named] = await self._async_picture(url, title)
            except PictureError as err:
                self._note(NoteCode.PICTURE_LEFT, title=title, reason=str(err))
        return found

    async def _async_icons(self, card_id: str, card: Card) -> dict[str, str]:
        """Return where the icons are that are not Yoto's own, by what the card calls them."""
        used = {chapter.icon for chapter in card.chapters} | {track.icon for track in card.tracks}
        used -= {DEFAULT_ICON}
        icons = {one for one in used if one is not None and one.startswith(REFERENCE)}
        if not icons:
            return {}
        gallery = await async_gallery(self._hass)
        listed = {one.reference: one for one in (await gallery.async_icons(self._entry)).icons}
        left = {one for one in icons if one not in listed or listed[one].is_own}
        wanted = {one: listed[one].url for one in sorted(left) if one in listed}
        if left - wanted.keys():
            # Icons that are on no list are on the card all the same, and only Yoto says where.
            self._shelf.outdate(card_id)
            try:
                wanted |= _shown(card, await self._shelf.card(card_id), left - wanted.keys())
            except CloudError as err:
                self._note(NoteCode.PICTURE_LEFT, title=card.title or "", reason=str(err))
        for one in sorted(left - wanted.keys()):
            title = one.removeprefix(REFERENCE)
            self._note(NoteCode.PICTURE_LEFT, title=title, reason="Yoto does not show it")
        return wanted

    async def _async_picture(self, url: str, title: str) -> str:
        """Fetch a picture, pack it, and return its digest."""
        picture = await fetch_picture(async_get_clientsession(self._hass), url)
        path = self._fetched.enter_context(
            removed_after(self._catalog.collection.storage.arriving("picture"))
        )
        await in_thread(lambda _: path.write_bytes(picture.content))
        sha256, size = await in_thread(partial(digest_of, path))
        packed = PackedPicture(
            sha256=sha256,
            suffix=COVER_SUFFIXES[picture.content_type],
            size_bytes=size,
            title=title,
        )
        if sha256 not in self._pictures:
            self._pictures[sha256] = packed
            self._paths[packed.name] = path
        return sha256

    def _note(self, code: NoteCode, **facts: str) -> None:
        """Note something that somebody should know."""
        self.notes.append(Note(code=code, facts=facts))


def _shown(card: Card, known: KnownCard, icons: set[str]) -> dict[str, str]:
    """Return where icons are shown, as the details of a card say it (protocol §4.1)."""
    shown: dict[str, str] = {}
    for chapter in card.chapters:
        for track in chapter.tracks:
            for icon, key in ((chapter.icon, None), (track.icon, track.key)):
                url = known.icon_url(chapter.key, key)
                if icon in icons and url is not None:
                    shown[icon or ""] = url
    return shown
