"""What a family switches on or off at a player."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, override

from homeassistant.components.switch import (
    DOMAIN as SWITCH_DOMAIN,
    SwitchEntity,
    SwitchEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .alarm_entity import YotoAlarmEntity, async_add_for_each_alarm
from .cloud.commands import set_sleep_timer
from .cloud.settings import (
    BLUETOOTH,
    BLUETOOTH_HEADPHONES,
    DAY_BRIGHTNESS,
    DAY_BRIGHTNESS_AUTO,
    HEADPHONES_LIMITED,
    NIGHT_BRIGHTNESS,
    NIGHT_BRIGHTNESS_AUTO,
    REPEAT_ALL,
    Setting,
)
from .const import DOMAIN
from .coordinator import YotoConfigEntry
from .entity import YotoEntity, YotoEntityDescription, async_add_for_each_player
from .setting_entity import YotoSettingEntity

PARALLEL_UPDATES = 0

_FULL: Final = 100
"""Percent."""


@dataclass(frozen=True, kw_only=True)
class YotoSwitchDescription(YotoEntityDescription, SwitchEntityDescription):
    """Which setting is switched."""

    setting: Setting[bool]
    needs_player: bool = False


@dataclass(frozen=True, kw_only=True)
class YotoAutomaticDescription(YotoSwitchDescription):
    """Which brightness is left to the light sensor, or else is set."""

    brightness: Setting[int]


@dataclass(frozen=True, kw_only=True)
class YotoTrackEndDescription(YotoEntityDescription, SwitchEntityDescription):
    """A switch that is no setting."""


SWITCHES: Final = (
    YotoSwitchDescription(
        key="bluetooth",
        translation_key="bluetooth",
        entity_category=EntityCategory.CONFIG,
        setting=BLUETOOTH,
    ),
    YotoSwitchDescription(
        key="bluetooth_headphones",
        translation_key="bluetooth_headphones",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
        setting=BLUETOOTH_HEADPHONES,
    ),
    YotoSwitchDescription(
        key="headphones_limited",
        translation_key="headphones_limited",
        entity_category=EntityCategory.CONFIG,
        setting=HEADPHONES_LIMITED,
    ),
    YotoSwitchDescription(
        key="repeat_all",
        translation_key="repeat_all",
        entity_category=EntityCategory.CONFIG,
        setting=REPEAT_ALL,
    ),
)

AUTOMATIC: Final = (
    YotoAutomaticDescription(
        key="day_brightness_auto",
        translation_key="day_brightness_auto",
        entity_category=EntityCategory.CONFIG,
        supported_fn=lambda player: player.model.light_sensor,
        setting=DAY_BRIGHTNESS_AUTO,
        brightness=DAY_BRIGHTNESS,
    ),
    YotoAutomaticDescription(
        key="night_brightness_auto",
        translation_key="night_brightness_auto",
        entity_category=EntityCategory.CONFIG,
        supported_fn=lambda player: player.model.light_sensor,
        setting=NIGHT_BRIGHTNESS_AUTO,
        brightness=NIGHT_BRIGHTNESS,
    ),
)


TRACK_ENDS: Final = (
    YotoTrackEndDescription(key="sleep_at_track_end", translation_key="sleep_at_track_end"),
)

_CLOSE: Final = timedelta(seconds=8)
"""How far the ends of a track and of its sleep timer may be apart; both are told in seconds, and
not at the same time."""


async def async_setup_entry(
    hass: HomeAssistant,
    entry: YotoConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the switches of every player, and those of its alarms."""
    async_add_for_each_player(entry, async_add_entities, YotoSwitch, SWITCHES)
    async_add_for_each_player(entry, async_add_entities, YotoAutomaticBrightness, AUTOMATIC)
    async_add_for_each_player(entry, async_add_entities, YotoSleepAtTrackEnd, TRACK_ENDS)
    await async_add_for_each_alarm(entry, async_add_entities, SWITCH_DOMAIN, YotoAlarmSwitch)


class YotoSwitch(YotoSettingEntity, SwitchEntity):
    """Something that is on or off among a player's settings."""

    entity_description: YotoSwitchDescription

    @override
    def shown(self) -> object:
        """Return whether it is on."""
        return self.is_on

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether it is on."""
        return self.setting(self.entity_description.setting)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Switch it on."""
        await self.async_set(self.entity_description.setting, value=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Switch it off."""
        await self.async_set(self.entity_description.setting, value=False)


class YotoAutomaticBrightness(YotoSwitch):
    """Whether a brightness of the display is left to the light sensor."""

    entity_description: YotoAutomaticDescription

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Keep the brightness that the display has now."""
        now = self.snapshot.display_brightness
        await self.async_set(self.entity_description.brightness, _FULL if now is None else now)


class YotoSleepAtTrackEnd(YotoEntity, SwitchEntity):
    """Whether the sleep timer ends with the track. It is that of the player, and knows no tracks.

    So it is off again as soon as a pause or another track has parted the two.
    """

    @override
    def shown(self) -> object:
        """Return whether both end together."""
        return self.is_on

    @property
    @override
    def is_on(self) -> bool:
        """Return whether both end together."""
        timer_ends = self.snapshot.sleep_timer_ends_at
        now = dt_util.utcnow()
        left = self.state_of_player.seconds_left(now)
        if not self.snapshot.sleep_timer_active or timer_ends is None or left is None:
            return False
        return abs(timer_ends - now - timedelta(seconds=left)) <= _CLOSE

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Set the timer to what is left of the track."""
        left = self.state_of_player.seconds_left(dt_util.utcnow())
        if left is None:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="track_end_unknown",
                translation_placeholders={"player": self.state_of_player.player.name},
            )
        await self.async_command(set_sleep_timer(max(round(left), 1)))

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """End the timer."""
        await self.async_command(set_sleep_timer(0))


class YotoAlarmSwitch(YotoAlarmEntity, SwitchEntity):
    """Whether an alarm rings."""

    _attr_translation_key = "alarm"

    @property
    @override
    def is_on(self) -> bool:
        """Return whether it rings."""
        return self.alarm.enabled

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Let it ring."""
        await self.async_change_alarm(enabled=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Keep it, silent."""
        await self.async_change_alarm(enabled=False)
