"""A text that was taken out of another, and where its characters stand in that."""

from bisect import bisect_left
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
        begins, line, column = self.marks[max(self._marks_up_to(offset) - 1, 0)]
        lines = self.text.count("\n", begins, offset)
        if not lines:
            return line, column + offset - begins
        return line + lines, offset - self.text.rfind("\n", begins, offset)

    def part(self, begins: int, ends: int) -> Located:
        """Return a piece of the text."""
        marks = self.marks[self._marks_up_to(begins) : self._marks_up_to(ends)]
        later = [(number - begins, line, column) for number, line, column in marks]
        return Located(self.text[begins:ends], [(0, *self.at(begins)), *later])

    def _marks_up_to(self, offset: int) -> int:
        """Return how many marks are of a character or of one before it."""
        return bisect_left(self.marks, (offset + 1, 0, 0))


def whole(text: str) -> Located:
    """Return a text that begins where it stands, with a mark for each of its lines."""
    begins = [0, *(found.end() for found in _LINE_END.finditer(text))]
    return Located(text, [(offset, number + 1, 1) for number, offset in enumerate(begins)])
