"""Speech: a text, spoken by any text-to-speech engine of Home Assistant's."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import ClassVar, Final, override

from homeassistant.components import tts
from homeassistant.components.tts.const import DATA_COMPONENT, DATA_TTS_MANAGER
from homeassistant.components.tts.helper import get_engine_instance
from homeassistant.components.tts.media_source import generate_media_source_id
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError

from ..audio.transcode import Progress
from ..json import Json
from ..library.item import Source, SourceKind, one_line
from .errors import SourceError, SourceFault
from .origin import Means, Obtained, Origin
from .receiving import TooMuchError, receiving, removed_after

_LONGEST_NAME: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """Say what is spoken, and how; `engine` None is Home Assistant's first one."""

    text: str
    engine: str | None = None
    language: str | None = None
    voice: str | None = None
    options: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechOrigin(Origin):
    """A text that becomes a file when it is spoken."""

    stream: tts.ResultStream
    text: str
    share: ClassVar[float] = 0.7

    @property
    @override
    def label(self) -> str:
        """Return how the text begins."""
        return beginning_of(self.text)

    @override
    @asynccontextmanager
    async def obtained(self, means: Means, on_progress: Progress) -> AsyncIterator[Obtained]:
        """Let the engine speak into a file."""
        most = means.settings.url_bytes
        with removed_after(means.storage.arriving("speech")) as path:
            try:
                self.stream.async_set_message(self.text)
                async with receiving(path, most) as receiver:
                    async for chunk in self.stream.async_stream_result():
                        await receiver.add(chunk)
            except TooMuchError as err:
                raise SourceError(SourceFault.DOWNLOAD_TOO_BIG, limit=most // 1024**2) from err
            except HomeAssistantError as err:
                raise SourceError(
                    SourceFault.SPEECH_FAILED, engine=self.stream.engine, reason=str(err)
                ) from err
            yield Obtained(
                path=path,
                name=self.label,
                source=Source(kind=SourceKind.SPEECH, reference=self.stream.engine),
            )


def beginning_of(text: str) -> str:
    """Return a text as a title: its beginning, on one line."""
    line = one_line(text)
    if len(line) <= _LONGEST_NAME:
        return line
    return line[:_LONGEST_NAME].rsplit(" ", 1)[0].rstrip(".,;:") + " …"


@callback
def async_speech_origin(hass: HomeAssistant, speech: Speech) -> SpeechOrigin:
    """Return the origin of a speech, whose engine has been asked whether it can do that.

    Raises:
        SourceError: There is no such engine, or it has not the language, the voice or an option.
    """
    engine = _async_engine(hass, speech)
    try:
        stream = tts.async_create_stream(hass, engine, speech.language, _options(speech) or None)
    except HomeAssistantError as err:
        raise SourceError(SourceFault.SPEECH_OPTIONS, engine=engine, reason=str(err)) from err
    return SpeechOrigin(stream=stream, text=speech.text)


@callback
def async_speech_media(hass: HomeAssistant, speech: Speech) -> str:
    """Return the media-source id of a speech, as `tts.speak` makes it.

    Raises:
        SourceError: There is no such engine, or it has not the language, the voice or an option.
    """
    engine = _async_engine(hass, speech)
    options = _options(speech) or None
    try:
        return generate_media_source_id(hass, speech.text, engine, speech.language, options)
    except HomeAssistantError as err:
        raise SourceError(SourceFault.SPEECH_OPTIONS, engine=engine, reason=str(err)) from err


@callback
def _async_engine(hass: HomeAssistant, speech: Speech) -> str:
    """Return the engine of a speech, which has its language.

    Raises:
        SourceError: There is no such engine, or it has not the language.
    """
    if tts.DOMAIN not in hass.config.components:
        raise SourceError(SourceFault.SPEECH_ENGINE, engine=speech.engine or "-", known="-")
    engine = tts.async_resolve_engine(hass, speech.engine)
    instance = None if engine is None else get_engine_instance(hass, engine)
    if engine is None or instance is None:
        raise SourceError(
            SourceFault.SPEECH_ENGINE, engine=speech.engine or "-", known=_engines(hass)
        )
    languages = instance.supported_languages
    if speech.language is not None and speech.language not in languages:
        known = ", ".join(sorted(languages))
        raise SourceError(
            SourceFault.SPEECH_LANGUAGE, engine=engine, language=speech.language, known=known
        )
    return engine


def _options(speech: Speech) -> dict[str, Json]:
    """Return the options of an engine."""
    voice = {} if speech.voice is None else {tts.ATTR_VOICE: speech.voice}
    return {**speech.options, **voice}


def _engines(hass: HomeAssistant) -> str:
    """Name all engines."""
    entities = [entity.entity_id for entity in hass.data[DATA_COMPONENT].entities]
    return ", ".join(sorted([*entities, *hass.data[DATA_TTS_MANAGER].providers])) or "-"
