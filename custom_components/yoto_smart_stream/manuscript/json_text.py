"""From JSON to the tree."""

from json import JSONDecodeError, JSONDecoder
import re
from typing import Final

from .errors import Fault, ManuscriptError, ManuscriptFault
from .tree import (
    DEPTH,
    MARK,
    PARTS,
    Field,
    Fields,
    Items,
    Lines,
    Plain,
    Words,
    Written,
    must_be_short,
    twice,
)

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_GAP: Final = _SPACE.pattern
_COLON: Final = re.compile(rf"{_GAP}:{_GAP}")
_SIGN: Final = re.compile(rf"{_GAP}([,\]}}]?){_GAP}")
_TEXT: Final = r'"([^"\\\x00-\x1f]*)"'
"""A text that is what is written, as nearly all are."""
_SIMPLE: Final = re.compile(_TEXT)
_FIELD: Final = re.compile(rf"{_TEXT}{_COLON.pattern}(?:{_TEXT}{_GAP}([,}}]){_GAP})?")
"""A name, and what stands behind it if that is such a text too."""
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
        self._lines = Lines(text)
        self._next = 0
        self._count = 0

    def whole(self) -> Written:
        """Read all of the text."""
        self._next = len(MARK) if self._text.startswith(MARK) else 0
        if (half := _half_a_character(self._text)) is not None:
            self._next = half
            raise self._unreadable("half a character")
        self._space()
        written = self._part(0)
        self._space()
        if self._next < len(self._text):
            raise self._unreadable("there is something behind the end")
        return written

    def _part(self, depth: int) -> Written:
        self._count_one()
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
        at = self._begun()
        if self._character() == "}":
            self._next += 1
            return Fields(self._lines, at, {})
        fields: dict[str, Field] = {}
        goes_on = True
        while goes_on:
            found = _FIELD.match(self._text, self._next)
            if found is not None and (sign := found[3]) is not None:
                name, text, begins = found[1], found[2], found.start(1)
                part: Written = Words(self._lines, found.start(2), text, text)
                self._count_one()
                self._next = found.end()
                goes_on = sign == ","
            else:
                name, begins = self._name(found)
                part = self._part(depth + 1)
                goes_on = self._goes_on("}")
            if name in fields:
                self.faults.append(twice(name, self._lines.place(begins)))
            fields[name] = begins, part
        return Fields(self._lines, at, fields)

    def _items(self, depth: int) -> Items:
        at = self._begun()
        if self._character() == "]":
            self._next += 1
            return Items(self._lines, at, ())
        found: list[Written] = []
        goes_on = True
        while goes_on:
            found.append(self._part(depth + 1))
            goes_on = self._goes_on("]")
        return Items(self._lines, at, tuple(found))

    def _begun(self) -> int:
        """Pass what opens a list or mapping; returns where that was."""
        at = self._next
        self._next += 1
        self._space()
        return at

    def _name(self, field: re.Match[str] | None) -> tuple[str, int]:
        """Pass the name of a field and the colon behind it; returns it, and where it begins."""
        if field is not None:
            self._next = field.end()
            return field[1], field.start(1)
        if self._character() != '"':
            raise self._unreadable("a name in quotes is missing")
        name = self._string()
        if (colon := _COLON.match(self._text, self._next)) is None:
            self._space()
            raise self._unreadable("a ':' is missing")
        self._next = colon.end()
        return name.text, name.at

    def _string(self) -> Words:
        at = self._next + 1
        if (found := _SIMPLE.match(self._text, self._next)) is not None:
            self._next = found.end()
            return Words(self._lines, at, found[1], found[1])
        try:
            text, self._next = _DECODER.raw_decode(self._text, self._next)
        except JSONDecodeError as err:
            self._next = err.pos
            raise self._unreadable(err.msg.removesuffix(" at").lower()) from err
        if _half_a_character(text) is not None:
            raise self._unreadable("half a character")
        return Words(self._lines, at, text, text)

    def _plain(self) -> Words:
        at = self._next
        if found := _NUMBER.match(self._text, self._next):
            self._next = found.end()
            return Words(self._lines, at, found[0], self._number(found))
        word = _WORD.match(self._text, self._next)
        if word is None or word[0] not in _MEANT:
            raise self._unreadable("a value is missing")
        self._next = word.end()
        return Words(self._lines, at, word[0], _MEANT[word[0]])

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

    def _count_one(self) -> None:
        self._count += 1
        if self._count > PARTS:
            raise self._error(ManuscriptFault.TOO_MANY, count=f"{PARTS}+", most=str(PARTS))

    def _error(self, code: ManuscriptFault, **detail: str) -> ManuscriptError:
        line, column = self._lines.place(self._next)
        return ManuscriptError(Fault(code=code, line=line, column=column, detail=detail))

    def _unreadable(self, reason: str) -> ManuscriptError:
        return self._error(ManuscriptFault.NOT_READABLE, format="JSON", reason=reason)


def _half_a_character(text: str) -> int | None:
    """Return where half of a character is that can be written nowhere, None where none is."""
    try:
        text.encode()
    except UnicodeEncodeError as err:
        return err.start
    return None
