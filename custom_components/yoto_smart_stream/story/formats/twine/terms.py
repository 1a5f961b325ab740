"""Expressions as Harlowe writes them: `$coins is 3 and not $key`."""

from dataclasses import dataclass
import re
from typing import Final

from ...errors import StoryProblem
from ...expression.tree import (
    AllOf,
    AnyOf,
    Arithmetic,
    Calculated,
    Compared,
    Comparison,
    Literal,
    Not,
    Read,
    Term,
)

_DEPTH: Final = 30
_DIGITS: Final = 10
_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<variable>\$\w+)
    |(?P<number>\d+(?:\.\d+)?)
    |(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<macro>\([A-Za-z][\w-]*:)
    |(?P<word>is\s+not\b|isnt\b|[A-Za-z][\w-]*)
    |(?P<sign><=|>=|[-<>+*(),])
    |(?P<other>\S))""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPES: Final = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED: Final = {"n": "\n", "t": "\t"}
_INEQUALITY: Final = {
    "<": Comparison.LESS,
    "<=": Comparison.AT_MOST,
    ">": Comparison.MORE,
    ">=": Comparison.AT_LEAST,
}
_LISTS: Final = frozenset({"(a:", "(array:"})


class HarloweError(Exception):
    """An expression that we do not know."""

    def __init__(self, offset: int, code: StoryProblem, found: str) -> None:
        """Keep what was found, and the number of its first character."""
        super().__init__(found)
        self.offset = offset
        self.code = code
        self.found = found


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A variable that is given a value, or a list of words."""

    variable: str
    value: Term | tuple[str, ...] | HarloweError
    """An error where it is something that we do not know; it matters only if somebody reads it."""
    offset: int
    """The number of the character where the value begins."""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    offset: int


def condition(text: str, offset: int) -> Term:
    """Return what is between `(if:` and its bracket.

    Raises:
        HarloweError: It is not all known.
    """
    reading = _Reading(text, offset)
    term = reading.term()
    reading.must_be_over()
    return term


def texts(text: str, offset: int) -> list[str]:
    """Return texts with commas between, as in `(link-goto: "In", "cave")`.

    Raises:
        HarloweError: It is something else.
    """
    reading = _Reading(text, offset)
    found = [reading.string()]
    while reading.skip(","):
        found.append(reading.string())
    reading.must_be_over()
    return found


def settings(text: str, offset: int) -> list[Setting]:
    """Return what is between `(set:` and its bracket: `$a to 1, $b to $a + 1`.

    Raises:
        HarloweError: It is not of that form.
    """
    reading = _Reading(text, offset)
    found = [reading.setting()]
    while reading.skip(","):
        found.append(reading.setting())
    reading.must_be_over()
    return found


class _Reading:
    """The reading of one text."""

    def __init__(self, text: str, offset: int) -> None:
        self._tokens = [
            _Token(kind, found[kind], offset + found.start(kind))
            for found in _TOKEN.finditer(text)
            if (kind := found.lastgroup) is not None
        ]
        self._end = _Token("end", "", offset + len(text))
        self._next = 0
        self._it: Term | None = None

    def setting(self) -> Setting:
        """Read `$variable to value`."""
        variable = self._take()
        if variable.kind != "variable":
            raise _unknown(variable)
        to = self._take()
        if to.text.lower() != "to":
            raise _unknown(to)
        begins, at = self._next, self._peek().offset
        name = variable.text[1:]
        self._it = Read(name)
        value: Term | tuple[str, ...] | HarloweError
        try:
            value = self._words() if self._peek().text.lower() in _LISTS else self.term()
            if self._peek().text not in {",", ""}:
                raise _unknown(self._peek())
        except HarloweError as err:
            value = err
            self._next = begins
            self._over_value()
        return Setting(variable=name, value=value, offset=at)

    def string(self) -> str:
        """Read a text."""
        token = self._take()
        if token.kind != "string":
            raise _unknown(token)
        return _unquoted(token.text)

    def skip(self, sign: str) -> bool:
        """Go on behind a sign, if it comes next."""
        if self._peek().text != sign:
            return False
        self._next += 1
        return True

    def must_be_over(self) -> None:
        """Make sure that nothing is left."""
        if (token := self._peek()).kind != "end":
            raise _unknown(token)

    def term(self, depth: int = 0) -> Term:
        """Read terms with `and` or with `or` between. Both in a row need brackets."""
        if depth > _DEPTH:
            raise HarloweError(self._peek().offset, StoryProblem.EXPRESSION_DEEP, str(_DEPTH))
        terms = [self._same(depth)]
        joint = self._peek().text.lower()
        while joint in {"and", "or"} and self.skip_word(joint):
            terms.append(self._same(depth))
        if (token := self._peek()).text.lower() in {"and", "or"}:
            raise _unknown(token)
        if len(terms) == 1:
            return terms[0]
        return AllOf(tuple(terms)) if joint == "and" else AnyOf(tuple(terms))

    def skip_word(self, word: str) -> bool:
        """Go on behind a word, if it comes next."""
        if self._peek().text.lower() != word:
            return False
        self._next += 1
        return True

    def _words(self) -> tuple[str, ...]:
        """Read `(a: "one", "other")`."""
        self._take()
        found = [self.string()]
        while self.skip(","):
            found.append(self.string())
        if not self.skip(")"):
            raise _unknown(self._peek())
        return tuple(found)

    def _over_value(self) -> None:
        """Go on to the comma or the end behind a value that is not known."""
        depth = 0
        while (token := self._peek()).kind != "end":
            if token.text == "," and depth <= 0:
                return
            depth += (token.text == "(" or token.kind == "macro") - (token.text == ")")
            self._next += 1

    def _same(self, depth: int) -> Term:
        left = self._ordered(depth)
        while (word := " ".join(self._peek().text.lower().split())) in {"is", "is not", "isnt"}:
            self._next += 1
            self._it = left
            comparison = Comparison.EQUAL if word == "is" else Comparison.UNEQUAL
            left = Compared(left, comparison, self._ordered(depth))
        return left

    def _ordered(self, depth: int) -> Term:
        left = self._sum(depth)
        while (comparison := _INEQUALITY.get(self._peek().text)) is not None:
            self._next += 1
            self._it = left
            left = Compared(left, comparison, self._sum(depth))
        return left

    def _sum(self, depth: int) -> Term:
        left = self._product(depth)
        while (sign := self._peek().text) in {"+", "-"}:
            self._next += 1
            left = Calculated(left, Arithmetic(sign), self._product(depth))
        return left

    def _product(self, depth: int) -> Term:
        left = self._single(depth)
        while self.skip("*"):
            left = Calculated(left, Arithmetic.MULTIPLY, self._single(depth))
        return left

    def _single(self, depth: int) -> Term:
        if depth > _DEPTH:
            raise HarloweError(self._peek().offset, StoryProblem.EXPRESSION_DEEP, str(_DEPTH))
        token = self._take()
        match token.kind, token.text.lower():
            case "variable", _:
                return Read(token.text[1:])
            case "number", text if text.isascii() and text.isdigit() and len(text) <= _DIGITS:
                return Literal(int(text))
            case "string", _:
                return Literal(_unquoted(token.text))
            case "word", "true" | "false" as truth:
                return Literal(truth == "true")
            case "word", "it" if self._it is not None:
                return self._it
            case "word", "not":
                return Not(self._single(depth + 1))
            case "sign", "-":
                return _negative(self._single(depth + 1))
            case "sign", "(":
                term = self.term(depth + 1)
                if not self.skip(")"):
                    raise _unknown(self._peek())
                return term
        raise _unknown(token)

    def _peek(self) -> _Token:
        return self._tokens[self._next] if self._next < len(self._tokens) else self._end

    def _take(self) -> _Token:
        token = self._peek()
        self._next += 1
        return token


def _negative(term: Term) -> Term:
    match term:
        case Literal(int(value)) if not isinstance(value, bool):
            return Literal(-value)
        case _:
            return Calculated(Literal(0), Arithmetic.SUBTRACT, term)


def _unquoted(text: str) -> str:
    return _ESCAPES.sub(lambda found: _ESCAPED.get(found[1], found[1]), text[1:-1])


def _unknown(token: _Token) -> HarloweError:
    code = StoryProblem.EXPRESSION_FORBIDDEN
    if token.kind in {"end", "sign", "string", "variable"}:
        code = StoryProblem.EXPRESSION_SYNTAX
    return HarloweError(token.offset, code, token.text)
