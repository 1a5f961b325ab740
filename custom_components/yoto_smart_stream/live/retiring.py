"""Live cards that nobody needs any more are deleted at Yoto, and their tokens revoked.

What plays on them is forgotten with the token.
"""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from homeassistant.core import callback
from homeassistant.util import dt as dt_util

from ..cloud.account import YotoAccount
from ..cloud.errors import CloudError
from ..const import LOGGER
from ..coordinator import YotoConfigEntry
from ..streaming.registry import STREAM_REGISTRY, StreamRegistry
from ..streaming.resources import LiveCardResource

_ABSENCE: Final = timedelta(minutes=10)
"""How long a player has to be missing in the account: one odd answer of Yoto's deletes nothing."""
_LONGEST: Final = 20
"""Seconds that deleting the cards of an account may take, all together."""


async def async_delete_live_cards(
    account: YotoAccount, registry: StreamRegistry, owner: str
) -> None:
    """Delete all live cards of an account that is being removed; what fails is logged only."""
    left = {card.card_id for card in registry.live_cards(owner) if card.card_id is not None}
    reason = "Yoto did not answer in time"
    try:
        async with asyncio.timeout(_LONGEST):
            for card_id in sorted(left):
                try:
                    await account.delete_card(card_id)
                except CloudError as err:
                    reason = str(err)
                else:
                    left.discard(card_id)
    except TimeoutError:
        pass
    if left:
        LOGGER.warning(
            'Cards named "Home Assistant · ..." (%s) stay in the Yoto account, and can be deleted'
            " in Yoto's app: %s",
            ", ".join(sorted(left)),
            reason,
        )


@callback
def async_retire_absent(entry: YotoConfigEntry) -> None:
    """Delete the live cards of players that leave the account, for as long as it is loaded."""
    coordinator = entry.runtime_data
    hass = coordinator.hass
    missing: dict[str, datetime] = {}

    @callback
    def look() -> None:
        registry = hass.data.get(STREAM_REGISTRY)
        if registry is None or not coordinator.last_update_success:
            return
        now = dt_util.utcnow()
        cards = registry.live_cards(entry.entry_id)
        absent = [card for card in cards if card.player_id not in coordinator.roster]
        for player_id in missing.keys() - {card.player_id for card in absent}:
            del missing[player_id]
        for card in absent:
            missing.setdefault(card.player_id, now)
        gone = [card for card in absent if now - missing[card.player_id] >= _ABSENCE]
        if gone:
            entry.async_create_background_task(
                hass,
                _async_retire(coordinator.account, registry, gone),
                name="Yoto live cards of players that have left",
            )

    entry.async_on_unload(coordinator.async_add_listener(look))


async def _async_retire(
    account: YotoAccount, registry: StreamRegistry, cards: Iterable[LiveCardResource]
) -> None:
    """Delete cards at Yoto, then revoke their tokens; who fails is tried at the next poll."""
    for card in cards:
        try:
            if card.card_id is not None:
                await account.delete_card(card.card_id)
        except CloudError as err:
            LOGGER.debug("The live card of %s is not deleted yet: %s", card.player_id, err)
        else:
            LOGGER.info("Player %s has left the account; its live card is gone", card.player_id)
            await registry.async_revoke([card.token])
