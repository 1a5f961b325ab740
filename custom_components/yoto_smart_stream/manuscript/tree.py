"""What is written, and where. Lines and columns are counted from 1, and worked out when asked for.

The parts of a text are not frozen, since there are many of them and freezing would take most of the
time that it takes to make them. Nobody changes them.
"""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from ..json import Json
from .errors import Fault, ManuscriptError, ManuscriptFault

LENGTH = 8_000_000
"""Characters that a text may have."""
PARTS = 500_000
"""Words, lists and mappings that a text may have."""
DEPTH = 60
"""How deep they may be nested."""

MARK: Final = "\ufeff"
"""Says how a text is encoded, and is no part of it."""
_WITH_ITS_END: Final = (1).__add__

type Plain = bool | int | float | str | None
type Written = Words | Items | Fields
type Field = tuple[int, Written]
"""Where the name begins, and what stands behind it."""


class Lines:
    """Where the lines of a text begin. A mark that says how it is encoded belongs to no line."""

    __slots__ = ("_begin",)

    def __init__(self, text: str) -> None:
        """Look for the ends of all lines."""
        lengths = map(len, text.split("\n"))
        self._begin = list(accumulate(map(_WITH_ITS_END, lengths), initial=0))
        if text.startswith(MARK):
            self._begin[0] = len(MARK)

    def place(self, at: int) -> tuple[int, int]:
        """Return line and column of the character at an index."""
        line = bisect_right(self._begin, at)
        return line, at - self._begin[line - 1] + 1


@dataclass(slots=True)
class _Part:
    """Something that is written."""

    lines: Lines
    """Of the whole text."""
    at: int
    """The index of its first character; that of a text is behind the quote."""

    @property
    def place(self) -> tuple[int, int]:
        """Return line and column."""
        return self.lines.place(self.at)


@dataclass(slots=True)
class Words(_Part):
    """A text, a number, a truth or nothing."""

    text: str
    """As it is written, without quotes."""
    value: Plain
    """What it means."""


@dataclass(slots=True)
class Items(_Part):
    """A list."""

    items: tuple[Written, ...]


@dataclass(slots=True)
class Fields(_Part):
    """A mapping. No name stands in it twice."""

    fields: dict[str, Field]


def as_json(written: Written) -> Json:
    """Return what is written, without its places."""
    match written:
        case Words(value=value):
            return value
        case Items(items=items):
            return [as_json(each) for each in items]
        case Fields(fields=fields):
            return {name: as_json(each) for name, (_, each) in fields.items()}


def twice(name: str, place: tuple[int, int]) -> Fault:
    """Return the fault of a name that has been there before, where it stands again."""
    line, column = place
    return Fault(code=ManuscriptFault.TWICE, line=line, column=column, detail={"name": name})


def must_be_short(text: str) -> None:
    """Make sure that a text is not longer than we take.

    Raises:
        ManuscriptError: It is longer.
    """
    if len(text) > LENGTH:
        detail = {"length": str(len(text)), "most": str(LENGTH)}
        raise ManuscriptError(Fault(code=ManuscriptFault.TOO_LONG, line=1, column=1, detail=detail))
