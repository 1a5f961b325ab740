"""The accounts whose cards can be played."""

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback

from ..const import DOMAIN
from ..coordinator import YotoConfigEntry, YotoCoordinator


@callback
def async_entries(hass: HomeAssistant) -> list[YotoConfigEntry]:
    """Return the accounts that are there, by their titles."""
    loaded: list[YotoConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    return sorted(loaded, key=lambda entry: (entry.title.casefold(), entry.entry_id))


def find_account(hass: HomeAssistant, entry_id: str) -> YotoCoordinator | None:
    """Return what keeps an account up to date, None if it is not there."""
    entry: YotoConfigEntry | None = hass.config_entries.async_get_entry(entry_id)
    if entry is None or entry.domain != DOMAIN or entry.state is not ConfigEntryState.LOADED:
        return None
    return entry.runtime_data
