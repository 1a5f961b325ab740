"""The voice."""

import asyncio
import subprocess
from typing import Any, Final, override

from homeassistant.components.tts import TextToSpeechEntity, TtsAudioType
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

SECONDS: Final = 3


class BenchVoice(TextToSpeechEntity):
    """Says everything in the same way."""

    _attr_name = "Bench voice"
    _attr_unique_id = "bench_voice"
    _attr_default_language = "en"
    _attr_supported_languages = ["en"]  # noqa: RUF012 - the way of Home Assistant

    @override
    async def async_get_tts_audio(
        self, message: str, language: str, options: dict[str, Any]
    ) -> TtsAudioType:
        """Speak."""
        return "wav", await asyncio.to_thread(_spoken)


async def async_setup_entry(
    _hass: HomeAssistant,
    _entry: ConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the voice."""
    async_add_entities([BenchVoice()])


def _spoken() -> bytes:
    """Return a tone (blocking)."""
    return subprocess.run(
        [
            *("ffmpeg", "-v", "error", "-f", "lavfi", "-i", f"sine=f=440:d={SECONDS}"),
            *("-f", "wav", "-"),
        ],
        check=True,
        capture_output=True,
    ).stdout
