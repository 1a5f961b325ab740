"""What a term can come to at all, whatever values the variables have."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ..expression.tree import (
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
from ..variables import Flag, Number, OneOf, Variable


@dataclass(frozen=True, slots=True)
class Between:
    """A number, from the least to the most."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Among:
    """Some words."""

    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Maybe:
    """A truth: whether it can be true, and whether it can be false."""

    true: bool
    false: bool


type Possible = Between | Among | Maybe

EITHER: Final = Maybe(true=True, false=True)


def possible(term: Term, variables: Mapping[str, Variable]) -> Possible:
    """Return what a term can come to; never less than that, sometimes more."""
    match term:
        case Literal(bool(value)):
            return Maybe(true=value, false=not value)
        case Literal(int(value)):
            return Between(value, value)
        case Literal(value):
            return Among(frozenset({str(value)}))
        case Read(variable):
            return _of(variables[variable])
        case Calculated(left, arithmetic, right):
            return _calculated(possible(left, variables), arithmetic, possible(right, variables))
        case Compared(left, comparison, right):
            return _compared(possible(left, variables), comparison, possible(right, variables))
        case Not(inner):
            truth = _truth(possible(inner, variables))
            return Maybe(true=truth.false, false=truth.true)
        case AllOf(terms):
            truths = [_truth(possible(each, variables)) for each in terms]
            return Maybe(true=all(t.true for t in truths), false=any(t.false for t in truths))
        case AnyOf(terms):
            truths = [_truth(possible(each, variables)) for each in terms]
            return Maybe(true=any(t.true for t in truths), false=all(t.false for t in truths))


def _of(variable: Variable) -> Possible:
    match variable:
        case Flag():
            return EITHER
        case Number(minimum=minimum, maximum=maximum):
            return Between(minimum, maximum)
        case OneOf(words=words):
            return Among(frozenset(words))


def _truth(found: Possible) -> Maybe:
    return found if isinstance(found, Maybe) else EITHER


def _calculated(left: Possible, arithmetic: Arithmetic, right: Possible) -> Possible:
    if not isinstance(left, Between) or not isinstance(right, Between):
        return EITHER
    match arithmetic:
        case Arithmetic.ADD:
            return Between(left.least + right.least, left.most + right.most)
        case Arithmetic.SUBTRACT:
            return Between(left.least - right.most, left.most - right.least)
        case Arithmetic.MULTIPLY:
            corners = [a * b for a in (left.least, left.most) for b in (right.least, right.most)]
            return Between(min(corners), max(corners))


def _compared(left: Possible, comparison: Comparison, right: Possible) -> Maybe:
    match left, right:
        case Between(), Between():
            return _numbers(left, comparison, right)
        case Among(words), Among(others):
            can_equal = not words.isdisjoint(others)
            can_differ = len(words | others) > 1
            if comparison is Comparison.EQUAL:
                return Maybe(true=can_equal, false=can_differ)
            return Maybe(true=can_differ, false=can_equal)
    return EITHER


def _numbers(left: Between, comparison: Comparison, right: Between) -> Maybe:
    can_be_less = left.least < right.most
    can_be_more = left.most > right.least
    can_equal = left.least <= right.most and right.least <= left.most
    match comparison:
        case Comparison.EQUAL:
            return Maybe(true=can_equal, false=can_be_less or can_be_more)
        case Comparison.UNEQUAL:
            return Maybe(true=can_be_less or can_be_more, false=can_equal)
        case Comparison.LESS:
            return Maybe(true=can_be_less, false=can_equal or can_be_more)
        case Comparison.AT_MOST:
            return Maybe(true=can_be_less or can_equal, false=can_be_more)
        case Comparison.MORE:
            return Maybe(true=can_be_more, false=can_equal or can_be_less)
        case Comparison.AT_LEAST:
            return Maybe(true=can_be_more or can_equal, false=can_be_less)
