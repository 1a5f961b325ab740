"""Sensors of a player."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import PERCENTAGE, EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import PlayerState, YotoConfigEntry
from .entity import YotoEntity, YotoEntityDescription, async_add_for_each_player

PARALLEL_UPDATES = 0

NO_CARD: Final = "none"
"""The state, which is translated, while no card is in play."""


@dataclass(frozen=True, kw_only=True)
class YotoSensorDescription(YotoEntityDescription, SensorEntityDescription):
    """How a sensor reads its value and attributes."""

    value_fn: Callable[[PlayerState], str | int | None]
    attributes_fn: Callable[[PlayerState], Mapping[str, Any]] | None = None


def _card_title(state: PlayerState) -> str:
    """Return what the card in play is called."""
    if state.snapshot.card_id is None:
        return NO_CARD
    return state.card.title if state.card else state.snapshot.card_id


def _card_attributes(state: PlayerState) -> dict[str, str | None]:
    """Return the card's id and where its content comes from."""
    insertion = state.snapshot.card_insertion
    return {
        "card_id": state.snapshot.card_id,
        "inserted": insertion.name.lower() if insertion is not None else None,
    }


SENSORS: Final = (
    YotoSensorDescription(
        key="battery",
        device_class=SensorDeviceClass.BATTERY,
        entity_category=EntityCategory.DIAGNOSTIC,
        native_unit_of_measurement=PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda state: state.snapshot.battery_level,
    ),
    YotoSensorDescription(
        key="card",
        translation_key="card",
        value_fn=_card_title,
        attributes_fn=_card_attributes,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: YotoConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of every player."""
    async_add_for_each_player(entry, async_add_entities, YotoSensor, SENSORS)


class YotoSensor(YotoEntity, SensorEntity):
    """A value that a player reports."""

    entity_description: YotoSensorDescription

    @property
    @override
    def native_value(self) -> str | int | None:
        """Return the value."""
        return self.entity_description.value_fn(self.state_of_player)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """Return details where the sensor has some."""
        attributes_fn = self.entity_description.attributes_fn
        return attributes_fn(self.state_of_player) if attributes_fn else None
