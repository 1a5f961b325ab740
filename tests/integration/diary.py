"""An automation that writes down what has started it."""

from typing import Any, Final

from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component

from custom_components.yoto_smart_stream.const import DOMAIN

from . import Family, settle

LIGHTHOUSE: Final = "2Lght"
"""A card of the simulated library with three chapters."""
RAINY_DAY: Final = "4Drum"
"""A card with two chapters, of 25 and 35 seconds."""
MAZE: Final = "8Maze"
"""An interactive card."""


class Diary:
    """Writes down what starts an automation."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Begin with an empty page."""
        self._hass = hass
        self.entries: list[dict[str, Any]] = []
        hass.services.async_register("diary", "note", self._note)

    @callback
    def _note(self, call: ServiceCall) -> None:
        told = call.data["trigger"]
        # Variables of other integrations' triggers may hold what no template can give back.
        self.entries.append(dict(told) if isinstance(told, dict) else {"text": told})

    async def keep(self, *triggers: dict[str, Any], conditions: list[Any] | None = None) -> None:
        """Make an automation that writes down each start."""
        assert await async_setup_component(
            self._hass,
            "automation",
            {
                "automation": {
                    "alias": "Keep a diary",
                    "mode": "queued",
                    "triggers": list(triggers),
                    "conditions": conditions or [],
                    "actions": {"action": "diary.note", "data": {"trigger": "{{ trigger }}"}},
                }
            },
        )
        await self._hass.async_block_till_done()

    async def tells(self, count: int = 1) -> list[dict[str, Any]]:
        """Wait for entries, and make sure that no more come at once."""
        await settle(lambda: len(self.entries) >= count)
        await self._hass.async_block_till_done()
        assert len(self.entries) == count, self.entries
        return self.entries


def device_of(family: Family, index: int = 0) -> dr.DeviceEntry:
    """Return the device of one of the players."""
    player_id = list(family.simulation.players)[index]
    device = dr.async_get(family.hass).async_get_device_by_identifier(
        (DOMAIN, player_id), family.entry.entry_id
    )
    assert device is not None
    return device


def trigger(name: str, **options: object) -> dict[str, Any]:
    """Return a trigger for every player."""
    return {"trigger": f"{DOMAIN}.{name}", **({"options": options} if options else {})}


def shown(hass: HomeAssistant, entity_id: str) -> str | None:
    """Return the state of an entity, of whichever player."""
    state = hass.states.get(entity_id)
    return state.state if state else None
