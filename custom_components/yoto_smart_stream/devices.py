"""The pages of the players in Home Assistant."""

from collections.abc import Collection

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr

from .const import DOMAIN


@callback
def async_remove_stale(hass: HomeAssistant, entry: ConfigEntry, players: Collection[str]) -> None:
    """Remove players that have left the family, even while Home Assistant was off.

    Another integration's page of the same player is a device of its own, and stays.
    """
    registry = dr.async_get(hass)
    for device in dr.async_entries_for_config_entry(registry, entry.entry_id):
        if not any((DOMAIN, player_id) in device.identifiers for player_id in players):
            registry.async_remove_device(device.id)
