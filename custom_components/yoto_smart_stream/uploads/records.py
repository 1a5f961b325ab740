"""What was uploaded, as it is stored: by account and by the digest of the audio. Pure.

A record that cannot be read is set aside and kept. Without it, Yoto is asked once more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..cloud.uploaded import UploadedAudio
from ..library.fields import Fields
from ..library.item import Json, JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadKey:
    """Name audio by its digest in an account of Yoto's."""

    account: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptUploads:
    """Hold what is stored; `set_aside` are the records that could not be read."""

    uploads: Mapping[UploadKey, UploadedAudio] = field(default_factory=dict)
    set_aside: tuple[Json, ...] = ()


def write_uploads(kept: KeptUploads) -> JsonObject:
    """Return what is to be stored."""
    return {
        "uploads": [
            {
                "account": at.account,
                "sha256": at.sha256,
                "key": audio.key,
                "format": audio.format,
                "duration": audio.duration,
                "file_size": audio.file_size,
                "channels": audio.channels,
            }
            for at, audio in kept.uploads.items()
        ],
        "set_aside": list(kept.set_aside),
    }


def read_uploads(data: Json) -> KeptUploads:
    """Read what is stored, whatever it is."""
    stored = data if isinstance(data, dict) else {}
    uploads: dict[UploadKey, UploadedAudio] = {}
    set_aside: list[Json] = []
    for record in [*_list(stored.get("uploads")), *_list(stored.get("set_aside"))]:
        try:
            at, audio = _read(record)
        except ValueError:
            set_aside.append(record)
        else:
            uploads[at] = audio
    return KeptUploads(uploads=uploads, set_aside=tuple(set_aside))


def _read(record: Json) -> tuple[UploadKey, UploadedAudio]:
    """Read one record."""
    fields = Fields(record)
    return UploadKey(account=fields.text("account"), sha256=fields.text("sha256")), UploadedAudio(
        key=fields.text("key"),
        format=fields.text("format"),
        duration=fields.seconds("duration"),
        file_size=fields.whole("file_size"),
        channels=fields.text("channels"),
    )


def _list(value: Json) -> list[Json]:
    """Return a list, or an empty one where something else stands."""
    return value if isinstance(value, list) else []
