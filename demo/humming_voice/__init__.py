"""A voice for the demo and the tests: it hums a note for each word, and needs no network."""

from typing import Final

from homeassistant.config_entries import SOURCE_IMPORT, ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import ConfigType

DOMAIN: Final = "humming_voice"
CONFIG_SCHEMA: Final = cv.empty_config_schema(DOMAIN)
_PLATFORMS: Final = [Platform.TTS]


async def async_setup(hass: HomeAssistant, _config: ConfigType) -> bool:
    """Have the voice set up, as its line in the configuration asks for."""
    hass.async_create_task(
        hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_IMPORT}, data={})
    )
    return True


async def async_setup_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Set the voice up."""
    await hass.config_entries.async_forward_entry_setups(entry, _PLATFORMS)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Take the voice away."""
    return await hass.config_entries.async_unload_platforms(entry, _PLATFORMS)
