"""The live card of a player at Yoto: made on first use, found again, and updated in place."""

from collections.abc import Callable
from hashlib import sha256
import json
from typing import Final

from homeassistant.core import callback

from ..cards.live import LiveCard, LiveChapter
from ..cloud.errors import CloudError, NotFoundError
from ..const import CONF_LIVE_ICONS, LOGGER
from ..coordinator import YotoConfigEntry, YotoCoordinator
from ..delivery.profile import Delivery
from ..json import Json
from ..playing.publishing import async_base_url, refusal
from ..reachability.watch import async_watch_of, chosen
from ..streaming.addresses import NoBaseUrlError, base_url, icon_path, stream_path
from ..streaming.registry import STREAM_REGISTRY, async_get_registry
from .shape import async_built, async_delivery

_DIGITS: Final = 16


@callback
def known_card(coordinator: YotoCoordinator, player_id: str) -> tuple[str, str] | None:
    """Return token and id of a live card that is known to be at Yoto as it should be.

    None where that has to be seen to first. Nothing is asked, so that nobody waits for it.

    Raises:
        HomeAssistantError: nothing reaches the player.
    """
    hass, entry = coordinator.hass, coordinator.config_entry
    registry = hass.data.get(STREAM_REGISTRY)
    found = registry.live_card(player_id, owner=entry.entry_id) if registry else None
    if found is None or found.card_id is None:
        return None
    try:
        address = base_url(hass, *chosen(entry))
    except NoBaseUrlError:
        return None
    if found.published != _digest(coordinator, player_id, found.token):
        return None
    if found.base_url != address or coordinator.account.shelf.known(found.card_id) is None:
        return None
    return found.token, found.card_id


async def async_live_card(coordinator: YotoCoordinator, player_id: str) -> tuple[str, str]:
    """Return the token and the id of a player's live card, asking nobody that was asked lately.

    Whether players reach Home Assistant and the card is still at Yoto takes longer to find out than
    all else that happens between an action and the first byte.

    Raises:
        HomeAssistantError: as with `async_publish`.
    """
    card = known_card(coordinator, player_id)
    if card is not None and coordinator.account.shelf.is_fresh(card[1]):
        return card
    return await async_publish(coordinator, player_id)


async def async_publish(coordinator: YotoCoordinator, player_id: str) -> tuple[str, str]:
    """Return the token and the id of a player's live card, which is at Yoto then.

    Raises:
        HomeAssistantError: players cannot reach Home Assistant, this one does not, or Yoto did
            not take the card.
    """
    hass, entry = coordinator.hass, coordinator.config_entry
    address = await async_base_url(hass, entry)
    registry = await async_get_registry(hass)
    found = registry.live_card(player_id, owner=entry.entry_id)
    if found is None:
        found = await registry.async_add_live_card(player_id, owner=entry.entry_id)
    token = found.token
    digest = _digest(coordinator, player_id, token)
    account = coordinator.account
    try:
        card_id = found.card_id
        if card_id is not None:
            try:
                await account.shelf.card(card_id)
            except NotFoundError:
                # Somebody has deleted it.
                card_id = None
        if card_id is None or found.published != digest or found.base_url != address:
            present = {} if card_id is None else {"cardId": card_id}
            payload = _payload(coordinator, player_id, token, address)
            card_id = await account.create_card({**payload, **present})
            await registry.async_note_published(
                token, card_id=card_id, published=digest, base_url=address
            )
            await account.shelf.card(card_id)
            if async_delivery(coordinator, player_id) is Delivery.LINEAR:
                name = coordinator.data[player_id].player.name
                LOGGER.info("%s plays on a plain card, so a turn of its knob leads on", name)
            if (watch := async_watch_of(hass, entry.entry_id)) is not None:
                entry.async_create_background_task(
                    hass, watch.async_look_at_cards(), name="Yoto cards elsewhere"
                )
    except CloudError as err:
        raise refusal(entry, err) from err
    return token, card_id


def _payload(
    coordinator: YotoCoordinator, player_id: str, token: str, address: str
) -> dict[str, Json]:
    """Return what Yoto is sent; `address` is where players reach Home Assistant."""
    card = LiveCard(
        title=f"Home Assistant · {coordinator.data[player_id].player.name}",
        address=lambda chapter: address + stream_path(token, chapter.value),
        icon_address=icon_address(coordinator.config_entry, address, token),
    )
    return async_built(coordinator, player_id, card)


def icon_address(
    entry: YotoConfigEntry, address: str, token: str
) -> Callable[[LiveChapter], str] | None:
    """Return where players fetch the icons of a card; None where a family wants none of what plays.

    Args:
        entry: the account of the card.
        address: where players reach Home Assistant.
        token: of the card.
    """
    if not entry.options.get(CONF_LIVE_ICONS, True):
        return None
    return lambda chapter: address + icon_path(token, chapter.value)


def _digest(coordinator: YotoCoordinator, player_id: str, token: str) -> str:
    """Return a digest of a card; its addresses are without a base, which is noted beside it."""
    payload = _payload(coordinator, player_id, token, "")
    return sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()[:_DIGITS]
