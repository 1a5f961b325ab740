"""Refusals: what went wrong with the library, as an error that people can read."""

from collections.abc import Mapping
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers.storage import UnsupportedStorageVersionError

from ..audio.errors import AudioErrorCode
from ..const import DOMAIN
from ..json import JsonObject
from ..library.catalog import Catalog, async_get_catalog
from ..library.errors import LibraryError, PackFault, ParcelFault, TranscriberFault, UploadFault
from ..library.job import INTERRUPTED, UNEXPECTED, Failure, Job, JobState, failure_of
from ..sure_store import NotWrittenError
from .errors import SourceFault

_MIB: Final = 1024 * 1024
_HOUR: Final = 3600

# What the caller can mend by calling differently.
_CALLERS: Final[Mapping[str, str]] = {
    AudioErrorCode.BROKEN: "import_broken",
    AudioErrorCode.CUT_OFF: "import_cut_off",
    AudioErrorCode.EMPTY: "import_empty",
    AudioErrorCode.MISSING: "audio_missing",
    AudioErrorCode.NO_AUDIO: "import_no_audio",
    AudioErrorCode.SILENT: "import_silent",
    AudioErrorCode.TOO_BIG: "import_too_big",
    AudioErrorCode.TOO_LONG: "import_too_long",
    AudioErrorCode.UNSUPPORTED: "import_unsupported",
    PackFault.AUDIO: "story_pack_audio",
    PackFault.BROKEN: "story_pack_broken",
    PackFault.NO_STORY: "story_pack_no_story",
    PackFault.STRANGE: "story_pack_strange",
    PackFault.TOO_BIG: "story_pack_too_big",
    ParcelFault.BROKEN: "parcel_broken",
    ParcelFault.DAMAGED: "parcel_damaged",
    ParcelFault.NEWER: "parcel_newer",
    ParcelFault.NO_AUDIO: "parcel_no_audio",
    ParcelFault.STRANGE: "parcel_strange",
    ParcelFault.TOO_BIG: "parcel_too_big",
    SourceFault.ADDRESS_INVALID: "address_invalid",
    SourceFault.ADDRESS_NOT_PUBLIC: "address_not_public",
    SourceFault.ADDRESS_REFUSED: "address_refused",
    SourceFault.ADDRESS_UNREACHABLE: "address_unreachable",
    SourceFault.DOWNLOAD_TOO_BIG: "download_too_big",
    SourceFault.DOWNLOAD_TOO_SLOW: "download_too_slow",
    SourceFault.FOLDER_EMPTY: "folder_empty",
    SourceFault.FOLDER_TOO_BIG: "folder_too_big",
    SourceFault.MEDIA_NOT_FOUND: "media_not_found",
    SourceFault.NO_PICTURE: "no_picture",
    SourceFault.PATH_NOT_ALLOWED: "path_not_allowed",
    SourceFault.PICTURE_TOO_BIG: "picture_too_big",
    SourceFault.SPEECH_ENGINE: "speech_engine",
    SourceFault.SPEECH_FAILED: "speech_failed",
    SourceFault.SPEECH_LANGUAGE: "speech_language",
    SourceFault.SPEECH_OPTIONS: "speech_options",
    TranscriberFault.FORMAT: "transcriber_format",
    TranscriberFault.LANGUAGE: "transcriber_language",
    TranscriberFault.NONE: "transcriber_none",
    TranscriberFault.UNKNOWN: "transcriber_unknown",
    UploadFault.TOO_LONG: "yoto_upload_too_long",
    "ambiguous_title": "ambiguous_audio",
    "audio_in_use": "audio_in_use",
    "beyond_end": "preview_beyond_end",
    "no_chapters": "split_no_chapters",
    "no_silence": "split_no_silence",
    "nothing_heard": "transcript_empty",
    "too_many_pieces": "split_too_many",
    "unknown_audio": "unknown_audio",
    "unknown_job": "job_unknown",
}
# What the caller cannot help.
_NOT_CALLERS: Final[Mapping[str, str]] = {
    INTERRUPTED: "job_interrupted",
    UNEXPECTED: "job_unexpected",
    ParcelFault.NOT_FETCHED: "parcel_not_fetched",
    ParcelFault.NOT_WRITTEN: "parcel_not_written",
    TranscriberFault.FAILED: "transcriber_failed",
    UploadFault.DAMAGED: "yoto_upload_damaged",
    UploadFault.LOGIN: "login_revoked",
    UploadFault.NEWER_STORE: "yoto_upload_newer",
    UploadFault.NOT_CONVERTED: "yoto_upload_not_converted",
    UploadFault.NOT_PERMITTED: "yoto_upload_not_permitted",
    UploadFault.REFUSED: "yoto_upload_refused",
    UploadFault.TOO_SLOW: "yoto_upload_too_slow",
    UploadFault.UNREACHABLE: "yoto_upload_unreachable",
    "closed": "job_interrupted",
    "damaged_audio": "audio_damaged",
    "disk": "library_disk",
    "disk_full": "library_disk_full",
    "no_tool": "no_ffmpeg",
}


