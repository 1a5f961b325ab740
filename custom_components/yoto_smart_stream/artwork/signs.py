"""Signs: what a display shows of something that has no picture, drawn in dots."""

from collections.abc import Mapping
from enum import StrEnum
from io import BytesIO
from typing import Final

from .dots import Colour, Dots


class Sign(StrEnum):
    """What kind of thing plays."""

    MUSIC = "music"
    """Also anything of which nobody knows more."""
    RADIO = "radio"
    SPEECH = "speech"
    STORY = "story"
    SILENCE = "silence"
    """Nothing plays."""


_COLOURS: Final[Mapping[str, Colour | None]] = {
    ".": None,
    "w": (255, 255, 255),
    "y": (255, 205, 50),
    "o": (255, 140, 40),
    "g": (80, 225, 110),
    "c": (60, 205, 235),
    "b": (95, 150, 255),
    "p": (205, 120, 255),
    "s": (150, 150, 165),
}
"""Light ones, since a dot that is off is black."""

_ROWS: Final[Mapping[Sign, tuple[str, ...]]] = {
    Sign.MUSIC: (
        "................",
        "......yyyyyyyy..",
        "......yyyyyyyy..",
        "......yyyyyyyy..",
        "......y......y..",
        "......y......y..",
        "......y......y..",
        "......y......y..",
        "......y......y..",
        "...yyyy...yyyy..",
        "..yyyyy..yyyyy..",
        "..yyyyy..yyyyy..",
        "..yyyyy..yyyyy..",
        "...yyy....yyy...",
        "................",
        "................",
    ),
    Sign.RADIO: (
        "............ww..",
        "..........ww....",
        "........ww......",
        "......ww........",
        "..cccccccccccc..",
        ".cccccccccccccc.",
        ".cc....cccccccc.",
        ".c.wwww.cc....c.",
        ".c.wwww.cc.oo.c.",
        ".c.wwww.cc....c.",
        ".c.wwww.ccccccc.",
        ".cc....ccc.cc.c.",
        ".cccccccccccccc.",
        "..cccccccccccc..",
        "................",
        "................",
    ),
    Sign.SPEECH: (
        "................",
        "..gggggggggggg..",
        ".gggggggggggggg.",
        ".gggggggggggggg.",
        ".gggggggggggggg.",
        ".gg..gg..gg..gg.",
        ".gg..gg..gg..gg.",
        ".gggggggggggggg.",
        ".gggggggggggggg.",
        "..gggggggggggg..",
        "....ggg.........",
        "....gg..........",
        "....g...........",
        "................",
        "................",
        "................",
    ),
    Sign.STORY: (
        "................",
        "................",
        "..wwwww..wwwww..",
        ".pwwwwwwwwwwwwp.",
        ".pwssswwwwssswp.",
        ".pwwwwwsswwwwwp.",
        ".pwssswsswssswp.",
        ".pwwwwwsswwwwwp.",
        ".pwssswsswssswp.",
        ".pwwwwwsswwwwwp.",
        ".pwwwwwsswwwwwp.",
        ".ppppwwsswwpppp.",
        ".pppppppppppppp.",
        ".......pp.......",
        "................",
        "................",
    ),
    Sign.SILENCE: (
        "................",
        ".....bbbb.......",
        "...bbbb.....w...",
        "..bbbb..........",
        "..bbb...........",
        ".bbbb.....w.....",
        ".bbbb...........",
        ".bbbb.........b.",
        ".bbbbb.......bb.",
        "..bbbbb....bbbb.",
        "..bbbbbbbbbbbb..",
        "...bbbbbbbbbb...",
        ".....bbbbbb.....",
        "................",
        "................",
        "................",
    ),
}


def dots_of_sign(sign: Sign) -> Dots:
    """Return the dots of a sign."""
    return Dots(tuple(_COLOURS[one] for row in _ROWS[sign] for one in row))


def draw_signs() -> dict[Sign, bytes]:
    """Return each sign as a PNG (RGBA) of 16 by 16 dots (blocking)."""
    return {sign: _png(dots_of_sign(sign)) for sign in Sign}


def _png(dots: Dots) -> bytes:
    """Return dots as a file."""
    out = BytesIO()
    dots.image().save(out, "PNG", optimize=True)
    return out.getvalue()
