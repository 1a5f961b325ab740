"""From JSON to the tree."""

from json import JSONDecodeError, JSONDecoder
import re
from typing import Final

from .errors import Fault, ManuscriptError, ManuscriptFault
from .tree import DEPTH, PARTS, Fields, Items, Plain, Words, Written, must_be_short, twice

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_COLON: Final = re.compile(r"[ \t\r\n]*:[ \t\r\n]*")
_SIGN: Final = re.compile(r"[ \t\r\n]*([,\]}]?)[ \t\r\n]*")
_SIMPLE: Final = re.compile(r'"([^"\\\x00-\x1f]*)"')
"""A text that is what is written, as nearly all are."""
_SIMPLE_NAME: Final = re.compile(rf"{_SIMPLE.pattern}{_COLON.pattern}")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_WORD: Final = re.compile(r"[A-Za-z]+")
_MEANT: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None}
_DIGITS: Final = 18
_DECODER: Final = JSONDecoder()


def read_json(text: str) -> Written:
    """Return what a JSON text says.

    Raises:
        ManuscriptError: It is no JSON, or more than we take.
    """
    must_be_short(text)
    reading = _Reading(text)
    written = reading.whole()
    if reading.faults:
        raise ManuscriptError(*reading.faults)
    return written


class _Reading:
    """The reading of one text."""

    def __init__(self, text: str) -> None:
        self.faults: list[Fault] = []
        self._text = text
        self._next = 0
        self._count = 0
        self._line = 1
        self._line_begins = 0
        self._line_known_to = 0

    def whole(self) -> Written:
        """Read all of the text."""
        self._next = 1 if self._text.startswith("\ufeff") else 0
        self._space()
        written = self._part(0)
        self._space()
        if self._next < len(self._text):
            raise self._unreadable("there is something behind the end")
        return written

    def _part(self, depth: int) -> Written:
        self._count += 1
        if self._count > PARTS:
            raise self._error(ManuscriptFault.TOO_MANY, count=f"{PARTS}+", most=str(PARTS))
        if depth > DEPTH:
            raise self._error(ManuscriptFault.TOO_DEEP, most=str(DEPTH))
        match self._character():
            case '"':
                return self._string()
            case "{":
                return self._fields(depth)
            case "[":
                return self._items(depth)
            case _:
                return self._plain()

    def _fields(self, depth: int) -> Fields:
        line, column = self._place()
        found: list[tuple[Words, Written]] = []
        self._next += 1
        self._space()
        if self._character() == "}":
            self._next += 1
            return Fields((), line, column)
        goes_on = True
        while goes_on:
            name = self._name()
            found.append((name, self._part(depth + 1)))
            goes_on = self._goes_on("}")
        self.faults += twice(found)
        return Fields(tuple(found), line, column)

    def _items(self, depth: int) -> Items:
        line, column = self._place()
        found: list[Written] = []
        self._next += 1
        self._space()
        if self._character() == "]":
            self._next += 1
            return Items((), line, column)
        goes_on = True
        while goes_on:
            found.append(self._part(depth + 1))
            goes_on = self._goes_on("]")
        return Items(tuple(found), line, column)

    def _name(self) -> Words:
        """Read the name of a field, and pass the colon behind it."""
        if (found := _SIMPLE_NAME.match(self._text, self._next)) is not None:
            return self._simple(found)
        if self._character() != '"':
            raise self._unreadable("a name in quotes is missing")
        name = self._string()
        if (colon := _COLON.match(self._text, self._next)) is None:
            self._space()
            raise self._unreadable("a ':' is missing")
        self._next = colon.end()
        return name

    def _string(self) -> Words:
        if (found := _SIMPLE.match(self._text, self._next)) is not None:
            return self._simple(found)
        line, column = self._place()
        try:
            text, self._next = _DECODER.raw_decode(self._text, self._next)
        except JSONDecodeError as err:
            self._next = err.pos
            raise self._unreadable(err.msg.removesuffix(" at").lower()) from err
        self._must_be_whole(text)
        return Words(text, text, line, column + 1)

    def _simple(self, found: re.Match[str]) -> Words:
        """Take a text that is what is written."""
        line, column = self._place()
        text = found[1]
        if not text.isascii():
            self._next = found.end(1) + 1
            self._must_be_whole(text)
        self._next = found.end()
        return Words(text, text, line, column + 1)

    def _must_be_whole(self, text: str) -> None:
        """Refuse a text that has half of a character."""
        try:
            text.encode()
        except UnicodeEncodeError as err:
            raise self._unreadable("half a character") from err

    def _plain(self) -> Words:
        line, column = self._place()
        if found := _NUMBER.match(self._text, self._next):
            self._next = found.end()
            return Words(found[0], self._number(found), line, column)
        word = _WORD.match(self._text, self._next)
        if word is None or word[0] not in _MEANT:
            raise self._unreadable("a value is missing")
        self._next = word.end()
        return Words(word[0], _MEANT[word[0]], line, column)

    def _number(self, found: re.Match[str]) -> Plain:
        if found[1] is None and found[2] is None and len(found[0]) <= _DIGITS:
            return int(found[0])
        number = float(found[0])
        if abs(number) == float("inf"):
            raise self._unreadable("a number is too large")
        return number

    def _character(self) -> str:
        return self._text[self._next : self._next + 1]

    def _space(self) -> None:
        if (found := _SPACE.match(self._text, self._next)) is not None:
            self._next = found.end()

    def _goes_on(self, closing: str) -> bool:
        """Pass a comma or what closes a list or mapping; returns whether another part follows."""
        if (found := _SIGN.match(self._text, self._next)) is not None:
            sign = found[1]
            if sign == ",":
                self._next = found.end()
                return True
            if sign == closing:
                self._next = found.end()
                return False
            self._next = found.start(1)
        raise self._unreadable("a ',' is missing")

    def _place(self) -> tuple[int, int]:
        """Return line and column of what comes next. What is before it is looked at once."""
        lines = self._text.count("\n", self._line_known_to, self._next)
        if lines:
            self._line += lines
            self._line_begins = self._text.rfind("\n", 0, self._next) + 1
        self._line_known_to = self._next
        return self._line, self._next - self._line_begins + 1

    def _error(self, code: ManuscriptFault, **detail: str) -> ManuscriptError:
        line, column = self._place()
        return ManuscriptError(Fault(code=code, line=line, column=column, detail=detail))

    def _unreadable(self, reason: str) -> ManuscriptError:
        return self._error(ManuscriptFault.NOT_READABLE, format="JSON", reason=reason)
