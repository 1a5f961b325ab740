"""The steps of the volume knob."""

from custom_components.yoto_smart_stream.cloud.commands import set_volume
from custom_components.yoto_smart_stream.playback.volume import STEPS, level_of, step_of


def test_every_step_survives_the_way_to_home_assistant_and_back() -> None:
    """What the knob says is what the slider shows and sends."""
    assert [step_of(level_of(step)) for step in range(STEPS + 1)] == list(range(STEPS + 1))


def test_a_command_arrives_at_the_step_that_was_meant() -> None:
    """The player computes floor(percent / 6.25) (protocol §3.9)."""
    import json

    percents = [json.loads(set_volume(step).payload)["volume"] for step in range(STEPS + 1)]
    assert [int(percent / 6.25) for percent in percents] == list(range(STEPS + 1))
    assert percents[-1] == 100


def test_levels_beyond_the_ends_are_cut() -> None:
    """Nothing outside the scale is ever sent."""
    assert step_of(-1.0) == 0
    assert step_of(2.0) == STEPS
