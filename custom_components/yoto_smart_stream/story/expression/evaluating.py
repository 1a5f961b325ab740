"""What an expression comes to: from values by name, or as a function of values by number."""

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
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
type OfTwo = Callable[[Value, Value], Value]
"""What comes of two values."""

# That numbers meet numbers was checked when they were read.
_ARITHMETIC: Final[Mapping[Arithmetic, OfTwo]] = {
    Arithmetic.ADD: operator.add,
    Arithmetic.SUBTRACT: operator.sub,
    Arithmetic.MULTIPLY: operator.mul,
}
_COMPARISONS: Final[Mapping[Comparison, OfTwo]] = {
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
            return _of_two(_ARITHMETIC[arithmetic], left, right, names)
        case Compared(left, comparison, right):
            return _of_two(_COMPARISONS[comparison], left, right, names)
        case Not(inner):
            opposite = compiled(inner, names)
            return lambda values: not opposite(values)
        case AllOf(terms):
            return reduce(_both, (compiled(each, names) for each in terms))
        case AnyOf(terms):
            return reduce(_either, (compiled(each, names) for each in terms))


def _both(one: Evaluated, other: Evaluated) -> Evaluated:
    """Return whether two terms are true; the second is only asked if need be."""
    return lambda values: one(values) and other(values)


def _either(one: Evaluated, other: Evaluated) -> Evaluated:
    """Return whether one of two terms is true; the second is only asked if need be."""
    return lambda values: one(values) or other(values)


def _of_two(made: OfTwo, left: Term, right: Term, names: Sequence[str]) -> Evaluated:
    """Return what is made of two terms."""
    match left, right:
        case Read(variable), Literal(value):
            index = names.index(variable)
            return lambda values: made(values[index], value)
    one, other = compiled(left, names), compiled(right, names)
    return lambda values: made(one(values), other(values))
