"""What an expression comes to: from values by name, or as a function of values by number."""

from collections.abc import Callable, Mapping, Sequence
import operator
from typing import Final

from ..variables import Value, Values
from .tree import (
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

type Evaluated = Callable[[Sequence[Value]], Value]
"""The value of a term, from the values of the variables in their order."""

_ARITHMETIC: Final[Mapping[Arithmetic, Callable[[int, int], int]]] = {
    Arithmetic.ADD: operator.add,
    Arithmetic.SUBTRACT: operator.sub,
    Arithmetic.MULTIPLY: operator.mul,
}
_COMPARISONS: Final[Mapping[Comparison, Callable[[Value, Value], bool]]] = {
    Comparison.EQUAL: operator.eq,
    Comparison.UNEQUAL: operator.ne,
    Comparison.LESS: operator.lt,
    Comparison.AT_MOST: operator.le,
    Comparison.MORE: operator.gt,
    Comparison.AT_LEAST: operator.ge,
}


def evaluate(term: Term, values: Values) -> Value:
    """Return what a term comes to."""
    names = [*values]
    return compiled(term, names)([values[name] for name in names])


def compiled(term: Term, names: Sequence[str]) -> Evaluated:
    """Return a term as a function of the values of the variables with these names."""
    match term:
        case Literal(value):
            return lambda _: value
        case Read(variable):
            return operator.itemgetter(names.index(variable))
        case Calculated(left, arithmetic, right):
            return _calculated(_ARITHMETIC[arithmetic], left, right, names)
        case Compared(left, comparison, right):
            return _compared(_COMPARISONS[comparison], left, right, names)
        case Not(inner):
            opposite = compiled(inner, names)
            return lambda values: not opposite(values)
        case AllOf(terms):
            every = tuple(compiled(each, names) for each in terms)
            return lambda values: _all(every, values)
        case AnyOf(terms):
            some = tuple(compiled(each, names) for each in terms)
            return lambda values: not _none(some, values)


def _all(terms: tuple[Evaluated, ...], values: Sequence[Value]) -> bool:
    for each in terms:  # noqa: SIM110 - a generator costs more than all of its work
        if not each(values):
            return False
    return True


def _none(terms: tuple[Evaluated, ...], values: Sequence[Value]) -> bool:
    for each in terms:  # noqa: SIM110
        if each(values):
            return False
    return True


def _calculated(
    made: Callable[[int, int], int], left: Term, right: Term, names: Sequence[str]
) -> Evaluated:
    """Return two numbers made one. That they are numbers was checked when they were read."""
    match left, right:
        case Read(variable), Literal(value):
            index = names.index(variable)
            return lambda values: made(values[index], value)  # type: ignore[arg-type]
    one, other = compiled(left, names), compiled(right, names)
    return lambda values: made(one(values), other(values))  # type: ignore[arg-type]


def _compared(
    holds: Callable[[Value, Value], bool], left: Term, right: Term, names: Sequence[str]
) -> Evaluated:
    """Return whether two values compare so."""
    match left, right:
        case Read(variable), Literal(value):
            index = names.index(variable)
            return lambda values: holds(values[index], value)
    one, other = compiled(left, names), compiled(right, names)
    return lambda values: holds(one(values), other(values))
