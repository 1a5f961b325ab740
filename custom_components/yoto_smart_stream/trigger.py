"""The triggers that players and accounts offer to automations."""

from collections.abc import Mapping
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.trigger import Trigger

from .arrivals.trigger import CardAdded
from .automations.timed_triggers import TrackAboutToEnd, WentOffline
from .automations.triggers import (
    CardInserted,
    CardRemoved,
    ChoiceMade,
    KnobUsed,
    PlaybackEnded,
    PlaybackStarted,
)
from .stories.triggers import StoryChoiceMade, StoryEndingReached, StoryNodeEntered

TRIGGERS: Final[Mapping[str, type[Trigger]]] = {
    "card_added": CardAdded,
    "card_inserted": CardInserted,
    "card_removed": CardRemoved,
    "choice_made": ChoiceMade,
    "knob_used": KnobUsed,
    "playback_ended": PlaybackEnded,
    "playback_started": PlaybackStarted,
    "story_choice_made": StoryChoiceMade,
    "story_ending_reached": StoryEndingReached,
    "story_node_entered": StoryNodeEntered,
    "track_about_to_end": TrackAboutToEnd,
    "went_offline": WentOffline,
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers by their names."""
    return dict(TRIGGERS)
