"""From a text in any format to a story. The front door of this package."""

from collections.abc import Container, Iterator
from contextlib import contextmanager

from ...garbage import collection_paused
from ...manuscript.errors import Fault, ManuscriptError
from ...manuscript.json_text import read_json
from ...manuscript.yaml_text import read_yaml
from ..errors import Place, Problem, StoryError, StoryProblem
from ..model import Story
from .chapters import read_chapters
from .own.reading import read_own
from .story_format import StoryFormat, has_chapters, recognise
from .studio.pack import Pack
from .studio.reading import read_pack
from .twine.page import read_page
from .twine.story import read_passages
from .twine.twee import read_twee


def read(text: str, story_format: StoryFormat | None = None) -> Story:
    """Return the story that a text tells.

    Args:
        text: In any of the formats.
        story_format: The format; None to tell it from the text.

    Raises:
        StoryError: It cannot be read; with all that is wrong, in the order of the text.
    """
    with _in_order():
        return _read(text, story_format or recognise(text))


def read_studio(text: str, files: Container[str]) -> Pack:
    """Return the pack that the `story.json` of Lunii STUdio describes.

    Args:
        text: The `story.json`.
        files: The names of the assets that are there.

    Raises:
        StoryError: It cannot be read; with all that is wrong, in the order of the text.
    """
    with _in_order():
        return read_pack(read_json(text), files)


@contextmanager
def _in_order() -> Iterator[None]:
    """Tell all that is wrong with a text as what is wrong with a story, in its order."""
    try:
        with collection_paused():
            yield
    except ManuscriptError as err:
        raise StoryError(*map(_problem, err.faults)) from err
    except StoryError as err:
        raise StoryError(*sorted(err.problems, key=_order)) from err


def _read(text: str, story_format: StoryFormat) -> Story:
    if story_format is StoryFormat.TWEE:
        return read_passages(read_twee(text))
    if story_format is StoryFormat.TWINE:
        return read_passages(read_page(text))
    # JSON is not read as YAML, which knows other escapes.
    written = read_yaml(text) if story_format is StoryFormat.YAML else read_json(text)
    chapters = story_format is StoryFormat.CHAPTERS or has_chapters(written)
    return read_chapters(written) if chapters else read_own(written)


def _problem(fault: Fault) -> Problem:
    place = Place(line=fault.line, column=fault.column)
    return Problem(place=place, code=StoryProblem(fault.code), detail=fault.detail)


def _order(problem: Problem) -> tuple[int, int]:
    return problem.place.line or 0, problem.place.column or 0
