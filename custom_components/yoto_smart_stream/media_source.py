"""The audio library and the account's cards in Home Assistant's media browser."""

from homeassistant.components.media_source import MediaSource
from homeassistant.core import HomeAssistant

from .media.source import YotoMediaSource


async def async_get_media_source(hass: HomeAssistant) -> MediaSource:
    """Return the media source."""
    return YotoMediaSource(hass)
