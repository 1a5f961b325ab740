"""What a player shows of the story that it is told: title, node, and choices."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, cast, override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.components.sensor import SensorEntity, SensorEntityDescription
from homeassistant.const import MAX_LENGTH_STATE_STATE
from homeassistant.core import Event, callback

from .entity import YotoEntity, YotoEntityDescription
from .stories.at_player import PlayerStory
from .stories.reports import CHOICE_MADE, EVENT, StoryReport

NO_STORY: Final = "none"
"""The state, which is translated, while no story is told."""


@dataclass(frozen=True, kw_only=True)
class YotoStorySensorDescription(YotoEntityDescription, SensorEntityDescription):
    """What a sensor shows of a story."""

    value_fn: Callable[[PlayerStory], str | None]
    attributes_fn: Callable[[PlayerStory], Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class YotoStoryEventDescription(YotoEntityDescription, EventEntityDescription):
    """The event entity of choices in stories."""


class YotoStorySensor(YotoEntity, SensorEntity):
    """Something about the story that is told on a player's live card."""

    entity_description: YotoStorySensorDescription

    @cached_property
    def _story(self) -> PlayerStory:
        """Return what is told."""
        return PlayerStory(self.coordinator, self.player_id)

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the live card too."""
        await super().async_added_to_hass()
        self.async_on_remove(self._story.async_watch(self._async_changed))

    @override
    def shown(self) -> object:
        """Return the value and the attributes."""
        return self.native_value, self.extra_state_attributes

    @property
    @override
    def native_value(self) -> str:
        """Return the value."""
        return (self.entity_description.value_fn(self._story) or NO_STORY)[:MAX_LENGTH_STATE_STATE]

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        """Return details."""
        return self.entity_description.attributes_fn(self._story)


class YotoStoryEvent(YotoEntity, EventEntity):
    """The choices that are made in stories on a player."""

    _is_steady = True

    @property
    @override
    def available(self) -> bool:
        """Return whether the roster names the player: what has happened stays true without it."""
        return self.player_id in self.coordinator.data

    @override
    def shown(self) -> object:
        """Return nothing: only choices change the entity."""
        return None

    @override
    async def async_added_to_hass(self) -> None:
        """Hear of what happens in stories."""
        await super().async_added_to_hass()
        self.async_on_remove(self.hass.bus.async_listen(EVENT, self._async_happened))

    @callback
    def _async_happened(self, event: Event[dict[str, Any]]) -> None:
        """Show a choice, if it is one of this player's."""
        report = cast("StoryReport", event.data)
        device = self.device_entry
        if report["type"] != CHOICE_MADE or device is None or report["device_id"] != device.id:
            return
        self._trigger_event(
            str(report["choice"]),
            {
                "story": report["story"],
                "node": report["node"],
                "label": report["label"],
                "target": report["target"],
            },
        )
        self.async_write_ha_state()
