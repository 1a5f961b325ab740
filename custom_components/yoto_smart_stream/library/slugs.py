"""Slugs: readable names of items, made once from a title and never changed. Pure."""

from collections.abc import Callable
from typing import Final

from slugify import slugify

_LONGEST: Final = 60
_NAMELESS: Final = "audio"
_APOSTROPHES: Final = str.maketrans("", "", "'\N{RIGHT SINGLE QUOTATION MARK}")


class Slugs:
    """Make slugs that are not taken."""

    def __init__(self, is_taken: Callable[[str], bool]) -> None:
        """Remember how to tell that one is taken."""
        self._is_taken = is_taken
        # Where counting begins, so that many of the same title do not take long.
        self._next: dict[str, int] = {}

    def make(self, title: str) -> str:
        """Return a slug for a title: `the-cat`, then `the-cat-2`."""
        text = title.translate(_APOSTROPHES)
        base = slugify(text, max_length=_LONGEST, word_boundary=True) or _NAMELESS
        if not self._is_taken(base):
            return base
        number = self._next.get(base, 2)
        while self._is_taken(slug := f"{base}-{number}"):
            number += 1
        self._next[base] = number + 1
        return slug
