"""Making a picture of 16 by 16 dots of a larger one, so that it stays crisp.

A mean of all that falls onto a dot blurs every edge. Here the picture is first brought down to few
colours, and what falls onto a dot votes for one of them: the middle of the dot counts more than its
rim, and what stands out from its surroundings counts more than what does not, so that thin outlines
survive. Whatever was drawn in dots and then enlarged is found again exactly.

Blocking: not in the event loop.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import batched
from typing import Final

from PIL import Image, ImageChops, ImageFilter

from .grain import is_grained, nearest
from .picture import SIDE

CELL: Final = 6
"""Dots of the larger picture that become one, across and down."""
WORKING_SIDE: Final = SIDE * CELL
MOST_COLOURS: Final = 64
_VISIBLE: Final = 128
"""From this opacity on (0 to 255), a dot is seen: half a dot cannot be."""
_STANDING_OUT: Final = 3.0
"""How many more votes something has that is as unlike its surroundings as can be."""
_HALF: Final = 0.5
_FRAMES_FOR_PALETTE: Final = 24

type Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Dots:
    """16 by 16 dots, row by row; None is a dot that is off, which is what transparent means."""

    colours: tuple[Colour | None, ...]

    def image(self) -> Image.Image:
        """Return them as a picture."""
        dots = b"".join(bytes((*colour, 255) if colour else 4) for colour in self.colours)
        return Image.frombytes("RGBA", (SIDE, SIDE), dots)


def dots_of(frames: Sequence[Image.Image], *, colours: int, crop: bool) -> list[Dots]:
    """Return the dots of every frame of a picture; all frames share their colours.

    Args:
        frames: RGBA, all of one size. Empty borders that all of them have are cut off.
        colours: how many different ones there may be.
        crop: fill all dots, whatever is lost at the sides; otherwise everything is in, and what
            is not square leaves dots off.
    """
    # What fills a display was placed by somebody, borders and all.
    if exact := _as_drawn(frames, colours, least=SIDE):
        return exact
    frames = _trimmed(frames)
    if exact := _as_drawn(frames, colours, least=1):
        return exact
    if crop and not is_empty(squared := [_squared(frame) for frame in frames]):
        frames = squared
    working = [_working(frame) for frame in frames]
    palette = _palette(working, colours)
    voted = [_voted(frame, palette, _HALF) for frame in working]
    if any(any(dots.colours) for dots in voted):
        return voted
    # What is too thin for half a dot is seen rather than lost.
    return [_voted(frame, palette, 0.0) for frame in working]


def is_empty(frames: Iterable[Image.Image]) -> bool:
    """Say whether nothing can be seen in any frame."""
    return not any(_seen(frame).getbbox() for frame in frames)


def _seen(frame: Image.Image) -> Image.Image:
    """Return a mask of the dots that are seen."""
    return frame.getchannel("A").point(lambda opacity: 255 if opacity >= _VISIBLE else 0)


def _trimmed(frames: Sequence[Image.Image]) -> list[Image.Image]:
    """Cut off the transparent border that all frames have."""
    seen = _seen(frames[0])
    for frame in frames[1:]:
        seen = ImageChops.lighter(seen, _seen(frame))
    box = seen.getbbox()
    return list(frames) if box is None else [frame.crop(box) for frame in frames]


def _squared(frame: Image.Image) -> Image.Image:
    """Cut a square out of the middle."""
    side = min(frame.size)
    left, top = (frame.width - side) // 2, (frame.height - side) // 2
    return frame.crop((left, top, left + side, top + side))


def _as_drawn(frames: Sequence[Image.Image], colours: int, *, least: int) -> list[Dots]:
    """Return the dots of a picture that was drawn with at most 16 by 16, enlarged or not.

    `least` is how many dots it has across at least.
    """
    width, height = frames[0].size
    for across in range(SIDE, least - 1, -1):
        if width % across or height % (width // across) or height // (width // across) > SIDE:
            continue
        small = (across, height // (width // across))
        if all(is_grained(frame, small) for frame in frames):
            centred = [_centred(nearest(frame, small)) for frame in frames]
            used = {colour for dots in centred for colour in dots.colours if colour}
            return centred if len(used) <= colours else []
    return []


def _centred(small: Image.Image) -> Dots:
    """Put at most 16 by 16 dots into the middle, twice or more as large if there is room."""
    factor = SIDE // max(small.size)
    large = small.resize((small.width * factor, small.height * factor), Image.Resampling.NEAREST)
    canvas = Image.new("RGBA", (SIDE, SIDE))
    canvas.paste(large, ((SIDE - large.width) // 2, (SIDE - large.height) // 2))
    return Dots(tuple(_colours(canvas)))


def _working(frame: Image.Image) -> Image.Image:
    """Bring a picture to the size that votes, all of it, in the middle."""
    scale = WORKING_SIDE / max(frame.size)
    size = (
        min(max(round(frame.width * scale), CELL), WORKING_SIDE),
        min(max(round(frame.height * scale), CELL), WORKING_SIDE),
    )
    grown = Image.Resampling.NEAREST if scale > 1 else Image.Resampling.BOX
    resized = frame.convert("RGBa").resize(size, grown).convert("RGBA")
    canvas = Image.new("RGBA", (WORKING_SIDE, WORKING_SIDE))
    # At the border of a dot, so that no outer row of dots is half empty.
    left, top = ((WORKING_SIDE - length) // 2 // CELL * CELL for length in size)
    canvas.paste(resized, (left, top))
    return canvas


def _palette(frames: Sequence[Image.Image], colours: int) -> Image.Image:
    """Return the colours that stand for all that is seen, as a picture that has them."""
    seen = bytearray()
    for frame in frames[:: max(len(frames) // _FRAMES_FOR_PALETTE, 1)]:
        for red, green, blue, opacity in batched(frame.tobytes(), 4, strict=True):
            if opacity >= _VISIBLE:
                seen += bytes((red, green, blue))
    flat = Image.frombytes("RGB", (len(seen) // 3, 1), bytes(seen))
    return flat.quantize(colours, Image.Quantize.MEDIANCUT, kmeans=2)


def _voted(frame: Image.Image, palette: Image.Image, share: float) -> Dots:
    """Let all that falls onto each dot vote, first on whether it is seen, then for its colour.

    More than `share` of it has to be seen, so that the dot is.
    """
    plain = frame.convert("RGB")
    choices = plain.quantize(palette=palette, dither=Image.Dither.NONE).tobytes()
    table = tuple(batched(palette.getpalette() or (), 3, strict=True))
    around = plain.filter(ImageFilter.BoxBlur(CELL))
    unlike = ImageChops.difference(plain, around).convert("L").tobytes()
    opacities = frame.getchannel("A").tobytes()
    colours: list[Colour | None] = []
    for top in range(0, WORKING_SIDE, CELL):
        for left in range(0, WORKING_SIDE, CELL):
            votes: defaultdict[int, float] = defaultdict(float)
            seen = unseen = 0.0
            for row, column, weight in _weights():
                at = (top + row) * WORKING_SIDE + left + column
                if opacities[at] < _VISIBLE:
                    unseen += weight
                else:
                    seen += weight
                    votes[choices[at]] += weight * (1 + _STANDING_OUT * unlike[at] / 255)
            colours.append(
                _triple(table[max(votes, key=votes.__getitem__)])
                if seen > share * (seen + unseen)
                else None
            )
    return Dots(tuple(colours))


@cache
def _weights() -> tuple[tuple[int, int, float], ...]:
    """Return row, column and weight of what falls onto a dot: the middle counts most."""
    middle = (CELL - 1) / 2
    return tuple(
        (row, column, 1.5 - max(abs(row - middle), abs(column - middle)) / CELL)
        for row in range(CELL)
        for column in range(CELL)
    )


def _colours(image: Image.Image) -> Iterator[Colour | None]:
    """Yield the dots of an RGBA picture, None for those that are not seen."""
    for red, green, blue, opacity in batched(image.tobytes(), 4, strict=True):
        yield (red, green, blue) if opacity >= _VISIBLE else None


def _triple(colour: Sequence[int]) -> Colour:
    """Return a colour as three numbers."""
    red, green, blue = colour
    return red, green, blue
