"""Expressions are read, or refused with the exact place of what is wrong."""

from hypothesis import given, strategies as st
import pytest

from custom_components.yoto_smart_stream.story.errors import (
    Place,
    Problem,
    StoryError,
    StoryProblem as Wrong,
)
from custom_components.yoto_smart_stream.story.expression.evaluating import evaluate
from custom_components.yoto_smart_stream.story.expression.reading import (
    DEPTH,
    ExpressionReader,
    is_name,
)
from custom_components.yoto_smart_stream.story.expression.source import LENGTH
from custom_components.yoto_smart_stream.story.expression.tree import Expression
from custom_components.yoto_smart_stream.story.variables import Value

from .terms import VARIABLES

HERE = Place(node="cave", path=("left", 0, "when"), line=12, column=11)


def read(text: str) -> Expression:
    """Read a truth that stands in line 12, from column 11."""
    return ExpressionReader(VARIABLES).guard(text, HERE)


def faults(text: str) -> list[tuple[Wrong, int | None, int | None]]:
    """Return what is wrong with a text, with line and column."""
    with pytest.raises(StoryError) as refused:
        read(text)
    assert all(each.place.node == "cave" for each in refused.value.problems)
    assert all(each.place.path == HERE.path for each in refused.value.problems)
    return [(each.code, each.place.line, each.place.column) for each in refused.value.problems]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("true", True),
        ("True", True),
        ("not false", True),
        ("lamp", True),
        ("not lamp or door", False),
        ("lamp and not door", True),
        ("coins == 3", True),
        ("-coins == -3", True),
        ("1 < coins <= 3 < 4", True),
        ("1 < coins <= 3 < 3", False),
        ("coins * 2 + 1 == 7", True),
        ("2 + coins * 2 == 8 - 0", True),
        ("(2 + coins) * 2 == 10", True),
        ("pet == 'cat'", True),
        ('pet != "cat"', False),
        ("lamp == true", True),
        ("lamp != door", True),
        ("  coins > 2  ", True),
        ("coins\n  > 2", True),
        ("größe < 2 and coins > 0", True),
        (r"pet == 'd\'og'", False),
    ],
)
def test_it_means_what_it_says(text: str, expected: bool) -> None:
    """Truths, numbers and words are compared as Python does."""
    values: dict[str, Value] = {
        "lamp": True,
        "door": False,
        "coins": 3,
        "größe": 1,
        "pet": "cat",
    }
    assert evaluate(read(text).term, values) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [(Wrong.EXPRESSION_SYNTAX, 12, 11)]),
        ("   ", [(Wrong.EXPRESSION_SYNTAX, 12, 11)]),
        ("coins >", [(Wrong.EXPRESSION_SYNTAX, 12, 17)]),
        ("coins > 1)", [(Wrong.EXPRESSION_SYNTAX, 12, 20)]),
        ("lamp and (door", [(Wrong.EXPRESSION_SYNTAX, 12, 20)]),
        ("lamp) or (door", [(Wrong.EXPRESSION_SYNTAX, 12, 15)]),
        ("pet == 'cat", [(Wrong.EXPRESSION_SYNTAX, 12, 18)]),
        ("coins = 1", [(Wrong.EXPRESSION_SYNTAX, 12, 17)]),
        ("coins == 1x", [(Wrong.EXPRESSION_SYNTAX, 12, 20)]),
        ("größe == größe größe", [(Wrong.EXPRESSION_SYNTAX, 12, 26)]),
        ("lamp # of gold", [(Wrong.EXPRESSION_FORBIDDEN, 12, 16)]),
        (r"pet == 'c\d'", [(Wrong.EXPRESSION_FORBIDDEN, 12, 20)]),
        ("open('x')", [(Wrong.EXPRESSION_FORBIDDEN, 12, 11)]),
        ("lamp and pet.upper()", [(Wrong.EXPRESSION_FORBIDDEN, 12, 20)]),
        ("coins / 2 == 1", [(Wrong.EXPRESSION_FORBIDDEN, 12, 11)]),
        ("coins ** 2 == 1", [(Wrong.EXPRESSION_FORBIDDEN, 12, 11)]),
        ("coins in (1, 2)", [(Wrong.EXPRESSION_FORBIDDEN, 12, 11)]),
        ("lamp if door else lamp", [(Wrong.EXPRESSION_FORBIDDEN, 12, 11)]),
        ("(lamp := door)", [(Wrong.EXPRESSION_FORBIDDEN, 12, 12)]),
        ("lamp, door", [(Wrong.EXPRESSION_FORBIDDEN, 12, 11)]),
        ("coins == 1.5", [(Wrong.EXPRESSION_FORBIDDEN, 12, 20)]),
        ("pet == f'{coins}'", [(Wrong.EXPRESSION_FORBIDDEN, 12, 18)]),
        ("pet == b'cat'", [(Wrong.EXPRESSION_FORBIDDEN, 12, 18)]),
        ("None", [(Wrong.EXPRESSION_FORBIDDEN, 12, 11)]),
        ("coins is 1", [(Wrong.EXPRESSION_FORBIDDEN, 12, 11)]),
        ("[x for x in y]", [(Wrong.EXPRESSION_FORBIDDEN, 12, 11)]),
        ("coin > 1", [(Wrong.UNKNOWN_VARIABLE, 12, 11)]),
        (
            "größe > 0 and coin > 1 or lamb",
            [(Wrong.UNKNOWN_VARIABLE, 12, 25), (Wrong.UNKNOWN_VARIABLE, 12, 37)],
        ),
        ("coins", [(Wrong.EXPRESSION_TYPE, 12, 11)]),
        ("not coins", [(Wrong.EXPRESSION_TYPE, 12, 15)]),
        ("lamp and coins", [(Wrong.EXPRESSION_TYPE, 12, 20)]),
        ("coins + lamp == 1", [(Wrong.EXPRESSION_TYPE, 12, 19)]),
        ("coins == 'one'", [(Wrong.EXPRESSION_TYPE, 12, 20)]),
        ("pet < 'cat'", [(Wrong.EXPRESSION_TYPE, 12, 17)]),
        ("lamp >= door", [(Wrong.EXPRESSION_TYPE, 12, 19)]),
        ("pet == 'cow'", [(Wrong.OUT_OF_RANGE, 12, 18)]),
        ("coins < 1000000001", [(Wrong.OUT_OF_RANGE, 12, 19)]),
        ("lamp and\n  coins", [(Wrong.EXPRESSION_TYPE, 13, 3)]),
        ("lamp\r\nand\r\n\r\ncoin == 1", [(Wrong.UNKNOWN_VARIABLE, 15, 1)]),
        ("lamp and (\n  'größe' == pet and\n coin)", [(Wrong.OUT_OF_RANGE, 13, 14)]),
    ],
)
def test_what_is_wrong_has_its_place(
    text: str, expected: list[tuple[Wrong, int | None, int | None]]
) -> None:
    """Line and column are those of the very word."""
    if "'größe' == pet" in text:
        expected = [(Wrong.OUT_OF_RANGE, 13, 14), (Wrong.UNKNOWN_VARIABLE, 14, 2)]
    assert faults(text) == expected


