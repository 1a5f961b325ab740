"""Twine 2: the passages in a page that Twine has saved, or in an archive with one story."""

from dataclasses import dataclass, field
import html
from html.parser import HTMLParser
from typing import Final, override

from ....manuscript.tree import must_be_short
from ....manuscript.writing import write_json
from ...errors import Place, Problem, StoryProblem
from .located import Located
from .passages import Passage, Passages, position, problem

_STORY: Final = "tw-storydata"
_PASSAGE: Final = "tw-passagedata"
_COLOUR: Final = "tw-tag"
_KEPT: Final = ("ifid", "format", "format-version", "zoom")

type Attributes = list[tuple[str, str | None]]


def read_page(text: str) -> Passages:
    """Return the passages of a page of Twine's.

    Raises:
        ManuscriptError: The text is longer than we take.
    """
    must_be_short(text)
    page = _Page()
    page.feed(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    page.close()
    page.end_passage()
    if page.story is None:
        detail = {"format": "Twine", "reason": "there is no tw-storydata"}
        place = Place(line=1, column=1)
        page.problems.append(Problem(place=place, code=StoryProblem.NOT_READABLE, detail=detail))
    story = page.story or {}
    twine = {name: story[name] for name in _KEPT if story.get(name)}
    if page.colours:
        twine["tag-colors"] = write_json({**page.colours}, indent=None)
    return Passages(
        title=story.get("name"),
        start=page.names.get(story.get("startnode", "")),
        passages=tuple(page.passages),
        twine=twine,
        problems=tuple(page.problems),
    )


@dataclass(slots=True)
class _Begun:
    """A passage whose end has not come yet."""

    given: dict[str, str]
    line: int
    column: int
    pieces: list[str] = field(default_factory=list)
    marks: list[tuple[int, int, int]] = field(default_factory=list)
    length: int = 0

    def add(self, piece: str, line: int, column: int) -> None:
        self.marks.append((self.length, line, column))
        self.pieces.append(piece)
        self.length += len(piece)

    def over(self) -> Passage:
        marks = self.marks or [(0, self.line, self.column)]
        return Passage(
            name=self.given.get("name", "").strip(),
            text=Located("".join(self.pieces), marks),
            tags=tuple(dict.fromkeys(self.given.get("tags", "").split())),
            position=position(self.given.get("position"), self.given.get("size")),
            line=self.line,
            column=self.column,
        )


class _Page(HTMLParser):
    """Collects the passages of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.story: dict[str, str] | None = None
        self.passages: list[Passage] = []
        self.names: dict[str, str] = {}
        """The names of passages by their numbers."""
        self.colours: dict[str, str] = {}
        self.problems: list[Problem] = []
        self._within = False
        self._passage: _Begun | None = None
        self._script = False

    @override
    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        given = {name: value or "" for name, value in attrs}
        if self._passage is not None and tag != _PASSAGE:
            # Twine writes it as an entity; whoever has not means it as text all the same.
            self._piece(self.get_starttag_text() or "")
        elif tag == _STORY:
            self._begin_story(given)
        elif self._within and tag == _PASSAGE:
            self.end_passage()
            line, column = self._place()
            self._passage = _Begun(given, line, column)
        elif self._within and tag == _COLOUR and given.get("name"):
            self.colours[given["name"]] = given.get("color", "")
        elif self._within and tag == "script":
            self._script = True

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag == _PASSAGE:
            self.end_passage()
        elif tag == _STORY:
            self.end_passage()
            self._within = False
        elif tag == "script":
            self._script = False
        elif self._passage is not None:
            self._piece(f"</{tag}>")

    @override
    def handle_data(self, data: str) -> None:
        if self._passage is not None:
            self._piece(data)
        elif self._script and data.strip():
            line, column = self._place()
            place = Place(line=line, column=column)
            self.problems.append(problem(place, StoryProblem.NOT_SUPPORTED, name="script"))

    @override
    def handle_comment(self, data: str) -> None:
        self._piece(f"<!--{data}-->")

    @override
    def handle_entityref(self, name: str) -> None:
        self._piece(html.unescape(f"&{name};"))

    @override
    def handle_charref(self, name: str) -> None:
        self._piece(html.unescape(f"&#{name};"))

    def end_passage(self) -> None:
        """Take the passage that has begun, if one has."""
        if (begun := self._passage) is None:
            return
        self._passage = None
        passage = begun.over()
        if not passage.name:
            self.problems.append(problem(passage.place, StoryProblem.MISSING_FIELD, name="name"))
        self.passages.append(passage)
        self.names[begun.given.get("pid", "")] = passage.name

    def _begin_story(self, given: dict[str, str]) -> None:
        if self.story is not None:
            line, column = self._place()
            place = Place(line=line, column=column)
            self.problems.append(problem(place, StoryProblem.TOO_MANY, count="2", most="1"))
            return
        self.story = given
        self._within = True

    def _piece(self, text: str) -> None:
        if self._passage is not None:
            self._passage.add(text, *self._place())

    def _place(self) -> tuple[int, int]:
        line, offset = self.getpos()
        return line, offset + 1
