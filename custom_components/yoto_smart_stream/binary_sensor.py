"""What is or is not so with a player."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import YotoConfigEntry
from .data import PlayerState
from .entity import YotoEntity, YotoEntityDescription, async_add_for_each_player
from .playback.messages import PlaybackStatus

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class YotoBinarySensorDescription(YotoEntityDescription, BinarySensorEntityDescription):
    """How a binary sensor reads its value and attributes."""

    value_fn: Callable[[PlayerState], bool | None]
    attributes_fn: Callable[[PlayerState], Mapping[str, Any]] | None = None


def _plays_stream(state: PlayerState) -> bool:
    """Return whether what plays is fetched while it plays, wherever from."""
    return state.snapshot.streaming and state.snapshot.status is PlaybackStatus.PLAYING


BINARY_SENSORS: Final = (
    YotoBinarySensorDescription(
        key="background_download",
        translation_key="background_download",
        device_class=BinarySensorDeviceClass.RUNNING,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda state: state.snapshot.background_download,
    ),
    YotoBinarySensorDescription(
        key="bluetooth_audio",
        translation_key="bluetooth_audio",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda state: state.snapshot.bluetooth_audio,
    ),
    YotoBinarySensorDescription(
        key="card_inserted",
        translation_key="card_inserted",
        value_fn=lambda state: state.snapshot.card_in,
    ),
    YotoBinarySensorDescription(
        key="charging",
        device_class=BinarySensorDeviceClass.BATTERY_CHARGING,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda state: state.snapshot.charging,
    ),
    YotoBinarySensorDescription(
        key="headphones",
        translation_key="headphones",
        device_class=BinarySensorDeviceClass.PLUG,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda state: state.snapshot.headphones,
    ),
    YotoBinarySensorDescription(
        key="online",
        translation_key="online",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda state: state.online,
        needs_player=False,
    ),
    YotoBinarySensorDescription(
        key="playing_stream",
        translation_key="playing_stream",
        value_fn=_plays_stream,
        attributes_fn=lambda state: {"from_home_assistant": state.snapshot.fetched_here},
    ),
    YotoBinarySensorDescription(
        key="sleep_timer",
        translation_key="sleep_timer",
        value_fn=lambda state: state.snapshot.sleep_timer_active,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: YotoConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the binary sensors of every player."""
    async_add_for_each_player(entry, async_add_entities, YotoBinarySensor, BINARY_SENSORS)


class YotoBinarySensor(YotoEntity, BinarySensorEntity):
    """Something that is or is not so with a player."""

    entity_description: YotoBinarySensorDescription

    @override
    def shown(self) -> object:
        """Return whether it is so, and the attributes."""
        return self.is_on, self.extra_state_attributes

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether it is so."""
        return self.entity_description.value_fn(self.state_of_player)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """Return details where there are some."""
        attributes_fn = self.entity_description.attributes_fn
        return attributes_fn(self.state_of_player) if attributes_fn else None
