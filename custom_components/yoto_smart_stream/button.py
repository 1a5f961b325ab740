"""Buttons of a player."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, override

from homeassistant.components.button import (
    ButtonDeviceClass,
    ButtonEntity,
    ButtonEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .cloud.commands import RESTART
from .coordinator import YotoConfigEntry, YotoCoordinator
from .entity import YotoEntity, YotoEntityDescription, async_add_for_each_player
from .playing.in_play import async_skip
from .stories.at_player import PlayerStory
from .story.situation import Knob

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class YotoButtonDescription(YotoEntityDescription, ButtonEntityDescription):
    """What a button does."""

    press_fn: Callable[[YotoCoordinator, str], Awaitable[None]]


async def _async_reset_story(coordinator: YotoCoordinator, player_id: str) -> None:
    """Begin the story of a player anew."""
    await PlayerStory(coordinator, player_id).async_reset()


BUTTONS: Final = (
    YotoButtonDescription(
        key="choose_left",
        translation_key="choose_left",
        press_fn=lambda coordinator, player_id: PlayerStory(coordinator, player_id).async_choose(
            Knob.LEFT
        ),
    ),
    YotoButtonDescription(
        key="choose_right",
        translation_key="choose_right",
        press_fn=lambda coordinator, player_id: PlayerStory(coordinator, player_id).async_choose(
            Knob.RIGHT
        ),
    ),
    YotoButtonDescription(
        key="next",
        translation_key="next",
        press_fn=lambda coordinator, player_id: async_skip(coordinator, player_id, 1),
    ),
    YotoButtonDescription(
        key="previous",
        translation_key="previous",
        press_fn=lambda coordinator, player_id: async_skip(coordinator, player_id, -1),
    ),
    YotoButtonDescription(
        key="reset_story",
        translation_key="reset_story",
        press_fn=_async_reset_story,
    ),
    YotoButtonDescription(
        key="restart",
        device_class=ButtonDeviceClass.RESTART,
        entity_category=EntityCategory.CONFIG,
        press_fn=lambda coordinator, player_id: coordinator.async_command(player_id, RESTART),
    ),
    YotoButtonDescription(
        key="refresh",
        translation_key="refresh",
        entity_category=EntityCategory.DIAGNOSTIC,
        press_fn=lambda coordinator, player_id: coordinator.async_refresh_player(player_id),
        needs_player=False,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: YotoConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the buttons of every player."""
    async_add_for_each_player(entry, async_add_entities, YotoButton, BUTTONS)


class YotoButton(YotoEntity, ButtonEntity):
    """Something that can be done with a player."""

    _is_steady = True

    entity_description: YotoButtonDescription

    @override
    def shown(self) -> object:
        """Return nothing: a button shows when it was pressed, which no message changes."""
        return None

    @override
    async def async_press(self) -> None:
        """Do it."""
        await self.entity_description.press_fn(self.coordinator, self.player_id)
