"""Which cards a text means."""

from hypothesis import given, strategies as st
import pytest

from custom_components.yoto_smart_stream.automations.wanted import is_titled


@pytest.mark.parametrize(
    ("title", "parts", "meant"),
    [
        ("Three Journeys to the Moon", ["moon"], True),
        ("Three Journeys to the Moon", ["MOON "], False),
        ("Three Journeys to the Moon", ["sun", "journeys to"], True),
        ("Straße", ["STRASSE"], True),
        ("Moon", ["Moon Stories"], False),
        (None, ["moon"], False),
        (None, [], True),
    ],
)
def test_a_part_of_the_title_is_enough(title: str | None, parts: list[str], meant: bool) -> None:
    """Capitals do not matter, blanks do."""
    assert is_titled(title, parts) is meant


@given(st.text(), st.text(), st.text())
def test_whatever_stands_around_it(before: str, part: str, after: str) -> None:
    """A part is found wherever it is."""
    assert is_titled(before + part + after, [part])
