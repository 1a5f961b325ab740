"""Refusals: why something cannot be opened, as an error that people can read."""

from typing import Final

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from ..const import DOMAIN
from ..library.job import Failure
from ..sources.refusals import refusal
from .errors import OpeningError, OpeningFault

_TEXTS: Final = {
    OpeningFault.LIST_DEEP: "list_deep",
    OpeningFault.LIST_EMPTY: "list_empty",
    OpeningFault.SPEECH_GONE: "speech_gone",
    OpeningFault.STREAM_UNKNOWN: "opened_stream_unknown",
    OpeningFault.STREAM_UNPLAYABLE: "opened_stream_unplayable",
}


def refusal_of_opening(error: OpeningError, media: str) -> HomeAssistantError:
    """Return an error of opening as one that people can read; `media` is what was named."""
    if error.code in _TEXTS:
        return ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key=_TEXTS[OpeningFault(error.code)],
            translation_placeholders={
                "media": media,
                **{name: str(fact) for name, fact in error.data.items()},
            },
        )
    return refusal(Failure(code=error.code, facts=error.data), media)
