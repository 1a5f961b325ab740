"""What a term can come to is never less than what it comes to."""

from collections.abc import Mapping

from hypothesis import given

from custom_components.yoto_smart_stream.story.expression.evaluating import evaluate
from custom_components.yoto_smart_stream.story.expression.reading import ExpressionReader
from custom_components.yoto_smart_stream.story.expression.tree import Term
from custom_components.yoto_smart_stream.story.linting.bounds import Between, Maybe, possible
from custom_components.yoto_smart_stream.story.variables import Value

from ..expression.terms import VARIABLES, numbers, truths, values


@given(term=truths(), known=values())
def test_a_truth_is_possible(term: Term, known: Mapping[str, Value]) -> None:
    """It may be that both are possible and only one ever comes."""
    found = possible(term, VARIABLES)
    assert isinstance(found, Maybe)
    assert found.true if evaluate(term, known) else found.false


@given(term=numbers(), known=values())
def test_a_number_is_within_bounds(term: Term, known: Mapping[str, Value]) -> None:
    """The bounds may be wide."""
    found = possible(term, VARIABLES)
    assert isinstance(found, Between)
    value = evaluate(term, known)
    assert isinstance(value, int)
    assert found.least <= value <= found.most


def test_it_knows_what_cannot_be() -> None:
    """Numbers out of their bounds, and words that are none of a variable's."""
    reader = ExpressionReader(VARIABLES)
    never = ("coins > 9", "coins + 1 < -4", "not (coins <= 9 or lamp)", "false and lamp", "1 == 2")
    for text in never:
        assert possible(reader.guard(text).term, VARIABLES) == Maybe(true=False, false=True)
    for text in ("coins <= 9", "coins * 2 >= -10", "true or lamp", "'cat' == 'cat'", "2 != 1"):
        assert possible(reader.guard(text).term, VARIABLES) == Maybe(true=True, false=False)
    for text in ("coins > 8", "pet == 'cat'", "lamp", "lamp == door", "coins == 9", "coins != -5"):
        assert possible(reader.guard(text).term, VARIABLES) == Maybe(true=True, false=True)
