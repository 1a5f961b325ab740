"""The language of shapes finds what it is meant to find; the other rules stand on it."""

import pytest

from .rules.shape import SLUG, Closed, Each, Either, Items, Nothing, Shape, faults, kind, one_of

CARD = Closed({"title": kind(str), "tracks": Items(kind(str))}, frozenset({"title"}))


@pytest.mark.parametrize(
    ("value", "shape", "found"),
    [
        pytest.param({"title": "A", "tracks": ["1"]}, CARD, [], id="right"),
        pytest.param({"tracks": []}, CARD, ["title is missing"], id="missing"),
        pytest.param(
            {"title": "A", "x": 1}, CARD, ["x is not a name that is allowed here"], id="unknown"
        ),
        pytest.param({"title": 1}, CARD, ["title is not str"], id="type"),
        pytest.param(True, kind(int), ["the whole is not int"], id="bool-is-no-int"),
        pytest.param({"title": "A", "tracks": ["1", 2]}, CARD, ["tracks[1] is not str"], id="item"),
        pytest.param([], CARD, ["the whole is not an object"], id="no-object"),
        pytest.param({"tracks": 1, "title": ""}, CARD, ["tracks is not a list"], id="no-list"),
        pytest.param(
            {"a__b": 1},
            Each(kind(int), SLUG),
            ["a__b is not a name that is allowed here"],
            id="name",
        ),
        pytest.param("z", one_of("x", "y"), ["the whole is 'z', not one of x, y"], id="word"),
        pytest.param(None, Either((Nothing(), CARD)), [], id="either"),
        pytest.param({}, Either((Nothing(), CARD)), ["the whole is not empty"], id="neither"),
    ],
)
def test_a_shape_reports_exactly_the_faults(value: object, shape: Shape, found: list[str]) -> None:
    """Each fault is named with its place."""
    assert list(faults(value, shape)) == found
