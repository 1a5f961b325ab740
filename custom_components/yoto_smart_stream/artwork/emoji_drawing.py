"""Drawing an emoji with a font that has them in colours, so that it can be seen on black.

What a display does not light is black. So the outlines that emoji have are off there, and colours
stand for themselves, which is what small icons look like. An emoji of which little would be left is
drawn lighter: its darkest parts become grey.

Blocking: not in the event loop.
"""

from collections.abc import Iterator
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Final

from PIL import Image, ImageChops, ImageDraw, ImageFont

from .emoji import COLOURED, JOINER, KEYCAP, PLAIN, has_tags, is_one
from .errors import ArtworkError, ArtworkFault

_HEIGHT: Final = 128
"""Dots of the font: what becomes one dot of an icon then has a choice of many."""
_MARGIN: Final = 2
_SAMPLE: Final = "\N{GRINNING FACE}"
"""As wide as every emoji is."""
_NO_SIGN: Final = "\uffff"
"""No font has it, so it looks like everything else that a font lacks."""
_MOST_PARTS: Final = 5
"""What Unicode joins at most."""
_OPAQUE: Final = 128
"""From this opacity on (0 to 255), something is there."""
_DARK: Final = 70
"""Below this brightness (0 to 255), something is hardly seen beside what is lit."""
_MOST_DARK: Final = 0.6
"""Share of an emoji that may be dark; otherwise it is drawn lighter."""
_LEAST_EXTENT: Final = 0.6
"""Share of an emoji's extent that has to be left without what is dark."""
_LIFT: Final = 120
"""Brightness of what was black."""
_BRIGHT: Final = 192
"""From this brightness on, nothing becomes lighter."""

type Font = ImageFont.FreeTypeFont


def draw_emoji(font_file: Path, emoji: str) -> bytes:
    """Return an emoji as a PNG with nothing around it.

    Args:
        font_file: a font with colours, whose emoji are all equally wide.
        emoji: one. Where it is joined of several signs, Pillow has to have Raqm.

    Raises:
        ArtworkError: these are several, the font does not have it, or it cannot be joined.
        OSError: the font cannot be read.
    """
    if not is_one(emoji):
        raise ArtworkError(ArtworkFault.SEVERAL_EMOJI)
    font = ImageFont.truetype(font_file, _HEIGHT)
    for written in _writings(emoji):
        if (drawn := _drawn_as_one(font, written)) is not None:
            out = BytesIO()
            _seen_on_black(drawn.crop(drawn.getbbox())).save(out, "PNG")
            return out.getvalue()
    raise ArtworkError(ArtworkFault.NO_SUCH_EMOJI)


def _writings(emoji: str) -> Iterator[str]:
    """Yield an emoji as it is, and then in the other ways in which it may be written.

    Fonts join what says of each part whether it is to be coloured, and not all keyboards say it.
    """
    yield emoji
    parts = emoji.replace(COLOURED, "").replace(PLAIN, "").split(JOINER)
    if len(parts) > _MOST_PARTS:
        return
    for colours in product(("", COLOURED), repeat=len(parts)):
        yield JOINER.join(
            part[:1] + colour + part[1:] for part, colour in zip(parts, colours, strict=True)
        )


def _drawn_as_one(font: Font, written: str) -> Image.Image | None:
    """Return an emoji, None where the font lacks it or draws its parts side by side."""
    if font.getlength(written) != font.getlength(_SAMPLE):
        return None
    drawn = _drawn(font, written)
    incomplete = {_NO_SIGN}
    if KEYCAP in written:
        # Digits that are no emoji take no room, so their key is drawn without them.
        incomplete.add(KEYCAP)
    if has_tags(written):
        # Of the flag of a region that it does not know, a font draws the cloth.
        incomplete.add(written[:1])
    return None if any(_drawn(font, part) == drawn for part in incomplete) else drawn


def _drawn(font: Font, written: str) -> Image.Image:
    """Return whatever a font draws, with room around it."""
    left, top, right, bottom = font.getbbox(written)
    size = round(right - left) + 2 * _MARGIN, round(bottom - top) + 2 * _MARGIN
    image = Image.new("RGBA", size)
    at = _MARGIN - left, _MARGIN - top
    ImageDraw.Draw(image).text(at, written, font=font, embedded_color=True)
    return image


def _seen_on_black(drawn: Image.Image) -> Image.Image:
    """Return an emoji, lighter if little of it could be seen on black."""
    brightness = drawn.convert("L")
    there = drawn.getchannel("A").point(lambda opacity: 255 if opacity >= _OPAQUE else 0)
    lit = ImageChops.multiply(there, brightness.point(lambda bright: 255 if bright >= _DARK else 0))
    if _area(lit) >= (1 - _MOST_DARK) * _area(there) and _extent(lit) >= _LEAST_EXTENT * _extent(
        there
    ):
        return drawn
    lift = brightness.point(lambda bright: max(round(_LIFT * (1 - bright / _BRIGHT)), 0))
    lighter = ImageChops.add(drawn.convert("RGB"), Image.merge("RGB", (lift, lift, lift)))
    lighter.putalpha(drawn.getchannel("A"))
    return lighter


def _area(mask: Image.Image) -> int:
    """Return how many dots a mask has."""
    return mask.histogram()[255]


def _extent(mask: Image.Image) -> int:
    """Return how many dots the smallest rectangle has that all of a mask is in."""
    left, top, right, bottom = mask.getbbox() or (0, 0, 0, 0)
    return (right - left) * (bottom - top)
