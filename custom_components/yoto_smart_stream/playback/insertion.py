"""Cards that come and go: by a hand, by a command or by themselves (protocol §3.8)."""

from datetime import timedelta
from typing import Final

from .causes import Aspect, Deed, Given
from .ending import Nearness, nearness
from .merging import NO_CARD
from .messages import CardInsertion, PlaybackStatus, Status
from .movement import starts_here
from .occurrences import Cause, Confidence, Gesture, Kind, Side
from .record import changed
from .scene import Scene, is_playing
from .snapshot import Snapshot

_JUST: Final = timedelta(seconds=10)
"""For how long a status may be on its way that was sent before a card came."""
_SOON: Final = timedelta(seconds=2)
"""Within which a status and an event speak of the same card."""
_START_UP: Final = timedelta(seconds=60)
"""Within which a player that was switched on plays the card that is in."""
_PHYSICAL: Final = {"card"}


def judge_card(scene: Scene) -> bool:
    """Tell of a card that came or went; return whether one did."""
    before, after = scene.before, scene.after
    # A card may be put in while a command has it playing already.
    is_put_in = bool(before.source) and is_physical(after) and not is_physical(before)
    if not before.memory.card_said or (before.card_id == after.card_id and not is_put_in):
        return False
    if after.card_id is None:
        _judge_gone(scene)
    else:
        _judge_come(scene, after.card_id)
    return True


def judge_slot(scene: Scene, status: Status) -> None:
    """Tell of a card in the slot that only a status block shows."""
    before = scene.before
    if status.card_insertion is CardInsertion.PHYSICAL and before.card_in is not True:
        card_id = status.active_card or None
        _fill(scene, card_id)
        # A player that has no word for what is in may have had it for long.
        if before.card_in is False and not _is_back(scene):
            scene.tell(
                Kind.CARD_INSERTED,
                Cause.PLAYER,
                Confidence.INFERRED,
                at=_at_card(scene.after, card_id),
            )
    elif status.card_insertion is CardInsertion.NONE and before.card_in is not False:
        slot_at = before.memory.slot_at
        if slot_at is not None and scene.now - slot_at < _JUST:
            return  # It was sent before the card came.
        if before.card_id is not None and is_physical(before):
            return  # Events are the ones to tell that it has gone.
        gone = before.slot_card
        _empty(scene)
        if before.card_in and not _is_back(scene):
            scene.tell(Kind.CARD_REMOVED, Cause.PLAYER, at=_at_card(scene.after, gone))


def is_physical(snapshot: Snapshot) -> bool:
    """Return whether what plays is the card in the slot."""
    return (snapshot.source or "").lower() in _PHYSICAL


def learn_slot(scene: Scene) -> None:
    """Note which card is in the slot, where the player says that this is what it plays."""
    after = scene.after
    if after.card_id is not None and is_physical(after):
        _fill(scene, after.card_id)


def _judge_come(scene: Scene, card_id: str) -> None:
    """Judge a card that plays now."""
    after = scene.after
    physical = is_physical(after)

    def fits(given: Given) -> bool:
        return starts_here(given, after) or (physical and given.deed is Deed.RESUME)

    cause = scene.commanded(Aspect.PLACE, fits)
    if cause is not None:
        _start(scene, cause)
    elif physical or (not after.source and not _is_shortcut(scene, card_id)):
        _judge_physical(scene, card_id)
    elif _is_shortcut(scene, card_id):
        _press(scene)
    else:
        _start(scene, Cause.OTHER_APP, Confidence.INFERRED)


def _judge_physical(scene: Scene, card_id: str) -> None:
    """Judge a card in the slot, or one of which nobody says where it is."""
    before = scene.before
    certain = Confidence.CERTAIN if is_physical(scene.after) else Confidence.INFERRED
    was_in = before.card_in is True and before.slot_card in {None, card_id}
    slot_at = before.memory.slot_at
    _fill(scene, card_id)
    if was_in and before.card_id is None:
        if slot_at is not None and scene.now - slot_at < _SOON and before.slot_card == card_id:
            # A status has already told that it came.
            _start(scene, Cause.PLAYER, certain)
        elif _is_back(scene):
            _start(scene, Cause.AUTOMATIC, Confidence.INFERRED)
        else:
            _press(scene)
        return
    if before.card_in:
        # Nobody saw it go, but two do not fit.
        scene.tell(Kind.CARD_REMOVED, Cause.PLAYER, certain, at=_at_card(before, before.slot_card))
    scene.tell(Kind.CARD_INSERTED, Cause.PLAYER, certain)
    _start(scene, Cause.PLAYER, certain)


