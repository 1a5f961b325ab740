"""What is or is not so with a player."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import PlayerState, YotoConfigEntry
from .entity import YotoEntity, YotoEntityDescription, async_add_for_each_player

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class YotoBinarySensorDescription(YotoEntityDescription, BinarySensorEntityDescription):
    """How a binary sensor reads its value."""

    value_fn: Callable[[PlayerState], bool | None]


BINARY_SENSORS: Final = (
    YotoBinarySensorDescription(
        key="charging",
        device_class=BinarySensorDeviceClass.BATTERY_CHARGING,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda state: state.snapshot.charging,
    ),
    YotoBinarySensorDescription(
        key="online",
        translation_key="online",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda state: state.online,
        needs_player=False,
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

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether it is so."""
        return self.entity_description.value_fn(self.state_of_player)
