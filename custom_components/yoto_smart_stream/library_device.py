"""The device that stands for the audio library and its streams, which belong to no account.

An entity needs an account all the same: the first one that is loaded shows them for all.
"""

from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN

LIBRARY_IDENTIFIER: Final = (DOMAIN, "library")
LIBRARY_DEVICE: Final = DeviceInfo(
    identifiers={LIBRARY_IDENTIFIER},
    entry_type=DeviceEntryType.SERVICE,
    translation_key="library",
)

_SHOWN_BY: HassKey[str] = HassKey(f"{DOMAIN}_library_shown_by")


@callback
def async_shows_library(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Return whether an account is the one that shows the library, until it is unloaded."""
    if hass.data.setdefault(_SHOWN_BY, entry.entry_id) != entry.entry_id:
        return False

    @callback
    def release() -> None:
        hass.data.pop(_SHOWN_BY, None)

    entry.async_on_unload(release)
    return True
