"""An icon: any picture, still or moving, as the file that Yoto takes for the display.

Blocking: not in the event loop.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from itertools import pairwise
from typing import Final

from PIL import Image

from .dots import MOST_COLOURS, WORKING_SIDE, Dots, dots_of, is_empty
from .errors import ArtworkError, ArtworkFault
from .picture import SIDE, Frame, read_frames, read_still

COLOURS: Final = 32
"""How many different colours an icon has, unless another number is wanted."""
MOST_FRAMES: Final = 60
MOST_ICON_BYTES: Final = 10 * 1024
"""Yoto publishes no limits of an animation; ours keep it small (protocol §5.3)."""
_SHORTEST_FRAME: Final = 20
"""Milliseconds; what shows GIFs takes anything shorter for a mistake."""
_CENTISECOND: Final = 10
"""Milliseconds. The unit of GIF."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IconFile:
    """A PNG (RGBA) or, if it moves, a GIF of 16 by 16 dots."""

    content: bytes
    content_type: str
    frames: int
    """How many there are in it."""

    @property
    def sha256(self) -> str:
        """Return what tells it from others: equal pictures have equal files."""
        return sha256(self.content).hexdigest()

    @property
    def suffix(self) -> str:
        """Return how the names of such files end."""
        return self.content_type.removeprefix("image/")


@dataclass(frozen=True, slots=True)
class _Shown:
    """Dots, and for how many milliseconds."""

    dots: Dots
    duration: int


def make_icon(
    content: bytes, *, colours: int = COLOURS, crop: bool = False, still: bool = False
) -> IconFile:
    """Return a picture as an icon.

    Args:
        content: a file: PNG, GIF, JPEG, WebP or BMP.
        colours: how many different ones there may be, from 2 to 64.
        crop: fill the display, whatever is lost at the sides; otherwise all of it is shown.
        still: make a PNG, of the first frame of a picture that moves.

    Raises:
        ArtworkError: it is of no use, and why.
    """
    if still:
        frames = [Frame(image=read_still(content, 2 * WORKING_SIDE), duration=0)]
    else:
        frames = read_frames(content, 2 * WORKING_SIDE)
    images = [frame.image for frame in frames]
    if is_empty(images):
        raise ArtworkError(ArtworkFault.EMPTY)
    dots = dots_of(images, colours=min(max(colours, 2), MOST_COLOURS), crop=crop)
    shown = _merged(
        _Shown(one, max(frame.duration, _SHORTEST_FRAME))
        for one, frame in zip(dots, frames, strict=True)
    )
    if len(shown) == 1:
        return IconFile(content=_png(shown[0].dots), content_type="image/png", frames=1)
    most = MOST_FRAMES
    while True:
        shown = _thinned(shown, most)
        if len(shown) == 1:
            return IconFile(content=_png(shown[0].dots), content_type="image/png", frames=1)
        moving = _gif(shown)
        if len(moving) <= MOST_ICON_BYTES:
            return IconFile(content=moving, content_type="image/gif", frames=len(shown))
        most = len(shown) * 3 // 4


def _merged(shown: Iterable[_Shown]) -> list[_Shown]:
    """Make one of frames that follow each other and look the same."""
    merged: list[_Shown] = []
    for one in shown:
        if merged and merged[-1].dots == one.dots:
            merged[-1] = _Shown(one.dots, merged[-1].duration + one.duration)
        else:
            merged.append(one)
    return merged


def _thinned(shown: Sequence[_Shown], most: int) -> list[_Shown]:
    """Leave out frames, evenly, until there are few enough; the others last the longer for it."""
    count = min(len(shown), max(most, 1))
    borders = [len(shown) * number // count for number in range(count + 1)]
    return _merged(
        _Shown(shown[begin].dots, sum(one.duration for one in shown[begin:end]))
        for begin, end in pairwise(borders)
    )


def _png(dots: Dots) -> bytes:
    """Return a still icon."""
    out = BytesIO()
    dots.image().save(out, "PNG", optimize=True)
    return out.getvalue()


def _gif(shown: Sequence[_Shown]) -> bytes:
    """Return a moving icon, which goes on for ever; all frames have the same table of colours."""
    used = sorted({colour for one in shown for colour in one.dots.colours if colour})
    index = {colour: number for number, colour in enumerate(used, 1)}
    table = [0, 0, 0, *(value for colour in used for value in colour)]
    frames = []
    for one in shown:
        numbers = bytes(index[colour] if colour else 0 for colour in one.dots.colours)
        frame = Image.frombytes("P", (SIDE, SIDE), numbers)
        frame.putpalette(table)
        frames.append(frame)
    out = BytesIO()
    frames[0].save(
        out,
        "GIF",
        save_all=True,
        append_images=frames[1:],
        duration=[_CENTISECOND * round(one.duration / _CENTISECOND) for one in shown],
        loop=0,
        transparency=0,
        # Each frame is whole: what was seen before must not shine through its dots that are off.
        disposal=2,
        optimize=False,
    )
    return out.getvalue()
