"""Tests of the integration inside Home Assistant, against the simulator."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp.test_utils import TestClient
from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yoto_smart_stream.const import DOMAIN
from simulator.player import VirtualPlayer
from simulator.simulation import Simulation

_PATIENCE = 30.0


async def settle(happened: Callable[[], bool]) -> None:
    """Wait until something has happened; fail with a timeout where it never does."""
    async with asyncio.timeout(_PATIENCE):
        while not happened():  # noqa: ASYNC110 - states are looked at, as a person does
            await asyncio.sleep(0.01)


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A family with a Home Assistant and two simulated players."""

    hass: HomeAssistant
    entry: MockConfigEntry
    simulation: Simulation
    client: TestClient[Any, Any]

    @property
    def player_id(self) -> str:
        """Return the id of the first player."""
        return next(iter(self.simulation.players))

    @property
    def player(self) -> VirtualPlayer:
        """Return the first player, to be handled like a real one."""
        return self.simulation.players[self.player_id]

    def entity_id(self, platform: str, key: str | None = None) -> str:
        """Return the id of an entity of the first player."""
        unique_id = self.player_id if key is None else f"{self.player_id}_{key}"
        entity_id = er.async_get(self.hass).async_get_entity_id(platform, DOMAIN, unique_id)
        assert entity_id is not None
        return entity_id

    def state(self, platform: str, key: str | None = None) -> State:
        """Return the state of an entity of the first player."""
        state = self.hass.states.get(self.entity_id(platform, key))
        assert state is not None
        return state

    async def shows(
        self, state: str, platform: str = "media_player", key: str | None = None
    ) -> None:
        """Wait until an entity shows a state."""
        await settle(lambda: self.state(platform, key).state == state)

    async def act(self, action: str, **data: object) -> None:
        """Use an action on the first player's media player."""
        domain, name = action.split(".")
        await self.hass.services.async_call(
            domain,
            name,
            {"entity_id": self.entity_id("media_player"), **data},
            blocking=True,
        )

    async def options(self, step: str) -> ConfigFlowResult:
        """Open the gear of the account, and choose what is to be set."""
        flows = self.hass.config_entries.options
        menu = await flows.async_init(self.entry.entry_id)
        return await flows.async_configure(menu["flow_id"], {"next_step_id": step})
