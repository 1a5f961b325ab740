"""The sensor of the audio library: what it is working on."""

from collections.abc import Mapping
from typing import Any, Final, override

from homeassistant.components.sensor import SensorEntity, SensorEntityDescription
from homeassistant.const import MAX_LENGTH_STATE_STATE
from homeassistant.core import callback

from ..library.catalog import Catalog
from ..library.job import Job, JobState
from .device import LIBRARY_DEVICE, async_keep_one_page

IDLE: Final = "idle"
"""The state, which is translated, while no job runs."""


class YotoLibraryJob(SensorEntity):
    """The job that runs, the oldest if there are several."""

    _attr_has_entity_name = True
    _attr_should_poll = False
    _attr_unique_id = "audio_library_job"
    _attr_device_info = LIBRARY_DEVICE
    _unrecorded_attributes = frozenset({"job_id", "progress", "running", "waiting"})

    def __init__(self, catalog: Catalog, description: SensorEntityDescription) -> None:
        """Show the jobs of the library."""
        self.entity_description = description
        self._catalog = catalog
        self._shown: object = None

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the jobs."""
        async_keep_one_page(self.hass, self.platform.config_entry)
        self.async_on_remove(self._catalog.jobs.watch(self._async_told))

    @property
    @override
    def native_value(self) -> str:
        """Return what the job is called."""
        job = self._job
        return IDLE if job is None else job.title[:MAX_LENGTH_STATE_STATE]

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        """Return how far the job is, and how many there are beside it."""
        job = self._job
        states = [job.state for job in self._catalog.jobs.jobs]
        return {
            "job_id": None if job is None else job.job_id,
            "kind": None if job is None else job.kind,
            "progress": None if job is None else job.progress,
            "running": states.count(JobState.RUNNING),
            "waiting": states.count(JobState.WAITING),
        }

    @property
    def _job(self) -> Job | None:
        """Return the job that is shown."""
        return next(iter(self._catalog.jobs.running), None)

    @callback
    def _async_told(self, _: tuple[Job, ...]) -> None:
        """Show what has changed."""
        shown = self.native_value, self.extra_state_attributes
        if shown != self._shown:
            self._shown = shown
            self.async_write_ha_state()
