"""The arithmetic of the volume."""

from hypothesis import given, strategies as st
import pytest

from simulator.player.volume import STEPS, cap_of, percent_of, step_of, turned

steps = st.integers(0, STEPS)


@pytest.mark.parametrize(
    ("percent", "step"), [(0, 0), (10, 1), (20, 3), (30, 4), (40, 6), (50, 8), (60, 8), (100, 8)]
)
def test_commands_are_understood_as_measured(percent: int, step: int) -> None:
    """The series that was measured on a player with cap 8 (protocol §3.9)."""
    assert step_of(percent, 8) == step


@given(step=steps, cap=steps)
def test_a_step_in_percent_and_back_is_at_most_one_lower(step: int, cap: int) -> None:
    """Percentages are rounded down both ways."""
    assert step_of(percent_of(step), cap) in {min(step, cap), min(max(step - 1, 0), cap)}


@given(step=steps, cap=steps, clicks=st.lists(st.integers(-40, 40)))
def test_the_knob_never_leaves_its_range(step: int, cap: int, clicks: list[int]) -> None:
    """Whatever the hand does, the volume lies between silence and the cap."""
    for click in clicks:
        step = turned(step, click, cap)
        assert 0 <= step <= cap


@given(limit=st.integers(-5, 30), headphones=st.booleans(), limited=st.booleans())
def test_headphones_only_ever_lower_the_cap(limit: int, headphones: bool, limited: bool) -> None:
    """The cap is the family's limit, or less with limited headphones."""
    without = cap_of(limit=limit, headphones=False, headphones_limited=limited)
    cap = cap_of(limit=limit, headphones=headphones, headphones_limited=limited)
    assert 0 <= cap <= without <= STEPS
    assert cap == without or (headphones and limited)
