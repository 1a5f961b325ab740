"""Reading expressions: parsed by Python, held against a whitelist and the variables."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
import keyword
from typing import Final
import unicodedata

from ..errors import NOWHERE, Place, Problem, StoryError, StoryProblem
from ..variables import Flag, Number, OneOf, Variable
from .source import Source
from .tree import (
    AllOf,
    AnyOf,
    Arithmetic,
    Calculated,
    Compared,
    Comparison,
    Expression,
    Literal,
    Not,
    Read,
    Term,
)

DEPTH: Final = 40
"""How deep terms may be nested."""
HIGHEST: Final = 1_000_000_000
"""The highest number that may be written."""
TRUTHS: Final = {"true": True, "false": False}

_ARITHMETIC: Final[Mapping[type[ast.operator], Arithmetic]] = {
    ast.Add: Arithmetic.ADD,
    ast.Sub: Arithmetic.SUBTRACT,
    ast.Mult: Arithmetic.MULTIPLY,
}
_COMPARISONS: Final[Mapping[type[ast.cmpop], Comparison]] = {
    ast.Eq: Comparison.EQUAL,
    ast.NotEq: Comparison.UNEQUAL,
    ast.Lt: Comparison.LESS,
    ast.LtE: Comparison.AT_MOST,
    ast.Gt: Comparison.MORE,
    ast.GtE: Comparison.AT_LEAST,
}
_OF_ANY_KIND: Final = (Comparison.EQUAL, Comparison.UNEQUAL)


class Kind(StrEnum):
    """What a term stands for. The words are keys of texts."""

    TRUTH = "truth"
    NUMBER = "number"
    WORD = "word"


class ExpressionReader:
    """Reads the expressions of one story. The same text is read once."""

    def __init__(self, variables: Mapping[str, Variable]) -> None:
        """Keep what the story has declared."""
        self._variables = variables
        self._known: dict[str, tuple[Expression, _Meant]] = {}

    def guard(self, text: str, place: Place = NOWHERE) -> Expression:
        """Read what must be a truth.

        Args:
            text: The expression.
            place: Where its first character stands.

        Raises:
            StoryError: It cannot be read; with all that is wrong with it.
        """
        expression, meant = self._read(text, place)
        if meant.kind is not Kind.TRUTH:
            raise StoryError(_other_kind(Source(text, place), 0, meant.kind, Kind.TRUTH))
        return expression

    def value(self, variable: str, text: str, place: Place = NOWHERE) -> Expression:
        """Read what a variable is to be given.

        A number may turn out to be out of its bounds, a word may not.

        Raises:
            StoryError: It cannot be read, or does not fit; with all that is wrong with it.
        """
        expression, meant = self._read(text, place)
        declared = self._variables.get(variable)
        if declared is None:
            source = Source(text, place)
            raise StoryError(source.problem(0, StoryProblem.UNKNOWN_VARIABLE, name=variable))
        wanted = kind_of(declared)
        if meant.kind is not wanted:
            raise StoryError(_other_kind(Source(text, place), 0, meant.kind, wanted))
        if isinstance(declared, OneOf) and (strange := meant.words - {*declared.words}):
            source = Source(text, place)
            raise StoryError(_strange_word(source, 0, strange, declared.words))
        return expression

    def _read(self, text: str, place: Place) -> tuple[Expression, _Meant]:
        known = self._known.get(text)
        if known is None:
            source = Source(text, place)
            if faults := [*source.faults()]:
                raise StoryError(*faults)
            reading = _Reading(source, self._variables)
            meant = reading.whole()
            if reading.problems or meant is None:
                raise StoryError(*reading.problems)
            known = self._known[text] = (Expression(text, meant.term), meant)
        return known


def is_name(text: str) -> bool:
    """Return whether a variable can bear a name, so that expressions can read it."""
    return (
        text.isidentifier()
        and not keyword.iskeyword(text)
        and text not in TRUTHS
        and unicodedata.normalize("NFKC", text) == text
    )


def kind_of(variable: Variable) -> Kind:
    """Return what a variable stands for."""
    match variable:
        case Flag():
            return Kind.TRUTH
        case Number():
            return Kind.NUMBER
        case OneOf():
            return Kind.WORD


@dataclass(frozen=True, slots=True)
class _Meant:
    """A term, what it stands for, and which words it can be."""

    term: Term
    kind: Kind
    words: frozenset[str] = frozenset()


class _Reading:
    """The reading of one expression. What cannot be read is None, and its problem is kept."""

    def __init__(self, source: Source, variables: Mapping[str, Variable]) -> None:
        self.problems: list[Problem] = []
        self._source = source
        self._variables = variables
        self._skipped = len(source.flat) - len(source.flat.lstrip())
        self._flat = source.flat[self._skipped :]
        self._ascii = self._flat.isascii()

    def whole(self) -> _Meant | None:
        """Read all of the text."""
        try:
            tree = ast.parse(self._flat, mode="eval")
        except SyntaxError as err:
            # It counts from 1, and names the end of the text with a 0.
            begins = err.offset - 1 if err.offset else len(self._flat.rstrip()) - 1
            found = self._flat[begins : err.end_offset - 1] if err.offset and err.end_offset else ""
            self._problem_at(begins, StoryProblem.EXPRESSION_SYNTAX, found=found)
            return None
        except ValueError:
            # Half a character.
            self._problem_at(0, StoryProblem.EXPRESSION_SYNTAX, found=self._flat[:1])
            return None
        except RecursionError, MemoryError:
            self._problem_at(0, StoryProblem.EXPRESSION_DEEP, most=str(DEPTH))
            return None
        return self._term(tree.body, 0)

    def _problem_at(self, offset: int, code: StoryProblem, **detail: str) -> None:
        within = min(offset + self._skipped, max(len(self._source.text) - 1, 0))
        self.problems.append(self._source.problem(within, code, **detail))

    def _problem(self, node: ast.expr, code: StoryProblem, **detail: str) -> None:
        """Keep a problem of what a node says."""
        self._problem_at(self._offset(node), code, **detail)

    def _offset(self, node: ast.expr) -> int:
        """Return the number of a node's first character. Python counts bytes."""
        if self._ascii:
            return node.col_offset
        return len(self._flat.encode()[: node.col_offset].decode())

    def _forbidden(self, node: ast.expr) -> None:
        found = ast.get_source_segment(self._flat, node) or ""
        self._problem(node, StoryProblem.EXPRESSION_FORBIDDEN, found=found)

    def _term(self, node: ast.expr, depth: int) -> _Meant | None:
        if depth > DEPTH:
            self._problem(node, StoryProblem.EXPRESSION_DEEP, most=str(DEPTH))
            return None
        match node:
            case ast.Constant(value=value):
                return self._constant(node, value)
            case ast.Name(id=name):
                return self._name(node, name)
            case ast.BoolOp(op=op, values=values):
                read = [self._of_kind(each, Kind.TRUTH, depth) for each in values]
                terms = tuple(each.term for each in read if each is not None)
                made = AllOf(terms) if isinstance(op, ast.And) else AnyOf(terms)
                return None if None in read else _Meant(made, Kind.TRUTH)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                inner = self._of_kind(operand, Kind.TRUTH, depth)
                return inner and _Meant(Not(inner.term), Kind.TRUTH)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                inner = self._of_kind(operand, Kind.NUMBER, depth)
                return inner and _Meant(_negative(inner.term), Kind.NUMBER)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
                one = self._of_kind(left, Kind.NUMBER, depth)
                other = self._of_kind(right, Kind.NUMBER, depth)
                if one is None or other is None:
                    return None
                made_number = Calculated(one.term, _ARITHMETIC[type(op)], other.term)
                return _Meant(made_number, Kind.NUMBER)
            case ast.Compare() if all(type(op) in _COMPARISONS for op in node.ops):
                return self._compared(node, depth)
        self._forbidden(node)
        return None

    def _constant(self, node: ast.expr, value: object) -> _Meant | None:
        match value:
            case bool():
                return _Meant(Literal(value), Kind.TRUTH)
            case int():
                if value > HIGHEST:
                    self._problem(
                        node, StoryProblem.OUT_OF_RANGE, value=str(value), known=f"0-{HIGHEST}"
                    )
                    return None
                return _Meant(Literal(value), Kind.NUMBER)
            case str():
                return _Meant(Literal(value), Kind.WORD, frozenset({value}))
        self._forbidden(node)
        return None

    def _name(self, node: ast.expr, name: str) -> _Meant | None:
        declared = self._variables.get(name)
        if declared is None:
            if name in TRUTHS:
                return _Meant(Literal(TRUTHS[name]), Kind.TRUTH)
            self._problem(node, StoryProblem.UNKNOWN_VARIABLE, name=name)
            return None
        words = declared.words if isinstance(declared, OneOf) else ()
        return _Meant(Read(name), kind_of(declared), frozenset(words))

    def _of_kind(self, node: ast.expr, wanted: Kind, depth: int) -> _Meant | None:
        """Read what must stand for something."""
        meant = self._term(node, depth + 1)
        if meant is not None and meant.kind is not wanted:
            offset = self._offset(node) + self._skipped
            self.problems.append(_other_kind(self._source, offset, meant.kind, wanted))
            return None
        return meant

    def _compared(self, node: ast.Compare, depth: int) -> _Meant | None:
        """Read a comparison, or a chain of them, which is that all hold."""
        nodes = [node.left, *node.comparators]
        read = [self._term(each, depth + 1) for each in nodes]
        found: list[Compared] = []
        for left, op, right, at in zip(read, node.ops, read[1:], nodes[1:], strict=False):
            if left is None or right is None:
                continue
            if (compared := self._pair(left, _COMPARISONS[type(op)], right, at)) is not None:
                found.append(compared)
        if len(found) < len(node.ops):
            return None
        return _Meant(found[0] if len(found) == 1 else AllOf(tuple(found)), Kind.TRUTH)

    def _pair(
        self, left: _Meant, comparison: Comparison, right: _Meant, at: ast.expr
    ) -> Compared | None:
        """Return two terms compared, if they can be."""
        offset = self._offset(at) + self._skipped
        if left.kind is not right.kind:
            self.problems.append(_other_kind(self._source, offset, right.kind, left.kind))
            return None
        if comparison not in _OF_ANY_KIND and left.kind is not Kind.NUMBER:
            self.problems.append(_other_kind(self._source, offset, right.kind, Kind.NUMBER))
            return None
        if left.kind is Kind.WORD and left.words.isdisjoint(right.words):
            # Never equal: most likely a word that is spelled in another way.
            strange, known = (
                (left.words, right.words)
                if isinstance(left.term, Literal)
                else (right.words, left.words)
            )
            self.problems.append(_strange_word(self._source, offset, strange, sorted(known)))
            return None
        return Compared(left.term, comparison, right.term)


def _negative(term: Term) -> Term:
    """Return the opposite of a number."""
    match term:
        case Literal(value) if not isinstance(value, str):
            return Literal(-value)
        case _:
            return Calculated(Literal(0), Arithmetic.SUBTRACT, term)


def _other_kind(source: Source, offset: int, found: Kind, wanted: Kind) -> Problem:
    return source.problem(offset, StoryProblem.EXPRESSION_TYPE, found=found, wanted=wanted)


def _strange_word(
    source: Source, offset: int, found: frozenset[str], known: tuple[str, ...] | list[str]
) -> Problem:
    return source.problem(
        offset,
        StoryProblem.OUT_OF_RANGE,
        value=", ".join(sorted(found)),
        known=", ".join(known),
    )