def _judge_gone(scene: Scene) -> None:
    """Judge a card that plays no more."""
    before = scene.before
    cause = scene.commanded(Aspect.STATUS, lambda given: given.deed in {Deed.STOP, None})
    timer = scene.sleep_timer_ended()
    if cause is not None:
        _stop(scene, cause)
    elif timer is not None:
        _stop(scene, Cause.AUTOMATIC, timer)
    elif is_physical(before) or (not before.source and before.card_in is not False):
        sure = Confidence.CERTAIN if is_physical(before) else Confidence.INFERRED
        _empty(scene)
        scene.tell(Kind.CARD_REMOVED, Cause.PLAYER, sure, at=before)
        _stop(scene, Cause.PLAYER, sure)
    else:
        judge_end(scene)


def judge_end(scene: Scene) -> None:
    """Judge a card that plays no more though nobody is known to have stopped it."""
    before = scene.before
    match nearness(before, scene.map, scene.now):
        case Nearness.AT_END:
            scene.tell(Kind.PLAYBACK_ENDED, Cause.AUTOMATIC, at=before)
        case Nearness.FAR:
            _stop(scene, Cause.AUTOMATIC, Confidence.INFERRED)
        case _:
            scene.tell(Kind.PLAYBACK_ENDED, Cause.AUTOMATIC, Confidence.INFERRED, at=before)


def _start(scene: Scene, cause: Cause, confidence: Confidence = Confidence.CERTAIN) -> None:
    """Tell that another card plays now, if it does."""
    before, after = scene.before, scene.after
    if is_playing(after) and not (is_playing(before) and before.card_id == after.card_id):
        scene.tell(Kind.PLAYBACK_STARTED, cause, confidence)


def _stop(scene: Scene, cause: Cause, confidence: Confidence = Confidence.CERTAIN) -> None:
    """Tell that nothing plays any more, if something did."""
    if scene.before.status in {PlaybackStatus.PLAYING, PlaybackStatus.PAUSED}:
        scene.tell(Kind.PLAYBACK_STOPPED, cause, confidence, at=scene.before)


def _press(scene: Scene) -> None:
    """Tell that a press on the right knob has begun a card."""
    scene.tell(
        Kind.BUTTON_PRESSED,
        Cause.PLAYER,
        Confidence.INFERRED,
        side=Side.RIGHT,
        gesture=Gesture.PRESS,
    )
    _start(scene, Cause.PLAYER, Confidence.INFERRED)


def _is_shortcut(scene: Scene, card_id: str) -> bool:
    """Return whether a press without a card starts this one (protocol §2.5)."""
    return scene.before.card_id is None and card_id in scene.context.shortcuts


def _is_back(scene: Scene) -> bool:
    """Return whether the player has only just come back."""
    back_at = scene.before.memory.back_at
    return back_at is not None and scene.now - back_at < _START_UP


def _fill(scene: Scene, card_id: str | None) -> None:
    """Keep in mind that a card is in the slot."""
    if scene.before.card_in is not True or scene.before.slot_card != card_id:
        scene.changes |= {"card_in": True, "slot_card": card_id}


def _empty(scene: Scene) -> None:
    """Keep in mind that no card is in the slot."""
    scene.changes |= {"card_in": False, "slot_card": None}


def _at_card(snapshot: Snapshot, card_id: str | None) -> Snapshot:
    """Return where to say that something happened to a card which may not be the one in play."""
    if snapshot.card_id == card_id:
        return snapshot
    return changed(snapshot, {**NO_CARD, "card_id": card_id})
