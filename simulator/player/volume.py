"""The 17 steps of the volume knob (protocol §3.9)."""

from typing import Final

STEPS: Final = 16
"""The loudest step; 0 is silence."""

_HEADPHONE_CAP: Final = 10
"""The cap with limited headphones. The protocol names the switch but no figure: our choice."""


def step_of(percent: float, cap: int) -> int:
    """Return the step that a command of 0 to 100 sets; everything above the cap is the cap."""
    return turned(0, int(min(max(percent, 0), 100) / 100 * STEPS), cap)


def percent_of(step: int) -> int:
    """Return the `userVolume` of a step (protocol §3.7)."""
    return step * 100 // STEPS


def turned(step: int, clicks: int, cap: int) -> int:
    """Return the step after turning the knob; it saturates at silence and at the cap."""
    return min(max(step + clicks, 0), cap)


def cap_of(*, limit: int, headphones: bool, headphones_limited: bool) -> int:
    """Return the highest step that is allowed (`volumeMax`).

    Args:
        limit: the family's limit for the time of the day.
        headphones: whether headphones are connected.
        headphones_limited: whether the family limits headphones.
    """
    cap = min(max(limit, 0), STEPS)
    return min(cap, _HEADPHONE_CAP) if headphones and headphones_limited else cap
