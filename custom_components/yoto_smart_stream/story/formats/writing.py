"""From a story to a text. What the text cannot hold is said."""

from ...manuscript.writing import write_json, write_yaml
from ..model import Story
from .losses import Written
from .own.writing import describe
from .story_format import StoryFormat
from .twine.twee_writing import write_twee

WRITABLE = (StoryFormat.YAML, StoryFormat.JSON, StoryFormat.TWEE)


def write(story: Story, story_format: StoryFormat) -> Written:
    """Return a story in one of the formats that can be written.

    Raises:
        ValueError: The format is read only.
    """
    match story_format:
        case StoryFormat.YAML:
            return Written(write_yaml({**describe(story)}))
        case StoryFormat.JSON:
            return Written(write_json({**describe(story)}))
        case StoryFormat.TWEE:
            return write_twee(story)
        case _:
            raise ValueError(story_format)