async def async_library(hass: HomeAssistant) -> Catalog:
    """Return the library.

    Raises:
        HomeAssistantError: It cannot be read.
    """
    try:
        return await async_get_catalog(hass)
    except UnsupportedStorageVersionError as err:
        raise HomeAssistantError(
            translation_domain=DOMAIN, translation_key="library_newer"
        ) from err
    except OSError as err:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="library_disk",
            translation_placeholders={"reason": err.strerror or str(err)},
        ) from err


async def async_save(catalog: Catalog) -> None:
    """Write what was changed, so that it lasts.

    Raises:
        HomeAssistantError: The disk failed or is full.
    """
    try:
        await catalog.async_save()
    except NotWrittenError as err:
        raise HomeAssistantError(
            translation_domain=DOMAIN, translation_key="library_not_saved"
        ) from err


def result_of(job: Job, media: str) -> JsonObject:
    """Return what a job that is over led to. `media` is what the caller named.

    Raises:
        HomeAssistantError: It failed, or was cancelled.
    """
    if job.failure is not None:
        raise refusal(job.failure, media)
    if job.state is JobState.CANCELLED or job.result is None:
        raise HomeAssistantError(translation_domain=DOMAIN, translation_key="job_cancelled")
    return job.result


def refusal(failure: Failure, media: str) -> HomeAssistantError:
    """Return a failure as an error that people can read."""
    placeholders = placeholders_of(failure, media)
    if failure.code == AudioErrorCode.UNSUPPORTED and not failure.facts.get("format"):
        return ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="import_unrecognised",
            translation_placeholders=placeholders,
        )
    if failure.code in _CALLERS:
        return ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key=_CALLERS[failure.code],
            translation_placeholders=placeholders,
        )
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key=_NOT_CALLERS.get(failure.code, "job_unexpected"),
        translation_placeholders=placeholders,
    )


def refusal_of(error: LibraryError, media: str) -> HomeAssistantError:
    """Return an error of the library as one that people can read."""
    return refusal(failure_of(error), media)


def placeholders_of(failure: Failure, media: str) -> dict[str, str]:
    """Return everything that the texts can name."""
    facts = {name: str(fact) for name, fact in failure.facts.items() if fact is not None}
    limit = failure.facts.get("limit")
    if failure.code == AudioErrorCode.TOO_BIG and isinstance(limit, int | float):
        facts["limit"] = f"{limit / _MIB:g}"
    if failure.code == AudioErrorCode.TOO_LONG and isinstance(limit, int | float):
        facts["limit"] = f"{limit / _HOUR:g}"
    facts["format"] = facts.get("format", "").upper()
    return {"reason": facts.get("error", failure.code), "media": media, **facts}
