"""Jobs as they are told to people and automations, on the bus of events and elsewhere."""

from typing import Final

from homeassistant.core import HomeAssistant, callback

from ..const import DOMAIN
from ..json import Json, JsonObject
from ..library.catalog import Catalog
from ..library.job import Job
from ..sources.refusals import refusal

EVENT_JOB: Final = f"{DOMAIN}_job"
# An event of more than 32 KiB is not recorded.
_MOST_ITEMS: Final = 50


def told(job: Job) -> JsonObject:
    """Return a job for people: `error` is a sentence; times are in ISO 8601."""
    failure = job.failure
    return {
        "job_id": job.job_id,
        "kind": job.kind,
        "title": job.title,
        "state": job.state.value,
        "progress": job.progress,
        "created": job.created.isoformat(),
        "ended": None if job.ended is None else job.ended.isoformat(),
        "result": job.result,
        "error_code": None if failure is None else failure.code,
        "error": None if failure is None else str(refusal(failure, job.title)),
    }


@callback
def async_announce_jobs(hass: HomeAssistant, catalog: Catalog) -> None:
    """Fire an event for each job that is over from now on."""

    @callback
    def tell(jobs: tuple[Job, ...]) -> None:
        for job in jobs:
            if job.state.is_over:
                event = told(job)
                hass.bus.async_fire(EVENT_JOB, {**event, "result": _shortened(job.result)})

    catalog.jobs.watch(tell)


def _shortened(result: JsonObject | None) -> Json:
    """Return a result that fits into an event: of long lists the beginning, and `count`."""
    if result is None:
        return None
    items = result.get("audio")
    if not isinstance(items, list):
        return result
    return {**result, "audio": items[:_MOST_ITEMS], "count": len(items)}
