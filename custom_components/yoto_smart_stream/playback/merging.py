"""Partial messages become one state (protocol §3.5, §3.7, §3.8)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from .messages import Events, PlaybackStatus, Status
from .record import Changes
from .snapshot import Snapshot

_OF_A_PLAYER: Final = ("status", "waiting", "volume", "volume_max", "repeat_all")
_OF_A_CARD: Final = (
    *("chapter_key", "chapter_title", "track_key", "track_title"),
    *("source", "streaming"),
)
NO_CARD: Final[Mapping[str, object]] = {
    **dict.fromkeys((*_OF_A_CARD, "card_id", "track_length", "position", "position_at")),
    "streaming": False,
    "fetched_here": False,
}
"""What is left of a card that has gone. The wire goes on repeating its keys (protocol §3.8)."""
_OF_A_STATUS: Final = (
    *("battery_level", "charging", "power_source", "card_insertion", "headphones"),
    *("bluetooth_audio", "day_mode", "ambient_light", "nightlight", "display_brightness"),
    *("temperature", "battery_temperature", "wifi_strength", "free_disk", "total_disk"),
    *("background_download", "firmware", "up_time"),
)
_STEADY: Final = timedelta(seconds=3)
"""By how much the end of a sleep timer may seem to move while it stays where it is."""


def changes_by_status(snapshot: Snapshot, status: Status) -> Changes:
    """Return what a status block changes."""
    changes: Changes = {}
    _take(changes, snapshot, status, _OF_A_STATUS)
    return changes


def changes_by_events(snapshot: Snapshot, said: Events, message: Events, now: datetime) -> Changes:
    """Return what a message about playback changes.

    Args:
        snapshot: what is known.
        said: all parts of the payload that have come.
        message: the part that has come now.
        now: when.
    """
    changes: Changes = {}
    _take(changes, snapshot, said, _OF_A_PLAYER)
    card_id = snapshot.card_id
    if said.card_id is not None and said.card_id != (card_id or ""):
        changes |= NO_CARD
        card_id = changes["card_id"] = said.card_id or None
    if card_id:
        _take(changes, snapshot, said, _OF_A_CARD)
        if said.track_length is not None:
            changes["track_length"] = said.track_length or None
        _move(changes, snapshot, said, message, now)
    if said.sleep_timer_active is not None or said.sleep_timer_seconds is not None:
        _set_timer(changes, snapshot, said, now)
    return changes


def _take(
    changes: Changes, snapshot: Snapshot, said: Events | Status, names: tuple[str, ...]
) -> None:
    """Add what is said and not so yet."""
    for name in names:
        value = getattr(said, name)
        if value is not None and (name in changes or value != getattr(snapshot, name)):
            changes[name] = value


def _move(
    changes: Changes, snapshot: Snapshot, said: Events, message: Events, now: datetime
) -> None:
    """Date the position: it is true when it is said, and goes on by itself while it is heard."""
    is_new = "card_id" in changes
    if said.position is not None and (is_new or message.position is not None):
        changes["position"], changes["position_at"] = said.position, now
        return
    if is_new:
        return
    if said.position is None and ("chapter_key" in changes or "track_key" in changes):
        changes["position"], changes["position_at"] = 0, now
        return
    if ("status" in changes or "waiting" in changes) and snapshot.position is not None:
        heard = snapshot.position_at_moment(now)
        was, will = _is_heard(snapshot, {}), _is_heard(snapshot, changes)
        if was and not will and heard is not None and said.position is None:
            changes["position"], changes["position_at"] = int(heard), now
        elif will and not was:
            changes["position_at"] = now


def _is_heard(snapshot: Snapshot, changes: Changes) -> bool:
    """Return whether there is sound, after some changes."""
    return changes.get("status", snapshot.status) is PlaybackStatus.PLAYING and not changes.get(
        "waiting", snapshot.waiting
    )


def _set_timer(changes: Changes, snapshot: Snapshot, said: Events, now: datetime) -> None:
    """Keep the sleep timer by its end, which does not tremble with every message."""
    active = snapshot.sleep_timer_active
    if said.sleep_timer_active is not None and said.sleep_timer_active is not active:
        active = changes["sleep_timer_active"] = said.sleep_timer_active
    known = snapshot.sleep_timer_ends_at
    ends_at = known
    if active is False or said.sleep_timer_seconds == 0:
        ends_at = None
    elif said.sleep_timer_seconds is not None:
        ends_at = now + timedelta(seconds=said.sleep_timer_seconds)
        if known is not None and abs(ends_at - known) <= _STEADY:
            ends_at = known
    if ends_at != known:
        changes["sleep_timer_ends_at"] = ends_at
