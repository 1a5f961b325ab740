"""Playing, pausing and stopping while the card stays the same (protocol §3.8)."""

from .causes import Aspect, Deed, Given
from .ending import Nearness, nearness
from .insertion import judge_end
from .messages import PlaybackStatus
from .movement import Move, starts_here
from .occurrences import Cause, Confidence, Gesture, Kind, Side
from .scene import Scene

_ASKED_BY = {
    PlaybackStatus.PLAYING: {Deed.RESUME, Deed.START, None},
    PlaybackStatus.PAUSED: {Deed.PAUSE, None},
    PlaybackStatus.STOPPED: {Deed.STOP, None},
}


def judge_status(scene: Scene, move: Move | None) -> None:
    """Tell of a change of the playback status.

    Args:
        scene: what has changed.
        move: why the player is at another place of the card too, if it is.
    """
    before, after = scene.before, scene.after
    if before.status is None or after.status is None or before.status is after.status:
        return
    commanded = _commanded(scene, after.status)
    if after.status is PlaybackStatus.STOPPED:
        _judge_stop(scene, commanded)
        return
    kind = _kind(before.status, after.status)
    if commanded is not None:
        scene.tell(kind, commanded)
    elif move is not None:
        scene.tell(kind, move.cause, move.confidence)
    elif after.status is PlaybackStatus.PAUSED and (timer := scene.sleep_timer_ended()) is not None:
        scene.tell(kind, Cause.AUTOMATIC, timer)
    elif scene.context.pauses_at_zero and 0 in {before.volume, after.volume}:
        scene.tell(kind, Cause.PLAYER, Confidence.INFERRED)
    else:
        _judge_hand(scene, kind)


def _commanded(scene: Scene, status: PlaybackStatus) -> Cause | None:
    """Return who commanded a status."""
    asked_by, after = _ASKED_BY[status], scene.after

    def fits(given: Given) -> bool:
        if given.deed is Deed.START and not starts_here(given, after):
            return False
        return given.deed in asked_by

    return scene.commanded(Aspect.STATUS, fits)


def _judge_stop(scene: Scene, commanded: Cause | None) -> None:
    """Judge a player that has become silent for good with its card still there."""
    before = scene.before
    if commanded is not None:
        scene.tell(Kind.PLAYBACK_STOPPED, commanded)
    elif (timer := scene.sleep_timer_ended()) is not None:
        scene.tell(Kind.PLAYBACK_STOPPED, Cause.AUTOMATIC, timer)
    elif before.card_id is None:
        scene.tell(Kind.PLAYBACK_STOPPED, Cause.AUTOMATIC, Confidence.INFERRED)
    else:
        judge_end(scene)


def _judge_hand(scene: Scene, kind: Kind) -> None:
    """Judge what nobody has commanded: a press on the right knob, where that is what it does."""
    before, card = scene.before, scene.map
    if before.card_id is None:
        scene.tell(kind, Cause.PLAYER, Confidence.INFERRED)
        return
    if card is not None and card.interactive:
        _judge_halt(scene, kind)
        return
    is_known = card is not None and before.status is not PlaybackStatus.STOPPED
    sure = Confidence.CERTAIN if is_known else Confidence.INFERRED
    scene.tell(Kind.BUTTON_PRESSED, Cause.PLAYER, sure, side=Side.RIGHT, gesture=Gesture.PRESS)
    scene.tell(kind, Cause.PLAYER, sure)


def _judge_halt(scene: Scene, kind: Kind) -> None:
    """Judge an interactive card, which halts by itself and waits for a press (protocol §4.4)."""
    near = nearness(scene.before, scene.map, scene.now)
    if kind is Kind.PLAYBACK_PAUSED and near is not Nearness.FAR:
        sure = Confidence.CERTAIN if near is Nearness.AT_END else Confidence.INFERRED
        scene.tell(kind, Cause.AUTOMATIC, sure)
    else:
        scene.tell(kind, Cause.PLAYER, Confidence.INFERRED)


def _kind(before: PlaybackStatus, after: PlaybackStatus) -> Kind:
    """Return what a change of status is called."""
    if after is PlaybackStatus.PAUSED:
        return Kind.PLAYBACK_PAUSED
    if before is PlaybackStatus.PAUSED:
        return Kind.PLAYBACK_RESUMED
    return Kind.PLAYBACK_STARTED
