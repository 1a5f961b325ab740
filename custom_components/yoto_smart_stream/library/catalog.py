"""Where the library lives in Home Assistant: there is one, whatever accounts there are.

The catalog owns the index with its store, the files, the jobs and the settings. What is changed is
written soon, a snapshot at a time; files that no record names any more are removed after that.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
import os
from pathlib import Path
from typing import Final, override

from homeassistant.components.ffmpeg import get_ffmpeg_manager
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE, EVENT_HOMEASSISTANT_STOP
from homeassistant.core import CALLBACK_TYPE, CoreState, Event, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later, async_track_time_interval
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ..audio.ffmpeg import Ffmpeg
from ..const import DOMAIN, LOGGER
from ..json import Json, JsonObject
from ..listeners import Listeners
from ..loaded_once import async_loaded_once
from ..sure_store import NotWrittenError, SureStore
from .collection import AudioCollection, Snapshot, open_collection
from .importing import Imported, Importer
from .item import AudioItem, User, UserKind
from .job import Job, JobState
from .jobs import JobQueue
from .previews import Previews
from .records import MAJOR, MINOR, migrate
from .settings import LibrarySettings, read_settings, write_settings

INDEX_KEY: Final = f"{DOMAIN}.library"
JOBS_KEY: Final = f"{DOMAIN}.library_jobs"
SETTINGS_KEY: Final = f"{DOMAIN}.library_settings"

_FOLDER: Final = (DOMAIN, "audio")
_WRITE_AFTER: Final = timedelta(seconds=1)
_WRITE_AGAIN_AFTER: Final = timedelta(minutes=1)
_PURGE_EVERY: Final = timedelta(days=1)
# Jobs that wait for the network take no core, and shall not keep the others waiting for one; how
# much ffmpeg runs at once is limited by its gate.
_WAITING_JOBS: Final = 2
_JOBS_VERSION: Final = 1
_SETTINGS_VERSION: Final = 1


class _IndexStore(SureStore[JsonObject]):
    """The store of the index, which is large and so is made into text beside the loop."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Prepare it."""
        super().__init__(
            hass,
            MAJOR,
            INDEX_KEY,
            private=True,
            atomic_writes=True,
            minor_version=MINOR,
            serialize_in_event_loop=False,
        )

    @override
    async def _async_migrate_func(
        self, old_major_version: int, old_minor_version: int, old_data: JsonObject
    ) -> JsonObject:
        """Bring an older index to the present version."""
        return migrate(old_data, old_major_version)


