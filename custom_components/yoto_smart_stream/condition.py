"""The conditions that players offer to automations."""

from collections.abc import Mapping
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.condition import Condition

from .automations.conditions import CardIsIn, IsInNightMode, IsPlaying, PlayerCondition

CONDITIONS: Final[Mapping[str, type[PlayerCondition]]] = {
    "card_is_in": CardIsIn,
    "is_in_night_mode": IsInNightMode,
    "is_playing": IsPlaying,
}


async def async_get_conditions(hass: HomeAssistant) -> dict[str, type[Condition]]:
    """Return the conditions by their names."""
    return dict(CONDITIONS)
