"""Whereabouts: which player a request may be from, as whoever knows the players can tell.

A request does not say (protocol §6.2). It may come a moment before the player tells that it has
begun with a card, so that is waited for where it matters.
"""

import asyncio
from collections.abc import Callable
from typing import Final, Protocol

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from .resources import StreamedList

PATIENCE: Final = 2.0
"""Seconds that a player waits at most for its first byte."""


class Whereabouts(Protocol):
    """Knows what players say of themselves."""

    def player_of(self, resource: StreamedList) -> str | None:
        """Return the only player that can be about to play something, None where several can."""
        ...

    @callback
    def async_listen(self, changed: Callable[[], None]) -> CALLBACK_TYPE:
        """Call `changed` each time that a player has told of a card; returns what ends that."""
        ...


WHEREABOUTS: HassKey[Whereabouts] = HassKey(f"{DOMAIN}_whereabouts")


async def async_player(hass: HomeAssistant, resource: StreamedList) -> str | None:
    """Return the player that a request for a token is from, None if that is not known in time."""
    known = hass.data.get(WHEREABOUTS)
    if known is None:
        return None
    if (player := known.player_of(resource)) is not None:
        return player
    told = asyncio.Event()
    unlisten = known.async_listen(told.set)
    try:
        async with asyncio.timeout(PATIENCE):
            while player is None:
                await told.wait()
                told.clear()
                player = known.player_of(resource)
    except TimeoutError:
        return None
    finally:
        unlisten()
    return player
