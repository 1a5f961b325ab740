"""Numbers that a family sets at a player."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Final, override

from homeassistant.components.number import (
    NumberDeviceClass,
    NumberEntity,
    NumberEntityDescription,
    NumberMode,
)
from homeassistant.const import PERCENTAGE, EntityCategory, UnitOfTime
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.util import dt as dt_util

from .cloud.commands import set_sleep_timer
from .cloud.settings import (
    DAY_BRIGHTNESS,
    DAY_VOLUME_LIMIT,
    DIM_BRIGHTNESS,
    NIGHT_BRIGHTNESS,
    NIGHT_VOLUME_LIMIT,
    Setting,
)
from .coordinator import YotoConfigEntry
from .entity import YotoEntity, YotoEntityDescription, async_add_for_each_player
from .playback.volume import STEPS
from .setting_entity import YotoSettingEntity

PARALLEL_UPDATES = 0

LONGEST_SLEEP_TIMER: Final = 720
"""Minutes."""

_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class YotoNumberDescription(YotoEntityDescription, NumberEntityDescription):
    """Which number is meant."""


@dataclass(frozen=True, kw_only=True)
class YotoSettingNumberDescription(YotoNumberDescription):
    """Which setting a number is."""

    setting: Setting[int]
    needs_player: bool = False


SETTINGS: Final = (
    YotoSettingNumberDescription(
        key="day_volume_limit",
        translation_key="day_volume_limit",
        entity_category=EntityCategory.CONFIG,
        native_min_value=0,
        native_max_value=STEPS,
        native_step=1,
        mode=NumberMode.SLIDER,
        setting=DAY_VOLUME_LIMIT,
    ),
    YotoSettingNumberDescription(
        key="night_volume_limit",
        translation_key="night_volume_limit",
        entity_category=EntityCategory.CONFIG,
        native_min_value=0,
        native_max_value=STEPS,
        native_step=1,
        mode=NumberMode.SLIDER,
        setting=NIGHT_VOLUME_LIMIT,
    ),
    YotoSettingNumberDescription(
        key="day_brightness",
        translation_key="day_brightness",
        entity_category=EntityCategory.CONFIG,
        native_min_value=0,
        native_max_value=100,
        native_step=1,
        native_unit_of_measurement=PERCENTAGE,
        mode=NumberMode.SLIDER,
        setting=DAY_BRIGHTNESS,
    ),
    YotoSettingNumberDescription(
        key="night_brightness",
        translation_key="night_brightness",
        entity_category=EntityCategory.CONFIG,
        native_min_value=0,
        native_max_value=100,
        native_step=1,
        native_unit_of_measurement=PERCENTAGE,
        mode=NumberMode.SLIDER,
        setting=NIGHT_BRIGHTNESS,
    ),
    YotoSettingNumberDescription(
        key="dim_brightness",
        translation_key="dim_brightness",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
        native_min_value=0,
        native_max_value=100,
        native_step=1,
        native_unit_of_measurement=PERCENTAGE,
        mode=NumberMode.SLIDER,
        setting=DIM_BRIGHTNESS,
    ),
)

SLEEP_TIMERS: Final = (
    YotoNumberDescription(
        key="sleep_timer",
        translation_key="sleep_timer",
        device_class=NumberDeviceClass.DURATION,
        native_min_value=0,
        native_max_value=LONGEST_SLEEP_TIMER,
        native_step=1,
        native_unit_of_measurement=UnitOfTime.MINUTES,
        mode=NumberMode.BOX,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: YotoConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the numbers of every player."""
    async_add_for_each_player(entry, async_add_entities, YotoSettingNumber, SETTINGS)
    async_add_for_each_player(entry, async_add_entities, YotoSleepTimer, SLEEP_TIMERS)


class YotoSettingNumber(YotoSettingEntity, NumberEntity):
    """A number among a player's settings."""

    entity_description: YotoSettingNumberDescription

    @override
    def shown(self) -> object:
        """Return the number."""
        return self.native_value

    @property
    @override
    def native_value(self) -> int | None:
        """Return the number; a brightness that is automatic has none."""
        return self.setting(self.entity_description.setting)

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Set it."""
        await self.async_set(self.entity_description.setting, round(value))


class YotoSleepTimer(YotoEntity, NumberEntity):
    """What is left of a player's sleep timer."""

    @override
    def shown(self) -> object:
        """Return the minutes that are left."""
        return self.native_value

    @property
    @override
    def native_value(self) -> int | None:
        """Return the minutes that are left, or 0 while no timer runs."""
        if self.snapshot.sleep_timer_active is None:
            return None
        ends_at = self.snapshot.sleep_timer_ends_at
        if not self.snapshot.sleep_timer_active or ends_at is None:
            return 0
        return max(ceil((ends_at - dt_util.utcnow()) / _MINUTE), 0)

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Count from now; 0 ends the timer."""
        await self.async_command(set_sleep_timer(round(value * 60)))

    @override
    async def async_added_to_hass(self) -> None:
        """Count down: players tell what is left now and then only."""
        await super().async_added_to_hass()
        self.async_on_remove(
            async_track_time_interval(
                self.hass, self._async_count, _MINUTE, name="Yoto sleep timer"
            )
        )

    @callback
    def _async_count(self, _now: datetime) -> None:
        """Show what is left now."""
        self._async_changed()
