"""Choices that a family makes at a player."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, override

from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .cloud.models import Preset
from .cloud.settings import CLOCK_FACE, DAY_LIGHT, HOUR_FORMAT, NIGHT_LIGHT, Setting
from .coordinator import YotoConfigEntry, YotoCoordinator
from .entity import YotoEntityDescription, async_add_for_each_player
from .playback.messages import Colour
from .setting_entity import YotoSettingEntity

PARALLEL_UPDATES = 0

_HOUR_FORMATS: Final[Mapping[str, str]] = {"12": "twelve_hours", "24": "twenty_four_hours"}
_KNOWN_FACES: Final = ("digital-sun",)
"""The only clock face whose name is on record (protocol §2.2)."""


@dataclass(frozen=True, kw_only=True)
class YotoSelectDescription(YotoEntityDescription, SelectEntityDescription):
    """Which choice is meant."""

    needs_player: bool = False


@dataclass(frozen=True, kw_only=True)
class YotoColourDescription(YotoSelectDescription):
    """Which colour of the night-light is chosen."""

    setting: Setting[Colour]


COLOURS: Final = (
    YotoColourDescription(
        key="day_light_preset",
        translation_key="day_light_preset",
        entity_category=EntityCategory.CONFIG,
        options=list(Preset),
        supported_fn=lambda player: player.model.nightlight,
        setting=DAY_LIGHT,
    ),
    YotoColourDescription(
        key="night_light_preset",
        translation_key="night_light_preset",
        entity_category=EntityCategory.CONFIG,
        options=list(Preset),
        supported_fn=lambda player: player.model.nightlight,
        setting=NIGHT_LIGHT,
    ),
)

CLOCK_FACES: Final = (
    YotoSelectDescription(
        key="clock_face",
        translation_key="clock_face",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
)

HOUR_FORMATS: Final = (
    YotoSelectDescription(
        key="hour_format",
        translation_key="hour_format",
        entity_category=EntityCategory.CONFIG,
        options=list(_HOUR_FORMATS.values()),
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: YotoConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the choices of every player."""
    async_add_for_each_player(entry, async_add_entities, YotoColourSelect, COLOURS)
    async_add_for_each_player(entry, async_add_entities, YotoClockFace, CLOCK_FACES)
    async_add_for_each_player(entry, async_add_entities, YotoHourFormat, HOUR_FORMATS)


class YotoSelect(YotoSettingEntity, SelectEntity):
    """A choice of a player's."""

    @override
    def shown(self) -> object:
        """Return what is chosen, and what else there is."""
        return self.current_option, self.options


class YotoColourSelect(YotoSelect):
    """A colour of the night-light, out of those that Yoto's app offers."""

    entity_description: YotoColourDescription

    def __init__(
        self, coordinator: YotoCoordinator, player_id: str, description: YotoColourDescription
    ) -> None:
        """Remember the colours of the model: its lamp is calibrated unlike others."""
        super().__init__(coordinator, player_id, description)
        self._palette = self.state_of_player.player.model.palette or {}

    @property
    @override
    def current_option(self) -> str | None:
        """Return the colour's name; a colour of the family's own has none."""
        colour = self.setting(self.entity_description.setting)
        return next((name for name, value in self._palette.items() if value == colour), None)

    @override
    async def async_select_option(self, option: str) -> None:
        """Choose a colour."""
        await self.async_set(self.entity_description.setting, self._palette[Preset(option)])


class YotoClockFace(YotoSelect):
    """The face of the clock that the display shows.

    Yoto documents no list of them. So those that any of the family's players has had since Home
    Assistant was started can be chosen, besides the one that is on record.
    """

    _attr_translation_key = "clock_face"

    def __init__(
        self, coordinator: YotoCoordinator, player_id: str, description: YotoSelectDescription
    ) -> None:
        """Know the faces on record."""
        super().__init__(coordinator, player_id, description)
        self._seen = dict.fromkeys(_KNOWN_FACES)

    @property
    @override
    def options(self) -> list[str]:
        """Return every face that is known."""
        for state in self.coordinator.data.values():
            settings = state.player.settings
            face = None if settings is None else settings.value(CLOCK_FACE)
            if face is not None:
                self._seen[face] = None
        return list(self._seen)

    @property
    @override
    def current_option(self) -> str | None:
        """Return the face."""
        return self.setting(CLOCK_FACE)

    @override
    async def async_select_option(self, option: str) -> None:
        """Choose a face."""
        await self.async_set(CLOCK_FACE, option)


class YotoHourFormat(YotoSelect):
    """Whether the clock counts to twelve or to twenty-four."""

    @property
    @override
    def current_option(self) -> str | None:
        """Return the format."""
        return _HOUR_FORMATS.get(self.setting(HOUR_FORMAT) or "")

    @override
    async def async_select_option(self, option: str) -> None:
        """Choose a format."""
        written = {name: value for value, name in _HOUR_FORMATS.items()}
        await self.async_set(HOUR_FORMAT, written[option])
