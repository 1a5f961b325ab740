"""Bases of the entities of a player."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, override

from homeassistant.core import callback
from homeassistant.helpers.device_registry import CONNECTION_NETWORK_MAC, DeviceInfo
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .cloud.account import Choose, Player
from .cloud.commands import Command
from .const import DOMAIN, MANUFACTURER
from .coordinator import YotoConfigEntry, YotoCoordinator
from .data import PlayerState
from .playback.snapshot import Snapshot


@dataclass(frozen=True, kw_only=True)
class YotoEntityDescription(EntityDescription):
    """What all our descriptions have."""

    needs_player: bool = True
    """Whether the entity is of use only while the player is online."""
    supported_fn: Callable[[Player], bool] = lambda _player: True
    """Whether a player can have the entity at all (protocol §7)."""


class YotoEntity(CoordinatorEntity[YotoCoordinator]):
    """An entity of a player."""

    _attr_has_entity_name = True
    _is_steady: ClassVar[bool] = False
    """Whether nothing but coming and going in the snapshot changes what the entity shows."""

    def __init__(
        self,
        coordinator: YotoCoordinator,
        player_id: str,
        description: YotoEntityDescription | None,
    ) -> None:
        """Belong to a player. Without a description the entity is the player itself."""
        super().__init__(coordinator)
        self.player_id = player_id
        self._shown: object = None
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
            model=player.model.name,
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
        """Return whether what the entity shows can be known and changed at the moment.

        What needs the player needs the connection to it, and works while Yoto's web API is away.
        """
        if self.player_id not in self.coordinator.data:
            return False
        if self._needs_player:
            return self.coordinator.live and self.state_of_player.online
        return super().available

    def shown(self) -> object:
        """Return what the entity shows, so that it is written only when that has changed.

        Players tell something several times a second, and each has dozens of entities.
        """
        return self.state_of_player

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the player's messages too, not only the roster."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self.coordinator.audience.async_watch(
                self.player_id, self._async_changed, steady=self._is_steady
            )
        )

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Show a change of the roster as one of the player's."""
        self._async_changed()

    @callback
    def _async_changed(self) -> None:
        """Show a change of the player, if it concerns this entity."""
        available = self.available
        shown = (available, self.shown() if available else None)
        if shown != self._shown:
            self._shown = shown
            self.async_write_ha_state()

    async def async_command(self, command: Command) -> None:
        """Have the player do something."""
        await self.coordinator.async_command(self.player_id, command)

    async def async_change_settings(self, choose: Choose) -> None:
        """Change settings of the player; `choose` is given those that there are now."""
        await self.coordinator.async_change_settings(self.player_id, choose)


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
            if description is None or description.supported_fn(coordinator.data[player_id].player)
        )

    entry.async_on_unload(coordinator.async_add_listener(add_new))
    add_new()
