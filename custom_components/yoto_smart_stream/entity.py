"""Bases of the entities of a player."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import override

from homeassistant.core import callback
from homeassistant.helpers.device_registry import CONNECTION_NETWORK_MAC, DeviceInfo
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .cloud.commands import Command
from .const import DOMAIN, MANUFACTURER
from .coordinator import PlayerState, YotoConfigEntry, YotoCoordinator
from .playback.snapshot import Snapshot


@dataclass(frozen=True, kw_only=True)
class YotoEntityDescription(EntityDescription):
    """What all our descriptions have."""

    needs_player: bool = True
    """Whether the entity is of use only while the player is online."""


class YotoEntity(CoordinatorEntity[YotoCoordinator]):
    """An entity of a player."""

    _attr_has_entity_name = True

    def __init__(
        self,
        coordinator: YotoCoordinator,
        player_id: str,
        description: YotoEntityDescription | None,
    ) -> None:
        """Belong to a player. Without a description the entity is the player itself."""
        super().__init__(coordinator)
        self.player_id = player_id
        self._attr_unique_id = player_id
        self._needs_player = description is None or description.needs_player
        if description is not None:
            self.entity_description = description
            self._attr_unique_id = f"{player_id}_{description.key}"
        player = self.state_of_player.player
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, player_id)},
            connections={(CONNECTION_NETWORK_MAC, player.mac)} if player.mac else set(),
            manufacturer=MANUFACTURER,
            model=player.model,
            model_id=player.device_type,
            hw_version=player.generation,
            sw_version=player.firmware,
            name=player.name,
        )

    @property
    def state_of_player(self) -> PlayerState:
        """Return everything that is known about the player."""
        return self.coordinator.data[self.player_id]

    @property
    def snapshot(self) -> Snapshot:
        """Return what the player has said."""
        return self.state_of_player.snapshot

    @property
    @override
    def available(self) -> bool:
        """Return whether the roster names the player, and the player is there if it must be."""
        return (
            super().available
            and self.player_id in self.coordinator.data
            and (self.state_of_player.online or not self._needs_player)
        )

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the player's messages too, not only the roster."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self.coordinator.async_watch(self.player_id, self.async_write_ha_state)
        )

    async def async_command(self, command: Command) -> None:
        """Have the player do something."""
        await self.coordinator.async_command(self.player_id, command)


@callback
def async_add_for_each_player(
    entry: YotoConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    entity_class: type[YotoEntity],
    descriptions: Sequence[YotoEntityDescription | None],
) -> None:
    """Add entities for every player there is, and for those that join the family later."""
    coordinator = entry.runtime_data
    known: set[str] = set()

    @callback
    def add_new() -> None:
        joined = coordinator.data.keys() - known
        known.clear()
        known.update(coordinator.data)
        async_add_entities(
            entity_class(coordinator, player_id, description)
            for player_id in sorted(joined)
            for description in descriptions
        )

    entry.async_on_unload(coordinator.async_add_listener(add_new))
    add_new()
