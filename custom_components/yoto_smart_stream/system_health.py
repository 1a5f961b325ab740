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
    """Return whether Yoto can be reached, how many players are there, and what has passed."""
    entries: list[YotoConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    states = [state for entry in entries for state in entry.runtime_data.data.values()]
    connections = [entry.runtime_data.account.connection for entry in entries]
    counted = [connection.counters for connection in connections]
    return {
        "can_reach_login": async_check_can_reach_url(
            hass, Endpoints.from_environment(os.environ).login
        ),
        "connected_accounts": sum(connection.connected for connection in connections),
        "online_players": sum(state.online for state in states),
        "players": len(states),
        "messages": sum(counters.messages for counters in counted),
        "reconnects": sum(counters.reconnects for counters in counted),
        "commands": sum(counters.commands for counters in counted),
        "acknowledged": sum(counters.acknowledged for counters in counted),
        "refused": sum(counters.refused for counters in counted),
        "unanswered": sum(counters.unanswered for counters in counted),
    }
