"""Long work on the library as jobs of its queue: what is done, for whom, and what it results in."""

from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ..json import JsonObject
from .catalog import Catalog
from .importing import Imported, Outcome
from .job import Job
from .jobs import Body, Handle
from .splitting import Splitting, split_item
from .stitching import Stitching, stitch_items
from .taking import result_of
from .transcriber import async_recogniser
from .transcribing import Recognise, transcribe_item

OWNER: Final = "library"
STITCH: Final = "stitch"
SPLIT: Final = "split"
TRANSCRIBE: Final = "transcribe"


def stitching(catalog: Catalog, wanted: Stitching) -> Job:
    """Join items in a job, which results in the new one.

    Raises:
        UnknownAudioError, AmbiguousTitleError: A part names no item, or several.
        QueueClosedError: Home Assistant is stopping.
    """
    for part in wanted.parts:
        catalog.collection.index.get(part.audio)

    async def work(job: Handle) -> JsonObject:
        """Join them."""
        item, outcome = await stitch_items(
            catalog.collection,
            wanted,
            ffmpeg=catalog.ffmpeg,
            profile=catalog.settings.profile,
            now=dt_util.utcnow,
            on_progress=job.progress,
        )
        return result_of(item, outcome)

    return _add(catalog, STITCH, wanted.details.title, work)


def splitting(catalog: Catalog, wanted: Splitting) -> Job:
    """Split an item in a job, which results in the list of new ones.

    Raises:
        UnknownAudioError, AmbiguousTitleError: There is no such item, or there are several.
        QueueClosedError: Home Assistant is stopping.
    """
    title = catalog.collection.index.get(wanted.audio).title

    async def work(job: Handle) -> JsonObject:
        """Split it."""
        taken = await split_item(
            catalog.collection,
            wanted,
            ffmpeg=catalog.ffmpeg,
            now=dt_util.utcnow,
            on_progress=job.progress,
        )
        return {"audio": [result_of(item, outcome) for item, outcome in taken]}

    return _add(catalog, SPLIT, title, work)


def transcribing(catalog: Catalog, key: str, recognise: Recognise) -> Job:
    """Write down what is said in an item in a job, which results in how long the text is.

    Raises:
        UnknownAudioError, AmbiguousTitleError: There is no such item, or there are several.
        QueueClosedError: Home Assistant is stopping.
    """
    found = catalog.collection.index.get(key)

    async def work(job: Handle) -> JsonObject:
        """Write it down."""
        item = await transcribe_item(
            catalog.collection,
            found.audio_id,
            recognise,
            ffmpeg=catalog.ffmpeg,
            on_progress=job.progress,
        )
        return {
            "audio_id": item.audio_id,
            "slug": item.slug,
            "title": item.title,
            "characters": len(item.details.transcript or ""),
        }

    return _add(catalog, TRANSCRIBE, found.title, work)


@callback
def async_transcribe_imports(hass: HomeAssistant, catalog: Catalog) -> None:
    """Write down what is said in all that is imported from now on, where that is wished."""

    @callback
    def came(imported: Imported) -> None:
        engine = catalog.settings.transcriber
        is_new = imported.outcome in {Outcome.ADDED, Outcome.REPLACED}
        if engine is None or not is_new:
            return

        async def recognise(samples: bytes) -> str:
            """Ask the engine that there is when it is its turn."""
            return await async_recogniser(hass, engine, None)(samples)

        transcribing(catalog, imported.item.audio_id, recognise)

    catalog.async_listen_to_imports(came)


def _add(catalog: Catalog, kind: str, title: str, body: Body) -> Job:
    """Add a job for the family."""
    return catalog.jobs.add(kind=kind, owner=OWNER, title=title, body=body)
