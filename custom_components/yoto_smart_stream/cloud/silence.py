"""Noticing that a connection which claims to be up carries nothing any more."""

from datetime import datetime, timedelta
from typing import Final

_PATIENCE: Final = timedelta(seconds=150)
"""Two requests for status have gone unanswered by then."""
_MOST_PATIENCE: Final = timedelta(minutes=40)


class Silence:
    """How long nobody has said anything. Patience doubles each time it has run out in vain."""

    def __init__(self) -> None:
        """Begin with the first message or question."""
        self._since: datetime | None = None
        self._patience = _PATIENCE

    def heard(self, at: datetime) -> None:
        """Note that somebody spoke."""
        self._since = at
        self._patience = _PATIENCE

    def overdue(self, now: datetime) -> bool:
        """Return whether the silence has lasted too long; a new one begins if so."""
        if self._since is None:
            self._since = now
        if now - self._since < self._patience:
            return False
        self._since = now
        self._patience = min(self._patience * 2, _MOST_PATIENCE)
        return True
