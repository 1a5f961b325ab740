"""Silences of stories as audio of the library, since Yoto keeps nothing else."""

from collections.abc import Iterable
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..audio.frame_writer import FrameWriter, Written
from ..library.catalog import Catalog
from ..library.collection import Arrival
from ..library.item import AudioItem, Details, Source, SourceKind
from ..library.taking import take_in
from ..story.model import Audio
from ..story.situation import Silence

_TAG: Final = "silence"


def seconds_of(silence: Silence) -> int:
    """Return how long a silence is as audio: one that is nothing but a place has a second too."""
    return max(silence.seconds, 1)


async def async_silences(
    hass: HomeAssistant, catalog: Catalog, wanted: Iterable[Silence]
) -> dict[Audio | Silence, AudioItem]:
    """Return an item of the library for each silence; those that are there are used again.

    Raises:
        OSError: The disk failed.
    """
    return {one: await _async_silence(hass, catalog, seconds_of(one)) for one in set(wanted)}


async def _async_silence(hass: HomeAssistant, catalog: Catalog, seconds: int) -> AudioItem:
    """Return an item that is silent for some seconds."""
    path = catalog.collection.storage.arriving("mp3")
    profile = catalog.settings.profile

    def make() -> Written:
        """Make the file (blocking)."""
        with path.open("wb") as file:
            writer = FrameWriter(file, profile)
            writer.write_silence(profile.frames_in(seconds))
            return writer.finish()

    try:
        written = await hass.async_add_executor_job(make)
        item, _ = take_in(
            catalog.collection,
            Arrival(audio=path, file=written),
            details=Details(title=f"Silence, {seconds} s", tags=(_TAG,)),
            source=Source(kind=SourceKind.RECORDING),
            now=dt_util.utcnow(),
        )
    finally:
        await hass.async_add_executor_job(lambda: path.unlink(missing_ok=True))
    return item
