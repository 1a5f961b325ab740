"""When a track is about to end."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from ..coordinator import YotoCoordinator
from ..data import PlayerState

_AGAIN: Final = 3.0
"""Seconds by which a track must have gone back to count as played again. Less is jitter: players
tell whole seconds (protocol §3.5)."""

type _Place = tuple[str | None, str | None, str | None]


class Countdown:
    """Calls somebody once in each track of a player, some seconds before its end."""

    def __init__(
        self,
        hass: HomeAssistant,
        coordinator: YotoCoordinator,
        player_id: str,
        seconds: float,
        call: Callable[[PlayerState], None],
    ) -> None:
        """Begin. A track that is in its last seconds already is not told of."""
        self._hass = hass
        self._coordinator = coordinator
        self._player_id = player_id
        self._seconds = seconds
        self._call = call
        self._cancel: CALLBACK_TYPE | None = None
        state = coordinator.data[player_id]
        self._place = _place(state)
        left = state.seconds_left(dt_util.utcnow())
        self._is_told = left is not None and left <= seconds
        self._unwatch = coordinator.audience.async_watch(player_id, self._async_plan)
        self._async_plan()

    @callback
    def async_end(self) -> None:
        """Call nobody any more."""
        self._unwatch()
        self._async_cancel()

    @callback
    def _async_plan(self) -> None:
        """Work out anew when to call, after the player has said something."""
        state = self._coordinator.data.get(self._player_id)
        self._async_cancel()
        if state is None:
            return
        if (place := _place(state)) != self._place:
            self._place = place
            self._is_told = False
        left = state.seconds_left(dt_util.utcnow())
        if left is None:
            return
        wait = left - self._seconds
        if wait > _AGAIN:
            self._is_told = False
        if self._is_told:
            return
        if wait <= 0:
            self._async_tell(state)
        else:
            self._cancel = async_call_later(
                self._hass,
                wait,
                HassJob(self._async_due, f"end of a track at {self._player_id}"),
            )

    @callback
    def _async_due(self, _now: datetime) -> None:
        """Call, now that the player has said nothing that speaks against it."""
        self._cancel = None
        state = self._coordinator.data.get(self._player_id)
        if state is not None:
            self._async_tell(state)

    @callback
    def _async_tell(self, state: PlayerState) -> None:
        """Call once in this track."""
        self._is_told = True
        self._call(state)

    @callback
    def _async_cancel(self) -> None:
        """Forget what was planned."""
        if self._cancel is not None:
            self._cancel()
            self._cancel = None


def _place(state: PlayerState) -> _Place:
    """Return which track a player is at."""
    snapshot = state.snapshot
    return snapshot.card_id, snapshot.chapter_key, snapshot.track_key
