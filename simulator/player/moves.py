"""What happens on a card when a track ends, a button is pressed or the right knob is turned.

Pure: a card, a spot on it and a signal give a move (protocol §4.4, §4.5).
"""

from dataclasses import dataclass
from enum import Enum, auto

from .card import Card, Rule, Spot, Verb


class Signal(Enum):
    """What a track can have a rule for."""

    END = auto()
    LEFT = auto()
    RIGHT = auto()


@dataclass(frozen=True, slots=True)
class Go:
    """Play the track at a spot from its start."""

    spot: Spot


@dataclass(frozen=True, slots=True)
class Wait:
    """Halt and wait for a button."""


@dataclass(frozen=True, slots=True)
class Finish:
    """The card has come to its end."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """Go on as if nothing had happened."""


type Move = Go | Wait | Finish | Nothing


def react(card: Card, spot: Spot, signal: Signal, *, repeat_all: bool) -> Move:
    """Return what a signal leads to while the track at a spot plays, or after it."""
    rule = _rule(card, spot, signal) if card.interactive else None
    if rule is None or rule.verb is Verb.NONE:
        if signal is not Signal.END:
            return Nothing()
        return _advance(card, spot, repeat_all=repeat_all and not card.interactive)
    match rule.verb:
        case Verb.STOP:
            return Wait()
        case Verb.REPEAT:
            return Go(spot)
        case Verb.GOTO:
            target = card.find(rule.chapter_key, rule.track_key or None)
            if target is not None:
                return Go(target)
            # Nothing is left to go on with when the track is over: then it halts (our choice).
            return Wait() if signal is Signal.END else Nothing()


def skip(card: Card, spot: Spot, clicks: int) -> Move:
    """Return what turning the right knob leads to; clicks are positive clockwise.

    Beyond the last chapter nothing happens, before the first one it starts anew (our choice).
    """
    if not card.can_skip or not clicks:
        return Nothing()
    last = len(card.chapters) - 1
    if clicks > 0 and spot.chapter == last:
        return Nothing()
    return Go(Spot(min(max(spot.chapter + clicks, 0), last)))


def _rule(card: Card, spot: Spot, signal: Signal) -> Rule | None:
    track = card.track(spot)
    match signal:
        case Signal.END:
            return track.on_end
        case Signal.LEFT:
            return track.on_left
        case Signal.RIGHT:
            return track.on_right


def _advance(card: Card, spot: Spot, *, repeat_all: bool) -> Move:
    """Return what follows a track on a linear card (protocol §4.2, `autoadvance`)."""
    following = Spot(spot.chapter, spot.track + 1)
    if following in card.spots:
        return Go(following)
    match card.autoadvance:
        case "repeat":
            return Go(Spot(spot.chapter))
        case "none":
            return Finish()
    if spot.chapter + 1 < len(card.chapters):
        return Go(Spot(spot.chapter + 1))
    return Go(card.spots[0]) if repeat_all else Finish()
