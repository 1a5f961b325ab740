"""The text of an expression: where a character of it stands in the story, and what Python may see.

Python's own messages do not say exactly where a bracket is missing, and it warns of some texts
instead of refusing them. What would lead to either is found here, before Python reads the text.
"""

from bisect import bisect_right
from collections.abc import Iterator
import re
from typing import Final

from ..errors import Place, Problem, StoryProblem

LENGTH: Final = 1000
"""Characters that an expression may have."""

_STRING: Final = re.compile(r"""'(?:[^'\\\r\n]|\\.)*'|"(?:[^"\\\r\n]|\\.)*\"""")
_ESCAPE: Final = re.compile(r"\\(?:[\\'\"nrt]|x[0-9A-Fa-f]{2})?")
_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_ODD_NUMBER: Final = re.compile(r"(?<!\w)\d\w*[^\W\d]\w*")
_OPENED: Final = {")": "(", "]": "[", "}": "{"}


class Source:
    """An expression as it is written."""

    def __init__(self, text: str, place: Place) -> None:
        """Keep where it begins."""
        self.text = text
        self._place = place
        self._lines = [0, *(found.end() for found in _LINE_END.finditer(text))]

    @property
    def flat(self) -> str:
        """Return the text in one line; every character keeps its number."""
        return self.text.replace("\r", " ").replace("\n", " ")

    def at(self, offset: int) -> Place:
        """Return where the character with a number, counted from 0, stands."""
        place = self._place
        if place.line is None:
            return place
        line = bisect_right(self._lines, offset) - 1
        begins = (place.column or 1) if line == 0 else 1
        return Place(
            node=place.node,
            path=place.path,
            line=place.line + line,
            column=begins + offset - self._lines[line],
        )

    def problem(self, offset: int, code: StoryProblem, **detail: str) -> Problem:
        """Return a problem with what stands at a character."""
        return Problem(place=self.at(offset), code=code, detail=detail)

    def faults(self) -> Iterator[Problem]:
        """Yield what Python would not report, or not exactly."""
        if len(self.text) > LENGTH:
            yield self.problem(
                0, StoryProblem.TOO_LONG, length=str(len(self.text)), most=str(LENGTH)
            )
            return
        yield from self._escapes()
        bare = _STRING.sub(lambda found: " " * len(found[0]), self.text)
        if not bare.strip() and not self.text.strip():
            yield self.problem(0, StoryProblem.EXPRESSION_SYNTAX, found="")
        for offset, character in enumerate(bare):
            if character in "'\"":
                yield self.problem(offset, StoryProblem.EXPRESSION_SYNTAX, found=character)
                return
            if character in "#\\":
                yield self.problem(offset, StoryProblem.EXPRESSION_FORBIDDEN, found=character)
                return
        for found in _ODD_NUMBER.finditer(bare):
            yield self.problem(found.start(), StoryProblem.EXPRESSION_SYNTAX, found=found[0])
        yield from self._brackets(bare)

    def _escapes(self) -> Iterator[Problem]:
        """Yield the escapes that are none of a story's."""
        for string in _STRING.finditer(self.text):
            for found in _ESCAPE.finditer(string[0]):
                if found[0] == "\\":
                    offset = string.start() + found.start()
                    wrong = self.text[offset : offset + 2]
                    yield self.problem(offset, StoryProblem.EXPRESSION_FORBIDDEN, found=wrong)

    def _brackets(self, bare: str) -> Iterator[Problem]:
        """Yield the brackets that have no partner."""
        opened: list[int] = []
        for offset, character in enumerate(bare):
            if character in "([{":
                opened.append(offset)
            elif character in _OPENED and not (opened and bare[opened.pop()] == _OPENED[character]):
                yield self.problem(offset, StoryProblem.EXPRESSION_SYNTAX, found=character)
                return
        if opened:
            wrong = opened[-1]
            yield self.problem(wrong, StoryProblem.EXPRESSION_SYNTAX, found=bare[wrong])
