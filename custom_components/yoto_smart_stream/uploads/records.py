"""What was uploaded, as it is stored: by account and by the digest of the audio. Pure.

A record that cannot be read is set aside and kept. Without it, Yoto is asked once more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..cloud.uploaded import UploadedAudio
from ..json import Json, JsonObject
from ..library.fields import Fields
from ..library.sifting import sift


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
    sifted = sift(data, "uploads", _read, lambda one: (one[0],))
    return KeptUploads(uploads=dict(sifted.records), set_aside=sifted.set_aside)


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
