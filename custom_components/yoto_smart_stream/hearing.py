"""Whether an account's players can be heard, and what is said once where they cannot."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later

from .cloud.connection import PlayerConnection
from .cloud.silence import Silence
from .const import LOGGER
from .data import PlayerState
from .issues.accounts import (
    async_clear_connection,
    async_clear_reach,
    async_report_absences,
    async_report_connection,
)
from .playback.occurrences import OfflineReason
from .playback.snapshot import Snapshot

_GRACE: Final = timedelta(seconds=30)
"""A broker that restarts is back by then; nothing turns unavailable meanwhile."""
_BLOCKED_AFTER: Final = timedelta(minutes=3)
"""How long there is no connection before the family is asked to look at its network."""


class Hearing:
    """Follows the connection: logs each loss and each return once, and raises what to mend."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        connection: PlayerConnection,
        changed: CALLBACK_TYPE,
    ) -> None:
        """Call `changed` each time that players come within hearing, or are lost to it."""
        self._hass = hass
        self._entry = entry
        self._connection = connection
        self._changed = changed
        self._live = False
        self._silence = Silence()
        self._deaf = False
        """Whether it has been said that nobody is heard."""
        self._end_grace: CALLBACK_TYPE | None = None
        self._stopped = False
        connection.watch(self._async_connection_changed)

    @property
    def live(self) -> bool:
        """Return whether what is known of players is what they say."""
        return self._live

    @callback
    def async_opened(self) -> None:
        """Take note of how the first attempt to connect has ended."""
        self._async_set(live=self._connection.connected)

    @callback
    def async_stop(self) -> None:
        """Forget everything that this account would have to mend, and follow nothing any more."""
        self._stopped = True
        self._async_cancel_grace()
        async_clear_reach(self._hass, self._entry)

    @callback
    def async_check(
        self, states: Mapping[str, PlayerState], now: datetime, *, roster_known: bool
    ) -> None:
        """Raise and withdraw what the family should look at.

        Args:
            states: the players.
            now: the time.
            roster_known: whether Yoto's web API works, so that the network as such does.
        """
        if self._live:
            async_report_absences(self._hass, self._entry, states, now)
        connection = self._connection
        lost_at, failure = connection.lost_at, connection.failure
        if lost_at and failure and roster_known and now - lost_at >= _BLOCKED_AFTER:
            async_report_connection(self._hass, self._entry, connection.endpoints, failure)

    @callback
    def async_heard(self, at: datetime) -> None:
        """Take note that a player has spoken."""
        self._silence.heard(at)
        if self._deaf:
            self._deaf = False
            LOGGER.info("Players of %s are heard again", self._entry.title)

    @callback
    def async_carries_nothing(self, now: datetime, *, confirmed: bool) -> bool:
        """Return whether the connection is dead, whatever it says of itself.

        Status blocks come on request only (protocol §3.2), so that players who are there and stay
        silent after requests tell something.

        Args:
            now: the time.
            confirmed: whether the broker has taken the requests.
        """
        if not self._silence.overdue(now) and confirmed:
            return False
        if not self._deaf:
            self._deaf = True
            LOGGER.info(
                "Nothing is heard from the players of %s: connecting anew", self._entry.title
            )
        return True

    @callback
    def async_note(self, state: PlayerState, after: Snapshot) -> None:
        """Log that a player has gone or is back, once each."""
        before, player = state.snapshot, state.player
        if before.online and after.online is False:
            reason = "it was switched off" if _switched_off(after) else "it is out of reach"
            LOGGER.info("%s is offline: %s", player.name, reason)
        elif before.online is False and after.online:
            LOGGER.info("%s is online again", player.name)

    @callback
    def _async_connection_changed(self) -> None:
        """Log a loss and a return. Entities are told at once of a return, later of a loss."""
        if self._stopped:
            return
        self._async_cancel_grace()
        if self._connection.lost_at is None:
            LOGGER.info("The connection to the players of %s is back", self._entry.title)
            async_clear_connection(self._hass, self._entry)
            self._async_set(live=True)
            return
        LOGGER.info(
            "There is no connection to the players of %s: %s",
            self._entry.title,
            self._connection.failure,
        )
        self._end_grace = async_call_later(self._hass, _GRACE, self._async_grace_over)

    @callback
    def _async_grace_over(self, _now: datetime) -> None:
        """Take what players have said for outdated."""
        self._end_grace = None
        self._async_set(live=False)

    @callback
    def _async_set(self, *, live: bool) -> None:
        """Tell of a change."""
        if live != self._live:
            self._live = live
            self._changed()

    @callback
    def _async_cancel_grace(self) -> None:
        """End the time in which nothing is said."""
        if self._end_grace is not None:
            self._end_grace()
            self._end_grace = None


def _switched_off(snapshot: Snapshot) -> bool:
    """Return whether somebody switched the player off, or it went to sleep by itself."""
    return snapshot.offline_reason is OfflineReason.SWITCHED_OFF
