"""What comes next on a player's live card is made ready, so that a press is heard at once."""

from homeassistant.core import callback

from ..coordinator import YotoCoordinator
from ..opening.opener import OPENER
from ..program.upcoming import upcoming
from .icons import LIVE_ICONS
from .queue import PlayerQueue


class NextItem:
    """One item ahead, for one player; nothing while the player does not play its live card."""

    def __init__(self, coordinator: YotoCoordinator, player_id: str) -> None:
        """Begin without one."""
        self._hass = coordinator.hass
        self._entry = coordinator.config_entry
        self._player_id = player_id
        self._queue = PlayerQueue(coordinator, player_id)
        self._media: str | None = None

    @callback
    def async_look(self) -> None:
        """Have what comes next made ready; what came next before is given up."""
        session = self._queue.session
        item = None if session is None else upcoming(session)
        media = None if item is None else item.media
        if media == self._media:
            return
        self._media = media
        if (opener := self._hass.data.get(OPENER)) is not None:
            opener.prepare(self._player_id, () if item is None else (item,))
        icons = self._hass.data.get(LIVE_ICONS)
        if icons is not None and item is not None:
            icons.async_prepare(item, self._entry)

    @callback
    def async_stop(self) -> None:
        """Give up what is being made ready."""
        self._media = None
        if (opener := self._hass.data.get(OPENER)) is not None:
            opener.prepare(self._player_id, ())
