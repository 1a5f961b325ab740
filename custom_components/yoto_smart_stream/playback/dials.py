"""The volume, the sleep timer, headphones and the charger."""

from typing import Final

from .causes import Aspect, Given
from .occurrences import Cause, Confidence, Kind
from .scene import Scene

_FULL: Final = 100
"""Percent at which a battery ends its charging by itself."""


def judge_volume(scene: Scene) -> None:
    """Tell of a change of the volume: a turn of the left knob, unless something else explains it.

    A turn at either end of the scale changes nothing and cannot be seen (protocol §3.9).
    """
    before, after = scene.before, scene.after
    if before.volume is None or after.volume is None or before.volume == after.volume:
        return
    volume, cap = after.volume, after.volume_max

    def fits(given: Given) -> bool:
        return given.step is None or min(given.step, cap) == volume

    cause = scene.commanded(Aspect.VOLUME, fits)
    sure = Confidence.CERTAIN
    if cause is None and (cap != before.volume_max or before.volume > before.volume_max):
        # Day and night, and headphones, have caps of their own (protocol §2.2).
        cause = Cause.AUTOMATIC
    if cause is None:
        cause = Cause.PLAYER
        if any(given.explains(Aspect.VOLUME, scene.now) for given in scene.commands):
            sure = Confidence.INFERRED
    scene.tell(Kind.VOLUME_CHANGED, cause, sure, volume=volume, volume_before=before.volume)


def judge_sleep_timer(scene: Scene) -> None:
    """Tell of a sleep timer that was set or is over. No knob can set one."""
    before, after = scene.before, scene.after
    if before.sleep_timer_active is None or before.sleep_timer_active is after.sleep_timer_active:
        return
    commanded = scene.commanded(Aspect.TIMER)
    if after.sleep_timer_active:
        if commanded is not None:
            scene.tell(Kind.SLEEP_TIMER_STARTED, commanded)
        else:
            scene.tell(Kind.SLEEP_TIMER_STARTED, Cause.OTHER_APP, Confidence.INFERRED)
        return
    ended = scene.sleep_timer_ended()
    if commanded is not None:
        scene.tell(Kind.SLEEP_TIMER_ENDED, commanded)
    elif ended is Confidence.CERTAIN or before.status is not after.status:
        scene.tell(Kind.SLEEP_TIMER_ENDED, Cause.AUTOMATIC, ended or Confidence.INFERRED)
    else:
        scene.tell(Kind.SLEEP_TIMER_ENDED, Cause.OTHER_APP, Confidence.INFERRED)


def judge_plugs(scene: Scene) -> None:
    """Tell of headphones and of charging, which status blocks report."""
    before, after = scene.before, scene.after
    if before.headphones is not None and before.headphones is not after.headphones:
        scene.tell(Kind.HEADPHONES, Cause.PLAYER, on=after.headphones)
    if before.charging is not None and before.charging is not after.charging:
        is_full = not after.charging and (after.battery_level or 0) >= _FULL
        if is_full:
            scene.tell(Kind.CHARGING, Cause.AUTOMATIC, Confidence.INFERRED, on=False)
        else:
            scene.tell(Kind.CHARGING, Cause.PLAYER, on=after.charging)