def test_without_a_text_there_is_no_line() -> None:
    """A story that was not read from a text has paths only."""
    with pytest.raises(StoryError) as refused:
        ExpressionReader(VARIABLES).guard("coin", Place(node="cave", path=("left",)))
    assert refused.value.problems[0].place == Place(node="cave", path=("left",))


def test_it_may_not_be_long_or_deep() -> None:
    """Nobody writes such expressions, but somebody may send them."""
    assert faults("lamp" + " " * LENGTH) == [(Wrong.TOO_LONG, 12, 11)]
    assert faults("not " * (DEPTH + 1) + "lamp")[0][0] is Wrong.EXPRESSION_DEEP
    assert faults("(" * 300 + "lamp" + ")" * 300)[0][0] in {
        Wrong.EXPRESSION_DEEP,
        Wrong.EXPRESSION_SYNTAX,
    }
    assert read("not " * DEPTH + "lamp")
    assert read(" or ".join(["lamp"] * 100))


@pytest.mark.parametrize(
    ("variable", "text", "code"),
    [
        ("lamp", "coins > 2", None),
        ("lamp", "1", Wrong.EXPRESSION_TYPE),
        ("coins", "coins + 1", None),
        ("coins", "99", None),
        ("coins", "true", Wrong.EXPRESSION_TYPE),
        ("pet", "'größer'", None),
        ("pet", "pet", None),
        ("pet", "'cow'", Wrong.OUT_OF_RANGE),
        ("pet", "coins", Wrong.EXPRESSION_TYPE),
        ("cow", "1", Wrong.UNKNOWN_VARIABLE),
    ],
)
def test_what_a_variable_is_given_fits(variable: str, text: str, code: Wrong | None) -> None:
    """A number may leave its bounds, everything else must fit."""
    reader = ExpressionReader(VARIABLES)
    if code is None:
        assert reader.value(variable, text, HERE).text == text
        return
    with pytest.raises(StoryError) as refused:
        reader.value(variable, text, HERE)
    assert [each.code for each in refused.value.problems] == [code]


def test_names_that_expressions_can_read() -> None:
    """Words that mean something in Python are no names."""
    assert all(map(is_name, VARIABLES))
    assert not any(map(is_name, ("", "a b", "1a", "and", "true", "True", "a-b", "\ufb01sh")))


PIECES = st.sampled_from(
    [
        *("lamp", "coins", "pet", "größe", "true", "not", "and", "or", "1", "1or", "0x", "1e9"),
        *("(", ")", "[", "]", "{", "}", "+", "-", "*", "/", "<", "==", ">=", "=", ",", ":", ":="),
        *("lambda", "if", "else", "for", "in", "await", "yield", "'cat'", '"', "'", "f'", "b'"),
        *("\n", "\r", "\x00", "\x0c", "\t", " ", "#", ".", "...", "@", "~", "\\", "🦊"),
        *("\ud800", "\u2028", "None", "is"),
    ]
)


@given(
    text=st.one_of(
        st.text(),
        st.text(alphabet=st.characters(exclude_categories=())),
        st.lists(PIECES, max_size=40).map(" ".join),
        st.lists(PIECES, max_size=40).map("".join),
        st.builds(str.__mul__, PIECES, st.integers(0, LENGTH)),
    )
)
def test_any_text_is_an_expression_or_refused(text: str) -> None:
    """No other exception leaves, and every place lies in the text."""
    problems: tuple[Problem, ...] = ()
    try:
        read(text)
    except StoryError as err:
        problems = err.problems
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for problem in problems:
        line, column = problem.place.line, problem.place.column
        assert line is not None
        assert column is not None
        assert 12 <= line < 12 + len(lines)
        begins = 11 if line == 12 else 1
        assert begins <= column <= begins + len(lines[line - 12])
