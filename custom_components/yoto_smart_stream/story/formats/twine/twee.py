"""Twee 3: passages in a text, each below a line that begins with two colons."""

from collections.abc import Iterator
from dataclasses import replace
import re
from typing import Final

from ....json import Json
from ....manuscript.errors import ManuscriptError
from ....manuscript.json_text import read_json
from ....manuscript.tree import as_json, must_be_short
from ....manuscript.writing import write_json
from ...errors import Place, Problem, StoryProblem
from .located import Located, whole
from .passages import Passage, Passages, position, problem

TITLE: Final = "StoryTitle"
DATA: Final = "StoryData"

_HEADER: Final = re.compile(r"^::[ \t]*(?P<rest>[^\n]*)$", re.MULTILINE)
_NAME: Final = re.compile(r"[^\\\[\]{}]*(?:\\.[^\\\[\]{}]*)*")
_TAGS: Final = re.compile(r"\[(?P<tags>(?:\\.|[^\\\]])*)\][ \t]*")
_ESCAPED: Final = re.compile(r"\\(.)")
_ESCAPED_LINE: Final = re.compile(r"^\\(?=\\*::)", re.MULTILINE)


def read_twee(text: str) -> Passages:
    """Return the passages of a Twee text, and what `StoryTitle` and `StoryData` say.

    Raises:
        ManuscriptError: The text is longer than we take.
    """
    must_be_short(text)
    source = whole(text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff"))
    problems: list[Problem] = []
    found = [*_passages(source, problems)]
    titles = [each for each in found if each.name == TITLE]
    data = [each for each in found if each.name == DATA]
    problems += [_twice(each) for each in (*titles[1:], *data[1:])]
    read = _data(data[0], problems) if data else {}
    return Passages(
        title=titles[0].text.text.strip().replace("\n", " ") if titles else None,
        start=_word(read.pop("start", None)),
        author=_word(read.pop("creator", None)),
        passages=tuple(each for each in found if each.name not in (TITLE, DATA)),
        twine={name: _as_text(each) for name, each in read.items()},
        problems=tuple(problems),
    )


def _passages(source: Located, problems: list[Problem]) -> Iterator[Passage]:
    headers = [*_HEADER.finditer(source.text)]
    before = source.text[: headers[0].start()] if headers else source.text
    if before.strip():
        place = Place(line=source.at(len(before) - len(before.lstrip()))[0], column=1)
        detail = {"format": "Twee", "reason": "text before the first passage"}
        problems.append(Problem(place=place, code=StoryProblem.NOT_READABLE, detail=detail))
    ends = [*(each.start() for each in headers), len(source.text)][1:]
    for header, end in zip(headers, ends, strict=True):
        text = _unescaped(source.part(min(header.end() + 1, end), end))
        line, _ = source.at(header.start())
        yield _passage(
            header["rest"], header.start("rest") - header.start() + 1, line, text, problems
        )


def _passage(rest: str, column: int, line: int, text: Located, problems: list[Problem]) -> Passage:
    """Return the passage of a header: a name, then tags, then metadata."""
    found = _NAME.match(rest)
    end = found.end() if found else 0
    name = _ESCAPED.sub(r"\1", rest[:end].strip())
    place = Place(node=name, line=line, column=column)
    if not name:
        problems.append(problem(place, StoryProblem.MISSING_FIELD, name="name"))
    names: list[str] = []
    if tags := _TAGS.match(rest, end):
        end = tags.end()
        names = [_ESCAPED.sub(r"\1", each) for each in tags["tags"].split()]
    read: dict[str, Json] = {}
    if metadata := rest[end:].strip():
        if metadata.startswith("{") and metadata.endswith("}"):
            read = _json(Located(rest, [(0, line, column)]).part(end, len(rest)), name, problems)
        else:
            place = replace(place, column=column + end)
            detail = {"format": "Twee", "reason": "brackets in a name need a \\ before them"}
            problems.append(Problem(place=place, code=StoryProblem.NOT_READABLE, detail=detail))
    return Passage(
        name=name,
        text=text,
        tags=tuple(dict.fromkeys(names)),
        position=position(_word(read.get("position")), _word(read.get("size"))),
        line=line,
        column=column,
    )


def _data(passage: Passage, problems: list[Problem]) -> dict[str, Json]:
    return _json(passage.text, passage.name, problems)


def _json(source: Located, name: str, problems: list[Problem]) -> dict[str, Json]:
    """Return the object that a piece of text is."""
    line, column = source.at(0)
    try:
        read = as_json(read_json(source.text))
    except ManuscriptError as err:
        for fault in err.faults:
            place = Place(
                node=name,
                line=line + fault.line - 1,
                column=fault.column + (column - 1 if fault.line == 1 else 0),
            )
            code = StoryProblem(fault.code)
            problems.append(Problem(place=place, code=code, detail=fault.detail))
        return {}
    if isinstance(read, dict):
        return read
    detail = {"format": "JSON", "reason": "a '{' is missing"}
    place = Place(node=name, line=line, column=column)
    problems.append(Problem(place=place, code=StoryProblem.NOT_READABLE, detail=detail))
    return {}


def _unescaped(source: Located) -> Located:
    """Return the text of a passage without the escapes of lines that look like headers."""
    if "\\" not in source.text:
        return source
    pieces: list[str] = []
    marks: list[tuple[int, int, int]] = []
    length, begins = 0, 0
    for found in (*_ESCAPED_LINE.finditer(source.text), None):
        end = found.start() if found else len(source.text)
        piece = source.text[begins:end]
        marks.append((length, *source.at(begins)))
        pieces.append(piece)
        length += len(piece)
        begins = found.end() if found else end
    return Located("".join(pieces), marks)


def _word(value: Json) -> str | None:
    return value if isinstance(value, str) else None


def _as_text(value: Json) -> str:
    """Return what Twine wants back as text: words as they are, the rest as JSON in one line."""
    return value if isinstance(value, str) else write_json(value, indent=None)


def _twice(passage: Passage) -> Problem:
    return problem(passage.place, StoryProblem.TWICE, name=passage.name)