class Catalog:
    """The library of this Home Assistant."""

    def __init__(
        self,
        hass: HomeAssistant,
        *,
        cores: int,
        ffmpeg: Ffmpeg,
        settings: LibrarySettings,
        settings_set_aside: Json,
        jobs: JobQueue,
    ) -> None:
        """Hold what was read; `async_get_catalog` reads it."""
        self.collection: AudioCollection
        self.cores: Final = cores
        self.previews: Previews
        self.ffmpeg: Final = ffmpeg
        self.jobs: Final = jobs
        self.settings = settings
        self.has_lost_settings = settings_set_aside is not None
        """Whether the settings could not be read, so that they are those of the beginning."""
        self._settings_set_aside = settings_set_aside
        self._hass = hass
        self._index_store = _IndexStore(hass)
        self._jobs_store = _jobs_store(hass)
        self._settings_store = _settings_store(hass)
        self._listeners = Listeners[()]()
        self._hosts = Listeners[Imported]()
        self._cancel_write: CALLBACK_TYPE | None = None
        self._names: dict[UserKind, Callable[[str], str | None]] = {}
        self._damaged: set[str] = set()
        self._states: dict[str, JobState] = {}
        self._is_changed = False
        self._writing = asyncio.Lock()

    @property
    def damaged(self) -> list[AudioItem]:
        """Return the items whose file was missing or damaged at the start, and still is."""
        return [item for item in self.collection.index.items if item.audio_id in self._damaged]

    def importer(self) -> Importer:
        """Return what brings in audio with the settings of now."""
        return Importer(
            self.collection,
            ffmpeg=self.ffmpeg,
            profile=self.settings.profile,
            wishes=self.settings.wishes,
            limits=self.settings.limits,
            keeps_originals=self.settings.keep_originals,
        )

    @callback
    def async_name_users(self, kind: UserKind, name: Callable[[str], str | None]) -> None:
        """Let users of a kind be called by name: `name` gets a reference, and knows it or not."""
        self._names[kind] = name

    def name_of(self, user: User) -> str:
        """Return what people call something that uses audio: `stream Bedtime`."""
        name = self._names.get(user.kind)
        return f"{user.kind} {(name and name(user.reference)) or user.reference}"

    @callback
    def async_listen_to_imports(self, came: Callable[[Imported], None]) -> CALLBACK_TYPE:
        """Call `came` with what each import led to; returns what ends that."""
        return self._hosts.add(came)

    @callback
    def async_imported(self, imported: Imported) -> None:
        """Tell everybody who listens what an import led to."""
        self._damaged.discard(imported.item.audio_id)
        self._hosts.tell(imported)

    @callback
    def async_listen(self, changed: Callable[[], None]) -> CALLBACK_TYPE:
        """Call `changed` after each change of the index; returns what ends that."""
        return self._listeners.add(changed)

    async def async_change_settings(self, settings: LibrarySettings) -> None:
        """Use other settings from the next import on, once they are on the disk.

        Raises:
            NotWrittenError: The disk failed or is full; the settings stay as they were.
        """
        stored = write_settings(settings)
        if self._settings_set_aside is not None:
            # Nobody but a person knows what it was worth.
            stored["set_aside"] = self._settings_set_aside
        await self._settings_store.async_write(stored)
        self.settings = settings
        self.has_lost_settings = False

    async def async_save(self) -> None:
        """Write what has been changed, and remove the files that are not needed after that.

        Raises:
            NotWrittenError: The disk failed or is full; it is tried again later.
        """
        async with self._writing:
            if not self._is_changed:
                return
            self._async_unschedule()
            self._is_changed = False
            snapshot = self.collection.snapshot()
            try:
                stored = await self._hass.async_add_executor_job(snapshot.to_stored)
                await self._index_store.async_write(stored)
            except BaseException:
                self._is_changed = True
                raise
            # While it is stopping, writing waits for the very end.
            if self._hass.state is not CoreState.stopping:
                await self._async_remove_files(snapshot)

    async def _async_remove_files(self, snapshot: Snapshot) -> None:
        """Remove what no record names any more; what stays is put aside at the next start."""
        try:
            await self.collection.remove_files(snapshot)
        except OSError as err:
            LOGGER.warning("A file of the audio library could not be removed: %s", err.strerror)

    async def async_open(self, folder: Path) -> None:
        """Read the index and look at the files.

        Raises:
            UnsupportedStorageVersionError: A later version has written it.
            OSError: The folder cannot be used.
        """
        self.collection = await open_collection(
            folder,
            await self._index_store.async_load(),
            now=dt_util.utcnow(),
            on_change=self._async_changed,
        )
        self._damaged.update(self.collection.swept.damaged)
        self.previews = Previews(self.collection, self.ffmpeg)
        self._async_purge(dt_util.utcnow())
        async_track_time_interval(
            self._hass, self._async_purge, _PURGE_EVERY, cancel_on_shutdown=True
        )
        self.jobs.watch(self._async_keep_jobs)
        self._hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STOP, self._async_stop)
        self._hass.bus.async_listen_once(EVENT_HOMEASSISTANT_FINAL_WRITE, self._async_final_write)

    @callback
    def _async_purge(self, now: datetime) -> None:
        """Forget what has been in the trash for its time."""
        self.collection.index.purge_old(now)

    @callback
    def _async_changed(self) -> None:
        """Write the index soon, and tell everybody who listens."""
        self._is_changed = True
        self._async_schedule(_WRITE_AFTER)
        self._listeners.tell()

    async def _async_write_soon(self, _now: datetime) -> None:
        """Write the index when its time has come."""
        self._cancel_write = None
        try:
            await self.async_save()
        except NotWrittenError:
            LOGGER.error("The audio library could not be written; it is tried again soon")
            self._async_schedule(_WRITE_AGAIN_AFTER)

    @callback
    def _async_schedule(self, delay: timedelta) -> None:
        """Write at a time of its own, unless that is planned already."""
        if self._cancel_write is None and not self._hass.is_stopping:
            self._cancel_write = async_call_later(self._hass, delay, self._async_write_soon)

    @callback
    def _async_unschedule(self) -> None:
        """Write no more at a time of its own."""
        if self._cancel_write is not None:
            self._cancel_write()
            self._cancel_write = None

    @callback
    def _async_keep_jobs(self, jobs: tuple[Job, ...]) -> None:
        """Write the jobs soon, when one has come, begun or ended; progress is not worth it."""
        states = {job.job_id: job.state for job in jobs}
        if states.items() <= self._states.items():
            return
        self._states = {job.job_id: job.state for job in self.jobs.jobs}
        self._jobs_store.async_delay_save(self._jobs, _WRITE_AFTER.total_seconds())

    def _jobs(self) -> JsonObject:
        """Return the record of the jobs."""
        return {"jobs": self.jobs.records()}

    async def _async_stop(self, _event: Event) -> None:
        """End all jobs, and remove all previews."""
        await self.jobs.close()
        await self.previews.close()
        self._async_unschedule()

    async def _async_final_write(self, _event: Event) -> None:
        """Write what was changed last."""
        self._async_unschedule()
        try:
            await self.async_save()
        except NotWrittenError:
            LOGGER.error("The audio library could not be written")


