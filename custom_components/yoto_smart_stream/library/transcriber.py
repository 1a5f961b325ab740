"""Engines of Home Assistant that turn speech into text, as the library asks them."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from homeassistant.components import stt
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import language as language_util

from .errors import TranscriberError, TranscriberFault
from .transcribing import LONGEST_RUN, SAMPLE_RATE, Recognise

_CHUNK: Final = 4096
# A small machine may need longer to understand speech than it takes to say it.
_PATIENCE_SECONDS: Final = 10 * LONGEST_RUN

type Engine = stt.SpeechToTextEntity | stt.Provider


@callback
def async_recogniser(hass: HomeAssistant, name: str | None, language: str | None) -> Recognise:
    """Return how an engine is asked: one with a name, or the one that Home Assistant prefers.

    Without a language, it is that of this Home Assistant.

    Raises:
        TranscriberError: There is no such engine, or it cannot do this.
    """
    name, engine = _engine(hass, name)
    wanted = language or hass.config.language
    known = engine.supported_languages
    matches = language_util.matches(wanted, known, country=hass.config.country)
    if not matches:
        raise TranscriberError(
            TranscriberFault.LANGUAGE, engine=name, language=wanted, known=", ".join(sorted(known))
        )
    metadata = stt.SpeechMetadata(
        language=matches[0],
        format=stt.AudioFormats.WAV,
        codec=stt.AudioCodecs.PCM,
        bit_rate=stt.AudioBitRates.BITRATE_16,
        sample_rate=stt.AudioSampleRates(SAMPLE_RATE),
        channel=stt.AudioChannels.CHANNEL_MONO,
    )
    if not engine.check_metadata(metadata):
        raise TranscriberError(TranscriberFault.FORMAT, engine=name)

    async def recognise(samples: bytes) -> str:
        """Ask the engine what is said."""
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                result = await _ask(engine, metadata, samples)
        except TimeoutError as err:
            raise _failed(name, "no answer") from err
        except HomeAssistantError as err:
            raise _failed(name, str(err)) from err
        if result.result is not stt.SpeechResultState.SUCCESS:
            raise _failed(name, result.text or "it could not make anything of the audio")
        return result.text or ""

    return recognise


def _engine(hass: HomeAssistant, name: str | None) -> tuple[str, Engine]:
    """Find an engine and its name."""
    if stt.DOMAIN not in hass.config.components:
        raise TranscriberError(TranscriberFault.NONE)
    name = name or stt.async_default_engine(hass)
    if name is None:
        raise TranscriberError(TranscriberFault.NONE)
    engine = stt.async_get_speech_to_text_engine(hass, name)
    if engine is None:
        known = sorted(hass.states.async_entity_ids(stt.DOMAIN))
        if not known:
            raise TranscriberError(TranscriberFault.NONE)
        raise TranscriberError(TranscriberFault.UNKNOWN, engine=name, known=", ".join(known))
    return name, engine


async def _ask(engine: Engine, metadata: stt.SpeechMetadata, samples: bytes) -> stt.SpeechResult:
    """Let an engine listen to samples."""

    async def stream() -> AsyncIterator[bytes]:
        for start in range(0, len(samples), _CHUNK):
            yield samples[start : start + _CHUNK]

    if isinstance(engine, stt.SpeechToTextEntity):
        return await engine.internal_async_process_audio_stream(metadata, stream())
    return await engine.async_process_audio_stream(metadata, stream())


def _failed(name: str, reason: str) -> TranscriberError:
    """Return an error that says what an engine said."""
    return TranscriberError(TranscriberFault.FAILED, engine=name, reason=reason)
