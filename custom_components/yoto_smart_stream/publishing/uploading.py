"""Having Yoto keep audio of the library before it gets onto a card, as a job that can be ended."""

from collections.abc import Mapping, Sequence

from homeassistant.core import HomeAssistant

from ..coordinator import YotoConfigEntry
from ..json import Json
from ..library.catalog import Catalog
from ..library.errors import LibraryError
from ..sources.refusals import refusal_of, result_of
from ..uploads.work import async_uploading
from .served import AtYoto

NOT_YET = "yoto:#new"
"""Stands for the address of audio that has not been uploaded."""


async def async_at_yoto(
    hass: HomeAssistant, catalog: Catalog, entry: YotoConfigEntry, audio_ids: Sequence[str]
) -> dict[str, AtYoto]:
    """Have Yoto keep audio, and return what tracks of it need, by the ids.

    Raises:
        HomeAssistantError: Yoto did not take it, or the job was cancelled.
    """
    if not audio_ids:
        return {}
    try:
        job = await async_uploading(hass, catalog, entry, audio_ids)
    except LibraryError as err:
        raise refusal_of(err, ", ".join(audio_ids)) from err
    result = result_of(await catalog.jobs.wait(job.job_id), job.title)
    records = result.get("audio")
    return dict(_read(record) for record in (records if isinstance(records, list) else ()))


def planned(catalog: Catalog, audio_ids: Sequence[str]) -> dict[str, AtYoto]:
    """Return what tracks would be like if audio were uploaded; Yoto may make another format."""
    there = {item.audio_id: item for item in catalog.collection.index.items}
    return {
        audio_id: AtYoto(
            url=NOT_YET,
            format="mp3",
            duration=item.duration,
            size=item.file.size_bytes,
            channels="mono" if item.file.profile.channels == 1 else "stereo",
        )
        for audio_id in audio_ids
        if (item := there.get(audio_id)) is not None
    }


def _read(record: Json) -> tuple[str, AtYoto]:
    """Read what the job says of one item."""
    if not isinstance(record, Mapping):
        raise TypeError("An item is an object")
    return str(record["audio_id"]), AtYoto(
        url=str(record["track_url"]),
        format=str(record["format"]),
        duration=float(str(record["duration"])),
        size=int(str(record["file_size"])),
        channels=str(record["channels"]),
    )
