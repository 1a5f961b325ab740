"""The device that stands for the audio library and its streams, which belong to no account.

An entity needs an account all the same: the first one that is loaded shows them for all.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN

LIBRARY_IDENTIFIER: Final = (DOMAIN, "library")
LIBRARY_DEVICE: Final = DeviceInfo(
    identifiers={LIBRARY_IDENTIFIER},
    entry_type=DeviceEntryType.SERVICE,
    translation_key="library",
)

_HOSTS: HassKey[dict[str, list[Callable[[], None]]]] = HassKey(f"{DOMAIN}_hosts_of_the_library")


@callback
def async_offer_library(hass: HomeAssistant, entry: ConfigEntry, show: Callable[[], None]) -> None:
    """Have an account show something of the library if it is the first that is loaded.

    When it goes, the next one calls its own `show`; entities keep what was set for them.
    """
    hosts = hass.data.setdefault(_HOSTS, {})
    if entry.entry_id not in hosts:
        hosts[entry.entry_id] = []
        entry.async_on_unload(partial(_async_leave, hosts, entry.entry_id))
    hosts[entry.entry_id].append(show)
    if next(iter(hosts)) == entry.entry_id:
        show()


@callback
def _async_leave(hosts: dict[str, list[Callable[[], None]]], entry_id: str) -> None:
    """Leave the library to the next account."""
    was_first = next(iter(hosts)) == entry_id
    del hosts[entry_id]
    if was_first:
        for show in next(iter(hosts.values()), ()):
            show()


@callback
def async_keep_one_page(hass: HomeAssistant, entry: ConfigEntry | None) -> None:
    """Remove the pages of the library with accounts that showed it before, once they are empty."""
    if entry is None:
        return
    devices, entities = dr.async_get(hass), er.async_get(hass)
    for device in devices.async_get_devices(identifiers={LIBRARY_IDENTIFIER}):
        is_other = device.config_entry_id != entry.entry_id
        if is_other and not er.async_entries_for_device(
            entities, device.id, include_disabled_entities=True
        ):
            devices.async_remove_device(device.id)
