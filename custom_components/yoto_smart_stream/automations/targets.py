"""Which players a target means."""

from collections.abc import Mapping

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.target import TargetSelection, async_extract_referenced_entity_ids

type Target = Mapping[str, object]
"""What Home Assistant calls a target: entities, devices, areas, floors and labels."""


def is_meant(hass: HomeAssistant, target: Target | None, device_id: str | None) -> bool:
    """Return whether a player is meant. No target means every player.

    A player is meant by its device, and by any of its entities, also those for diagnosis.
    """
    if target is None:
        return True
    return device_id is not None and device_id in devices_meant(hass, target)


def devices_meant(hass: HomeAssistant, target: Target) -> set[str]:
    """Return the ids of all devices that a target means."""
    found = async_extract_referenced_entity_ids(
        hass, TargetSelection(dict(target)), primary_entities_only=False
    )
    registry = er.async_get(hass)
    entries = map(registry.async_get, found.referenced | found.indirectly_referenced)
    return found.referenced_devices | {
        entry.device_id for entry in entries if entry is not None and entry.device_id is not None
    }
