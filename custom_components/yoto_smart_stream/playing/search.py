"""The search over an account's cards, for the media browser and for voice assistants."""

import asyncio
from collections.abc import Collection
from typing import Final

from homeassistant.components.media_player import (
    BrowseMedia,
    MediaClass,
    SearchError,
    SearchMedia,
    SearchMediaQuery,
)
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from ..catalogue.media_ids import CardPlace, GroupOfCards, Section, read_media_id
from ..catalogue.search import Field, Hit, Part, search
from ..cloud.cards import Card, Group
from ..const import DOMAIN, LOGGER
from ..coordinator import YotoCoordinator
from .browser import card_node, chapter_node, group_node, track_node
from .in_play import async_card
from .lookup import find_group

_PATIENCE: Final = 5.0
"""Seconds for which chapters are fetched before those that are known must do.

The next search goes on from there.
"""
_MOST: Final = 50
"""How many results anybody looks at."""

type Scope = tuple[Collection[Card], Collection[Group]]
"""What is searched."""


async def async_search(coordinator: YotoCoordinator, query: SearchMediaQuery) -> SearchMedia:
    """Return what a person may mean, the best first.

    Raises:
        SearchError: what is to be searched in does not exist, or cannot be had.
    """
    try:
        async with asyncio.timeout(_PATIENCE):
            await coordinator.account.shelf.fill()
    except TimeoutError:
        LOGGER.debug("Not all chapters could be fetched in time: the search goes without them")
    try:
        cards, groups = await _async_scope(coordinator, query.media_content_id)
    except HomeAssistantError as err:
        raise SearchError(
            translation_domain=DOMAIN,
            translation_key="search_failed",
            translation_placeholders={"reason": str(err)},
        ) from err
    # A large library takes longer than the loop should wait.
    hits = await coordinator.hass.async_add_executor_job(search, query.search_query, cards, groups)
    wanted = set(query.media_filter_classes or ())
    found = (_node(hit) for hit in hits if not wanted or wanted & _classes(hit))
    return SearchMedia(result=[node for node, _ in zip(found, range(_MOST), strict=False)])


async def _async_scope(coordinator: YotoCoordinator, media_id: str | None) -> Scope:
    """Return what is to be searched: everything, a list, a group, or one card."""
    shelf = coordinator.account.shelf
    match read_media_id(media_id or Section.ROOT):
        case Section.OWN:
            return shelf.own_cards, ()
        case Section.GROUPS:
            return (), shelf.groups
        case Section():
            return shelf.cards, shelf.groups
        case GroupOfCards() as named:
            return shelf.cards_of(find_group(coordinator, named)), ()
        case CardPlace() as place:
            return (await async_card(coordinator, place.card_id),), ()
        case None:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="media_unknown",
                translation_placeholders={"media": media_id or ""},
            )


def _classes(hit: Hit) -> set[MediaClass]:
    """Return as what a person may have asked for a hit.

    Who asks for an artist wants something by that author to be played.
    """
    match hit.found:
        case Group():
            return {MediaClass.PLAYLIST, MediaClass.DIRECTORY}
        case Part():
            return {MediaClass.TRACK, MediaClass.EPISODE, MediaClass.MUSIC}
        case Card() as card:
            classes = {MediaClass.ALBUM, MediaClass.PLAYLIST, MediaClass.MUSIC}
            if card.category == "podcast":
                classes.add(MediaClass.PODCAST)
            if hit.field in {Field.AUTHOR, Field.TOGETHER}:
                classes.add(MediaClass.ARTIST)
            return classes


def _node(hit: Hit) -> BrowseMedia:
    """Show a hit."""
    match hit.found:
        case Group() as group:
            return group_node(group)
        case Card() as card:
            return card_node(card)
        case Part(card=card, chapter=chapter, track=track):
            return track_node(card, chapter, track) if track else chapter_node(card, chapter)
