"""The action that has cards send players to the address of now."""

from typing import Final

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv, service
import voluptuous as vol

from ..const import DOMAIN
from ..coordinator import YotoConfigEntry
from ..playing.publishing import async_base_url
from ..reachability.rewriting import Result, async_rewriter, listed
from ..reachability.watch import async_watch_of

_UPDATE_CARD_ADDRESSES: Final = vol.Schema(
    {
        vol.Optional("dry_run", default=False): cv.boolean,
        vol.Optional("config_entry_id"): cv.string,
    }
)


@callback
def async_setup_card_address_action(hass: HomeAssistant) -> None:
    """Register the action."""
    hass.services.async_register(
        DOMAIN,
        "update_card_addresses",
        _async_update_card_addresses,
        schema=_UPDATE_CARD_ADDRESSES,
        supports_response=SupportsResponse.OPTIONAL,
    )


async def _async_update_card_addresses(call: ServiceCall) -> ServiceResponse:
    """Have all cards of an account send players to the address of now.

    Raises:
        HomeAssistantError: players cannot use that; or a card failed, and nobody takes the answer.
    """
    hass = call.hass
    entry: YotoConfigEntry = service.async_get_config_entry(
        hass, DOMAIN, call.data.get("config_entry_id")
    )
    base_url = await async_base_url(hass, entry)
    rewriter = await async_rewriter(entry)
    outcomes = await rewriter.async_rewrite(base_url, dry_run=call.data["dry_run"])
    if (watch := async_watch_of(hass, entry.entry_id)) is not None:
        await watch.async_look_at_cards()
    failed = [one for one in outcomes if one.result is Result.FAILED]
    if failed and not call.return_response:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="cards_not_rewritten",
            translation_placeholders={
                "cards": listed(f"{one.title}: {one.reason}" for one in failed)
            },
        )
    return {
        "base_url": base_url,
        "cards": [
            {
                "card_id": one.card_id,
                "title": one.title,
                "result": one.result.value,
                **({"reason": one.reason} if one.reason else {}),
            }
            for one in outcomes
        ],
    }
