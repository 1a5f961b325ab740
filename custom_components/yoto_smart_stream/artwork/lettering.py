"""Setting a title: a font, lines that fit, as large as they can be.

Blocking: not in the event loop.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
import re
from typing import Final
import unicodedata

from PIL import ImageFont

_SMALLEST: Final = 14
"""Dots of the height of a font; smaller cannot be read on a card."""
_LEADING: Final = 1.14
"""Height of a line, in heights of the font."""
_NO_LETTER: Final = "\uffff"
"""No font has it, so it looks like everything else that a font lacks."""
_ELLIPSIS: Final = "..."
_WORDS: Final = re.compile(r"[^\s-]*-+\s*|[^\s-]+\s*")
"""Words with what follows them; a line may end after a hyphen."""
_STEP: Final = 0.95
_BREAKING: Final = 0.45
"""Words are broken below this share of the largest size."""

type Font = ImageFont.FreeTypeFont


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """A text in lines, and the font that it is set in."""

    lines: tuple[str, ...]
    font: Font
    is_broken: bool
    """Whether a word goes on in the next line."""

    @property
    def height(self) -> int:
        """Return dots from the top of the first line to the bottom of the last."""
        return round(self.font.size * _LEADING * len(self.lines))

    @property
    def width(self) -> float:
        """Return dots of the widest line: one letter can be wider than there is room."""
        return max((self.font.getlength(line) for line in self.lines), default=0.0)

    def tops(self) -> Iterator[tuple[float, str]]:
        """Yield each line and where its top is, from the top of the first."""
        for number, line in enumerate(self.lines):
            yield number * self.font.size * _LEADING, line


class Lettering:
    """Sets texts in one font, in all sizes."""

    def __init__(self, font_file: Path | None) -> None:
        """Use a font; None is Pillow's own, which has hardly more than English letters."""
        self._file = font_file

    def drawable(self, text: str) -> str | None:
        """Return a text as the font can draw it, None where letters would be missing.

        Signs that are no letters are left out where the font lacks them; letters lose their
        accents.
        """
        kept = []
        for sign in unicodedata.normalize("NFC", text):
            if sign.isspace():
                kept.append(" ")
            elif self._has(sign):
                kept.append(sign)
            elif (bare := _bare(sign)) and all(self._has(part) for part in bare):
                kept.append(bare)
            elif unicodedata.category(sign)[0] in "LN":
                return None
        return " ".join("".join(kept).split()) or None

    def fitted(self, text: str, width: int, height: int, largest: int) -> Lines:
        """Set a text that can be drawn, as large as fits; what never fits ends in dots."""
        size = float(largest)
        while size > _SMALLEST:
            lines = self._set(text, int(size), width)
            # A word is broken only where it would be hard to read otherwise.
            if (
                lines.height <= height
                and lines.width <= width
                and (not lines.is_broken or size <= largest * _BREAKING)
            ):
                return lines
            size *= _STEP
        return _shortened(self._set(text, _SMALLEST, width), height)

    def _set(self, text: str, size: int, width: int) -> Lines:
        """Break a text into lines of a width."""
        font = self._font(size)
        lines = [""]
        is_broken = False
        for word in _WORDS.findall(text):
            if font.getlength((lines[-1] + word).rstrip()) <= width:
                lines[-1] += word
                continue
            parts = _broken(word, font, width)
            is_broken = is_broken or len(parts) > 1
            lines += parts
        return Lines(
            lines=tuple(line.strip() for line in lines if line.strip()),
            font=font,
            is_broken=is_broken,
        )

    def _has(self, sign: str) -> bool:
        """Say whether the font has a sign."""
        return _glyph(self._font(_SMALLEST * 2), sign) != _glyph(
            self._font(_SMALLEST * 2), _NO_LETTER
        )

    def _font(self, size: int) -> Font:
        """Return the font in a size."""
        return _loaded(self._file, size)


@lru_cache(maxsize=64)
def _loaded(font_file: Path | None, size: int) -> Font:
    """Load a font in a size."""
    if font_file is not None:
        return ImageFont.truetype(font_file, size)
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise TypeError("Pillow was built without FreeType")
    return font


def _glyph(font: Font, sign: str) -> tuple[tuple[int, int], bytes]:
    """Return what a sign looks like."""
    mask = font.getmask(sign)
    return mask.size, bytes(mask)


def _bare(sign: str) -> str:
    """Return a letter without its accents."""
    return "".join(
        part for part in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(part)
    )


def _broken(word: str, font: Font, width: int) -> list[str]:
    """Break a word that is too long for a line."""
    parts = [""]
    for letter in word:
        if parts[-1] and font.getlength(f"{parts[-1]}{letter}-".rstrip()) > width:
            if letter.isspace():
                continue
            parts[-1] += "-"
            parts.append("")
        parts[-1] += letter
    return parts


def _shortened(lines: Lines, height: int) -> Lines:
    """Leave out the last lines that have no room."""
    most = max(int(height / (lines.font.size * _LEADING)), 1)
    if len(lines.lines) <= most:
        return lines
    kept: Sequence[str] = lines.lines[:most]
    return replace(lines, lines=(*kept[:-1], kept[-1][: -len(_ELLIPSIS)] + _ELLIPSIS))
