"""YAML and JSON with their places, and back to text."""

import json

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.yoto_smart_stream.json import Json
from custom_components.yoto_smart_stream.manuscript.errors import ManuscriptError
from custom_components.yoto_smart_stream.manuscript.json_text import read_json
from custom_components.yoto_smart_stream.manuscript.tree import (
    LENGTH,
    PARTS,
    Fields,
    Items,
    Words,
    Written,
    as_json,
)
from custom_components.yoto_smart_stream.manuscript.writing import write_json, write_yaml
from custom_components.yoto_smart_stream.manuscript.yaml_text import read_yaml

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x7f"), max_size=20)
VALUES: st.SearchStrategy[Json] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=10,
)


def faults(text: str, read: object = read_yaml) -> list[tuple[str, int, int]]:
    """Return what is wrong with a text: code, line and column."""
    with pytest.raises(ManuscriptError) as caught:
        (read_json if read is read_json else read_yaml)(text)
    return [(each.code.value, each.line, each.column) for each in caught.value.faults]


def places(written: Written) -> list[tuple[str, int, int]]:
    """Return all words with their places."""
    match written:
        case Words(text=text, place=(line, column)):
            return [(text, line, column)]
        case Items(items=items):
            return [place for each in items for place in places(each)]
        case Fields(fields=fields):
            return [
                place
                for name, (at, each) in fields.items()
                for place in ((name, *written.lines.place(at)), *places(each))
            ]


@given(VALUES)
def test_json_is_read_as_python_reads_it(value: Json) -> None:
    """However it is laid out."""
    for indent in (None, 2):
        text = json.dumps(value, indent=indent)
        assert as_json(read_json(text)) == json.loads(text)
    assert as_json(read_json(write_json(value))) == value


@given(VALUES)
@settings(deadline=None)
def test_what_is_written_as_yaml_is_read_again(value: Json) -> None:
    """Texts that look like numbers, truths or nothing stay texts."""
    assert as_json(read_yaml(write_yaml(value))) == value


def test_yaml_knows_its_places() -> None:
    """The text itself, behind a quote; the sign of a block."""
    text = "a: b\n'c d': [1, \"x\"]\ne:\n  - |\n    block\n  - ~\n"
    assert places(read_yaml(text)) == [
        ("a", 1, 1),
        ("b", 1, 4),
        ("c d", 2, 2),
        ("1", 2, 9),
        ("x", 2, 13),
        ("e", 3, 1),
        ("block\n", 4, 5),
        ("~", 6, 5),
    ]


def test_json_knows_its_places() -> None:
    """In one line and in several."""
    text = '{"a":\n  ["x", 1,\n true], "b": {}, "c\\"": [ ]\n, "d" :\n"é"}'
    assert places(read_json(text)) == [
        ("a", 1, 3),
        ("x", 2, 5),
        ("1", 2, 9),
        ("true", 3, 2),
        ("b", 3, 10),
        ('c"', 3, 19),
        ("d", 4, 4),
        ("é", 5, 2),
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("# only a comment", None),
        ("[yes, No, ON, off, true, FALSE]", [True, False, True, False, True, False]),
        ("[~, null, nULL]", [None, None, "nULL"]),
        ("[1, -2, +3, 0, 007, 0x1F, 1_000]", [1, -2, 3, 0, "007", "0x1F", "1_000"]),
        ("[1.5, -0.25, 1.0e+3, 1e3, .5, .inf]", [1.5, -0.25, 1000.0, "1e3", ".5", ".inf"]),
        ("[12:30, 2026-11-26, 1.2.3]", ["12:30", "2026-11-26", "1.2.3"]),
        ("['yes', \"1\", yeS]", ["yes", "1", "yeS"]),
        ("a: >-\n  one\n  two\n", {"a": "one two"}),
        ("--- {a: 1}\n...\n", {"a": 1}),
        ("{1: a, no: b, ~: c}", {"1": "a", "no": "b", "~": "c"}),
    ],
)
def test_what_plain_words_mean(text: str, value: Json) -> None:
    """Numbers, truths and nothing; all else is text, times and dates as well."""
    assert as_json(read_yaml(text)) == value


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: [", ("not_readable", 2, 1)),
        ("a: b: c", ("not_readable", 1, 5)),
        ("a:\n\t- b", ("not_readable", 2, 1)),
        ("a: 'b", ("not_readable", 1, 6)),
        ("a\nb: \x07", ("not_readable", 2, 4)),
        ("a: \ud800", ("not_readable", 1, 4)),
        ("--- a\n--- b", ("not_readable", 2, 5)),
        ("? [a]\n: b", ("not_readable", 1, 3)),
        ("a: !secret b", ("not_supported", 1, 4)),
        ("a: !!python/object:x {}", ("not_supported", 1, 4)),
        ("a: &b c", ("not_supported", 1, 4)),
        ("&b 'a': c", ("not_supported", 1, 1)),
        ("a: b\n*a : c", ("not_supported", 2, 1)),
        ("a: 1\nb: 2\na: 3", ("twice", 3, 1)),
        ("[" * 61 + "]" * 61, ("too_deep", 1, 60)),
        ("a: " + "x" * LENGTH, ("too_long", 1, 1)),
    ],
)
def test_what_is_no_yaml_for_a_story(text: str, found: tuple[str, int, int]) -> None:
    """Syntax, what can do harm, and what is too much."""
    assert faults(text)[0] == found


def test_all_that_is_refused_is_told_at_once() -> None:
    """In the order of the text."""
    assert faults("a: &x [*x, !t 1]\na: *x") == [
        ("not_supported", 1, 4),
        ("not_supported", 1, 8),
        ("not_supported", 1, 12),
        ("twice", 2, 1),
        ("not_supported", 2, 4),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ("not_readable", 1, 1)),
        ("{", ("not_readable", 1, 2)),
        ("{'a': 1}", ("not_readable", 1, 2)),
        ('{"a": 1,}', ("not_readable", 1, 9)),
        ('{"a" 1}', ("not_readable", 1, 6)),
        ('{"a": 1 "b": 2}', ("not_readable", 1, 9)),
        ("[1,\n]", ("not_readable", 2, 1)),
        ("[1] 2", ("not_readable", 1, 5)),
        ("[NaN]", ("not_readable", 1, 2)),
        ("[01]", ("not_readable", 1, 3)),
        ("[1e999]", ("not_readable", 1, 7)),
        ('["a\nb"]', ("not_readable", 1, 4)),
        ('["\\x"]', ("not_readable", 1, 3)),
        ('["x', ("not_readable", 1, 2)),
        ('["\\ud800"]', ("not_readable", 1, 10)),
        ('["\ud800"]', ("not_readable", 1, 3)),
        ('{"\ud800" :1}', ("not_readable", 1, 3)),
        ('{"a\\n" 1}', ("not_readable", 1, 8)),
        ('{"a": 1]', ("not_readable", 1, 8)),
        ("[{}\n }", ("not_readable", 2, 2)),
        ("[[ ]\n ", ("not_readable", 2, 2)),
        ('{"a": 1,\n"a": 2}', ("twice", 2, 2)),
        ("[" * 62 + "]" * 62, ("too_deep", 1, 62)),
        (f"[{'1,' * PARTS}1]", ("too_many", 1, 2 * PARTS)),
    ],
)
def test_what_is_no_json(text: str, found: tuple[str, int, int]) -> None:
    """With the place where it goes wrong."""
    assert faults(text, read_json)[0] == found


def test_yaml_has_a_number_of_parts() -> None:
    """Beyond it, reading stops."""
    assert faults("[" + "1," * PARTS + "1]")[0][0] == "too_many"
