"""The live card of a player at Yoto: made on first use, found again, and updated in place."""

from hashlib import sha256
import json
from typing import Final

from ..cards.builder import Json
from ..cards.live import LiveCard
from ..cloud.errors import CloudError, NotFoundError
from ..coordinator import YotoCoordinator
from ..playing.publishing import async_base_url, refusal
from ..reachability.watch import async_watch_of
from ..streaming.addresses import stream_path
from ..streaming.registry import async_get_registry
from .shape import async_built

_DIGITS: Final = 16


async def async_publish(coordinator: YotoCoordinator, player_id: str) -> tuple[str, str]:
    """Return the token and the id of a player's live card, which is at Yoto then.

    Raises:
        HomeAssistantError: players cannot reach Home Assistant, or Yoto did not take the card.
    """
    hass, entry = coordinator.hass, coordinator.config_entry
    base_url = await async_base_url(hass, entry)
    registry = await async_get_registry(hass)
    found = registry.live_card(player_id, owner=entry.entry_id)
    if found is None:
        found = await registry.async_add_live_card(player_id, owner=entry.entry_id)
    token = found.token
    title = f"Home Assistant · {coordinator.data[player_id].player.name}"

    def payload(base: str) -> dict[str, Json]:
        card = LiveCard(
            title=title, address=lambda chapter: base + stream_path(token, chapter.value)
        )
        return async_built(coordinator, player_id, card)

    digest = _digest(payload(""))
    account = coordinator.account
    try:
        card_id = found.card_id
        if card_id is not None:
            try:
                await account.shelf.card(card_id)
            except NotFoundError:
                # Somebody has deleted it.
                card_id = None
        if card_id is None or found.published != digest or found.base_url != base_url:
            present = {} if card_id is None else {"cardId": card_id}
            card_id = await account.create_card({**payload(base_url), **present})
            await registry.async_note_published(
                token, card_id=card_id, published=digest, base_url=base_url
            )
            await account.shelf.card(card_id)
            if (watch := async_watch_of(hass, entry.entry_id)) is not None:
                entry.async_create_background_task(
                    hass, watch.async_look_at_cards(), name="Yoto cards elsewhere"
                )
    except CloudError as err:
        raise refusal(entry, err) from err
    return token, card_id


def _digest(payload: dict[str, Json]) -> str:
    """Return a digest of a card; its addresses are without a base, which is noted beside it."""
    return sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()[:_DIGITS]
