"""The action that shows an icon on a player's display."""

from difflib import get_close_matches
from typing import Final

from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from ..cloud.commands import show_icon
from ..cloud.errors import CloudError
from ..cloud.icons import find_icon
from ..const import DOMAIN
from ..coordinator import YotoCoordinator
from .targets import Aim, Answer, async_register

_ADDRESSES: Final = ("http://", "https://")
_SECONDS: Final = range(1, 3601)
_SUGGESTIONS: Final = 5


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
    if named.lower().startswith(_ADDRESSES):
        return named
    try:
        icons = await coordinator.account.icons()
    except CloudError as err:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="icons_unavailable",
            translation_placeholders={"reason": str(err)},
        ) from err
    icon = find_icon(icons, named)
    if icon is not None:
        return icon.url
    titles = {icon.title.casefold(): icon.title for icon in icons if icon.title}
    alike = get_close_matches(named.casefold(), titles, _SUGGESTIONS)
    if not alike:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="unknown_icon",
            translation_placeholders={"icon": named},
        )
    raise ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key="unknown_icon_similar",
        translation_placeholders={
            "icon": named,
            "known": ", ".join(titles[title] for title in alike),
        },
    )
