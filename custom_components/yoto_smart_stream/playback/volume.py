"""The 16 steps of the volume knob (protocol §3.9)."""

from typing import Final

STEPS: Final = 16


def level_of(step: int) -> float:
    """Return the level from 0 to 1 of a step."""
    return step / STEPS


def step_of(level: float) -> int:
    """Return the step nearest to a level from 0 to 1."""
    return min(max(round(level * STEPS), 0), STEPS)
