"""Uploading as a job of the library's queue."""

from collections.abc import Sequence
from typing import Final

from homeassistant.core import HomeAssistant

from ..coordinator import YotoConfigEntry
from ..json import JsonObject
from ..library.catalog import Catalog, async_find_catalog
from ..library.job import Job
from ..library.jobs import Handle
from .uploader import async_uploader, check, written

UPLOAD: Final = "upload"


async def async_uploading(
    hass: HomeAssistant, catalog: Catalog, entry: YotoConfigEntry, keys: Sequence[str]
) -> Job:
    """Send items to Yoto in a job, which results in the list of what tracks of them need.

    It ends with the account that it belongs to.

    Raises:
        UnknownAudioError, AmbiguousTitleError: A key names no item, or several.
        UploadError: An item is too long, or what was uploaded before has been stored by a later
            version.
        QueueClosedError: Home Assistant is stopping.
    """
    first, *others = [catalog.collection.index.get(key) for key in keys]
    for item in (first, *others):
        check(item)
    uploader = await async_uploader(hass, catalog, entry)
    ids = [item.audio_id for item in (first, *others)]

    async def work(job: Handle) -> JsonObject:
        """Send them."""
        return {"audio": written(await uploader.upload(ids, on_progress=job.progress))}

    title = f"{first.title} + {len(others)}" if others else first.title
    return catalog.jobs.add(kind=UPLOAD, owner=entry.entry_id, title=title, body=work)


async def async_end_uploads(hass: HomeAssistant, entry: YotoConfigEntry) -> None:
    """End all uploads to an account that goes away: nobody else may use its tokens."""
    catalog = async_find_catalog(hass)
    if catalog is not None:
        await catalog.jobs.cancel_of(entry.entry_id)
