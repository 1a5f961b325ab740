"""What is written is read again, and evaluated as an independent reading of it says."""

from collections.abc import Mapping

from hypothesis import given

from custom_components.yoto_smart_stream.story.expression.evaluating import evaluate
from custom_components.yoto_smart_stream.story.expression.reading import ExpressionReader
from custom_components.yoto_smart_stream.story.expression.tree import Term
from custom_components.yoto_smart_stream.story.expression.writing import write
from custom_components.yoto_smart_stream.story.variables import Value

from .terms import VARIABLES, numbers, truths, values

READER = ExpressionReader(VARIABLES)


@given(term=truths())
def test_a_truth_that_is_written_is_read_again(term: Term) -> None:
    """Brackets are where they are needed."""
    assert READER.guard(write(term)).term == term


@given(term=numbers())
def test_a_number_that_is_written_is_read_again(term: Term) -> None:
    """The same for arithmetic."""
    assert READER.value("coins", write(term)).term == term


@given(term=truths(), known=values())
def test_it_means_what_python_means_by_it(term: Term, known: Mapping[str, Value]) -> None:
    """Python's own evaluation of the text is the model."""
    text = write(term)
    scope: dict[str, object] = {**known, "true": True, "false": False, "__builtins__": {}}
    assert evaluate(term, known) == eval(text, scope)  # noqa: S307 - the text is ours


def test_no_brackets_that_are_not_needed() -> None:
    """What a person has written comes back as it was."""
    for text in (
        "coins + 1 - 2 * (coins - 3) == -4",
        "lamp and door or not lamp",
        "(lamp or door) and not coins < 1",
        "lamp == (coins > 1)",
        r"pet == 'd\'og'",
    ):
        assert write(READER.guard(text).term) == text
