"""How things look in Home Assistant's media browser."""

from collections.abc import Mapping, Sequence
from typing import Final

from homeassistant.components.media_player import BrowseMedia, MediaClass, MediaType
from homeassistant.components.media_source import BrowseMediaSource

from ..audio.profile import CONTENT_TYPE
from ..catalogue.media_ids import CardPlace, read_media_id
from ..cloud.cards import Card
from ..const import DOMAIN
from ..library.item import AudioItem
from ..streaming.stream import Stream
from .identifiers import Everything, Identifier, InLibrary, InStreams, OnShelf
from .views import cover_path

ROOT_TITLE: Final = "Yoto Smart Stream"
LIBRARY_TITLE: Final = "Audio library"
STREAMS_TITLE: Final = "Streams"


def folder(
    identifier: Identifier,
    title: str,
    children: Sequence[BrowseMedia] | None = None,
    *,
    not_shown: int = 0,
) -> BrowseMediaSource:
    """Show something that can be opened."""
    is_root = isinstance(identifier, Everything)
    return BrowseMediaSource(
        domain=DOMAIN,
        identifier=str(identifier) or None,
        media_class=MediaClass.APP if is_root else MediaClass.DIRECTORY,
        media_content_type=MediaType.APP if is_root else MediaType.MUSIC,
        title=title,
        can_play=False,
        can_expand=True,
        can_search=True,
        children=children,
        not_shown=not_shown,
    )


def audio_node(item: AudioItem) -> BrowseMediaSource:
    """Show an item of the audio library."""
    return BrowseMediaSource(
        domain=DOMAIN,
        identifier=str(InLibrary(audio_id=item.audio_id)),
        media_class=MediaClass.MUSIC,
        media_content_type=CONTENT_TYPE,
        title=item.title,
        thumbnail=None if item.details.cover is None else cover_path(item),
        can_play=True,
        can_expand=False,
    )


def stream_node(stream: Stream) -> BrowseMediaSource:
    """Show a stream."""
    return BrowseMediaSource(
        domain=DOMAIN,
        identifier=str(InStreams(stream_id=stream.stream_id)),
        media_class=MediaClass.PLAYLIST,
        media_content_type=CONTENT_TYPE,
        title=stream.name,
        can_play=True,
        can_expand=False,
    )


def shelf_node(entry_id: str, shown: BrowseMedia, cards: Mapping[str, Card]) -> BrowseMediaSource:
    """Show what the media browser of players shows, for any player.

    One address is played, so a card or a chapter with several tracks is opened instead.
    """
    place = read_media_id(shown.media_content_id)
    is_one = isinstance(place, CardPlace) and _is_one_track(place, cards.get(place.card_id))
    children = shown.children or []
    return BrowseMediaSource(
        domain=DOMAIN,
        identifier=str(OnShelf(entry_id=entry_id, media_id=shown.media_content_id)),
        media_class=shown.media_class,
        # Players are shown what is audio, and what can be opened.
        media_content_type=CONTENT_TYPE if is_one else shown.media_content_type,
        title=shown.title,
        thumbnail=shown.thumbnail,
        can_play=is_one,
        can_expand=shown.can_expand,
        can_search=shown.can_search,
        children=[shelf_node(entry_id, child, cards) for child in children] or None,
    )


def _is_one_track(place: CardPlace, card: Card | None) -> bool:
    """Tell whether a place is one track and no more, as far as that is known."""
    if place.track_key is not None:
        return True
    if card is None:
        return False
    chapters = [chapter for chapter in card.chapters if place.chapter_key in {None, chapter.key}]
    return sum(len(chapter.tracks) for chapter in chapters) == 1
