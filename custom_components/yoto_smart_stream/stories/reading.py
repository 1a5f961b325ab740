"""Reading: from the text of a story to what can be played. Pure."""

from ..story.formats.reading import read
from ..story.formats.story_format import StoryFormat, recognise
from ..story.script import Script


def script_of(text: str, form: str | None) -> Script:
    """Return a story made ready (blocking, for a long one).

    Args:
        text: as the family wrote it.
        form: the format; None, or one that this version does not know, to tell it from the text.

    Raises:
        StoryError: The text cannot be read, or leads to what is not there.
    """
    known = next((one for one in StoryFormat if one == form), None)
    return Script.of(read(text, known))


def format_of(text: str, form: StoryFormat | None) -> StoryFormat:
    """Return the format of a text."""
    return form or recognise(text)
