"""Merging states against a slow and simple way."""

from hypothesis import given, strategies as st

from custom_components.yoto_smart_stream.story.native.merging import NOWHERE, Ways, merge


@st.composite
def machines(draw: st.DrawFn) -> tuple[list[int], Ways]:
    """Return outputs and ways of some states."""
    count = draw(st.integers(1, 12))
    targets = st.lists(st.integers(NOWHERE, count - 1), min_size=count, max_size=count)
    outputs = draw(st.lists(st.integers(0, 1), min_size=count, max_size=count))
    return outputs, (draw(targets), draw(targets), draw(targets))


def numbered(classes: list[object]) -> list[int]:
    """Return classes numbered in the order in which they come."""
    numbers: dict[object, int] = {}
    return [numbers.setdefault(each, len(numbers)) for each in classes]


@given(machines())
def test_states_are_merged_as_far_as_they_are_alike(machine: tuple[list[int], Ways]) -> None:
    """Look at all states again and again, until nothing changes."""
    outputs, ways = machine
    classes = numbered([*outputs])
    while True:
        finer = numbered(
            [
                (classes[state], *(None if way[state] < 0 else classes[way[state]] for way in ways))
                for state in range(len(outputs))
            ]
        )
        if finer == classes:
            break
        classes = finer
    found = merge(outputs, ways)
    assert numbered([*found]) == classes
    assert sorted(set(found)) == [*range(len(set(found)))]


def test_a_long_row_is_no_trouble() -> None:
    """Each round parts one state, so it must not look at all of them."""
    count = 20_000
    row = [*range(1, count), NOWHERE]
    nowhere = [NOWHERE] * count
    assert len(set(merge([0] * count, (row, nowhere, nowhere)))) == count
