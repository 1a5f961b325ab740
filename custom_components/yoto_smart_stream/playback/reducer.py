"""The one place where messages become state."""

from dataclasses import replace
from datetime import datetime

from .messages import Events, Message, PlaybackStatus, Presence, Status
from .snapshot import Snapshot


def reduce(snapshot: Snapshot, message: Message, received_at: datetime) -> Snapshot:
    """Return the snapshot after a message.

    Args:
        snapshot: what was known before.
        message: what a player has said.
        received_at: when it arrived, aware.
    """
    match message:
        case Presence():
            # The last will is the broker's word: it proves absence, not that the player spoke.
            heard_at = received_at if message.online else snapshot.heard_at
            return replace(snapshot, online=message.online, heard_at=heard_at)
        case Status():
            return _after_status(snapshot, message, received_at)
        case Events():
            return _after_events(snapshot, message, received_at)


def _after_status(snapshot: Snapshot, message: Status, received_at: datetime) -> Snapshot:
    """Merge a status block. Only a player that is there can send one (protocol §8)."""
    return replace(
        snapshot,
        online=True,
        heard_at=received_at,
        battery_level=_either(message.battery_level, snapshot.battery_level),
        charging=_either(message.charging, snapshot.charging),
        card_insertion=_either(message.card_insertion, snapshot.card_insertion),
        firmware=_either(message.firmware, snapshot.firmware),
    )


def _after_events(snapshot: Snapshot, message: Events, received_at: datetime) -> Snapshot:
    """Merge a partial message; a card that is gone takes its chapter with it (protocol §3.8)."""
    base = snapshot
    if message.card_id is not None and message.card_id != (snapshot.card_id or ""):
        base = without_card(snapshot)
    merged = replace(
        base,
        online=True,
        heard_at=received_at,
        status=_either(message.status, base.status),
        waiting=_either(message.waiting, base.waiting),
        volume=_either(message.volume, base.volume),
        volume_max=_either(message.volume_max, base.volume_max),
    )
    card_id = _either(message.card_id, base.card_id)
    if not card_id:
        # The wire repeats the keys of the card that has gone.
        return merged
    position = _either(message.position, base.position)
    moved = message.position is not None or _restarted(base, merged)
    return replace(
        merged,
        card_id=card_id,
        chapter_key=_either(message.chapter_key, base.chapter_key),
        chapter_title=_either(message.chapter_title, base.chapter_title),
        track_key=_either(message.track_key, base.track_key),
        track_title=_either(message.track_title, base.track_title),
        track_length=_either(message.track_length, base.track_length) or None,
        position=position,
        position_at=received_at if moved and position is not None else base.position_at,
        source=_either(message.source, base.source),
        streaming=_either(message.streaming, base.streaming),
    )


def without_card(snapshot: Snapshot) -> Snapshot:
    """Return the snapshot with everything forgotten that belongs to a card."""
    return replace(
        snapshot,
        card_id=None,
        chapter_key=None,
        chapter_title=None,
        track_key=None,
        track_title=None,
        track_length=None,
        position=None,
        position_at=None,
        source=None,
        streaming=False,
    )


def _restarted(before: Snapshot, after: Snapshot) -> bool:
    """Return whether playing has just begun, so that the old position counts from now on."""
    return (
        after.status is PlaybackStatus.PLAYING
        and not after.waiting
        and (before.status is not PlaybackStatus.PLAYING or before.waiting)
    )


def _either[T](said: T | None, known: T) -> T:
    """Return what a message says, or what is known where it is silent."""
    return known if said is None else said
