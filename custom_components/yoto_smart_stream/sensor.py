"""Sensors of a player."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any, Final, override

from homeassistant.components.sensor import (
    RestoreSensor,
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import (
    MAX_LENGTH_STATE_STATE,
    PERCENTAGE,
    SIGNAL_STRENGTH_DECIBELS_MILLIWATT,
    EntityCategory,
    UnitOfInformation,
    UnitOfTemperature,
    UnitOfTime,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .check_sensor import ABILITIES, YotoPlayerCheck
from .coordinator import YotoConfigEntry
from .data import PlayerState
from .entity import YotoEntity, YotoEntityDescription, async_add_for_each_player
from .heard.stream_sensor import async_add_stream_sensors
from .library.catalog import async_find_catalog
from .library_page.device import async_offer_library
from .library_page.job_sensor import YotoLibraryJob
from .listened_today import YotoListenedToday
from .playback.messages import CardInsertion, DayMode
from .playback.provenance import provenance
from .story_entity import YotoStorySensor, YotoStorySensorDescription

PARALLEL_UPDATES = 0

NO_CARD: Final = "none"
"""The state, which is translated, while no card is in play."""

type SensorValue = str | int | float | datetime | None


@dataclass(frozen=True, kw_only=True)
class YotoSensorDescription(YotoEntityDescription, SensorEntityDescription):
    """How a sensor reads its value and attributes."""

    value_fn: Callable[[PlayerState], SensorValue]
    attributes_fn: Callable[[PlayerState], Mapping[str, Any]] | None = None


def _card_title(state: PlayerState) -> str:
    """Return what the card in play is called."""
    if state.snapshot.card_id is None:
        return NO_CARD
    return _fitting(state.card.title if state.card else state.snapshot.card_id)


def _card_attributes(state: PlayerState) -> dict[str, str | None]:
    """Return what there is to know about the card, and where its content comes from."""
    card = state.card
    return {
        "card_id": state.snapshot.card_id,
        "author": card.author if card else None,
        "cover_url": card.cover_url if card else None,
        "inserted": _name(provenance(state.snapshot)),
    }


def _chapter(state: PlayerState) -> str:
    """Return what the chapter in play is called: its key where it has no title."""
    snapshot = state.snapshot
    return _fitting(snapshot.chapter_title or snapshot.chapter_key or NO_CARD)


def _track(state: PlayerState) -> str:
    """Return what the track in play is called: its key where it has no title."""
    snapshot = state.snapshot
    return _fitting(snapshot.track_title or snapshot.track_key or NO_CARD)


def _day_mode(state: PlayerState) -> str | None:
    """Return which rules the player keeps. It does not know in its first seconds."""
    mode = state.snapshot.day_mode
    return None if mode is DayMode.UNKNOWN else _name(mode)


def _last_seen(state: PlayerState) -> datetime | None:
    """Return the minute in which the player last said anything, or it would change all the time."""
    heard_at = state.snapshot.heard_at
    return heard_at.replace(second=0, microsecond=0) if heard_at else None


def _name(member: IntEnum | None) -> str | None:
    """Return the state that stands for a number of the wire."""
    return member.name.lower() if member is not None else None


def _fitting(text: str) -> str:
    """Return as much of a text as a state can hold."""
    return text[:MAX_LENGTH_STATE_STATE]


SENSORS: Final = (
    YotoSensorDescription(
        key="ambient_light",
        translation_key="ambient_light",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        # The sensor's raw reading: nobody has said in what unit (protocol §3.7).
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda state: state.snapshot.ambient_light,
        supported_fn=lambda player: player.model.light_sensor,
    ),
    YotoSensorDescription(
        key="battery",
        device_class=SensorDeviceClass.BATTERY,
        entity_category=EntityCategory.DIAGNOSTIC,
        native_unit_of_measurement=PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda state: state.snapshot.battery_level,
    ),
    YotoSensorDescription(
        key="battery_temperature",
        translation_key="battery_temperature",
        device_class=SensorDeviceClass.TEMPERATURE,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda state: state.snapshot.battery_temperature,
    ),
    YotoSensorDescription(
        key="card",
        translation_key="card",
        value_fn=_card_title,
        attributes_fn=_card_attributes,
    ),
    YotoSensorDescription(
        key="card_source",
        translation_key="card_source",
        device_class=SensorDeviceClass.ENUM,
        options=[member.name.lower() for member in CardInsertion],
        value_fn=lambda state: _name(provenance(state.snapshot)),
    ),
    YotoSensorDescription(
        key="chapter",
        translation_key="chapter",
        value_fn=_chapter,
        attributes_fn=lambda state: {"chapter_key": state.snapshot.chapter_key},
    ),
    YotoSensorDescription(
        key="day_mode",
        translation_key="day_mode",
        device_class=SensorDeviceClass.ENUM,
        options=[member.name.lower() for member in (DayMode.DAY, DayMode.NIGHT)],
        value_fn=_day_mode,
    ),
    YotoSensorDescription(
        key="firmware",
        translation_key="firmware",
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda state: state.snapshot.firmware or state.player.firmware,
        needs_player=False,
    ),
    YotoSensorDescription(
        key="free_storage",
        translation_key="free_storage",
        device_class=SensorDeviceClass.DATA_SIZE,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        native_unit_of_measurement=UnitOfInformation.KIBIBYTES,
        suggested_display_precision=1,
        suggested_unit_of_measurement=UnitOfInformation.GIGABYTES,
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda state: state.snapshot.free_disk,
    ),
    YotoSensorDescription(
        key="sleep_timer_end",
        translation_key="sleep_timer_end",
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=lambda state: state.snapshot.sleep_timer_ends_at,
    ),
    YotoSensorDescription(
        key="temperature",
        device_class=SensorDeviceClass.TEMPERATURE,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda state: state.snapshot.temperature,
        supported_fn=lambda player: player.model.thermometer,
    ),
    YotoSensorDescription(
        key="track",
        translation_key="track",
        value_fn=_track,
        attributes_fn=lambda state: {"track_key": state.snapshot.track_key},
    ),
    YotoSensorDescription(
        key="wifi_signal",
        translation_key="wifi_signal",
        device_class=SensorDeviceClass.SIGNAL_STRENGTH,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        native_unit_of_measurement=SIGNAL_STRENGTH_DECIBELS_MILLIWATT,
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda state: state.snapshot.wifi_strength,
    ),
)

STORIES: Final = (
    YotoStorySensorDescription(
        key="story",
        translation_key="story",
        value_fn=lambda story: story.title,
        attributes_fn=lambda story: {"story_id": story.story_id, "ended": story.ended},
    ),
    YotoStorySensorDescription(
        key="story_node",
        translation_key="story_node",
        value_fn=lambda story: story.node,
        attributes_fn=lambda story: {"node": story.node_id, **story.labels},
    ),
)

LAST_SEEN: Final = YotoSensorDescription(
    key="last_seen",
    translation_key="last_seen",
    device_class=SensorDeviceClass.TIMESTAMP,
    entity_category=EntityCategory.DIAGNOSTIC,
    entity_registry_enabled_default=False,
    value_fn=_last_seen,
    needs_player=False,
)

PLAYER_CHECK: Final = YotoSensorDescription(
    key="player_check",
    translation_key="player_check",
    device_class=SensorDeviceClass.ENUM,
    entity_category=EntityCategory.DIAGNOSTIC,
    options=ABILITIES,
    # The entity looks by itself.
    value_fn=lambda _state: None,
    needs_player=False,
)

STREAM: Final = SensorEntityDescription(key="stream", translation_key="stream")

LISTENED_TODAY: Final = YotoSensorDescription(
    key="listened_today",
    translation_key="listened_today",
    device_class=SensorDeviceClass.DURATION,
    native_unit_of_measurement=UnitOfTime.SECONDS,
    suggested_display_precision=0,
    suggested_unit_of_measurement=UnitOfTime.MINUTES,
    state_class=SensorStateClass.TOTAL,
    # The entity counts by itself.
    value_fn=lambda _state: None,
    needs_player=False,
)

LIBRARY_JOB: Final = SensorEntityDescription(key="library_job", translation_key="library_job")


async def async_setup_entry(
    hass: HomeAssistant,
    entry: YotoConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of every player."""
    async_add_for_each_player(entry, async_add_entities, YotoSensor, SENSORS)
    async_add_for_each_player(entry, async_add_entities, YotoLastSeen, (LAST_SEEN,))
    async_add_for_each_player(entry, async_add_entities, YotoListenedToday, (LISTENED_TODAY,))
    async_add_for_each_player(entry, async_add_entities, YotoStorySensor, STORIES)
    async_add_for_each_player(entry, async_add_entities, YotoPlayerCheck, (PLAYER_CHECK,))
    if (catalog := async_find_catalog(hass)) is not None:

        @callback
        def show() -> None:
            async_add_entities([YotoLibraryJob(catalog, LIBRARY_JOB)])

        async_offer_library(hass, entry, show)
    async_add_stream_sensors(hass, entry, async_add_entities, STREAM)


class YotoSensor(YotoEntity, SensorEntity):
    """A value that a player reports."""

    _unrecorded_attributes = frozenset({"cover_url"})

    entity_description: YotoSensorDescription

    @override
    def shown(self) -> object:
        """Return the value and the attributes."""
        return self.native_value, self.extra_state_attributes

    @property
    @override
    def native_value(self) -> SensorValue:
        """Return the value."""
        return self.entity_description.value_fn(self.state_of_player)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """Return details where the sensor has some."""
        attributes_fn = self.entity_description.attributes_fn
        return attributes_fn(self.state_of_player) if attributes_fn else None


class YotoLastSeen(YotoSensor, RestoreSensor):
    """When a player last said anything, even if that was before Home Assistant was started."""

    _before: datetime | None = None

    @override
    async def async_added_to_hass(self) -> None:
        """Recall what was shown before."""
        await super().async_added_to_hass()
        kept = await self.async_get_last_sensor_data()
        if kept is not None and isinstance(kept.native_value, datetime):
            self._before = kept.native_value

    @property
    @override
    def native_value(self) -> SensorValue:
        """Return the newest word, or the one from before."""
        return super().native_value or self._before
