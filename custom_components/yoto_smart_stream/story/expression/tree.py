"""An expression once it is read: checked, and ready to be evaluated without Python's `eval`."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from ..variables import Value


class Arithmetic(StrEnum):
    """What can be done with two numbers."""

    ADD = "+"
    SUBTRACT = "-"
    MULTIPLY = "*"


class Comparison(StrEnum):
    """How two values can be compared. Words and truths only by EQUAL and UNEQUAL."""

    EQUAL = "=="
    UNEQUAL = "!="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="


@dataclass(frozen=True, slots=True)
class Literal:
    """A value as it is written."""

    value: Value


@dataclass(frozen=True, slots=True)
class Read:
    """The value that a variable has."""

    variable: str


@dataclass(frozen=True, slots=True)
class Calculated:
    """Two numbers made one."""

    left: Term
    operator: Arithmetic
    right: Term


@dataclass(frozen=True, slots=True)
class Compared:
    """Two values compared."""

    left: Term
    operator: Comparison
    right: Term


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a truth."""

    term: Term


@dataclass(frozen=True, slots=True)
class AllOf:
    """Whether all are true (`and`)."""

    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Whether at least one is true (`or`)."""

    terms: tuple[Term, ...]


type Term = Literal | Read | Calculated | Compared | Not | AllOf | AnyOf


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression, and how it was written."""

    text: str
    term: Term


def reads(term: Term) -> Iterator[str]:
    """Yield the variables that a term reads, as often as it does."""
    match term:
        case Read(variable):
            yield variable
        case Calculated(left, _, right) | Compared(left, _, right):
            yield from reads(left)
            yield from reads(right)
        case Not(inner):
            yield from reads(inner)
        case AllOf(terms) | AnyOf(terms):
            for each in terms:
                yield from reads(each)
        case Literal():
            pass
