"""Whether a track can have come to its own end (protocol §3.8, §3.10)."""

from datetime import datetime
from enum import Enum, auto
from typing import Final

from .context import CardMap
from .messages import PlaybackStatus
from .scene import place_of
from .snapshot import Snapshot

_ZONE: Final = 5.0
"""Seconds before the end within which an end and a skip look alike: about a tick of the position.

Lengths may be wrong by a little, and ticks may be late."""
_END: Final = 1.5
"""Seconds before the end that a position which counts whole seconds may be off."""


class Nearness(Enum):
    """How near a player was to the end of its track."""

    FAR = auto()
    NEAR = auto()
    """An end is the better guess."""
    AT_END = auto()
    UNKNOWN = auto()


def nearness(snapshot: Snapshot, card: CardMap | None, now: datetime) -> Nearness:
    """Return how near to the end of the track a player is, by all that it has said."""
    if snapshot.status is not PlaybackStatus.PLAYING:
        return Nearness.FAR
    length = length_of(snapshot, card)
    if snapshot.position is None or not length:
        return Nearness.UNKNOWN
    left = length - _heard(snapshot, now)
    zone = min(_ZONE, length / 2)
    if left > zone:
        return Nearness.FAR
    if snapshot.waiting or left < -_ZONE or left > min(_END, length / 4):
        return Nearness.NEAR
    return Nearness.AT_END


def length_of(snapshot: Snapshot, card: CardMap | None) -> float | None:
    """Return the seconds of the track, as the player or else the card says."""
    if snapshot.track_length:
        return snapshot.track_length
    place = place_of(snapshot)
    return card.lengths.get(place) if card is not None and place is not None else None


def _heard(snapshot: Snapshot, now: datetime) -> float:
    """Return the second of the track that is due, beyond its end too."""
    position = float(snapshot.position or 0)
    if snapshot.waiting or snapshot.position_at is None:
        return position
    return position + max((now - snapshot.position_at).total_seconds(), 0.0)
