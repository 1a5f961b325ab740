"""The cards of an account as Home Assistant's media browser shows them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from homeassistant.components.media_player import BrowseError, BrowseMedia, MediaClass, MediaType
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from ..catalogue.media_ids import CardPlace, GroupOfCards, Section, read_media_id
from ..cloud.cards import Card, Chapter, Group, Track
from ..cloud.shelf import Shelf
from ..const import DOMAIN
from ..coordinator import YotoCoordinator
from .in_play import async_card
from .lookup import async_refresh_lists, find_group

_FRESHNESS: Final = timedelta(minutes=5)
"""How old the lists may be when somebody begins to look through them."""
_TITLES: Final = {
    Section.ROOT: "Yoto",
    Section.ALL: "All cards",
    Section.OWN: "Make Your Own",
    Section.GROUPS: "Groups",
}


async def async_browse(coordinator: YotoCoordinator, media_id: str | None) -> BrowseMedia:
    """Return what is behind a media id; without one, what there is at all.

    Raises:
        BrowseError: there is no such thing, or it cannot be had.
    """
    try:
        match read_media_id(media_id or Section.ROOT):
            case Section() as section:
                return await _async_section(coordinator, section)
            case GroupOfCards() as named:
                group = find_group(coordinator, named)
                cards = coordinator.account.shelf.cards_of(group)
                return _opened(group_node(group), [card_node(card) for card in cards])
            case CardPlace() as place:
                return _place(await async_card(coordinator, place.card_id), place)
            case None:
                raise _nothing(media_id)
    except HomeAssistantError as err:
        raise BrowseError(
            translation_domain=DOMAIN,
            translation_key="browsing_failed",
            translation_placeholders={"reason": str(err)},
        ) from err


def card_node(card: Card) -> BrowseMedia:
    """Show a card."""
    podcast = card.category == "podcast"
    return BrowseMedia(
        media_class=MediaClass.PODCAST if podcast else MediaClass.ALBUM,
        media_content_id=str(CardPlace(card_id=card.card_id)),
        media_content_type=MediaType.PODCAST if podcast else MediaType.ALBUM,
        title=card.title,
        thumbnail=card.cover_url,
        can_play=True,
        can_expand=True,
        can_search=True,
    )


def chapter_node(card: Card, chapter: Chapter) -> BrowseMedia:
    """Show a chapter, which most cards give one track only."""
    several = len(chapter.tracks) > 1
    return BrowseMedia(
        media_class=MediaClass.PLAYLIST if several else MediaClass.TRACK,
        media_content_id=str(CardPlace(card_id=card.card_id, chapter_key=chapter.key)),
        media_content_type=MediaType.PLAYLIST if several else MediaType.TRACK,
        title=chapter.title or chapter.key,
        thumbnail=chapter.icon_url or card.icon_url(chapter.key, _first_key(chapter)),
        can_play=True,
        can_expand=several,
    )


def track_node(card: Card, chapter: Chapter, track: Track) -> BrowseMedia:
    """Show a track."""
    place = CardPlace(card_id=card.card_id, chapter_key=chapter.key, track_key=track.key)
    return BrowseMedia(
        media_class=MediaClass.TRACK,
        media_content_id=str(place),
        media_content_type=MediaType.TRACK,
        title=track.title or track.key,
        thumbnail=track.icon_url or chapter.icon_url,
        can_play=True,
        can_expand=False,
    )


def group_node(group: Group) -> BrowseMedia:
    """Show a group."""
    return BrowseMedia(
        media_class=MediaClass.PLAYLIST,
        media_content_id=str(GroupOfCards(group_id=group.group_id)),
        media_content_type=MediaType.PLAYLIST,
        title=group.name,
        thumbnail=group.image_url,
        can_play=bool(group.card_ids),
        can_expand=True,
        can_search=True,
    )


async def _async_section(coordinator: YotoCoordinator, section: Section) -> BrowseMedia:
    """Show a list of the account."""
    await async_refresh_lists(coordinator, _FRESHNESS)
    return _opened(_section_node(section), _in_section(coordinator.account.shelf, section))


def _in_section(shelf: Shelf, section: Section) -> list[BrowseMedia]:
    """Show what is on a list."""
    match section:
        case Section.ROOT:
            own = [Section.OWN] if shelf.own_cards else []
            groups = [Section.GROUPS] if shelf.groups else []
            return [_section_node(inner) for inner in (Section.ALL, *own, *groups)]
        case Section.ALL:
            return [card_node(card) for card in shelf.cards]
        case Section.OWN:
            return [card_node(card) for card in shelf.own_cards]
        case Section.GROUPS:
            return [group_node(group) for group in shelf.groups]


def _section_node(section: Section) -> BrowseMedia:
    """Show a list that can be opened."""
    return BrowseMedia(
        media_class=MediaClass.DIRECTORY,
        media_content_id=section.value,
        media_content_type=MediaType.MUSIC,
        title=_TITLES[section],
        can_play=False,
        can_expand=True,
        can_search=True,
    )


def _place(card: Card, place: CardPlace) -> BrowseMedia:
    """Show what a card or one of its chapters consists of."""
    if place.chapter_key is None:
        parts = [chapter for chapter in card.chapters if chapter.tracks]
        if len(parts) == 1:
            # A level with one thing in it would be in the way.
            return _opened(card_node(card), _track_nodes(card, parts[0]))
        return _opened(card_node(card), [chapter_node(card, chapter) for chapter in parts])
    for chapter in card.chapters:
        if chapter.key == place.chapter_key:
            return _opened(chapter_node(card, chapter), _track_nodes(card, chapter))
    raise _nothing(str(place))


def _track_nodes(card: Card, chapter: Chapter) -> list[BrowseMedia]:
    """Show the tracks of a chapter."""
    return [track_node(card, chapter, track) for track in chapter.tracks]


def _opened(node: BrowseMedia, children: Sequence[BrowseMedia]) -> BrowseMedia:
    """Show something with what is in it."""
    node.can_expand = True
    node.children = children
    return node


def _first_key(chapter: Chapter) -> str | None:
    """Return the key of a chapter's first track."""
    return chapter.tracks[0].key if chapter.tracks else None


def _nothing(media_id: str | None) -> ServiceValidationError:
    """Return an error for a media id that stands for nothing."""
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key="media_unknown",
        translation_placeholders={"media": media_id or ""},
    )
