"""Refusals: why something cannot be opened, as an error that people can read."""

from collections.abc import Mapping
from typing import Final

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from ..const import DOMAIN
from ..library.job import Failure
from ..sources.refusals import refusal
from .errors import OpeningError

_OPENING_TEXTS: Final[Mapping[str, str]] = {
    "list_deep": "list_deep",
    "list_empty": "list_empty",
    "speech_gone": "speech_gone",
    "stream_unknown": "opened_stream_unknown",
    "stream_unplayable": "opened_stream_unplayable",
}


def refusal_of_opening(error: OpeningError, media: str) -> HomeAssistantError:
    """Return an error of opening as one that people can read; `media` is what was named."""
    if error.code in _OPENING_TEXTS:
        return ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key=_OPENING_TEXTS[error.code],
            translation_placeholders={"media": media},
        )
    return refusal(Failure(code=error.code, facts=error.data), media)
