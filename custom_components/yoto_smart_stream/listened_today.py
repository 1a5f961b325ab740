"""The sensor that counts how long a player is heard each day."""

from datetime import datetime
from typing import override

from homeassistant.components.sensor import SensorEntity
from homeassistant.core import callback
from homeassistant.helpers.event import async_track_time_change
from homeassistant.helpers.restore_state import RestoredExtraData, RestoreEntity
from homeassistant.util import dt as dt_util

from .coordinator import YotoCoordinator
from .data import PlayerState
from .entity import YotoEntity, YotoEntityDescription
from .playback.listened import Listened
from .playback.messages import PlaybackStatus


class YotoListenedToday(YotoEntity, SensorEntity, RestoreEntity):
    """How long a player has been heard today, by the family's own midnight.

    What plays while Home Assistant is off is not counted, nor what a player plays that cannot be
    heard of for minutes.
    """

    def __init__(
        self, coordinator: YotoCoordinator, player_id: str, description: YotoEntityDescription
    ) -> None:
        """Begin with nothing heard."""
        super().__init__(coordinator, player_id, description)
        self._listened = Listened(day_began=dt_util.start_of_local_day())

    @property
    @override
    def native_value(self) -> int:
        """Return the seconds."""
        return int(self._listened.seconds)

    @property
    @override
    def last_reset(self) -> datetime:
        """Return the midnight since which is counted."""
        return self._listened.day_began

    @override
    def shown(self) -> object:
        """Return what is worth a new state: the minute, and whether it goes on."""
        listened = self._listened
        return listened.day_began, int(listened.seconds // 60), listened.is_heard

    @property
    @override
    def extra_restore_state_data(self) -> RestoredExtraData:
        """Return what has to survive a restart."""
        listened = self._listened
        return RestoredExtraData(
            {"seconds": listened.seconds, "day_began": listened.day_began.isoformat()}
        )

    @override
    async def async_added_to_hass(self) -> None:
        """Go on with what was counted before, and count even while the player says nothing."""
        kept = await self.async_get_last_extra_data()
        if kept is not None:
            self._listened = _recalled(kept.as_dict(), self._listened)
        self._count(dt_util.utcnow())
        await super().async_added_to_hass()
        self.async_on_remove(async_track_time_change(self.hass, self._async_minute, second=0))

    @callback
    def _async_minute(self, now: datetime) -> None:
        """Count the minute that has passed, and begin anew after midnight."""
        self._count(now)
        super()._async_changed()

    @callback
    @override
    def _async_changed(self) -> None:
        """Count up to a message of the player."""
        self._count(dt_util.utcnow())
        super()._async_changed()

    def _count(self, moment: datetime) -> None:
        """Count up to a moment, and see whether anything is heard from then on."""
        state = self.coordinator.data.get(self.player_id)
        if state is None:
            return
        midnight = dt_util.start_of_local_day(dt_util.as_local(moment))
        listened = self._listened.count(moment, midnight)
        self._listened = listened.hear(
            moment, state.snapshot.heard_at if _is_heard(state) else None
        )


def _is_heard(state: PlayerState) -> bool:
    """Return whether sound comes out of a player, as far as it has said."""
    snapshot = state.snapshot
    return state.online and snapshot.status is PlaybackStatus.PLAYING and not snapshot.waiting


def _recalled(kept: dict[str, object], otherwise: Listened) -> Listened:
    """Return what was counted before a restart, or what there is where that makes no sense."""
    seconds, day_began = kept.get("seconds"), kept.get("day_began")
    moment = dt_util.parse_datetime(day_began) if isinstance(day_began, str) else None
    if not isinstance(seconds, int | float) or moment is None:
        return otherwise
    return Listened(day_began=moment, seconds=float(seconds))
