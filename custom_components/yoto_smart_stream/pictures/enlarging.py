"""Making the small pictures of a player's display large, dot by dot."""

from io import BytesIO
import struct
from typing import Final

from PIL import Image, ImageSequence

from .errors import PictureBrokenError

_SIDE: Final = 320
"""Dots that the longer side has afterwards, or as near to it as a whole factor comes."""
_FORMATS: Final = ("PNG", "GIF", "JPEG", "WEBP")
_LARGEST: Final = 640
"""Dots that a side of a picture for the display may have. They have 16."""
_MOST_FRAMES: Final = 100
_FRAME: Final = 100
"""Milliseconds of a frame that does not say how long it lasts."""
_LONGEST_FRAME: Final = 60_000
"""Milliseconds; little more can be written."""


def enlarge(content: bytes) -> bytes:
    """Return a picture as a large PNG with the same sharp dots; a moving one keeps moving.

    Blocks: not in the event loop.

    Args:
        content: PNG, GIF, JPEG or WebP, of any number of frames.

    Raises:
        PictureBrokenError: it cannot be read.
    """
    try:
        with Image.open(BytesIO(content), formats=_FORMATS) as picture:
            frames, durations = _frames(picture)
    except (
        EOFError,
        IndexError,
        OSError,
        SyntaxError,
        ValueError,
        struct.error,
        Image.DecompressionBombError,
    ) as err:
        raise PictureBrokenError(str(err)) from err
    out = BytesIO()
    if len(frames) == 1:
        frames[0].save(out, "PNG")
    else:
        # The display shows a moving icon over and over.
        frames[0].save(
            out, "PNG", save_all=True, append_images=frames[1:], duration=durations, loop=0
        )
    return out.getvalue()


def _frames(picture: Image.Image) -> tuple[list[Image.Image], list[int]]:
    """Return every frame as it is seen, enlarged, and the milliseconds that each lasts.

    Raises:
        PictureBrokenError: it is far from being a picture for the display.
    """
    if max(picture.size) > _LARGEST:
        raise PictureBrokenError("it is too large")
    factor = max(_SIDE // max(picture.size), 1)
    size = (picture.width * factor, picture.height * factor)
    frames: list[Image.Image] = []
    durations: list[int] = []
    for frame in ImageSequence.Iterator(picture):
        if len(frames) == _MOST_FRAMES:
            break
        frames.append(frame.convert("RGBA").resize(size, Image.Resampling.NEAREST))
        durations.append(min(int(frame.info.get("duration") or _FRAME), _LONGEST_FRAME))
    return frames, durations
