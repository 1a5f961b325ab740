"""Finishing what was interrupted: Home Assistant was ended while it sent a card.

The addresses of a card are written down before it is sent, and the card that they are on after
that. What was ended in between is found at the next start: a card that Yoto has is noted as ours,
and addresses that are on no card are revoked.
"""

from datetime import datetime, timedelta
from typing import Final

from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util

from ..cloud.cards import Card
from ..const import LOGGER
from ..coordinator import YotoConfigEntry
from ..streaming.registry import async_get_registry
from .errors import CardProblemError
from .publisher import async_publisher

_SKEW: Final = timedelta(days=1)
"""How far the clocks of Yoto and of this machine may be apart."""


async def async_finish_interrupted(entry: YotoConfigEntry) -> None:
    """Find the cards of addresses that are noted on none, and revoke those that have no card.

    While Yoto does not give all cards, nothing is revoked: the next start looks again.
    """
    registry = await async_get_registry(entry.runtime_data.hass)
    left = registry.left_over(entry.entry_id)
    if not left:
        return
    shelf = entry.runtime_data.account.shelf
    if not shelf.is_complete:
        LOGGER.debug("Not all cards are known, so nobody can tell what was interrupted")
        return
    since = min(one.created for one in left) - _SKEW
    tokens = {one.token for one in left}
    publisher = await async_publisher(entry)
    for card in shelf.own_cards:
        if not _may_be_newer(card, since):
            continue
        try:
            tokens -= await publisher.async_adopt(card.card_id, tokens)
        except CardProblemError as err:
            LOGGER.debug("Card %s was not looked at: %s", card.card_id, err)
        except HomeAssistantError as err:
            LOGGER.warning("What was interrupted is looked for again at the next start: %s", err)
            return
    LOGGER.info("%d of %d addresses are on no card and were revoked", len(tokens), len(left))
    await registry.async_revoke(tokens)


def _may_be_newer(card: Card, since: datetime) -> bool:
    """Tell whether a card may have been changed since; of some nobody knows when they were."""
    changed = dt_util.parse_datetime(card.updated_at or "")
    if changed is None or changed.tzinfo is None:
        return True
    return changed >= since
