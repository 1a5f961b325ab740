"""What is behind an address of ours on a card, so that the address can be made anew."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ..json import Json, JsonObject
from ..library.fields import Fields, RecordError
from ..streaming.resources import Resource, StreamedAudio, StreamedFile, StreamedList


class Delivery(StrEnum):
    """Say how the audio of a card gets to players."""

    STREAM = "stream"
    """Fetched from Home Assistant whenever it is played."""
    UPLOAD = "upload"
    """Kept by Yoto, so that it plays without a network."""
    MIXED = "mixed"
    """Kept by Yoto as far as that goes: streams and addresses are fetched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedAudio:
    """Audio of the library."""

    audio_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedFile:
    """A file on this machine."""

    path: Path
    content_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedStream:
    """A stream."""

    stream_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AtYoto:
    """What a track of audio that Yoto keeps needs (protocol §5.1)."""

    url: str
    format: str
    duration: float
    """Seconds."""
    size: int
    """Bytes."""
    channels: str


type Served = ServedAudio | ServedFile | ServedStream


def served_by(resource: Resource) -> Served | None:
    """Return what a token serves, None for what cannot be on a card of the family's making."""
    match resource:
        case StreamedAudio(audio_id=audio_id):
            return ServedAudio(audio_id=audio_id)
        case StreamedFile(path=path, content_type=content_type):
            return ServedFile(path=path, content_type=content_type)
        case StreamedList(stream_id=stream_id, is_link=False):
            return ServedStream(stream_id=stream_id)
    return None


def write_served(served: Served) -> JsonObject:
    """Return the record of what is served."""
    match served:
        case ServedAudio(audio_id=audio_id):
            return {"audio_id": audio_id}
        case ServedFile(path=path, content_type=content_type):
            return {"path": str(path), "content_type": content_type}
        case ServedStream(stream_id=stream_id):
            return {"stream_id": stream_id}


def read_served(record: Json) -> Served:
    """Read the record of what is served.

    Raises:
        RecordError: It is none.
    """
    fields = Fields(record)
    if (audio_id := fields.text_or_none("audio_id")) is not None:
        return ServedAudio(audio_id=audio_id)
    if (stream_id := fields.text_or_none("stream_id")) is not None:
        return ServedStream(stream_id=stream_id)
    path = Path(fields.text("path"))
    if not path.is_absolute():
        raise RecordError("The path is not absolute")
    return ServedFile(path=path, content_type=fields.text("content_type"))
