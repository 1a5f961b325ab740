"""Probe: what an audio file is, told from its content and never from its name.

Everything here is blocking and belongs into the executor. The format comes from `sniff`; tags and
the duration come from mutagen, which reads them without decoding.
"""

from collections.abc import Callable
from dataclasses import dataclass
import os
from pathlib import Path
from typing import Any, Final, Protocol

from mutagen import MutagenError
from mutagen.mp3 import MP3

from .errors import AudioError, AudioErrorCode
from .formats import AudioFormat
from .sniff import sniff

_TAG: Final = b"ID3"
_CONTENT_TYPES: Final = {AudioFormat.MP3: "audio/mpeg"}


class _Info(Protocol):
    """What mutagen measures. Its annotations cover little, so this is taken from its manual."""

    length: float
    channels: int


class _TextFrame(Protocol):
    """An ID3 frame that holds texts."""

    text: list[object]


class _Tags(Protocol):
    """The ID3 tags of a file."""

    def getall(self, key: str) -> list[_TextFrame]: ...


class _Measured(Protocol):
    """A file that mutagen has read."""

    info: _Info
    tags: _Tags | None


_measure: Callable[[Path], Any] = MP3


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioFacts:
    """Describe a file that can be streamed. `title` and `author` come from its tags."""

    format: AudioFormat
    content_type: str
    duration_seconds: float
    channels: int
    size_bytes: int
    title: str | None
    author: str | None


def probe(path: Path) -> AudioFacts:
    """Read what a file is (blocking).

    Raises:
        AudioError: The file is missing, empty, of a format that is not streamed (`format` names
            it, None where it is no audio at all), or broken (as far as its frames can tell).
    """
    try:
        if not path.is_file():
            raise AudioError(AudioErrorCode.MISSING, path)
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            found = sniff(file)
            file.seek(0)
            is_tagged = file.read(len(_TAG)) == _TAG
    except OSError as err:
        raise AudioError(AudioErrorCode.MISSING, path) from err
    if not size:
        raise AudioError(AudioErrorCode.EMPTY, path)
    if found is None and is_tagged:
        # Only audio carries this tag, and no audio follows it.
        raise AudioError(AudioErrorCode.BROKEN, path)
    if found is None or found not in _CONTENT_TYPES:
        raise AudioError(AudioErrorCode.UNSUPPORTED, path, found)
    try:
        audio: _Measured = _measure(path)
    except (MutagenError, OSError) as err:
        raise AudioError(AudioErrorCode.BROKEN, path, found) from err
    if audio.info.length <= 0:
        raise AudioError(AudioErrorCode.BROKEN, path, found)
    return AudioFacts(
        format=found,
        content_type=_CONTENT_TYPES[found],
        duration_seconds=float(audio.info.length),
        channels=audio.info.channels,
        size_bytes=size,
        title=_text(audio.tags, "TIT2"),
        author=_text(audio.tags, "TPE1") or _text(audio.tags, "TPE2"),
    )


def _text(tags: _Tags | None, name: str) -> str | None:
    """Return the first text of an ID3 frame that is not blank."""
    frames = [] if tags is None else tags.getall(name)
    texts = (str(text).strip() for frame in frames for text in frame.text)
    return next((text for text in texts if text), None)
