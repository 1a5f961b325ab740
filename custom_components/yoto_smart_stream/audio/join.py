"""Joining: canonical files one after the other, with silence between them, as one plan."""

from collections.abc import Iterable
from pathlib import Path

from .plan import Part, Plan, plan_of_files
from .profile import CONTENT_TYPE
from .silence import Silence


def join(
    paths: Iterable[Path], silence: Silence, *, gap: float = 0.0, lead_in: float = 0.0
) -> Plan:
    """Plan canonical files of one profile with `gap` seconds between, and `lead_in` before them.

    Blocking: one stat per file. Times are rounded to whole frames. The bytes of each file differ
    by less than one from its time, so that the time of the whole is its bytes divided by bytes per
    second, within a byte for each file.

    Raises:
        AudioError: A file is missing or empty.
    """
    parts: list[Part] = silence.parts(lead_in)
    pause = silence.parts(gap)
    for number, path in enumerate(paths):
        if number:
            parts.extend(pause)
        parts.extend(plan_of_files([path], CONTENT_TYPE).parts)
    return Plan(parts=tuple(parts), content_type=CONTENT_TYPE)
