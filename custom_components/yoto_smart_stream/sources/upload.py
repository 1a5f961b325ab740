"""Uploading: who is logged in sends a file, and gets the item that it has become.

The form is read as it comes and written to the disk, so that neither its size nor how many come at
once costs memory. The limit is that of the library's settings, not that of Home Assistant's server.
"""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path, PurePath
from typing import Final

from aiohttp import MultipartReader
from aiohttp.web import Request, Response
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers.http import KEY_HASS, HomeAssistantView

from ..audio.errors import AudioErrorCode
from ..const import DOMAIN
from ..json import JsonObject
from ..library.catalog import Catalog
from ..library.errors import LibraryError
from ..library.item import Source, SourceKind, one_line
from ..library.job import Failure, failure_of
from .form import FILE_FIELD, SLACK_BYTES, TEXT_FIELDS, Form, FormError, FormFault, read_form
from .intake import KIND, OWNER, Labels, body_of_one
from .origin import FileOrigin
from .receiving import TooMuchError, removed_after
from .refusals import async_library, async_save, refusal, result_of

UPLOAD_URL: Final = f"/api/{DOMAIN}/audio"

_FORM_TYPE: Final = "multipart/form-data"
_MIB: Final = 1024 * 1024
_NAMELESS: Final = "Upload"
_FORM_FAULTS: Final = {
    FormFault.MALFORMED: "upload_malformed",
    FormFault.NO_FILE: "upload_no_file",
    FormFault.TWO_FILES: "upload_two_files",
    FormFault.UNKNOWN_FIELD: "upload_unknown_field",
}
_STATUSES: Final[Mapping[str, HTTPStatus]] = {
    AudioErrorCode.TOO_BIG: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    AudioErrorCode.UNSUPPORTED: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "unknown_audio": HTTPStatus.NOT_FOUND,
    "ambiguous_title": HTTPStatus.CONFLICT,
    "disk_full": HTTPStatus.INSUFFICIENT_STORAGE,
    "closed": HTTPStatus.SERVICE_UNAVAILABLE,
    "interrupted": HTTPStatus.SERVICE_UNAVAILABLE,
}


class _RefusedError(Exception):
    """Carry an answer that says why an upload was not taken."""

    def __init__(self, status: HTTPStatus, code: str, error: HomeAssistantError) -> None:
        """Remember the answer."""
        super().__init__(code)
        self.status = status
        self.code = code
        self.error = error


class UploadView(HomeAssistantView):
    """Take audio into the library."""

    url = UPLOAD_URL
    name = f"api:{DOMAIN}:audio"

    async def post(self, request: Request) -> Response:
        """Take the file of a form, and answer when it is an item."""
        try:
            return self.json(await _async_take(request.app[KEY_HASS], request))
        except _RefusedError as err:
            answer = self.json_message(str(err.error), err.status, err.code)
            # What is still being sent is not read to its end.
            answer.force_close()
            return answer


async def _async_take(hass: HomeAssistant, request: Request) -> JsonObject:
    """Receive a form and import its file."""
    try:
        catalog = await async_library(hass)
    except HomeAssistantError as err:
        raise _RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, "library", err) from err
    most = catalog.settings.upload_bytes
    length = request.content_length
    if length is not None and length > most + SLACK_BYTES:
        raise _too_big(most)
    with removed_after(catalog.collection.storage.arriving("upload")) as path:
        try:
            form = await _async_read(request, path, most)
        except TooMuchError as err:
            raise _too_big(most) from err
        except OSError as err:
            raise _refused(failure_of(err), "") from err
        name = one_line(form.file_name or "") or _NAMELESS
        origin = FileOrigin(
            path=path,
            source=Source(kind=SourceKind.UPLOAD, reference=name),
            name=PurePath(name).stem,
            given_label=name,
        )
        return await _async_import(catalog, origin, _labels(form), name)


async def _async_read(request: Request, path: Path, most: int) -> Form:
    """Read the form of a request."""
    try:
        return await read_form(await _async_reader(request), path, most)
    except FormError as err:
        error = ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key=_FORM_FAULTS[err.fault],
            translation_placeholders=_fields(err.name),
        )
        raise _RefusedError(HTTPStatus.BAD_REQUEST, err.fault.value, error) from err


async def _async_reader(request: Request) -> MultipartReader:
    """Return what reads the form of a request."""
    if request.content_type != _FORM_TYPE:
        raise FormError(FormFault.MALFORMED)
    try:
        return await request.multipart()
    except ValueError as err:
        raise FormError(FormFault.MALFORMED) from err


async def _async_import(
    catalog: Catalog, origin: FileOrigin, labels: Labels, name: str
) -> JsonObject:
    """Import what was received, as a job."""
    try:
        if labels.replaces is not None:
            catalog.collection.index.get(labels.replaces)
        body = body_of_one(catalog, origin, labels)
        job = catalog.jobs.add(kind=KIND, owner=OWNER, title=name, body=body)
    except LibraryError as err:
        raise _refused(failure_of(err), name) from err
    # The file is needed until then, so the job ends with whoever waits for it.
    try:
        job = await catalog.jobs.wait(job.job_id)
    except asyncio.CancelledError:
        await catalog.jobs.cancel(job.job_id)
        raise
    if job.failure is not None:
        raise _refused(job.failure, name)
    try:
        result = result_of(job, name)
        await async_save(catalog)
    except HomeAssistantError as err:
        raise _RefusedError(HTTPStatus.INTERNAL_SERVER_ERROR, job.state.value, err) from err
    return result


def _labels(form: Form) -> Labels:
    """Return what the form says of the file."""
    return Labels(
        title=form.texts.get("title"),
        author=form.texts.get("author"),
        tags=tuple(form.tags),
        description=form.texts.get("description"),
        replaces=form.texts.get("replace"),
    )


def _fields(name: str) -> dict[str, str]:
    """Return what the texts about a form can name."""
    return {"field": FILE_FIELD, "name": name, "known": ", ".join(sorted(TEXT_FIELDS))}


def _too_big(most: int) -> _RefusedError:
    """Return the answer to an upload that is too big."""
    error = ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key="upload_too_big",
        translation_placeholders={"limit": f"{most / _MIB:g}"},
    )
    return _RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, AudioErrorCode.TOO_BIG.value, error)


def _refused(failure: Failure, name: str) -> _RefusedError:
    """Return the answer that says why a file did not become an item."""
    error = refusal(failure, name)
    is_callers = isinstance(error, ServiceValidationError)
    other = HTTPStatus.UNPROCESSABLE_ENTITY if is_callers else HTTPStatus.INTERNAL_SERVER_ERROR
    return _RefusedError(_STATUSES.get(failure.code, other), failure.code, error)
