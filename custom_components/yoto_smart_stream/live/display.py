"""The display of a player while it plays its live card, as Home Assistant shows it."""

from ..const import CONF_LIVE_ICONS
from ..coordinator import YotoCoordinator
from ..pictures.enlarging import enlarge
from .icons import LIVE_ICONS
from .queue import PlayerQueue
from .showing import Shown, shown


class PlayerDisplay:
    """What one player fetches for its display."""

    def __init__(self, coordinator: YotoCoordinator, player_id: str) -> None:
        """Belong to a player."""
        self._hass = coordinator.hass
        self._entry = coordinator.config_entry
        self._queue = PlayerQueue(coordinator, player_id)

    @property
    def shown(self) -> Shown | None:
        """Return what is shown; None while something else plays, or the icon is always the same."""
        if not self._entry.options.get(CONF_LIVE_ICONS, True) or not self._queue.is_in_play:
            return None
        session = self._queue.session
        return None if session is None else shown(session.current)

    async def async_large(self, what: Shown) -> bytes | None:
        """Return it as a large PNG, dot by dot."""
        icons = self._hass.data.get(LIVE_ICONS)
        if icons is None:
            return None
        icon = await icons.async_icon(what, self._entry)
        return await self._hass.async_add_executor_job(enlarge, icon)
