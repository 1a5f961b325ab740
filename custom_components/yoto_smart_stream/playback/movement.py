"""What moves a player about a card: a turn, a press, a command or the end of a track.

Nothing on the wire tells them apart (protocol §3.10). What does is who gave a command, how near the
end was, the order of the tracks and, on interactive cards, the authored ways.
"""

from dataclasses import dataclass
from typing import Final

from .causes import Aspect, Deed, Given
from .context import CardMap, Exits, Place
from .ending import Nearness, nearness
from .messages import Events, PlaybackStatus
from .occurrences import Cause, Choice, Confidence, Gesture, Kind, Side
from .scene import Scene, is_playing, place_of
from .snapshot import Snapshot

_BEGINNING: Final = 2
"""Seconds up to which a track counts as begun anew."""
_BACK: Final = 4.0
"""Seconds by which the position must have gone back for that while it is worked out; any second
does where it is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Why a player is at another place."""

    cause: Cause
    confidence: Confidence = Confidence.CERTAIN
    side: Side | None = None
    gesture: Gesture | None = None
    choice: Choice | None = None


def judge_movement(scene: Scene) -> Move | None:
    """Tell of a change of the track on a card, the hand first; return why, if there was one."""
    before, after = scene.before, scene.after
    if before.card_id is None or after.card_id != before.card_id:
        return None
    here, there = place_of(before), place_of(after)
    if here is None or there is None:
        return None
    commanded = _commanded(scene)
    if here == there and not _has_restarted(scene):
        return None
    move = Move(cause=commanded) if commanded is not None else _why(scene, here, there)
    if move.gesture is not None:
        scene.tell(
            Kind.BUTTON_PRESSED,
            move.cause,
            move.confidence,
            side=move.side,
            gesture=move.gesture,
        )
    if move.choice is not None:
        scene.tell(Kind.CHOICE_MADE, move.cause, move.confidence, choice=move.choice)
    if here[0] != there[0]:
        scene.tell(Kind.CHAPTER_CHANGED, move.cause, move.confidence)
    if here != there:
        scene.tell(Kind.TRACK_CHANGED, move.cause, move.confidence)
    return move


def starts_here(given: Given, snapshot: Snapshot) -> bool:
    """Return whether a command asks for the place that a player has come to."""
    if given.deed is None:
        return given.card_id is None
    return (
        given.deed is Deed.START
        and given.card_id == snapshot.card_id
        and given.chapter_key in {None, snapshot.chapter_key}
        and given.track_key in {None, snapshot.track_key}
    )


def _commanded(scene: Scene) -> Cause | None:
    """Return who asked for the place that a message names.

    The first message that names it is what the command has led to, even if nothing has changed.
    """
    message, after = scene.message, scene.after
    if not isinstance(message, Events) or (message.chapter_key, message.track_key) == (None, None):
        return None
    # A card that is over begins anew when it is told to go on.
    goes_on = not is_playing(scene.before) and is_playing(after)

    def fits(given: Given) -> bool:
        return starts_here(given, after) or (goes_on and given.deed is Deed.RESUME)

    return scene.commanded(Aspect.PLACE, fits)


def _has_restarted(scene: Scene) -> bool:
    """Return whether the same track has begun anew, which only its position tells."""
    message = scene.message
    if not isinstance(message, Events) or message.position is None:
        return False
    heard = scene.before.position_at_moment(scene.now)
    back = _BACK if is_playing(scene.before) else 1
    return (
        heard is not None
        and is_playing(scene.after)
        and message.position <= _BEGINNING
        and heard - message.position >= back
    )


def _why(scene: Scene, here: Place, there: Place) -> Move:
    """Return why a player has gone from one place to another."""
    card = scene.map
    near = nearness(scene.before, card, scene.now)
    if card is None:
        return _by_guess(near)
    if card.interactive:
        exits = card.exits.get(here)
        return _by_choice(exits, here, there, near) if exits is not None else _by_guess(near)
    return _by_order(scene, card, here, there, near)


