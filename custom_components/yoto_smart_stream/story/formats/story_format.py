"""The formats that stories are written in, and telling them apart."""

from enum import StrEnum
import re
from typing import Final

from ...manuscript.tree import Fields, Written


class StoryFormat(StrEnum):
    """How a text says what a story is."""

    YAML = "yaml"
    JSON = "json"
    CHAPTERS = "chapters"
    """The JSON of the service before this integration."""
    TWEE = "twee"
    """Twee 3, the text format of Twine."""
    TWINE = "twine"
    """A page that Twine 2 has saved, or its archive with one story."""


_PAGE: Final = re.compile(r"<tw-storydata[\s>]", re.IGNORECASE)
_PASSAGE: Final = re.compile(r"^::", re.MULTILINE)


def recognise(text: str) -> StoryFormat:
    """Return the format that a text seems to be in. JSON may still turn out to be of CHAPTERS."""
    begins = text.lstrip("\ufeff \t\r\n")
    if begins.startswith("{"):
        return StoryFormat.JSON
    if begins.startswith("<") and _PAGE.search(text):
        return StoryFormat.TWINE
    if _PASSAGE.search(text):
        return StoryFormat.TWEE
    return StoryFormat.TWINE if _PAGE.search(text) else StoryFormat.YAML


def has_chapters(written: Written) -> bool:
    """Return whether a mapping is in the format of the earlier service."""
    if not isinstance(written, Fields):
        return False
    return "chapters" in written.fields and "nodes" not in written.fields
