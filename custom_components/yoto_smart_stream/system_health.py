"""A glance at the integration's health."""

import os
from typing import Any

from homeassistant.components.system_health import (
    SystemHealthRegistration,
    async_check_can_reach_url,
)
from homeassistant.core import HomeAssistant, callback

from .cloud.endpoints import Endpoints
from .const import DOMAIN
from .coordinator import YotoConfigEntry


@callback
def async_register(hass: HomeAssistant, register: SystemHealthRegistration) -> None:
    """Offer the information."""
    register.async_register_info(_async_info)


async def _async_info(hass: HomeAssistant) -> dict[str, Any]:
    """Return whether Yoto can be reached, and how many accounts and players are connected."""
    entries: list[YotoConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    states = [state for entry in entries for state in entry.runtime_data.data.values()]
    return {
        "can_reach_login": async_check_can_reach_url(
            hass, Endpoints.from_environment(os.environ).login
        ),
        "connected_accounts": sum(
            entry.runtime_data.account.connection.connected for entry in entries
        ),
        "online_players": sum(state.online for state in states),
        "players": len(states),
    }
