"""The integration's actions: schemas, targets and the translation of errors."""

from homeassistant.core import HomeAssistant, callback

from .cards import async_setup_card_actions
from .players import async_setup_player_actions


@callback
def async_setup_actions(hass: HomeAssistant) -> None:
    """Register every action."""
    async_setup_card_actions(hass)
    async_setup_player_actions(hass)
