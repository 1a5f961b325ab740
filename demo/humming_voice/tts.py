"""The humming voice as an engine of Home Assistant's text to speech."""

from typing import Any, override

from homeassistant.components.tts import TextToSpeechEntity, TtsAudioType
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .humming import hummed


async def async_setup_entry(
    _hass: HomeAssistant, entry: ConfigEntry, add: AddConfigEntryEntitiesCallback
) -> None:
    """Add the voice."""
    add([HummingVoice(entry)])


class HummingVoice(TextToSpeechEntity):
    """A voice that hums."""

    _attr_name = "Humming voice"
    _attr_default_language = "en"

    def __init__(self, entry: ConfigEntry) -> None:
        """Belong to the entry."""
        self._attr_unique_id = entry.entry_id
        self._attr_supported_languages = ["en"]

    @override
    def get_tts_audio(self, message: str, language: str, options: dict[str, Any]) -> TtsAudioType:
        """Hum a message."""
        return "wav", hummed(message)
