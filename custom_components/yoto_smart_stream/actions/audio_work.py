"""Actions on audio that take a while: joining, splitting, transcripts; previews; and cancelling."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ..audio.errors import ToolError
from ..audio.fades import LONGEST_SECONDS as LONGEST_FADE
from ..const import DOMAIN
from ..json import JsonObject
from ..library import work
from ..library.catalog import Catalog
from ..library.clips import async_signed_address
from ..library.errors import LibraryError
from ..library.item import LONGEST_TEXT, Details, once, one_line
from ..library.job import Job, failure_of
from ..library.previews import LIFETIME_SECONDS, LONGEST_SECONDS
from ..library.splitting import Method, Splitting
from ..library.stitching import LONGEST_GAP, Part, Stitching
from ..library.transcriber import async_recogniser
from ..sources.refusals import async_library, async_save, refusal, refusal_of, result_of
from .importing import TAGS

_MOST_ITEMS: Final = 1000
_GAP: Final = vol.All(vol.Coerce(float), vol.Range(min=0, max=LONGEST_GAP))
_FADE: Final = vol.All(vol.Coerce(float), vol.Range(min=0, max=LONGEST_FADE))
_NAME: Final = vol.All(cv.string, str.strip, vol.Length(min=1))
_LINE: Final = vol.All(cv.string, one_line, vol.Length(min=1))
_ITEM: Final = vol.Any(
    _NAME,
    vol.Schema(
        {
            vol.Required("audio_id"): _NAME,
            vol.Optional("gap"): _GAP,
            vol.Optional("fade_in"): _FADE,
            vol.Optional("fade_out"): _FADE,
        }
    ),
)
_STITCH: Final = vol.Schema(
    {
        vol.Required("items"): vol.All(cv.ensure_list, vol.Length(1, _MOST_ITEMS), [_ITEM]),
        vol.Required("title"): _LINE,
        vol.Optional("author"): cv.string,
        vol.Optional("tags", default=list): TAGS,
        vol.Optional("description"): vol.All(cv.string, vol.Length(max=LONGEST_TEXT)),
        vol.Optional("gap", default=0.0): _GAP,
        vol.Optional("fade_in", default=0.0): _FADE,
        vol.Optional("fade_out", default=0.0): _FADE,
    }
)
_SPLIT: Final = vol.Schema(
    {
        vol.Required("audio_id"): _NAME,
        vol.Required("method"): vol.Coerce(Method),
        vol.Optional("silence", default=1.5): vol.All(vol.Coerce(float), vol.Range(0.1, 30)),
        vol.Optional("threshold", default=-40.0): vol.All(vol.Coerce(float), vol.Range(-80, -10)),
        vol.Optional("shortest", default=5.0): vol.All(vol.Coerce(float), vol.Range(1, 3600)),
        vol.Optional("tags", default=list): TAGS,
    }
)
_PREVIEW: Final = vol.Schema(
    {
        vol.Required("audio_id"): _NAME,
        vol.Optional("start", default=0.0): vol.All(vol.Coerce(float), vol.Range(min=0)),
        vol.Optional("seconds", default=10.0): vol.All(
            vol.Coerce(float), vol.Range(1, LONGEST_SECONDS)
        ),
    }
)
_TRANSCRIBE: Final = vol.Schema(
    {
        vol.Required("audio_id"): _NAME,
        vol.Optional("engine"): _NAME,
        vol.Optional("language"): _NAME,
    }
)
_CANCEL: Final = vol.Schema({vol.Optional("job_id"): _NAME})


@callback
def async_setup_audio_work_actions(hass: HomeAssistant) -> None:
    """Register the actions."""
    for name, act, schema, response in (
        ("cancel_job", _async_cancel, _CANCEL, SupportsResponse.OPTIONAL),
        ("preview_audio", _async_preview, _PREVIEW, SupportsResponse.ONLY),
        ("split_audio", _async_split, _SPLIT, SupportsResponse.OPTIONAL),
        ("stitch_audio", _async_stitch, _STITCH, SupportsResponse.OPTIONAL),
        ("transcribe_audio", _async_transcribe, _TRANSCRIBE, SupportsResponse.OPTIONAL),
    ):
        hass.services.async_register(DOMAIN, name, act, schema=schema, supports_response=response)


async def _async_stitch(call: ServiceCall) -> ServiceResponse:
    """Join items to a new one."""
    catalog = await async_library(call.hass)
    *items, last = call.data["items"]
    # The gap of all is between items.
    parts = [*(_part(item, call, call.data["gap"]) for item in items), _part(last, call, 0.0)]
    try:
        details = Details(
            title=one_line(call.data["title"]),
            author=one_line(call.data.get("author", "")) or None,
            tags=once(call.data["tags"]),
            description=call.data.get("description"),
        )
        job = work.stitching(catalog, Stitching(parts=tuple(parts), details=details))
    except LibraryError as err:
        raise refusal_of(err, call.data["title"]) from err
    return await _async_result(catalog, job)


def _part(item: str | Mapping[str, Any], call: ServiceCall, gap: float) -> Part:
    """Return an item with what was said of it, or of all."""
    own: Mapping[str, Any] = {"audio_id": item} if isinstance(item, str) else item
    return Part(
        audio=own["audio_id"],
        gap=own.get("gap", gap),
        fade_in=own.get("fade_in", call.data["fade_in"]),
        fade_out=own.get("fade_out", call.data["fade_out"]),
    )


async def _async_split(call: ServiceCall) -> ServiceResponse:
    """Split an item into several."""
    catalog = await async_library(call.hass)
    wanted = Splitting(
        audio=call.data["audio_id"],
        method=call.data["method"],
        silence=call.data["silence"],
        below_db=call.data["threshold"],
        shortest=call.data["shortest"],
        tags=once(call.data["tags"]),
    )
    try:
        job = work.splitting(catalog, wanted)
    except LibraryError as err:
        raise refusal_of(err, call.data["audio_id"]) from err
    return await _async_result(catalog, job)


async def _async_preview(call: ServiceCall) -> ServiceResponse:
    """Make a short clip, and respond with where it can be heard."""
    catalog = await async_library(call.hass)
    try:
        preview = await catalog.previews.make(
            call.data["audio_id"], start=call.data["start"], seconds=call.data["seconds"]
        )
    except (LibraryError, ToolError, OSError) as err:
        raise refusal(failure_of(err), call.data["audio_id"]) from err
    expires = dt_util.utcnow().timestamp() + LIFETIME_SECONDS
    return {
        "audio_id": preview.item.audio_id,
        "title": preview.item.title,
        "url": async_signed_address(call.hass, preview),
        "duration": round(preview.seconds, 3),
        "expires": dt_util.utc_from_timestamp(expires).isoformat(),
    }


async def _async_transcribe(call: ServiceCall) -> ServiceResponse:
    """Write down what is said in an item."""
    catalog = await async_library(call.hass)
    engine = call.data.get("engine") or catalog.settings.transcriber
    try:
        recognise = async_recogniser(call.hass, engine, call.data.get("language"))
        job = work.transcribing(catalog, call.data["audio_id"], recognise)
    except LibraryError as err:
        raise refusal_of(err, call.data["audio_id"]) from err
    answer = await _async_result(catalog, job)
    item = catalog.collection.index.get(str(answer["audio_id"]))
    return {**answer, "transcript": item.details.transcript}


async def _async_cancel(call: ServiceCall) -> ServiceResponse:
    """Cancel a job; without its id, the only one that there is."""
    catalog = await async_library(call.hass)
    job_id = call.data.get("job_id") or _only_job(catalog)
    try:
        job = await catalog.jobs.cancel(job_id)
    except LibraryError as err:
        raise refusal_of(err, job_id) from err
    return {"job_id": job.job_id, "title": job.title, "state": job.state.value}


def _only_job(catalog: Catalog) -> str:
    """Return the id of the only job that is not over.

    Raises:
        ServiceValidationError: There is none, or there are several.
    """
    jobs = [job for job in catalog.jobs.jobs if not job.state.is_over]
    if not jobs:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="job_none")
    if len(jobs) > 1:
        known = ", ".join(f"{job.job_id} ({job.title})" for job in jobs)
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="job_ambiguous",
            translation_placeholders={"known": known},
        )
    return jobs[0].job_id


async def _async_result(catalog: Catalog, job: Job) -> JsonObject:
    """Wait for a job and return what it led to; it goes on if whoever called gives up waiting.

    Raises:
        HomeAssistantError: It failed, or somebody cancelled it.
    """
    result = result_of(await catalog.jobs.wait(job.job_id), job.title)
    await async_save(catalog)
    return result