def _jobs_store(hass: HomeAssistant) -> Store[JsonObject]:
    """Return the store of the jobs."""
    return Store(hass, _JOBS_VERSION, JOBS_KEY, private=True, atomic_writes=True)


def _settings_store(hass: HomeAssistant) -> SureStore[JsonObject]:
    """Return the store of the settings."""
    return SureStore(hass, _SETTINGS_VERSION, SETTINGS_KEY, private=True, atomic_writes=True)


_CATALOG: HassKey[Catalog] = HassKey(f"{DOMAIN}_catalog")


@callback
def async_find_catalog(hass: HomeAssistant) -> Catalog | None:
    """Return the library, None where it could not be read."""
    return hass.data.get(_CATALOG)


async def async_get_catalog(hass: HomeAssistant) -> Catalog:
    """Return the one library of this Home Assistant, loaded.

    Raises:
        UnsupportedStorageVersionError: A later version has written it.
        OSError: Its folder cannot be used.
    """
    return await async_loaded_once(hass, _CATALOG, _async_loaded)


async def _async_loaded(hass: HomeAssistant) -> Catalog:
    """Load the library."""
    settings, settings_set_aside = _settings(await _settings_store(hass).async_load())
    stored = await _jobs_store(hass).async_load() or {}
    cores = os.process_cpu_count() or 1
    binary = get_ffmpeg_manager(hass).binary
    catalog = Catalog(
        hass,
        cores=cores,
        ffmpeg=Ffmpeg(binary=binary, gate=asyncio.Semaphore(cores)),
        settings=settings,
        settings_set_aside=settings_set_aside,
        jobs=JobQueue(at_once=cores + _WAITING_JOBS, records=stored.get("jobs")),
    )
    await catalog.async_open(Path(hass.config.path(*_FOLDER)))
    return catalog


def _settings(stored: Json) -> tuple[LibrarySettings, Json]:
    """Return the settings that were stored, or else those of the beginning and what was stored."""
    if stored is None:
        return LibrarySettings(), None
    try:
        return read_settings(stored), None
    except ValueError as err:
        LOGGER.warning("The settings of the audio library cannot be read: %s", err)
        return LibrarySettings(), stored
