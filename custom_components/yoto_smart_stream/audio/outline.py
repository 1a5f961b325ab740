"""Outline: what an audio file of any format says of itself, without decoding it (blocking).

It is for looking ahead. What the file really is, only an import finds out.
"""

import base64
from binascii import Error as BinasciiError
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import mutagen
from mutagen.flac import Picture

from .cover import LARGEST_BYTES, picture_type

_TITLES: Final = ("TIT2", "\xa9nam", "title", "Title")
_ID3_PICTURE: Final = "APIC"
_MP4_PICTURE: Final = "covr"
_OGG_PICTURE: Final = "metadata_block_picture"


class _File(Protocol):
    """A file that mutagen has read; each format has a class of its own, without annotations."""

    info: Any
    tags: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What a file says of itself; `duration` is in seconds, 0 where it does not say."""

    title: str | None = None
    duration: float = 0.0
    picture: bytes | None = None
    """The embedded picture, as it is."""


def outline(path: Path) -> Outline:
    """Return what a file says of itself; one that says nothing has an empty outline (blocking)."""
    try:
        file: _File | None = mutagen.File(path)
    except mutagen.MutagenError, OSError:
        return Outline()
    if file is None:
        return Outline()
    pictures = (content for content in _pictures(file) if len(content) <= LARGEST_BYTES)
    return Outline(
        title=_title(file.tags),
        duration=max(float(getattr(file.info, "length", 0) or 0), 0.0),
        picture=next((content for content in pictures if picture_type(content)), None),
    )


def _title(tags: Mapping[str, Any] | None) -> str | None:
    """Return the first title that is not blank."""
    for name in _TITLES:
        try:
            found = tags.get(name) if tags is not None else None
        except ValueError:
            # Vorbis comments refuse names with signs that they may not have.
            continue
        texts = getattr(found, "text", found)
        for text in texts if isinstance(texts, list) else [texts]:
            if text is not None and (title := str(text).strip()):
                return title
    return None


def _pictures(file: _File) -> Iterator[bytes]:
    """Yield the embedded pictures of a file, in whatever way its format has them."""
    tags = file.tags
    for picture in getattr(file, "pictures", ()):
        yield picture.data
    if hasattr(tags, "getall"):
        for frame in tags.getall(_ID3_PICTURE):
            yield frame.data
        return
    for name in (_MP4_PICTURE, _OGG_PICTURE):
        try:
            found = tags.get(name) if tags is not None else None
        except ValueError:
            continue
        for one in found if isinstance(found, list) else ():
            if name == _MP4_PICTURE:
                yield bytes(one)
            elif (content := _from_comment(str(one))) is not None:
                yield content


def _from_comment(text: str) -> bytes | None:
    """Return the picture in a Vorbis comment, None where there is none."""
    try:
        data: bytes = Picture(base64.b64decode(text)).data
    except BinasciiError, ValueError, mutagen.MutagenError:
        return None
    return data
