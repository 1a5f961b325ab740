"""Watching a folder: what is put into it comes into the library by itself.

Home Assistant looks once a minute, at what looks the same as a minute before. That works on
network drives too, which tell of no changes.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.helpers.storage import Store

from ..audio.stoppable import Watch, in_thread
from ..const import DOMAIN, LOGGER
from ..json import JsonObject
from ..library.catalog import Catalog
from ..library.errors import LibraryError, QueueClosedError
from ..library.job import Failure
from ..library.watched import Handled, Look, Watched, read_watched, write_watched
from .errors import SourceError, SourceFault
from .folders import files_in
from .intake import KIND, Labels, body_of_one
from .media import file_origin

LOOK_EVERY: Final = timedelta(minutes=1)
OWNER: Final = "watched folder"
STORE_KEY: Final = f"{DOMAIN}.library_watched"

_VERSION: Final = 1
_WRITE_AFTER: Final = timedelta(seconds=1)
# Failures that say nothing of the file, which is tried again.
_PASSING: Final = frozenset(
    {"closed", "disk", "disk_full", "interrupted", "no_tool", "unexpected", "unknown_audio"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What is wrong with the watched folder: it cannot be read, or some of its files cannot."""

    folder: str | None
    is_missing: bool = False
    failed: Mapping[str, Failure] = field(default_factory=dict)


class FolderWatch:
    """Look at the watched folder, whichever it is at the time, and import what is new."""

    def __init__(
        self,
        hass: HomeAssistant,
        catalog: Catalog,
        watched: Watched,
        tell: Callable[[Sight], None],
    ) -> None:
        """Remember what was handled before, and whom to tell what is wrong after each look."""
        self._hass = hass
        self._catalog = catalog
        self._watched = watched
        self._store = _store(hass)
        self._tell = tell
        self._looking: asyncio.Task[None] | None = None

    @callback
    def async_look(self, _now: datetime | None = None) -> None:
        """Look at the folder, unless what was seen the last time is still being imported."""
        if self._looking is None or self._looking.done():
            self._looking = self._hass.async_create_background_task(
                self._async_look(), "yoto_smart_stream watched folder"
            )

    async def _async_look(self) -> None:
        """Import what is new and has stopped growing."""
        folder = self._catalog.settings.watched_folder
        if folder is None:
            self._tell(Sight(folder=None))
            return
        try:
            found = await in_thread(partial(_looks, self._hass, Path(folder)))
        except OSError:
            self._tell(Sight(folder=folder, is_missing=True))
            return
        for path in self._watched.look(found):
            await self._async_import(Path(path), found[path])
        self._tell(Sight(folder=folder, failed=self._watched.failed))

    async def _async_import(self, path: Path, look: Look) -> None:
        """Import a file, in place of what it was before."""
        index = self._catalog.collection.index
        replaces = self._watched.replaced_by(str(path))
        try:
            replaces = index.get(replaces).audio_id if replaces else None
        except LibraryError:
            # It was deleted, so this is new again.
            replaces = None
        body = body_of_one(self._catalog, file_origin(path), Labels(replaces=replaces))
        try:
            job = self._catalog.jobs.add(kind=KIND, owner=OWNER, title=path.name, body=body)
        except QueueClosedError:
            return
        job = await self._catalog.jobs.wait(job.job_id)
        if job.failure is not None and job.failure.code in _PASSING:
            return
        if job.failure is not None:
            LOGGER.warning("%s in the watched folder is no audio: %s", path, job.failure.code)
        audio_id = job.result.get("audio_id") if job.result else None
        handled = Handled(
            look=look,
            audio_id=audio_id if isinstance(audio_id, str) else None,
            failure=job.failure,
        )
        self._watched.note(str(path), handled)
        self._store.async_delay_save(
            lambda: write_watched(self._watched.handled), _WRITE_AFTER.total_seconds()
        )


async def async_watch_folder(
    hass: HomeAssistant, catalog: Catalog, tell: Callable[[Sight], None]
) -> None:
    """Look at the watched folder from now on, until Home Assistant stops."""
    handled = read_watched(await _store(hass).async_load())
    watch = FolderWatch(hass, catalog, Watched(handled), tell)
    async_track_time_interval(hass, watch.async_look, LOOK_EVERY, cancel_on_shutdown=True)


def _store(hass: HomeAssistant) -> Store[JsonObject]:
    """Return the store of what was handled."""
    return Store(hass, _VERSION, STORE_KEY, private=True, atomic_writes=True)


def _looks(hass: HomeAssistant, folder: Path, watch: Watch) -> dict[str, Look]:
    """Return what the files of a folder look like (blocking).

    Raises:
        OSError: The folder cannot be read.
    """
    try:
        paths = files_in(folder, hass.config.is_allowed_path, watch)
    except SourceError as err:
        if err.fault is not SourceFault.FOLDER_EMPTY:
            LOGGER.warning("The watched folder %s holds too many files", folder)
        return {}
    looks = {}
    for path in paths:
        # It may go at any moment.
        with suppress(FileNotFoundError):
            stat = path.stat()
            looks[str(path)] = Look(size=stat.st_size, changed=stat.st_mtime_ns)
    return looks
