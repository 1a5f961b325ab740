"""From what a person or an automation names to a place on a card of the account."""

import asyncio
from datetime import timedelta
from typing import Final

from homeassistant.exceptions import ServiceValidationError

from ..catalogue.media_ids import CardPlace, GroupOfCards, Section, read_joined, read_media_id
from ..catalogue.search import search
from ..cloud.cards import Card, Group
from ..cloud.errors import CloudError
from ..const import DOMAIN, LOGGER
from ..coordinator import YotoCoordinator

_PATIENCE: Final = timedelta(minutes=1)
"""How old the lists may be before they are fetched again for a title that is not in them."""
_LONGEST_WAIT: Final = 8.0
"""Seconds after which the old lists must do."""
_ID_LENGTH: Final = 5
_SUGGESTIONS: Final = 3


async def async_look_up(coordinator: YotoCoordinator, name: str) -> CardPlace:
    """Return the place that a media id, the address on a card, a card's id or a title names.

    A player holds one card at a time, so a group stands for its first card.

    Raises:
        ServiceValidationError: it names none, or several.
    """
    match read_media_id(name):
        case CardPlace() as place:
            return place
        case GroupOfCards() as named:
            return _first_of(coordinator, named)
        case Section():
            raise _not_found("media_no_card", {"media": name})
        case None:
            return await _async_look_up_title(coordinator, name)


def find_group(coordinator: YotoCoordinator, named: GroupOfCards) -> Group:
    """Return a group of the family.

    Raises:
        ServiceValidationError: there is no such group.
    """
    for group in coordinator.account.shelf.groups:
        if group.group_id == named.group_id:
            return group
    raise _not_found("unknown_group", {"group_id": named.group_id})


async def async_refresh_lists(coordinator: YotoCoordinator, age: timedelta) -> None:
    """Fetch the lists of cards again if they are older than that. The old ones will do too."""
    shelf = coordinator.account.shelf
    if not shelf.older_than(age):
        return
    try:
        async with asyncio.timeout(_LONGEST_WAIT):
            await shelf.load()
    except (CloudError, TimeoutError) as err:
        LOGGER.debug("The lists of cards stay as they are: %r", err)


def _first_of(coordinator: YotoCoordinator, named: GroupOfCards) -> CardPlace:
    """Return the first card of a group."""
    group = find_group(coordinator, named)
    cards = coordinator.account.shelf.cards_of(group)
    if not cards:
        raise _not_found("empty_group", {"group": group.name})
    return CardPlace(card_id=cards[0].card_id)


async def _async_look_up_title(coordinator: YotoCoordinator, name: str) -> CardPlace:
    """Return the place that the id or title of a card names."""
    shelf = coordinator.account.shelf
    found = shelf.find(name)
    if not found:
        if (place := read_joined(name)) is not None:
            return place
        if "://" in name or name.startswith("/"):
            raise _not_found("media_no_card", {"media": name})
        await async_refresh_lists(coordinator, _PATIENCE)
        found = shelf.find(name)
    if len(found) > 1:
        ids = ", ".join(card.card_id for card in found)
        raise _not_found("ambiguous_card", {"title": found[0].title, "known": ids})
    if found:
        return CardPlace(card_id=found[0].card_id)
    if len(name) == _ID_LENGTH and name.isascii() and name.isalnum():
        # Cards that are on no list can be played as well.
        return CardPlace(card_id=name)
    raise _unknown(name, shelf.cards)


def _unknown(name: str, cards: tuple[Card, ...]) -> ServiceValidationError:
    """Return an error that names the cards with similar titles."""
    titles = [hit.found.title for hit in search(name, cards) if isinstance(hit.found, Card)]
    similar = ", ".join(list(dict.fromkeys(titles))[:_SUGGESTIONS])
    if similar:
        return _not_found("unknown_card_similar", {"card_id": name, "known": similar})
    return _not_found("unknown_card", {"card_id": name})


def _not_found(key: str, placeholders: dict[str, str]) -> ServiceValidationError:
    """Return an error that says what to name instead."""
    return ServiceValidationError(
        translation_domain=DOMAIN, translation_key=key, translation_placeholders=placeholders
    )
