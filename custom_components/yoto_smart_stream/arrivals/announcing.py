"""Telling all of Home Assistant of cards that are new in an account."""

import asyncio
from collections.abc import Set
from typing import Final, TypedDict

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import UnsupportedStorageVersionError

from ..checking.profiles import PROFILES
from ..cloud.cards import Card
from ..const import DOMAIN, LOGGER
from ..coordinator import YotoConfigEntry
from ..streaming.registry import StreamRegistry, async_get_registry
from .memory import CardMemory, async_get_memory

EVENT: Final = f"{DOMAIN}_card"
"""The type of the event on Home Assistant's bus."""
CARD_ADDED: Final = "card_added"


class CardReport(TypedDict):
    """Everything that is told of a new card. None: the card does not say."""

    type: str
    card_id: str
    card_title: str
    author: str | None
    category: str | None
    cover: str | None
    own: bool
    """Whether it is a Make Your Own card."""
    account: str
    config_entry_id: str


async def async_announce_cards(hass: HomeAssistant, entry: YotoConfigEntry) -> None:
    """Fire an event for each card that is new whenever the lists of an account were fetched."""
    try:
        memory = await async_get_memory(hass)
    except UnsupportedStorageVersionError:
        LOGGER.error("A later version has stored which cards are known: new ones are not told")
        return
    announcing = _Announcing(hass, entry, memory, await async_get_registry(hass))
    entry.async_on_unload(entry.runtime_data.account.shelf.listen(announcing.async_loaded))
    announcing.async_loaded()


class _Announcing:
    """Compares the lists of one account with what is known, one time after the other."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: YotoConfigEntry,
        memory: CardMemory,
        registry: StreamRegistry,
    ) -> None:
        """Begin with the account as it is."""
        self._hass = hass
        self._entry = entry
        self._shelf = entry.runtime_data.account.shelf
        self._memory = memory
        self._registry = registry
        self._turn = asyncio.Lock()

    @callback
    def async_loaded(self) -> None:
        """Look at the lists as they are now."""
        self._entry.async_create_task(
            self._hass,
            self._async_look(self._shelf.cards, is_complete=self._shelf.is_complete),
            name="Yoto new cards",
        )

    async def _async_look(self, cards: tuple[Card, ...], *, is_complete: bool) -> None:
        """Tell what is new; it is written down before, so that no restart tells it again."""
        owner = self._entry.entry_id
        async with self._turn:
            new = await self._memory.async_learn(
                owner, {card.card_id for card in cards}, is_complete=is_complete
            )
        own = {card.card_id for card in self._shelf.own_cards}
        for card in cards:
            if card.card_id in new and card.card_id not in self._kept_by_us():
                self._hass.bus.async_fire(
                    EVENT, dict(self._report(card, is_own=card.card_id in own))
                )

    def _kept_by_us(self) -> Set[str]:
        """Return the ids of the cards that nobody has wanted: live cards, and those of checks."""
        profiles = self._hass.data.get(PROFILES)
        return {
            card_id
            for entry in self._hass.config_entries.async_entries(DOMAIN)
            for card_id in (
                *(card.card_id for card in self._registry.live_cards(entry.entry_id)),
                *(() if profiles is None else profiles.cards(entry.entry_id)),
            )
            if card_id is not None
        }

    def _report(self, card: Card, *, is_own: bool) -> CardReport:
        """Return what is told of a card."""
        return CardReport(
            type=CARD_ADDED,
            card_id=card.card_id,
            card_title=card.title,
            author=card.author,
            category=card.category,
            cover=card.cover_url,
            own=is_own,
            account=self._entry.title,
            config_entry_id=self._entry.entry_id,
        )
