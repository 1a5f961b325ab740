"""Generated expressions that are right, over the variables of a story."""

from typing import Final

from hypothesis import strategies as st

from custom_components.yoto_smart_stream.story.expression.tree import (
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
from custom_components.yoto_smart_stream.story.variables import (
    Flag,
    Number,
    OneOf,
    Value,
    Variable,
)

VARIABLES: Final[dict[str, Variable]] = {
    "lamp": Flag(name="lamp"),
    "door": Flag(name="door", initial=True),
    "coins": Number(name="coins", minimum=-5, maximum=9, initial=0),
    "größe": Number(name="größe", minimum=0, maximum=3, initial=1),
    "pet": OneOf(name="pet", words=("cat", "d'og", "a\\b", "größer"), initial="cat"),
}


def values() -> st.SearchStrategy[dict[str, Value]]:
    """Return values that the variables can have."""
    return st.fixed_dictionaries({name: value_of(each) for name, each in VARIABLES.items()})


def value_of(variable: Variable) -> st.SearchStrategy[Value]:
    """Return values that a variable can have."""
    match variable:
        case Flag():
            return st.booleans()
        case Number(minimum=minimum, maximum=maximum):
            return st.integers(minimum, maximum)
        case OneOf(words=words):
            return st.sampled_from(words)


def numbers() -> st.SearchStrategy[Term]:
    """Return terms that are numbers."""
    leaves = st.integers(-20, 20).map(Literal) | st.sampled_from(("coins", "größe")).map(Read)
    return st.recursive(
        leaves,
        lambda inner: st.builds(Calculated, inner, st.sampled_from(Arithmetic), inner),
        max_leaves=5,
    )


def truths() -> st.SearchStrategy[Term]:
    """Return terms that are truths."""
    words = st.sampled_from(("cat", "d'og", "a\\b")).map(Literal)
    same = st.sampled_from((Comparison.EQUAL, Comparison.UNEQUAL))
    leaves = st.one_of(
        st.booleans().map(Literal),
        st.sampled_from(("lamp", "door")).map(Read),
        st.builds(Compared, numbers(), st.sampled_from(Comparison), numbers()),
        st.builds(Compared, st.just(Read("pet")), same, words),
    )
    return st.recursive(leaves, _joined, max_leaves=8)


def _joined(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    same = st.sampled_from((Comparison.EQUAL, Comparison.UNEQUAL))
    return st.one_of(
        inner.map(Not),
        several.map(AllOf),
        several.map(AnyOf),
        st.builds(Compared, inner, same, inner),
    )
