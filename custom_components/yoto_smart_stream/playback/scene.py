"""One message being judged: what was, what is, and what has happened in between."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final, TypedDict, Unpack

from .causes import Aspect, Given, explain
from .context import CardMap, Context, Place
from .messages import Events, PlaybackStatus, Status
from .occurrences import Cause, Choice, Confidence, Gesture, Kind, Occurrence, OfflineReason, Side
from .record import Changes
from .snapshot import Snapshot

_TIMER_EARLY: Final = timedelta(seconds=5)
"""By how much a sleep timer may end before the moment that was worked out."""


class Details(TypedDict, total=False):
    """What only some occurrences have."""

    side: Side | None
    gesture: Gesture | None
    choice: Choice | None
    reason: OfflineReason | None
    on: bool | None
    volume: int | None
    volume_before: int | None


class Scene:
    """Collects what has happened. What it works out about state goes into `changes`."""

    def __init__(
        self, before: Snapshot, after: Snapshot, message: Events | Status, context: Context
    ) -> None:
        """Begin with nothing having happened."""
        self.before = before
        self.after = after
        self.message = message
        self.context = context
        self.now: datetime = context.received_at
        self.commands = before.memory.commands
        self.told: list[Occurrence] = []
        self.changes: Changes = {}

    @property
    def map(self) -> CardMap | None:
        """Return what is known about the card that played before."""
        card_id = self.before.card_id
        return self.context.cards.get(card_id) if card_id else None

    @property
    def is_trusted(self) -> bool:
        """Return whether what was known before the message is known for sure."""
        return self.before.memory.trusted

    def tell(
        self,
        kind: Kind,
        cause: Cause,
        confidence: Confidence = Confidence.CERTAIN,
        *,
        at: Snapshot | None = None,
        **details: Unpack[Details],
    ) -> None:
        """Note that something has happened, at the place where the player is unless `at` is."""
        if not self.is_trusted:
            confidence = Confidence.INFERRED
        self.told.append(
            occurrence(at or self.after, self.context, kind, cause, confidence, **details)
        )

    def commanded(
        self, aspect: Aspect, fits: Callable[[Given], bool] = lambda _: True
    ) -> Cause | None:
        """Return who commanded a change; None where nobody is known to have."""
        if not self.commands:
            return None
        cause, self.commands = explain(self.commands, aspect, self.now, fits)
        return cause

    def sleep_timer_ended(self) -> Confidence | None:
        """Return how surely the sleep timer has just run out; None if it has not."""
        before, after = self.before, self.after
        if not before.sleep_timer_active:
            return None
        ends_at = before.sleep_timer_ends_at
        if ends_at is not None and self.now >= ends_at - _TIMER_EARLY:
            return Confidence.CERTAIN
        return Confidence.INFERRED if after.sleep_timer_active is False else None


def occurrence(
    at: Snapshot,
    context: Context,
    kind: Kind,
    cause: Cause,
    confidence: Confidence,
    **details: Unpack[Details],
) -> Occurrence:
    """Return something that has happened where a snapshot says that the player is."""
    return Occurrence(
        kind=kind,
        player_id=context.player_id,
        cause=cause,
        confidence=confidence,
        received_at=context.received_at,
        device_time=_time(at.event_utc),
        card_id=at.card_id,
        chapter_key=at.chapter_key,
        track_key=at.track_key,
        position=at.position_at_moment(context.received_at),
        **details,
    )


def place_of(snapshot: Snapshot) -> Place | None:
    """Return the track that a player is at."""
    if snapshot.chapter_key is None or snapshot.track_key is None:
        return None
    return snapshot.chapter_key, snapshot.track_key


def is_playing(snapshot: Snapshot) -> bool:
    """Return whether a player plays, or waits to."""
    return snapshot.status is PlaybackStatus.PLAYING


def _time(seconds: int | None) -> datetime | None:
    """Read the player's clock, which may be anything."""
    if seconds is None:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except OverflowError, OSError, ValueError:
        return None
