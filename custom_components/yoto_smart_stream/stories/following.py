"""Follows what players play of stories, so that games are saved."""

from functools import partial

from homeassistant.core import callback

from ..coordinator import YotoConfigEntry, YotoCoordinator
from ..live.queue import PlayerQueue
from ..live.runner import LIVE_CARDS
from .teller import TELLER


@callback
def async_follow_stories(entry: YotoConfigEntry) -> None:
    """Follow all players of an account, for as long as it is loaded."""
    coordinator = entry.runtime_data
    known: set[str] = set()

    @callback
    def follow_new() -> None:
        live = coordinator.hass.data.get(LIVE_CARDS)
        if live is None:
            return
        for player_id in coordinator.data.keys() - known:
            known.add(player_id)
            entry.async_on_unload(
                live.async_watch(player_id, partial(_async_save, coordinator, player_id))
            )

    entry.async_on_unload(coordinator.async_add_listener(follow_new))
    follow_new()


@callback
def _async_save(coordinator: YotoCoordinator, player_id: str) -> None:
    """Note where a player is in a story."""
    teller = coordinator.hass.data.get(TELLER)
    session = PlayerQueue(coordinator, player_id).session
    if teller is not None and session is not None:
        teller.async_followed(session)
