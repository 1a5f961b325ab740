"""Actions on players."""

from typing import Final

from homeassistant.components.media_player import DOMAIN as MEDIA_PLAYER_DOMAIN
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import config_validation as cv, service
import voluptuous as vol

from ..const import DOMAIN

_PLAY_CARD: Final = {
    vol.Required("card_id"): cv.string,
    # Keys are text to the letter: "01" is not 1 (protocol §3.4).
    vol.Optional("chapter_key"): cv.string,
    vol.Optional("track_key"): cv.string,
    vol.Optional("seconds"): vol.All(vol.Coerce(float), vol.Range(min=0)),
}


@callback
def async_setup_player_actions(hass: HomeAssistant) -> None:
    """Register the actions that have players as targets."""
    service.async_register_platform_entity_service(
        hass,
        DOMAIN,
        "play_card",
        entity_domain=MEDIA_PLAYER_DOMAIN,
        schema=_PLAY_CARD,
        func="async_play_card",
    )