def _by_guess(near: Nearness) -> Move:
    """Judge a card that nobody knows: nothing can be said about knobs."""
    if near in {Nearness.NEAR, Nearness.AT_END}:
        return Move(cause=Cause.AUTOMATIC, confidence=Confidence.INFERRED)
    return Move(cause=Cause.PLAYER, confidence=Confidence.INFERRED)


def _by_choice(exits: Exits, here: Place, there: Place, near: Nearness) -> Move:
    """Judge an interactive card by where its tracks lead (protocol §4.4)."""
    ends_there = exits.end == there
    maybe_ended = ends_there and near in {Nearness.NEAR, Nearness.AT_END}
    leads = [
        side for side, way in ((Side.LEFT, exits.left), (Side.RIGHT, exits.right)) if way == there
    ]
    # A track that begins anew shows by its position alone.
    sure = Confidence.CERTAIN if here != there else Confidence.INFERRED
    if not leads:
        if ends_there:
            return Move(cause=Cause.AUTOMATIC, confidence=sure, choice=Choice.NONE)
        return _by_guess(near)
    if maybe_ended:
        return Move(cause=Cause.AUTOMATIC, confidence=Confidence.INFERRED, choice=Choice.NONE)
    if ends_there and near is Nearness.UNKNOWN:
        sure = Confidence.INFERRED
    if len(leads) > 1:
        # A hand, but either one.
        return Move(cause=Cause.PLAYER, confidence=sure)
    side = leads[0]
    return Move(
        cause=Cause.PLAYER,
        confidence=sure,
        side=side,
        gesture=Gesture.PRESS,
        choice=Choice.LEFT if side is Side.LEFT else Choice.RIGHT,
    )


def _by_order(scene: Scene, card: CardMap, here: Place, there: Place, near: Nearness) -> Move:
    """Judge a linear card by the order of its tracks and the time."""
    before = scene.before
    if here == there:
        return _again(near)
    step = _step(card, here, there)
    if step is None:
        return _by_guess(near)
    was, will, count = step
    if near is Nearness.AT_END or (near is Nearness.NEAR and _follows(before, was, will, count)):
        is_sure = near is Nearness.AT_END and _follows(before, was, will, count)
        return Move(
            cause=Cause.AUTOMATIC,
            confidence=Confidence.CERTAIN if is_sure else Confidence.INFERRED,
        )
    if before.status is PlaybackStatus.STOPPED and will == 0 and was == count - 1:
        # A card that is over begins anew with a press.
        return _turn(Gesture.PRESS, Confidence.INFERRED)
    sure = near is Nearness.FAR and not before.waiting and count > 0
    return _turn(
        Gesture.NEXT if will > was else Gesture.PREVIOUS,
        Confidence.CERTAIN if sure else Confidence.INFERRED,
    )


def _again(near: Nearness) -> Move:
    """Judge a track of a linear card that has begun anew."""
    if near is Nearness.FAR:
        return _turn(Gesture.PREVIOUS, Confidence.INFERRED)
    return Move(cause=Cause.AUTOMATIC, confidence=Confidence.INFERRED)


def _turn(gesture: Gesture, confidence: Confidence) -> Move:
    """Return what the right knob did."""
    return Move(cause=Cause.PLAYER, confidence=confidence, side=Side.RIGHT, gesture=gesture)


def _step(card: CardMap, here: Place, there: Place) -> tuple[int, int, int] | None:
    """Return from which to which track, and of how many; 0 where only the keys are known."""
    try:
        return card.places.index(here), card.places.index(there), len(card.places)
    except ValueError:
        pass
    # Keys of Make Your Own cards are numbers of a fixed width (protocol §4.2).
    keys = (*here, *there)
    if all(key.isdecimal() for key in keys) and len({len(key) for key in keys}) == 1:
        was, will = (int(here[0]), int(here[1])), (int(there[0]), int(there[1]))
        return (0, 1, 0) if will > was else (1, 0, 0)
    return None


def _follows(before: Snapshot, was: int, will: int, count: int) -> bool:
    """Return whether a track is the one that follows by itself."""
    if will == was + 1:
        return True
    return bool(before.repeat_all) and was == count - 1 and will == 0
