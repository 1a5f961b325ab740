"""Audio that Yoto has: what it says of an upload, and what a track needs (protocol §5.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
import re
from typing import Final

from ..json import Json
from .errors import CloudUnreachableError, TranscodingFailedError

_CHANNELS: Final[Mapping[Json, str]] = {1: "mono", 2: "stereo", "mono": "mono", "stereo": "stereo"}
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
# No failed transcoding is on record. A phase that is neither of these is taken as still running,
# which the overall limit ends.
_OVER: Final = frozenset({"complete", "failed", "error"})
_WHOLE: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadedAudio:
    """Say what a track of uploaded audio needs. It may be another format than what was sent.

    `key` is the SHA-256 of what Yoto made of it, `file_size` is in bytes, `channels` is `mono` or
    `stereo`. `duration` is in seconds, and may be 0 for a moment of sound.
    """

    key: str
    format: str
    duration: float
    file_size: int
    channels: str

    @property
    def track_url(self) -> str:
        """Return how a track names it."""
        return f"yoto:#{self.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where audio is to be put; `url` is None where Yoto has it already."""

    upload_id: str
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcoding:
    """How far Yoto is with an upload: `share` from 0.0 to 1.0, `audio` once it is done.

    `arrived` is the SHA-256 of what Yoto got, None where it does not say that in hexadecimal.
    """

    share: float
    audio: UploadedAudio | None = None
    arrived: str | None = None


def read_place(answer: Mapping[str, Json]) -> Place:
    """Read where audio is to be put.

    Raises:
        CloudUnreachableError: It does not say that.
    """
    match answer.get("upload"):
        case {"uploadId": str(upload_id), "uploadUrl": str(url) | (None as url)} if upload_id:
            return Place(upload_id=upload_id, url=url or None)
        case _:
            raise CloudUnreachableError("The answer names no upload")


def read_transcoding(answer: Mapping[str, Json]) -> Transcoding:
    """Read how far a transcoding is.

    Raises:
        TranscodingFailedError: It is over, and nothing came of it.
        CloudUnreachableError: It is done, and what came of it is not said.
    """
    block = answer.get("transcode")
    transcode = block if isinstance(block, dict) else {}
    progress = transcode.get("progress")
    progress = progress if isinstance(progress, dict) else {}
    key = transcode.get("transcodedSha256")
    if isinstance(key, str) and key:
        arrived = transcode.get("uploadSha256")
        is_digest = isinstance(arrived, str) and _SHA256.fullmatch(arrived)
        return Transcoding(
            share=1.0,
            audio=_audio(key, transcode.get("transcodedInfo")),
            arrived=arrived if isinstance(arrived, str) and is_digest else None,
        )
    phase = progress.get("phase")
    if phase in _OVER:
        raise TranscodingFailedError(f"Yoto could not convert the audio ({phase})")
    match progress.get("percent"):
        case int() | float() as percent if 0 <= percent <= _WHOLE:
            return Transcoding(share=percent / _WHOLE)
        case _:
            return Transcoding(share=0.0)


def _audio(key: str, info: Json) -> UploadedAudio:
    """Read what came of a transcoding."""
    match info:
        case {
            "format": str(format_),
            "duration": int() | float() as duration,
            "fileSize": int(file_size),
            "channels": (int() | str()) as channels,
        } if format_ and duration >= 0 and file_size > 0 and channels in _CHANNELS:
            return UploadedAudio(
                key=key,
                format=format_,
                duration=float(duration),
                file_size=file_size,
                channels=_CHANNELS[channels],
            )
        case _:
            raise CloudUnreachableError("The answer does not say what became of the audio")
