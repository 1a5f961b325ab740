"""What happens at a player: its knobs, its card, playing, and choices on interactive cards."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, override

from homeassistant.components.event import (
    ButtonEventType,
    EventDeviceClass,
    EventEntity,
    EventEntityDescription,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .automations.report import VolumeTurn, report_of
from .coordinator import YotoConfigEntry
from .data import PlayerState
from .entity import YotoEntity, YotoEntityDescription, async_add_for_each_player
from .playback.occurrences import Cause, Choice, Gesture, Kind, Occurrence, Side
from .story.situation import Knob
from .story_entity import YotoStoryEvent, YotoStoryEventDescription

PARALLEL_UPDATES = 0

type _Detail = Literal[
    "card_id",
    "card_title",
    "chapter_key",
    "chapter_title",
    "track_key",
    "track_title",
    "position",
    "cause",
    "confidence",
    "device_time",
    "volume",
    "volume_before",
]

_DETAILS: Final[tuple[_Detail, ...]] = (
    "card_id",
    "card_title",
    "chapter_key",
    "chapter_title",
    "track_key",
    "track_title",
    "position",
    "cause",
    "confidence",
    "device_time",
)
_CARD: Final = {Kind.CARD_INSERTED: "inserted", Kind.CARD_REMOVED: "removed"}
_PLAYBACK: Final = {
    Kind.CHAPTER_CHANGED: "chapter_changed",
    Kind.PLAYBACK_ENDED: "ended",
    Kind.PLAYBACK_PAUSED: "paused",
    Kind.PLAYBACK_RESUMED: "resumed",
    Kind.PLAYBACK_STARTED: "started",
    Kind.PLAYBACK_STOPPED: "stopped",
    Kind.TRACK_CHANGED: "track_changed",
}
# A press is known when it is over. Turns have no type among the standard ones.
_GESTURES: Final = {
    Gesture.PRESS: ButtonEventType.PRESS_END.value,
    Gesture.NEXT: "next",
    Gesture.PREVIOUS: "previous",
}


@dataclass(frozen=True, kw_only=True)
class YotoEventDescription(YotoEntityDescription, EventEntityDescription):
    """Which occurrences an event entity shows."""

    type_fn: Callable[[Occurrence], str | None]
    """Returns the type of the event; None for an occurrence that is none of its."""
    details: tuple[_Detail, ...] = _DETAILS


def _left_knob(occurrence: Occurrence) -> str | None:
    """Return what a hand has done with the left knob, which is the volume (protocol §3.10)."""
    before, after = occurrence.volume_before, occurrence.volume
    if (
        occurrence.kind is Kind.VOLUME_CHANGED
        and occurrence.cause is Cause.PLAYER
        and before is not None
        and after is not None
    ):
        return VolumeTurn.UP if after > before else VolumeTurn.DOWN
    return _pressed(occurrence, Side.LEFT)


def _right_knob(occurrence: Occurrence) -> str | None:
    """Return what a hand has done with the right knob."""
    return _pressed(occurrence, Side.RIGHT)


def _pressed(occurrence: Occurrence, side: Side) -> str | None:
    """Return what a hand has done with a knob other than to turn the volume."""
    if (
        occurrence.kind is not Kind.BUTTON_PRESSED
        or occurrence.cause is not Cause.PLAYER
        or occurrence.side is not side
        or occurrence.gesture is None
    ):
        return None
    return _GESTURES[occurrence.gesture]


EVENTS: Final = (
    YotoEventDescription(
        key="card",
        translation_key="card",
        event_types=list(_CARD.values()),
        type_fn=lambda occurrence: _CARD.get(occurrence.kind),
        needs_player=False,
    ),
    YotoEventDescription(
        key="choice",
        translation_key="choice",
        event_types=[choice.value for choice in Choice],
        type_fn=lambda occurrence: occurrence.choice,
        needs_player=False,
    ),
    YotoEventDescription(
        key="left_knob",
        translation_key="left_knob",
        device_class=EventDeviceClass.BUTTON,
        event_types=[ButtonEventType.PRESS_END.value, *(turn.value for turn in VolumeTurn)],
        type_fn=_left_knob,
        details=(*_DETAILS, "volume", "volume_before"),
        needs_player=False,
    ),
    YotoEventDescription(
        key="playback",
        translation_key="playback",
        event_types=list(_PLAYBACK.values()),
        type_fn=lambda occurrence: _PLAYBACK.get(occurrence.kind),
        needs_player=False,
    ),
    YotoEventDescription(
        key="right_knob",
        translation_key="right_knob",
        device_class=EventDeviceClass.BUTTON,
        event_types=list(_GESTURES.values()),
        type_fn=_right_knob,
        needs_player=False,
    ),
)

STORY_CHOICE: Final = YotoStoryEventDescription(
    key="story_choice",
    translation_key="story_choice",
    event_types=[knob.value for knob in Knob],
    needs_player=False,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: YotoConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the event entities of every player."""
    async_add_for_each_player(entry, async_add_entities, YotoEvent, EVENTS)
    async_add_for_each_player(entry, async_add_entities, YotoStoryEvent, (STORY_CHOICE,))


class YotoEvent(YotoEntity, EventEntity):
    """One kind of thing that happens at a player."""

    _is_steady = True

    entity_description: YotoEventDescription

    @property
    @override
    def available(self) -> bool:
        """Return whether the roster names the player: what has happened stays true without it.

        To automations, an event that becomes available again can look like one that has happened.
        """
        return self.player_id in self.coordinator.data

    @override
    def shown(self) -> object:
        """Return nothing: only occurrences change an event entity."""
        return None

    @override
    async def async_added_to_hass(self) -> None:
        """Hear of what happens."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self.coordinator.audience.async_listen(self._async_happened, self.player_id)
        )

    @callback
    def _async_happened(self, state: PlayerState, occurrence: Occurrence) -> None:
        """Show an occurrence, if it is one of this entity's."""
        if occurrence.player_id != self.player_id:
            return
        event_type = self.entity_description.type_fn(occurrence)
        if event_type is None:
            return
        report = report_of(self.hass, self.coordinator, state, occurrence)
        self._trigger_event(
            str(event_type), {detail: report[detail] for detail in self.entity_description.details}
        )
        self.async_write_ha_state()
