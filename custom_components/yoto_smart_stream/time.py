"""Times of a player's day."""

from dataclasses import dataclass
from datetime import time
from typing import Final, override

from homeassistant.components.time import DOMAIN as TIME_DOMAIN, TimeEntity, TimeEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .alarm_entity import YotoAlarmEntity, async_add_for_each_alarm
from .cloud.settings import DAY_START, NIGHT_START, Setting
from .coordinator import YotoConfigEntry
from .entity import YotoEntityDescription, async_add_for_each_player
from .setting_entity import YotoSettingEntity

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class YotoTimeDescription(YotoEntityDescription, TimeEntityDescription):
    """Which setting a time is."""

    setting: Setting[time]
    needs_player: bool = False


TIMES: Final = (
    YotoTimeDescription(
        key="day_start",
        translation_key="day_start",
        entity_category=EntityCategory.CONFIG,
        setting=DAY_START,
    ),
    YotoTimeDescription(
        key="night_start",
        translation_key="night_start",
        entity_category=EntityCategory.CONFIG,
        setting=NIGHT_START,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: YotoConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the times of every player, and those of its alarms."""
    async_add_for_each_player(entry, async_add_entities, YotoTime, TIMES)
    await async_add_for_each_alarm(entry, async_add_entities, TIME_DOMAIN, YotoAlarmTime)


class YotoTime(YotoSettingEntity, TimeEntity):
    """A time among a player's settings."""

    entity_description: YotoTimeDescription

    @override
    def shown(self) -> object:
        """Return the time."""
        return self.native_value

    @property
    @override
    def native_value(self) -> time | None:
        """Return the time."""
        return self.setting(self.entity_description.setting)

    @override
    async def async_set_value(self, value: time) -> None:
        """Set it. Players know no seconds."""
        await self.async_set(self.entity_description.setting, value.replace(second=0))


class YotoAlarmTime(YotoAlarmEntity, TimeEntity):
    """When an alarm rings."""

    _attr_translation_key = "alarm"

    @property
    @override
    def native_value(self) -> time:
        """Return the time."""
        return self.alarm.at

    @override
    async def async_set_value(self, value: time) -> None:
        """Set it."""
        await self.async_change_alarm(at=value.replace(second=0))
