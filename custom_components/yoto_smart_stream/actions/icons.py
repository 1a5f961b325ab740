"""The action that shows an icon on a player's display."""

from typing import Final

from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from ..cloud.commands import show_icon
from ..const import DOMAIN
from ..coordinator import YotoCoordinator
from ..gallery.dressing import async_known_icon
from ..web import web_address
from .targets import Aim, Answer, async_register

_SECONDS: Final = range(1, 3601)


@callback
def async_setup_icon_actions(hass: HomeAssistant) -> None:
    """Register the action."""
    async_register(
        hass,
        "show_icon",
        {
            vol.Required("icon"): cv.string,
            vol.Optional("seconds", default=10): vol.Coerce(int),
            vol.Optional("animated", default=False): cv.boolean,
        },
        _async_show_icon,
    )


async def _async_show_icon(aim: Aim, call: ServiceCall) -> Answer:
    """Show an icon for a while."""
    seconds: int = call.data["seconds"]
    if seconds not in _SECONDS:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="icon_seconds",
            translation_placeholders={"most": str(_SECONDS[-1])},
        )
    address = await _async_address(aim.coordinator, call.data["icon"].strip())
    await aim.coordinator.async_command(
        aim.player_id, show_icon(address, seconds=seconds, animated=call.data["animated"])
    )
    return {"icon": address}


async def _async_address(coordinator: YotoCoordinator, named: str) -> str:
    """Return the address of an icon that is named by its address, its media id or its title."""
    if (address := web_address(named)) is not None:
        return address
    return (await async_known_icon(coordinator.hass, coordinator.config_entry, named)).url
