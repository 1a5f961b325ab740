"""A story as Twine sees it: passages with names, tags and text."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ...errors import Place, Problem, StoryProblem
from ...model import Position
from .located import Located


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One passage, its text as it is written."""

    name: str
    text: Located
    tags: tuple[str, ...] = ()
    position: Position | None = None
    line: int = 1
    column: int = 1

    @property
    def place(self) -> Place:
        """Return where it begins."""
        return Place(self.name, (), self.line, self.column)

    def at(self, offset: int) -> Place:
        """Return where a character of its text stands."""
        line, column = self.text.at(offset)
        return Place(self.name, (), line, column)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passages:
    """All that a file of Twine's says of one story."""

    title: str | None
    start: str | None
    """The passage that it begins with, if the file says so."""
    passages: tuple[Passage, ...]
    author: str | None = None
    twine: Mapping[str, str] = field(default_factory=dict)
    """What Twine wants back."""
    problems: tuple[Problem, ...] = ()
    """What is wrong with the file; the passages are those that could be read all the same."""


def problem(place: Place, code: StoryProblem, **detail: str) -> Problem:
    """Return a problem of something in a passage."""
    return Problem(place=place, code=code, detail=detail)


def position(text: str | None, size: str | None) -> Position | None:
    """Return where and how large Twine draws a passage: two numbers with a comma between."""
    where, extent = _pair(text), _pair(size)
    if where is None:
        return None
    width, height = extent or (None, None)
    return Position(x=where[0], y=where[1], width=width, height=height)


def _pair(text: str | None) -> tuple[float, float] | None:
    if not text:
        return None
    try:
        one, other = (float(each) for each in text.split(","))
    except ValueError:
        return None
    if not all(abs(each) < float("inf") for each in (one, other)):
        return None
    return one, other
