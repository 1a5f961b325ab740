"""Whether a player is within reach, and why not (protocol §3.2, §3.8)."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from .causes import Aspect, explain
from .context import Context
from .messages import Presence
from .occurrences import Cause, Confidence, Kind, Occurrence, OfflineReason
from .scene import occurrence
from .snapshot import Snapshot

RUNNING: Final = "nA"
"""What a player that runs gives as the reason of its end (protocol §3.7)."""
FAREWELL: Final = timedelta(seconds=90)
"""How long after a player's farewell the broker may say that it is gone."""
_AFTERWARDS: Final = timedelta(seconds=2)
"""For how long after its farewell a player may still be heard."""
SILENT: Final = timedelta(seconds=180)
"""For how long a player may leave questions without an answer."""
_GAP: Final = timedelta(seconds=150)
"""Between ticks: after more than that, nobody has been asked meanwhile."""

type Outcome = tuple[Snapshot, tuple[Occurrence, ...]]


def after_presence(snapshot: Snapshot, message: Presence, context: Context) -> Outcome:
    """Take a presence message. They are retained, so old ones come again."""
    if message.online:
        return heard(snapshot, context)
    if snapshot.online is False:
        return snapshot, ()
    # The last will is the broker's word: it proves absence, not that the player spoke.
    if snapshot.online is None:
        return replace(snapshot, online=False), ()
    return _gone(snapshot, context, *_why(snapshot, context.received_at))


def heard(snapshot: Snapshot, context: Context) -> Outcome:
    """Note that a player is there: any word of it proves that (protocol §8)."""
    now = context.received_at
    if snapshot.online:
        return replace(snapshot, heard_at=now), ()
    there = replace(snapshot, online=True, offline_reason=None, heard_at=now)
    if snapshot.online is None:
        return there, ()
    there = replace(there, memory=replace(snapshot.memory, trusted=False, back_at=now))
    if snapshot.offline_reason is OfflineReason.SWITCHED_OFF:
        came = occurrence(there, context, Kind.ONLINE, Cause.PLAYER, Confidence.INFERRED)
    else:
        came = occurrence(there, context, Kind.ONLINE, Cause.AUTOMATIC, Confidence.CERTAIN)
    return there, (came,)


def after_tick(snapshot: Snapshot, context: Context) -> Outcome:
    """Take a player for lost that was asked again and again and says nothing."""
    if not snapshot.online:
        return snapshot, ()
    now, memory = context.received_at, snapshot.memory
    since = memory.asked_since
    answered = since is None or (snapshot.heard_at is not None and snapshot.heard_at > since)
    interrupted = memory.ticked_at is None or now - memory.ticked_at > _GAP
    if since is None or answered or interrupted:
        return replace(snapshot, memory=replace(memory, asked_since=now, ticked_at=now)), ()
    if now - since >= SILENT:
        return _gone(snapshot, context, OfflineReason.LOST, Cause.AUTOMATIC, Confidence.INFERRED)
    return replace(snapshot, memory=replace(memory, ticked_at=now)), ()


def _gone(
    snapshot: Snapshot,
    context: Context,
    reason: OfflineReason,
    cause: Cause,
    confidence: Confidence,
) -> Outcome:
    """Take a player as gone. What it said last is still worth knowing, but for its slot."""
    memory = replace(snapshot.memory, trusted=False, asked_since=None, ticked_at=None, commands=())
    away = replace(
        snapshot,
        online=False,
        offline_reason=reason,
        card_in=None,
        slot_card=None,
        memory=memory,
    )
    return away, (occurrence(snapshot, context, Kind.OFFLINE, cause, confidence, reason=reason),)


def _why(snapshot: Snapshot, now: datetime) -> tuple[OfflineReason, Cause, Confidence]:
    """Return why a player has gone: it says farewell when it is switched off."""
    memory = snapshot.memory
    said_at = memory.farewell_at
    if (
        memory.farewell is None
        or said_at is None
        or now - said_at > FAREWELL
        or (snapshot.heard_at is not None and snapshot.heard_at - said_at > _AFTERWARDS)
    ):
        return OfflineReason.LOST, Cause.AUTOMATIC, Confidence.CERTAIN
    commanded, _ = explain(memory.commands, Aspect.RESTART, now)
    if commanded is not None:
        cause = commanded
    else:
        cause = Cause.PLAYER if "user" in memory.farewell.lower() else Cause.AUTOMATIC
    return OfflineReason.SWITCHED_OFF, cause, Confidence.CERTAIN
