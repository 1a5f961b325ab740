"""When the position of a track has to be told anew."""

from typing import Final

from .snapshot import Snapshot

DRIFT: Final = 2.0
"""Seconds by which a player may be elsewhere than expected before that is told.

Players tell whole seconds, and some messages travel longer than others.
"""


def has_jumped(told: Snapshot, now: Snapshot) -> bool:
    """Return whether a player is elsewhere than whoever counts on from `told` thinks."""
    if _piece(told) != _piece(now) or now.position is None or now.position_at is None:
        return True
    expected = told.position_at_moment(now.position_at)
    return expected is None or abs(expected - now.position) > DRIFT


def _piece(snapshot: Snapshot) -> object:
    """Return what is played, and whether it is heard at the moment."""
    return (
        snapshot.card_id,
        snapshot.chapter_key,
        snapshot.track_key,
        snapshot.track_length,
        snapshot.status,
        snapshot.waiting,
    )
