"""Drawing a cover for a title: the title decides colours and pattern, and is always readable.

Blocking: not in the event loop.
"""

from collections.abc import Callable, Mapping
from colorsys import hls_to_rgb
from dataclasses import dataclass
from hashlib import sha256
import math
from random import Random
from typing import Final
import unicodedata

from PIL import Image, ImageDraw

from .cover import CoverFile, CoverShape, as_png
from .lettering import Lettering

_FINER: Final = 2
"""Everything is drawn so many times larger, so that edges are smooth afterwards."""
_PAPER: Final = (255, 251, 243)
_WELL_READ: Final = 7.0
"""The contrast of text that everybody can read (WCAG, AAA)."""
_STRAIGHT: Final = 0.04045
"""Below it, the curve of sRGB is a straight line."""
_MARGIN: Final = 0.07
_PADDING: Final = 0.055
"""Shares of the shorter side."""

type Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A cover that was drawn; `is_titled` tells whether the font has the letters of the title."""

    cover: CoverFile
    is_titled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Colours:
    """The colours of a cover."""

    ground: Colour
    shapes: tuple[Colour, ...]
    ink: Colour


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """What a pattern is drawn on."""

    draw: ImageDraw.ImageDraw
    width: int
    height: int
    chance: Random
    colours: _Colours

    @property
    def unit(self) -> float:
        """Return the shorter side."""
        return min(self.width, self.height)


def draw_cover(title: str, *, shape: CoverShape, lettering: Lettering, author: str = "") -> Drawn:
    """Draw a cover. The same title looks the same in every shape and at any time."""
    wide, high = shape.size
    width, height = wide * _FINER, high * _FINER
    seed = sha256(unicodedata.normalize("NFC", title).strip().casefold().encode()).digest()
    chance = Random(seed)  # noqa: S311
    colours = _colours(chance)
    image = Image.new("RGB", (width, height), colours.ground)
    sheet = _Sheet(
        draw=ImageDraw.Draw(image), width=width, height=height, chance=chance, colours=colours
    )
    _PATTERNS[chance.choice(sorted(_PATTERNS))](sheet)
    text = lettering.drawable(title)
    if text is not None:
        _label(sheet, text, lettering.drawable(author) or "", lettering)
    return Drawn(
        cover=as_png(image.resize((wide, high), Image.Resampling.LANCZOS)),
        is_titled=text is not None,
    )


def contrast(one: Colour, other: Colour) -> float:
    """Return how well one colour is read on another, from 1 to 21 (WCAG; 4.5 is enough)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    """Return how light a colour is, from 0 to 1."""
    red, green, blue = (
        part / 12.92 if part <= _STRAIGHT else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _colours(chance: Random) -> _Colours:
    """Choose colours that go together, and an ink that is read well on paper."""
    hue = chance.random()
    second = (hue + chance.choice((0.08, -0.08, 0.42, 0.5))) % 1
    third = (hue + chance.choice((0.16, -0.16, 0.58))) % 1
    lightness = 0.26
    while contrast(_colour(hue, lightness, 0.6), _PAPER) < _WELL_READ:
        lightness -= 0.02
    return _Colours(
        ground=_colour(hue, 0.42, 0.62),
        shapes=(
            _colour(hue, 0.56, 0.66),
            _colour(second, 0.62, 0.72),
            _colour(third, 0.7, 0.7),
        ),
        ink=_colour(hue, lightness, 0.6),
    )


def _colour(hue: float, lightness: float, saturation: float) -> Colour:
    """Return a colour in red, green and blue."""
    red, green, blue = hls_to_rgb(hue, lightness, saturation)
    return round(red * 255), round(green * 255), round(blue * 255)


def _label(sheet: _Sheet, title: str, author: str, lettering: Lettering) -> None:
    """Put the title onto a label of paper, in the lower part of a tall cover."""
    margin, padding = round(sheet.unit * _MARGIN), round(sheet.unit * _PADDING)
    width = sheet.width - 2 * (margin + padding)
    set_title = lettering.fitted(title, width, round(sheet.height * 0.42), round(sheet.unit * 0.17))
    set_author = None
    below = 0
    if author:
        size = min(round(sheet.unit * 0.055), round(set_title.font.size * 0.6))
        set_author = lettering.fitted(author, width, round(size * 1.2), size)
        below = set_author.height + padding // 2
    height = set_title.height + below + 2 * padding
    is_tall = sheet.height > sheet.width
    top = sheet.height - margin - height if is_tall else (sheet.height - height) // 2
    sheet.draw.rounded_rectangle(
        (margin, top, sheet.width - margin, top + height), radius=padding * 0.8, fill=_PAPER
    )
    y = top + padding
    for lines, colour in ((set_title, sheet.colours.ink), (set_author, sheet.colours.ink)):
        if lines is None:
            continue
        for offset, line in lines.tops():
            sheet.draw.text(
                (sheet.width / 2, y + offset), line, font=lines.font, fill=colour, anchor="ma"
            )
        y += lines.height + padding // 2


def _bubbles(sheet: _Sheet) -> None:
    """Draw discs of all sizes."""
    for _ in range(26):
        radius = sheet.unit * (0.03 + 0.16 * sheet.chance.random() ** 2)
        x, y = sheet.chance.random() * sheet.width, sheet.chance.random() * sheet.height
        sheet.draw.ellipse(
            (x - radius, y - radius, x + radius, y + radius),
            fill=sheet.chance.choice(sheet.colours.shapes),
        )


def _hills(sheet: _Sheet) -> None:
    """Draw a sun behind rows of hills."""
    radius = sheet.unit * 0.16
    x = sheet.width * (0.25 + 0.5 * sheet.chance.random())
    y = sheet.height * 0.2
    sheet.draw.ellipse(
        (x - radius, y - radius, x + radius, y + radius), fill=sheet.colours.shapes[2]
    )
    for row, colour in enumerate((*sheet.colours.shapes[:2], sheet.colours.ink)):
        phase, waves = sheet.chance.random() * math.tau, 1.2 + sheet.chance.random()
        base = sheet.height * (0.36 + 0.13 * row)
        rise = sheet.unit * 0.07
        points = [
            (step, base + rise * math.sin(phase + waves * math.tau * step / sheet.width))
            for step in range(0, sheet.width + 8, 8)
        ]
        sheet.draw.polygon([*points, (sheet.width, sheet.height), (0, sheet.height)], fill=colour)


def _rays(sheet: _Sheet) -> None:
    """Draw rays from a point near the top."""
    x = sheet.width * (0.3 + 0.4 * sheet.chance.random())
    y = sheet.height * 0.3
    far = math.hypot(sheet.width, sheet.height)
    count = 2 * sheet.chance.randint(9, 14)
    turn = sheet.chance.random()
    for ray in range(0, count, 2):
        begin, end = ((ray + turn + part) * math.tau / count for part in (0, 1))
        sheet.draw.polygon(
            [
                (x, y),
                (x + far * math.cos(begin), y + far * math.sin(begin)),
                (x + far * math.cos(end), y + far * math.sin(end)),
            ],
            fill=sheet.colours.shapes[0],
        )
    radius = sheet.unit * 0.13
    sheet.draw.ellipse(
        (x - radius, y - radius, x + radius, y + radius), fill=sheet.colours.shapes[2]
    )


def _tiles(sheet: _Sheet) -> None:
    """Draw quarters of discs in a grid."""
    side = sheet.unit / 5
    for row in range(math.ceil(sheet.height / side)):
        for column in range(math.ceil(sheet.width / side)):
            left, top = column * side, row * side
            ground, disc = sheet.chance.sample((sheet.colours.ground, *sheet.colours.shapes), 2)
            sheet.draw.rectangle((left, top, left + side, top + side), fill=ground)
            x, y = left + side * sheet.chance.randint(0, 1), top + side * sheet.chance.randint(0, 1)
            quarter = {(False, False): 0, (True, False): 90, (True, True): 180, (False, True): 270}
            start = quarter[x > left, y > top]
            sheet.draw.pieslice(
                (x - side, y - side, x + side, y + side), start, start + 90, fill=disc
            )


def _waves(sheet: _Sheet) -> None:
    """Draw bands of waves from the top to the bottom."""
    step = sheet.unit * 0.12
    colours = (*sheet.colours.shapes, sheet.colours.ground)
    phase, turn = sheet.chance.random() * math.tau, 0.5 + sheet.chance.random()
    for row in range(-1, math.ceil(sheet.height / step) + 1):
        points = [
            (
                x,
                row * step
                + step * 0.45 * math.sin(phase + row * turn + 3 * math.tau * x / sheet.width),
            )
            for x in range(0, sheet.width + 8, 8)
        ]
        sheet.draw.polygon(
            [*points, (sheet.width, sheet.height), (0, sheet.height)],
            fill=colours[row % len(colours)],
        )


_PATTERNS: Final[Mapping[str, Callable[[_Sheet], None]]] = {
    "bubbles": _bubbles,
    "hills": _hills,
    "rays": _rays,
    "tiles": _tiles,
    "waves": _waves,
}
