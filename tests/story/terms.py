"""Expressions that are made up, over the variables of a story that is made up."""

from collections.abc import Sequence

from hypothesis import strategies as st

from custom_components.yoto_smart_stream.story.expression.tree import (
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
from custom_components.yoto_smart_stream.story.expression.writing import write
from custom_components.yoto_smart_stream.story.variables import Flag, Number, OneOf, Variable

EQUALITY = st.sampled_from((Comparison.EQUAL, Comparison.UNEQUAL))
COMPARISONS = st.sampled_from(Comparison)
OPERATORS = st.sampled_from(Arithmetic)
LITERALS = st.integers(-1, 4)
BRANCHES = st.integers(0, 2)
PARTS = st.integers(1, 3)


def truth(draw: st.DrawFn, variables: Sequence[Variable]) -> Expression:
    """Draw an expression that is true or false."""
    return _expression(_truth(draw, variables, depth=2))


def value(draw: st.DrawFn, variable: Variable, variables: Sequence[Variable]) -> Expression:
    """Draw an expression whose value a variable can take."""
    match variable:
        case Flag():
            plain = draw(st.sampled_from((None, None, True, False)))
            return truth(draw, variables) if plain is None else _expression(Literal(plain))
        case Number():
            return _expression(_number(draw, variables, depth=2))
        case OneOf(words=words):
            return _expression(Literal(draw(st.sampled_from(words))))


def _expression(term: Term) -> Expression:
    return Expression(write(term), term)


def _number(draw: st.DrawFn, variables: Sequence[Variable], *, depth: int) -> Term:
    if depth and draw(BRANCHES) == 0:
        left = _number(draw, variables, depth=depth - 1)
        operator = draw(OPERATORS)
        return Calculated(left, operator, _number(draw, variables, depth=depth - 1))
    names = [each.name for each in variables if isinstance(each, Number)]
    if names and draw(BRANCHES) > 0:
        return Read(draw(st.sampled_from(names)))
    return Literal(draw(LITERALS))


def _truth(draw: st.DrawFn, variables: Sequence[Variable], *, depth: int) -> Term:
    if depth and draw(BRANCHES) == 0:
        inner = [_truth(draw, variables, depth=depth - 1) for _ in range(draw(PARTS))]
        if len(inner) == 1:
            return Not(inner[0])
        return AllOf(tuple(inner)) if draw(st.booleans()) else AnyOf(tuple(inner))
    if not variables:
        return Compared(Literal(1), draw(COMPARISONS), Literal(1))
    match draw(st.sampled_from(variables)):
        case Flag(name=name):
            return Read(name)
        case Number(name=name):
            return Compared(Read(name), draw(COMPARISONS), _number(draw, variables, depth=1))
        case OneOf(name=name, words=words):
            return Compared(Read(name), draw(EQUALITY), Literal(draw(st.sampled_from(words))))
