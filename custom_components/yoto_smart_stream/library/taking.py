"""Taking in: audio that has been made becomes an item, unless the library has it already."""

from datetime import datetime
from enum import StrEnum

from ..json import JsonObject
from .collection import Arrival, AudioCollection
from .item import AudioItem, Details, Source


class Outcome(StrEnum):
    """Say what became of audio that came in."""

    ADDED = "added"
    REPLACED = "replaced"
    KNOWN = "known"
    """The library has this audio already."""
    RESTORED = "restored"
    """The library had this audio in the trash."""


def result_of(item: AudioItem, outcome: Outcome) -> JsonObject:
    """Return what became of audio as a part of a job's result; `duration` is in seconds."""
    return {
        "audio_id": item.audio_id,
        "slug": item.slug,
        "title": item.title,
        "duration": round(item.duration, 3),
        "outcome": outcome.value,
    }


def take_in(
    collection: AudioCollection,
    arrival: Arrival,
    *,
    details: Details,
    source: Source,
    now: datetime,
) -> tuple[AudioItem, Outcome]:
    """Take in audio; the same audio stays one item, which keeps what is said of it.

    Raises:
        OSError: The disk failed.
    """
    index = collection.index
    known = index.with_audio(arrival.file.sha256)
    if known is None:
        item = collection.add(arrival, details=details, source=source, now=now)
        return item, Outcome.ADDED
    # Its own file may have been damaged, or be missing.
    collection.storage.put(arrival.audio, known.stored_audio, arrival.file.size_bytes)
    if known.trashed is not None:
        return index.restore(known.audio_id), Outcome.RESTORED
    return known, Outcome.KNOWN
