"""Exporting: a card becomes a parcel in a folder, as a job that can be ended."""

import asyncio
from contextlib import ExitStack
from datetime import datetime
import errno
from functools import partial
from itertools import count
import os
from pathlib import Path
from time import time
from typing import BinaryIO, Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import UnsupportedStorageVersionError
from homeassistant.util import dt as dt_util, slugify

from ..audio.partial import SUFFIX as PARTIAL, write_file
from ..audio.stoppable import Watch, in_thread
from ..cards.payload import sendable
from ..cards.reading import read
from ..const import DOMAIN
from ..coordinator import YotoConfigEntry
from ..json import JsonObject
from ..library.catalog import Catalog
from ..library.errors import ParcelError, ParcelFault
from ..library.item import AudioItem
from ..library.job import Job
from ..library.jobs import Handle
from ..publishing.addressing import Addressing
from ..publishing.archive import async_get_archive
from ..publishing.publisher import async_publisher
from ..sources.errors import SourceError, SourceFault
from ..streaming.streams import Streams
from ..uploads.memory import async_get_memory
from .gathering import Gathering, Origins
from .notes import write_note
from .packing import pack

EXPORT: Final = "export"
ENDING: Final = ".zip"
_FOLDER: Final = "yoto_cards"
_GATHERING_SHARE: Final = 0.5
_DAY: Final = 86_400.0


async def async_exporting(
    entry: YotoConfigEntry, catalog: Catalog, streams: Streams, card_id: str, folder: str | None
) -> Job:
    """Pack a card in a job, which results in where the parcel is.

    Raises:
        PublishingError: The card is none of the account's own, or is live.
        HomeAssistantError: Yoto did not give the card.
        SourceError: The folder may not be used.
        QueueClosedError: Home Assistant is stopping.
    """
    hass = entry.runtime_data.hass
    where = await _async_folder(hass, folder)
    publisher = await async_publisher(entry)
    card = read(sendable(await publisher.async_current(card_id, is_only_shown=False)))
    kept = await async_get_archive(hass).async_of(card_id)
    served = Addressing(streams.registry, entry.entry_id, card_id).elsewhere
    origins = Origins(
        served={**kept.served, **served}, at_yoto=await _async_at_yoto(entry, catalog)
    )

    async def work(job: Handle) -> JsonObject:
        """Gather everything, and pack it."""
        with ExitStack() as fetched:
            gathering = Gathering(entry, catalog, streams, origins, fetched)
            parcel = await gathering.async_gather(
                card_id, card, lambda share: job.progress(share * _GATHERING_SHARE)
            )
            contents = gathering.contents
            target = await in_thread(partial(_target, where, card.title or card_id, dt_util.now()))
            whole = sum(one.packed.size_bytes for one in contents) or 1
            loop = asyncio.get_running_loop()
            done = 0

            def write(file: BinaryIO, watch: Watch) -> int:
                """Write the archive (blocking)."""

                def tell(size: int) -> None:
                    nonlocal done
                    done += size
                    share = _GATHERING_SHARE + (1 - _GATHERING_SHARE) * done / whole
                    loop.call_soon_threadsafe(job.progress, share)

                pack(file, parcel, contents, watch, tell)
                return file.tell()

            size = await write_file(target, write)
        return {
            "card_id": card_id,
            "title": card.title,
            "path": str(target),
            "file_size": size,
            "audio": len(parcel.audio),
            "pictures": len(parcel.pictures),
            "streams": [stream.name for stream in parcel.streams],
            "notes": [write_note(note) for note in gathering.notes],
        }

    return catalog.jobs.add(
        kind=EXPORT, owner=entry.entry_id, title=card.title or card_id, body=work
    )


async def _async_folder(hass: HomeAssistant, named: str | None) -> Path:
    """Return the folder that is meant; without a name, one among the family's media.

    Raises:
        SourceError: Home Assistant may not use it.
    """
    if named is None:
        media = hass.config.media_dirs
        first = media.get("local") or next(iter(media.values()), None)
        return Path(first or hass.config.path(DOMAIN)) / _FOLDER
    path = await hass.async_add_executor_job(lambda: Path(named.strip()).resolve())
    if not await hass.async_add_executor_job(hass.config.is_allowed_path, str(path)):
        raise SourceError(SourceFault.PATH_NOT_ALLOWED)
    return path


async def _async_at_yoto(entry: YotoConfigEntry, catalog: Catalog) -> dict[str, AudioItem]:
    """Return which audio of the library Yoto has, by what tracks call it."""
    try:
        memory = await async_get_memory(entry.runtime_data.hass)
    except UnsupportedStorageVersionError:
        # Then all of it is fetched from Yoto.
        return {}
    account = entry.unique_id or entry.entry_id
    return {
        audio.track_url: item
        for item in catalog.collection.index.items
        if (audio := memory.get(account, item.file.sha256)) is not None
    }


def _target(folder: Path, title: str, now: datetime, _: Watch) -> Path:
    """Return a new file in a folder, which is made where it is missing (blocking).

    What a power cut has left there of parcels is removed; what is young may be written just now.

    Raises:
        ParcelError: Nothing can be written there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        for left in folder.glob(f".*{ENDING}.*{PARTIAL}"):
            if left.stat().st_mtime < time() - _DAY:
                left.unlink(missing_ok=True)
    except OSError as err:
        reason = err.strerror or str(err)
        raise ParcelError(ParcelFault.NOT_WRITTEN, folder=str(folder), reason=reason) from err
    stem = f"{slugify(title)[:80]}_{now:%Y%m%d_%H%M%S}"
    names = (f"{stem}{'' if number == 1 else f'_{number}'}{ENDING}" for number in count(1))
    return next(path for name in names if not (path := folder / name).exists())
