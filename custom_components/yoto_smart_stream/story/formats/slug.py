"""Ids made of titles."""

import re
from typing import Final
import unicodedata

_BETWEEN: Final = re.compile(r"[\W_]+")
_MOST: Final = 60
_NAMELESS: Final = "story"


def slug(title: str) -> str:
    """Return a title as an id: lower case, words with hyphens between."""
    words = _BETWEEN.sub("-", unicodedata.normalize("NFC", title).lower()).strip("-")
    return words[:_MOST].strip("-") or _NAMELESS
