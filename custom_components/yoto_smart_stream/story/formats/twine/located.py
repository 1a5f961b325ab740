"""A text that was taken out of another, and where its characters stand in that."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
import re
from typing import Final

_LINE_END: Final = re.compile(r"\n")


@dataclass(frozen=True, slots=True)
class Located:
    """A text, and for some of its characters the line and column; the others follow on those."""

    text: str
    marks: Sequence[tuple[int, int, int]]
    """Number of a character from 0, its line and column from 1. The first is of character 0."""

    def at(self, offset: int) -> tuple[int, int]:
        """Return line and column of a character."""
        found = max(bisect_right(self.marks, offset, key=lambda mark: mark[0]) - 1, 0)
        begins, line, column = self.marks[found]
        lines = self.text.count("\n", begins, offset)
        if not lines:
            return line, column + offset - begins
        return line + lines, offset - self.text.rfind("\n", begins, offset)

    def part(self, begins: int, ends: int) -> Located:
        """Return a piece of the text."""
        inner = bisect_right(self.marks, begins, key=lambda mark: mark[0])
        outer = bisect_right(self.marks, ends, key=lambda mark: mark[0])
        later = [(mark[0] - begins, mark[1], mark[2]) for mark in self.marks[inner:outer]]
        return Located(self.text[begins:ends], [(0, *self.at(begins)), *later])


def whole(text: str) -> Located:
    """Return a text that begins where it stands, with a mark for each of its lines."""
    begins = [0, *(found.end() for found in _LINE_END.finditer(text))]
    return Located(text, [(offset, number + 1, 1) for number, offset in enumerate(begins)])
