"""From what a person names to a file that can be streamed."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from homeassistant.components.media_source import (
    Unresolvable,
    async_resolve_media,
    is_media_source_id,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError

from ..audio.errors import AudioError, AudioErrorCode
from ..audio.probe import AudioFacts, probe
from ..const import DOMAIN

_UNFIT: Final = {
    AudioErrorCode.BROKEN: "audio_broken",
    AudioErrorCode.EMPTY: "audio_empty",
    AudioErrorCode.MISSING: "audio_missing",
    AudioErrorCode.UNSUPPORTED: "audio_unrecognised",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFile:
    """A file on this machine, checked to be audio that players can stream."""

    path: Path
    facts: AudioFacts

    @property
    def title(self) -> str:
        """Return the title in the file's tags, or its name."""
        return self.facts.title or self.path.stem


async def async_find_file(hass: HomeAssistant, media: str | Mapping[str, str]) -> MediaFile:
    """Return the file behind a media-source id, the media picker's choice, or a path.

    Raises:
        ServiceValidationError: there is no such file, it must not be used, or it is not fit.
    """
    named = media if isinstance(media, str) else media["media_content_id"]
    if is_media_source_id(named):
        path = await _async_resolve(hass, named)
    else:
        path = await hass.async_add_executor_job(_resolved, named)
        if not await hass.async_add_executor_job(hass.config.is_allowed_path, str(path)):
            raise _error("path_not_allowed", named)
    try:
        facts = await hass.async_add_executor_job(probe, path)
    except AudioError as err:
        raise _unfit(err, named) from err
    return MediaFile(path=path, facts=facts)


def _resolved(named: str) -> Path:
    """Return the file that a path leads to, whatever links there are on the way (blocking)."""
    return Path(named).resolve()


async def _async_resolve(hass: HomeAssistant, media_id: str) -> Path:
    """Return the file behind a media-source id."""
    try:
        media = await async_resolve_media(hass, media_id, None)
    except Unresolvable as err:
        raise _error("media_not_found", media_id) from err
    if media.path is None:
        raise _error("media_not_local", media_id)
    return media.path


def _unfit(err: AudioError, media: str) -> ServiceValidationError:
    """Return an error that says what is wrong with a file."""
    if err.code is not AudioErrorCode.UNSUPPORTED or err.format is None:
        return _error(_UNFIT[err.code], media)
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key="audio_unsupported",
        translation_placeholders={"media": media, "format": err.format.upper()},
    )


def _error(key: str, media: str) -> ServiceValidationError:
    """Return an error that names the media."""
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders={"media": media},
    )
