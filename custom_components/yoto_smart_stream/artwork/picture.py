"""Reading any picture without being hurt by it: bounded in bytes, dots, frames and memory.

Blocking throughout: not in the event loop.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
import struct
from typing import Final
import zlib

from PIL import Image, ImageOps, ImageSequence

from .errors import ArtworkError, ArtworkFault
from .grain import is_grained, nearest

SIDE: Final = 16
"""Dots of a display, across and down (protocol §5.3)."""
FORMATS: Final = ("PNG", "GIF", "JPEG", "WEBP", "BMP")
MOST_BYTES: Final = 10 * 1024 * 1024
MOST_DOTS: Final = 25_000_000
"""Dots that are unpacked; a JPEG may have more, since it can be unpacked smaller."""
_MOST_DOTS_OF_JPEG: Final = 100_000_000
_MOST_MOVING_DOTS: Final = 4_000_000
"""Dots of one frame of an animation."""
_MOST_DOTS_IN_ALL: Final = 200_000_000
"""Dots of all frames of an animation; those beyond are left out."""
MOST_FRAMES: Final = 500
"""Frames that are looked at; later ones are left out."""
_FRAME: Final = 100
"""Milliseconds of a frame that does not say how long it lasts."""
_LONGEST_FRAME: Final = 60_000
_DEEP: Final = ("I", "F")
"""How modes begin that have 16 bits a channel, of which a picture may use only 8."""
_MOST_OF_8_BITS: Final = 255.0
_MOST_OF_16_BITS: Final = 65_535.0
"""What the modes of pictures with more than 8 bits a channel begin with."""
_UNREADABLE: Final = (
    ArithmeticError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)
"""What Pillow raises on files that are broken or made to do harm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What is seen at a time: RGBA, and for how many milliseconds."""

    image: Image.Image
    duration: int


def read_frames(content: bytes, side: int) -> list[Frame]:
    """Return all frames of a picture, each as it is seen, none larger than needed.

    Args:
        content: a file.
        side: dots that the longer side needs. Larger pictures are made smaller, keeping their
            proportions, which averages dots; one of at most twice this stays as it is.

    Raises:
        ArtworkError: it is of no use.
    """
    with _opened(content, side) as picture:
        if not getattr(picture, "is_animated", False):
            return [Frame(image=_reduced(_plain(picture), side), duration=0)]
        if picture.width * picture.height > _MOST_MOVING_DOTS:
            raise ArtworkError(ArtworkFault.TOO_LARGE, limit=round(_MOST_MOVING_DOTS / 1_000_000))
        most = min(MOST_FRAMES, max(_MOST_DOTS_IN_ALL // (picture.width * picture.height), 1))
        frames: list[Frame] = []
        for frame in ImageSequence.Iterator(picture):
            if len(frames) == most:
                break
            duration = min(int(frame.info.get("duration") or _FRAME), _LONGEST_FRAME)
            frames.append(Frame(image=_reduced(_plain(frame), side), duration=duration))
        return frames


def read_still(content: bytes, side: int) -> Image.Image:
    """Return the first frame of a picture as RGBA; see `read_frames`.

    Raises:
        ArtworkError: it is of no use.
    """
    with _opened(content, side) as picture:
        return _reduced(_plain(picture), side)


@contextmanager
def _opened(content: bytes, side: int) -> Iterator[Image.Image]:
    """Open a picture; what goes wrong while it is read is an error of ours."""
    if len(content) > MOST_BYTES:
        raise ArtworkError(ArtworkFault.TOO_MANY_BYTES, limit=MOST_BYTES // (1024 * 1024))
    try:
        picture = Image.open(BytesIO(content), formats=FORMATS)
    except _UNREADABLE as err:
        raise _refusal(content, err) from err
    with picture:
        try:
            dots = picture.width * picture.height
            if picture.format == "JPEG" and dots <= _MOST_DOTS_OF_JPEG:
                picture.draft(None, (2 * side, 2 * side))
                dots = picture.width * picture.height
            if dots > MOST_DOTS:
                raise ArtworkError(ArtworkFault.TOO_LARGE, limit=MOST_DOTS // 1_000_000)
            yield picture
        except _UNREADABLE as err:
            raise ArtworkError(ArtworkFault.BROKEN, reason=_said(err)) from err


def _refusal(content: bytes, err: Exception) -> ArtworkError:
    """Say what a file is that is no picture."""
    if isinstance(err, Image.DecompressionBombError):
        return ArtworkError(ArtworkFault.TOO_LARGE, limit=MOST_DOTS // 1_000_000)
    beginning = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if beginning.startswith((b"<svg", b"<?xml", b"<!doctype svg")) or b"<svg" in beginning:
        return ArtworkError(ArtworkFault.VECTOR)
    return ArtworkError(ArtworkFault.NOT_A_PICTURE)


def _said(err: BaseException) -> str:
    """Return what an error says."""
    return str(err) or type(err).__name__


def _plain(picture: Image.Image) -> Image.Image:
    """Return a picture the right way up, as RGBA of 8 bits."""
    if picture.mode.startswith(_DEEP):
        match picture.convert("F").getextrema():
            case (float(low), float(high)) if low >= 0 and high <= _MOST_OF_8_BITS:
                scale = 1.0
            case _:
                scale = _MOST_OF_8_BITS / _MOST_OF_16_BITS
        picture = picture.convert("F").point(lambda value: value * scale + 0).convert("L")
    upright = ImageOps.exif_transpose(picture)
    return upright.convert("RGBA")


def _reduced(image: Image.Image, side: int) -> Image.Image:
    """Return a picture whose longer side is at most twice what is needed."""
    longer = max(image.size)
    if longer <= 2 * side:
        return image
    size = (
        max(round(image.width * side / longer), 1),
        max(round(image.height * side / longer), 1),
    )
    grain = SIDE * image.width // longer, SIDE * image.height // longer
    if image.width * image.height <= _MOST_MOVING_DOTS and min(grain) and is_grained(image, grain):
        return nearest(image, size)
    # Without this, the invisible colour of transparent dots would bleed into those beside them.
    return image.convert("RGBa").resize(size, Image.Resampling.BOX).convert("RGBA")
