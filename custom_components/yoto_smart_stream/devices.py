"""The pages of the players in Home Assistant, and which account each of them belongs to."""

from collections.abc import Collection

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN
from .library_page.device import LIBRARY_IDENTIFIER

_OWNERS: HassKey[dict[str, str]] = HassKey(f"{DOMAIN}_owners_of_players")


@callback
def async_remove_stale(hass: HomeAssistant, entry: ConfigEntry, players: Collection[str]) -> None:
    """Remove players that have left the family, even while Home Assistant was off.

    Another integration's page of the same player is a device of its own, and stays, as does that
    of the library.
    """
    registry = dr.async_get(hass)
    for device in dr.async_entries_for_config_entry(registry, entry.entry_id):
        kept = {LIBRARY_IDENTIFIER, *((DOMAIN, player_id) for player_id in players)}
        if kept.isdisjoint(device.identifiers):
            registry.async_remove_device(device.id)


@callback
def async_claim(hass: HomeAssistant, entry: ConfigEntry, players: Collection[str]) -> set[str]:
    """Return the players that an account is to show: those that no other one shows already.

    Two parents of one family have the same players, and an entity cannot be there twice.
    """
    async_release(hass, entry, keep=players)
    owners = hass.data.setdefault(_OWNERS, {})
    return {
        player_id
        for player_id in players
        if owners.setdefault(player_id, entry.entry_id) == entry.entry_id
    }


@callback
def async_release(hass: HomeAssistant, entry: ConfigEntry, keep: Collection[str] = ()) -> None:
    """Leave an account's players to others, but for some."""
    owners = hass.data.setdefault(_OWNERS, {})
    for player_id, owner in list(owners.items()):
        if owner == entry.entry_id and player_id not in keep:
            del owners[player_id]
