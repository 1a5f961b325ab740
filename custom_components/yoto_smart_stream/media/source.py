"""Browsing, searching and playing: the audio library and the cards of the accounts."""

from typing import Final, override

from homeassistant.components.media_player import (
    BrowseError,
    MediaClass,
    SearchError,
    SearchMedia,
    SearchMediaQuery,
)
from homeassistant.components.media_source import (
    BrowseMediaSource,
    MediaSource,
    MediaSourceItem,
    PlayMedia,
    Unresolvable,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from ..audio.profile import CONTENT_TYPE
from ..catalogue.media_ids import CardPlace, read_media_id
from ..cloud.cards import Card
from ..cloud.errors import CloudError
from ..const import DOMAIN, LOGGER
from ..coordinator import YotoCoordinator
from ..library.catalog import Catalog, async_find_catalog
from ..library.errors import LibraryError
from ..library.search import folded
from ..playing.browser import async_browse
from ..playing.search import async_search
from ..streaming.stream import Stream
from ..streaming.streams import STREAMS
from .accounts import async_entries, find_account
from .identifiers import Everything, InLibrary, InStreams, OnShelf, read_identifier
from .nodes import (
    LIBRARY_TITLE,
    ROOT_TITLE,
    STREAMS_TITLE,
    audio_node,
    folder,
    shelf_node,
    stream_node,
)
from .views import audio_path, find_stream, stream_path, track_path

_MOST_SHOWN: Final = 1000
_MOST_FOUND: Final = 50
_AUDIO_CLASSES: Final = frozenset({MediaClass.MUSIC, MediaClass.TRACK})
_STREAM_CLASSES: Final = frozenset({MediaClass.MUSIC, MediaClass.PLAYLIST})
_TYPES: Final = {
    "aac": "audio/aac",
    "alac": "audio/mp4",
    "flac": "audio/flac",
    "m4a": "audio/mp4",
    "ogg": "audio/ogg",
    "opus": "audio/ogg",
    "wav": "audio/wav",
    "x-m4a": "audio/mp4",
}
"""By the formats that Yoto writes (protocol §4.2); everything else is MP3."""


class YotoMediaSource(MediaSource):
    """Offers audio to all media players of Home Assistant."""

    name = ROOT_TITLE

    def __init__(self, hass: HomeAssistant) -> None:
        """Belong to a Home Assistant."""
        super().__init__(DOMAIN)
        self._hass = hass

    @override
    async def async_browse_media(self, item: MediaSourceItem) -> BrowseMediaSource:
        """Return what is behind an identifier.

        Raises:
            BrowseError: There is no such thing, or it cannot be had.
        """
        match read_identifier(item.identifier):
            case Everything():
                return self._root()
            case InLibrary(audio_id=None):
                return self._library(item)
            case InLibrary(audio_id=str(audio_id)):
                try:
                    return audio_node(self._catalog(item).collection.index.get(audio_id))
                except LibraryError as err:
                    raise _nothing(item) from err
            case InStreams(stream_id=None):
                return folder(InStreams(), STREAMS_TITLE, self._streams())
            case InStreams(stream_id=str(stream_id)):
                if (stream := self._stream(stream_id)) is None:
                    raise _nothing(item)
                return stream_node(stream)
            case OnShelf() as place:
                return await self._shelf(item, place)
            case _:
                raise _nothing(item)

    @override
    async def async_search_media(
        self, item: MediaSourceItem, query: SearchMediaQuery
    ) -> SearchMedia:
        """Return what a person may mean, the best of the library first.

        Raises:
            SearchError: What is to be searched in does not exist, or cannot be had.
        """
        identifier = read_identifier(item.identifier)
        if identifier is None:
            raise _nothing(item)
        found: list[BrowseMediaSource] = []
        classes = set(query.media_filter_classes or ())
        if isinstance(identifier, Everything | InLibrary) and (
            not classes or classes & _AUDIO_CLASSES
        ):
            index = self._catalog(item).collection.index
            page = index.find(query.search_query, limit=_MOST_FOUND)
            found += [audio_node(one) for one in page.items]
        if isinstance(identifier, Everything | InStreams) and (
            not classes or classes & _STREAM_CLASSES
        ):
            words = folded(query.search_query)
            found += [node for node in self._streams() if words in folded(node.title)]
        if isinstance(identifier, OnShelf):
            found += await self._search_shelf(item, identifier, query)
        elif isinstance(identifier, Everything):
            for entry in async_entries(self._hass):
                place = OnShelf(entry_id=entry.entry_id)
                try:
                    found += await self._search_shelf(item, place, query)
                except SearchError as err:
                    # What the others have is of use without it.
                    LOGGER.debug("The cards of an account cannot be searched: %s", err)
        return SearchMedia(result=found[:_MOST_FOUND])

    async def _search_shelf(
        self, item: MediaSourceItem, place: OnShelf, query: SearchMediaQuery
    ) -> list[BrowseMediaSource]:
        """Return what is found among the cards of an account."""
        coordinator = self._account(item, place)
        result = await async_search(
            coordinator,
            SearchMediaQuery(
                search_query=query.search_query,
                media_filter_classes=query.media_filter_classes,
                media_content_id=place.media_id,
            ),
        )
        cards = _cards(coordinator)
        return [shelf_node(place.entry_id, node, cards) for node in result.result]

    @override
    async def async_resolve_media(self, item: MediaSourceItem) -> PlayMedia:
        """Return where something is heard.

        Raises:
            Unresolvable: It is nothing that can be heard.
        """
        match read_identifier(item.identifier):
            case InLibrary(audio_id=str(audio_id)):
                collection = self._catalog(item).collection
                try:
                    found = collection.index.get(audio_id)
                except LibraryError as err:
                    raise _unplayable(item) from err
                path = collection.path(found)
                return PlayMedia(audio_path(found), CONTENT_TYPE, path=path)
            case InStreams(stream_id=str(stream_id)):
                if (stream := self._stream(stream_id)) is None:
                    raise _unplayable(item)
                return PlayMedia(stream_path(stream), CONTENT_TYPE)
            case OnShelf(entry_id=entry_id, media_id=str(media_id)):
                place = read_media_id(media_id)
                coordinator = find_account(self._hass, entry_id)
                if coordinator is None or not isinstance(place, CardPlace):
                    raise _unplayable(item)
                return await self._track(item, coordinator, entry_id, place)
            case _:
                raise _unplayable(item)

    async def _track(
        self, item: MediaSourceItem, coordinator: YotoCoordinator, entry_id: str, place: CardPlace
    ) -> PlayMedia:
        """Return where a track is heard; one that others serve is fetched from there."""
        try:
            address = await coordinator.account.shelf.track_address(
                place.card_id, place.chapter_key, place.track_key
            )
        except CloudError as err:
            raise _unplayable(item) from err
        url = address.url if address.is_stream else track_path(entry_id, place)
        return PlayMedia(url, _TYPES.get(address.format or "", CONTENT_TYPE))

    def _root(self) -> BrowseMediaSource:
        """Show what there is."""
        shelves = [
            folder(OnShelf(entry_id=entry.entry_id), entry.title)
            for entry in async_entries(self._hass)
        ]
        streams = [folder(InStreams(), STREAMS_TITLE)] if self._streams() else []
        own = [folder(InLibrary(), LIBRARY_TITLE), *streams]
        return folder(Everything(), ROOT_TITLE, [*own, *shelves])

    def _library(self, item: MediaSourceItem) -> BrowseMediaSource:
        """Show the audio library by title."""
        page = self._catalog(item).collection.index.find(limit=_MOST_SHOWN)
        shown = [audio_node(one) for one in page.items]
        return folder(InLibrary(), LIBRARY_TITLE, shown, not_shown=page.total - len(shown))

    async def _shelf(self, item: MediaSourceItem, place: OnShelf) -> BrowseMediaSource:
        """Show something of an account."""
        coordinator = self._account(item, place)
        shown = await async_browse(coordinator, place.media_id)
        node = shelf_node(place.entry_id, shown, _cards(coordinator))
        if place.media_id is None:
            title = coordinator.config_entry.title
            return folder(place, title, node.children)
        return node

    def _streams(self) -> list[BrowseMediaSource]:
        """Show the streams by name, without those that have no length."""
        streams = self._hass.data.get(STREAMS)
        if streams is None:
            return []
        return [
            stream_node(stream)
            for _, stream in sorted(streams.index.streams.items(), key=_by_name)
            if find_stream(streams, stream.stream_id) is not None
        ]

    def _stream(self, stream_id: str) -> Stream | None:
        """Return a stream that can be played."""
        streams = self._hass.data.get(STREAMS)
        return None if streams is None else find_stream(streams, stream_id)

    def _catalog(self, item: MediaSourceItem) -> Catalog:
        """Return the audio library."""
        if (catalog := async_find_catalog(self._hass)) is None:
            raise _nothing(item)
        return catalog

    def _account(self, item: MediaSourceItem, place: OnShelf) -> YotoCoordinator:
        """Return what keeps an account up to date."""
        if (coordinator := find_account(self._hass, place.entry_id)) is None:
            raise _nothing(item)
        return coordinator


def _by_name(named: tuple[str, Stream]) -> str:
    """Return what streams are sorted by."""
    return named[0].casefold()


def _cards(coordinator: YotoCoordinator) -> dict[str, Card]:
    """Return the cards of an account, with chapters where they are known."""
    return {card.card_id: card for card in coordinator.account.shelf.cards}


def _nothing(item: MediaSourceItem) -> BrowseError:
    """Return an error for an identifier that stands for nothing."""
    return BrowseError(
        translation_domain=DOMAIN,
        translation_key="media_gone",
        translation_placeholders={"media": item.media_source_id},
    )


def _unplayable(item: MediaSourceItem) -> HomeAssistantError:
    """Return an error for something that cannot be heard."""
    return Unresolvable(
        translation_domain=DOMAIN,
        translation_key="media_unplayable",
        translation_placeholders={"media": item.media_source_id},
    )
