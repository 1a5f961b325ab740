"""Messages that a player speaks."""

from dataclasses import dataclass
from typing import Final, override

from homeassistant.components.notify import (
    NotifyEntity,
    NotifyEntityDescription,
    NotifyEntityFeature,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import YotoConfigEntry
from .entity import YotoEntity, YotoEntityDescription, async_add_for_each_player
from .live.announcing import async_announcer
from .live.manner import Manner, usual_voice

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class YotoNotifyDescription(YotoEntityDescription, NotifyEntityDescription):
    """Who speaks."""


NOTIFIERS: Final = (YotoNotifyDescription(key="announce", translation_key="announce"),)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: YotoConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add an entity for every player."""
    async_add_for_each_player(entry, async_add_entities, YotoNotifier, NOTIFIERS)


class YotoNotifier(YotoEntity, NotifyEntity):
    """Speaks messages on a player."""

    _is_steady = True
    _attr_supported_features = NotifyEntityFeature.TITLE

    entity_description: YotoNotifyDescription

    @override
    def shown(self) -> object:
        """Return nothing: it shows when something was announced, which no message changes."""
        return None

    @override
    async def async_send_message(self, message: str, title: str | None = None) -> None:
        """Speak a message; the title is shown while it is heard."""
        options = self.coordinator.config_entry.options
        announcer = async_announcer(self.coordinator, self.player_id)
        await announcer.async_say(usual_voice(options, message), Manner.usual(options), title)
