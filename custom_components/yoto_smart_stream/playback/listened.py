"""How long a player has been heard today."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final, Self

_SILENCE: Final = timedelta(minutes=2)
"""How long a player that has last been heard to play is believed to go on.

It says its position every five seconds and answers every minute (protocol §3.5, §3.6)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listened:
    """The seconds of one day in which something was heard, and how far they are counted."""

    day_began: datetime
    """The local midnight that the day began with; aware."""
    seconds: float = 0.0
    counted_to: datetime | None = None
    """Up to when what plays has been counted; None while nothing does."""
    believed_to: datetime | None = None
    """Up to when it is believed to play without another word of the player."""

    @property
    def is_heard(self) -> bool:
        """Return whether something plays."""
        return self.counted_to is not None

    def count(self, moment: datetime, day_began: datetime) -> Self:
        """Return what has been heard by a moment, given what was playing until then.

        Args:
            moment: which; one before the last changes nothing.
            day_began: the local midnight before it. On another day counting begins anew.
        """
        # Differences within one time zone would go wrong when the clocks change.
        moment = moment.astimezone(UTC)
        since, listened = self.counted_to, self
        if day_began > self.day_began:
            since = max(since, day_began) if since is not None else None
            listened = replace(self, day_began=day_began, seconds=0.0, counted_to=since)
        if since is None or moment <= since:
            return listened
        until = min(moment, self.believed_to) if self.believed_to is not None else moment
        heard = max((until - since).total_seconds(), 0.0)
        return replace(listened, seconds=listened.seconds + heard, counted_to=moment)

    def hear(self, moment: datetime, said_at: datetime | None) -> Self:
        """Return the same with something playing from a moment on, or nothing.

        Args:
            moment: up to which it has been counted.
            said_at: when the player last said that it plays; None where it does not.
        """
        if said_at is None:
            return replace(self, counted_to=None, believed_to=None)
        return replace(
            self,
            counted_to=self.counted_to or moment.astimezone(UTC),
            believed_to=said_at + _SILENCE,
        )
