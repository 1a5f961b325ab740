"""Refusals: why something cannot be opened, as an error that people can read.

What is said of imports elsewhere would lead astray here: nothing is imported, and the limits of the
library cannot be changed for what is only played.
"""

from collections.abc import Mapping
from typing import Final

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from ..audio.errors import AudioErrorCode
from ..const import DOMAIN
from ..library.job import UNEXPECTED, Failure
from ..sources.errors import SourceFault
from ..sources.refusals import placeholders_of, refusal
from .errors import OpeningError, OpeningFault

# What the caller can mend by calling differently.
_CALLERS: Final[Mapping[str, str]] = {
    AudioErrorCode.MISSING: "opened_file_gone",
    AudioErrorCode.TOO_BIG: "opened_too_big",
    AudioErrorCode.TOO_LONG: "opened_too_long",
    AudioErrorCode.UNSUPPORTED: "opened_unsupported",
    OpeningFault.FILE_GONE: "opened_file_gone",
    OpeningFault.FILE_UNREADABLE: "opened_file_unreadable",
    OpeningFault.LIST_DEEP: "list_deep",
    OpeningFault.LIST_EMPTY: "list_empty",
    OpeningFault.SPEECH_GONE: "speech_gone",
    OpeningFault.STREAM_UNKNOWN: "opened_stream_unknown",
    OpeningFault.STREAM_UNPLAYABLE: "opened_stream_unplayable",
    SourceFault.DOWNLOAD_TOO_BIG: "opened_download_too_big",
    SourceFault.DOWNLOAD_TOO_SLOW: "opened_download_too_slow",
}
# What the caller cannot help.
_NOT_CALLERS: Final[Mapping[str, str]] = {
    UNEXPECTED: "opened_unexpected",
    "disk": "opened_disk",
    "disk_full": "opened_disk_full",
    "no_tool": "opened_no_ffmpeg",
}


def refusal_of_opening(error: OpeningError, media: str) -> HomeAssistantError:
    """Return an error of opening as one that people can read; `media` is what was named."""
    failure = Failure(code=error.code, facts=error.data)
    placeholders = placeholders_of(failure, media)
    if error.code == AudioErrorCode.UNSUPPORTED and not error.data.get("format"):
        return ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="opened_unrecognised",
            translation_placeholders=placeholders,
        )
    if error.code in _CALLERS:
        return ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key=_CALLERS[error.code],
            translation_placeholders=placeholders,
        )
    if error.code in _NOT_CALLERS:
        return HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key=_NOT_CALLERS[error.code],
            translation_placeholders=placeholders,
        )
    return refusal(failure, media)
