"""The pages of the players and of the audio library, and which account each of them belongs to."""

from collections.abc import Callable, Collection
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN

AUDIO_LIBRARY: Final = (DOMAIN, "audio_library")
"""What the page of the audio library is known by. There is one, whatever accounts there are."""

_OWNERS: HassKey[dict[str, str]] = HassKey(f"{DOMAIN}_owners_of_players")
_HOSTS: HassKey[dict[str, Callable[[], None]]] = HassKey(f"{DOMAIN}_hosts_of_the_library")


@callback
def async_remove_stale(hass: HomeAssistant, entry: ConfigEntry, players: Collection[str]) -> None:
    """Remove players that have left the family, even while Home Assistant was off.

    Another integration's page of the same player is a device of its own, and stays.
    """
    registry = dr.async_get(hass)
    for device in dr.async_entries_for_config_entry(registry, entry.entry_id):
        if AUDIO_LIBRARY in device.identifiers:
            continue
        if not any((DOMAIN, player_id) in device.identifiers for player_id in players):
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


@callback
def async_offer_library(hass: HomeAssistant, entry: ConfigEntry, show: Callable[[], None]) -> None:
    """Have an account show the audio library if it is the first; others stand in when it goes.

    The library is no account's, but entities need one to belong to.
    """
    hosts = hass.data.setdefault(_HOSTS, {})
    hosts[entry.entry_id] = show
    if len(hosts) == 1:
        show()

    @callback
    def leave() -> None:
        was_first = next(iter(hosts)) == entry.entry_id
        del hosts[entry.entry_id]
        if was_first and hosts:
            next(iter(hosts.values()))()

    entry.async_on_unload(leave)


@callback
def async_keep_one_page(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Remove the pages that the library had with other accounts, once it is shown by one."""
    registry = dr.async_get(hass)
    for device in registry.async_get_devices(identifiers={AUDIO_LIBRARY}):
        if device.config_entry_id != entry.entry_id:
            registry.async_remove_device(device.id)
