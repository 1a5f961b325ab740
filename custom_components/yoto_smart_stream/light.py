"""The night-light of a player: now, by day and by night."""

from dataclasses import dataclass
from typing import Any, Final, override

from homeassistant.components.light import (
    ATTR_BRIGHTNESS,
    ATTR_RGB_COLOR,
    ColorMode,
    LightEntity,
    LightEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .cloud.commands import set_light
from .cloud.errors import CloudError
from .cloud.models import Preset
from .cloud.settings import DAY_LIGHT, NIGHT_LIGHT, Setting
from .const import LOGGER
from .coordinator import YotoConfigEntry, YotoCoordinator
from .entity import YotoEntity, YotoEntityDescription, async_add_for_each_player
from .playback.messages import Colour, DayMode
from .setting_entity import YotoSettingEntity

PARALLEL_UPDATES = 0

_FULL: Final = 255


@dataclass(frozen=True, kw_only=True)
class YotoLightDescription(YotoEntityDescription, LightEntityDescription):
    """Which light is meant."""


@dataclass(frozen=True, kw_only=True)
class YotoColourSettingDescription(YotoLightDescription):
    """Which setting a light is."""

    setting: Setting[Colour]
    needs_player: bool = False


NIGHTLIGHTS: Final = (
    YotoLightDescription(
        key="nightlight",
        translation_key="nightlight",
        supported_fn=lambda player: player.model.nightlight,
    ),
)

COLOURS: Final = (
    YotoColourSettingDescription(
        key="day_light",
        translation_key="day_light",
        entity_category=EntityCategory.CONFIG,
        supported_fn=lambda player: player.model.nightlight,
        setting=DAY_LIGHT,
    ),
    YotoColourSettingDescription(
        key="night_light",
        translation_key="night_light",
        entity_category=EntityCategory.CONFIG,
        supported_fn=lambda player: player.model.nightlight,
        setting=NIGHT_LIGHT,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: YotoConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the lights of every player that has a night-light."""
    async_add_for_each_player(entry, async_add_entities, YotoNightlight, NIGHTLIGHTS)
    async_add_for_each_player(entry, async_add_entities, YotoColourSetting, COLOURS)


class YotoLight(YotoEntity, LightEntity):
    """A light that is one colour on the wire, and has no brightness of its own.

    Home Assistant tells colour and brightness apart: the brightness is that of the strongest of
    red, green and blue, and the colour is scaled up to full. The way back gives the same colour.
    """

    _attr_color_mode = ColorMode.RGB
    _attr_supported_color_modes = {ColorMode.RGB}  # noqa: RUF012 - as Home Assistant has it

    def __init__(
        self, coordinator: YotoCoordinator, player_id: str, description: YotoLightDescription
    ) -> None:
        """Remember the colour that there is."""
        super().__init__(coordinator, player_id, description)
        self._last: Colour | None = None
        self._asked: tuple[Colour, int] = (0, 0, 0), 0
        self._remember()

    @property
    def colour(self) -> Colour | None:
        """Return the colour as the player has it; black is off, None is not known."""
        raise NotImplementedError

    async def async_set_colour(self, colour: Colour) -> None:
        """Set the colour."""
        raise NotImplementedError

    @override
    def shown(self) -> object:
        """Return the colour."""
        return self.colour

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether it is on."""
        return None if self.colour is None else any(self.colour)

    @property
    @override
    def brightness(self) -> int | None:
        """Return the brightness, 1 to 255."""
        return None if self.colour is None else self._parts(self.colour)[1]

    @property
    @override
    def rgb_color(self) -> Colour | None:
        """Return the colour at full brightness."""
        return None if self.colour is None else self._parts(self.colour)[0]

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Switch it on, in the last colour unless another one is asked for."""
        before = self.colour if self.is_on else self._last
        full, brightness = self._parts(before or self.usual)
        if ATTR_RGB_COLOR in kwargs:
            full = kwargs[ATTR_RGB_COLOR]
            if not self.is_on:
                brightness = _FULL
        brightness = kwargs.get(ATTR_BRIGHTNESS, brightness)
        self._asked = full, brightness
        await self.async_set_colour(_scaled(full, brightness))

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Switch it off."""
        self._remember()
        await self.async_set_colour((0, 0, 0))

    @callback
    @override
    def _async_changed(self) -> None:
        """Show a change, and remember the colour for the next time."""
        self._remember()
        super()._async_changed()

    def _remember(self) -> None:
        """Remember the colour of a light that is on."""
        if self.colour is not None and any(self.colour):
            self._last = self.colour

    @property
    def usual(self) -> Colour:
        """Return the colour for a light of which no other colour is known."""
        return (self.state_of_player.player.model.palette or {})[Preset.ORANGE_PEEL]

    def _parts(self, colour: Colour) -> tuple[Colour, int]:
        """Return a colour at full brightness, and its brightness.

        A dim colour has lost some of its shade; what was asked for is remembered.
        """
        if _scaled(*self._asked) == colour:
            return self._asked
        brightness = max(colour)
        return _scaled(colour, _FULL * _FULL / brightness) if brightness else colour, brightness


class YotoNightlight(YotoLight):
    """What the night-light shows now, until day or night begins."""

    @property
    @override
    def colour(self) -> Colour | None:
        """Return the colour as the player has told it."""
        return self.snapshot.nightlight

    @property
    @override
    def usual(self) -> Colour:
        """Return the colour of the day or of the night."""
        settings = self.state_of_player.player.settings
        night = self.snapshot.day_mode is DayMode.NIGHT
        colour = settings and settings.value(NIGHT_LIGHT if night else DAY_LIGHT)
        return colour if colour and any(colour) else super().usual

    @override
    async def async_set_colour(self, colour: Colour) -> None:
        """Show a colour, and ask for the status: players do not tell this by themselves."""
        await self.async_command(set_light(colour))
        try:
            await self.coordinator.account.connection.ask_status(self.player_id)
        except CloudError as err:
            LOGGER.debug("The night-light was set but not confirmed: %s", err)


class YotoColourSetting(YotoSettingEntity, YotoLight):
    """The colour of the night-light by day or by night."""

    entity_description: YotoColourSettingDescription

    @property
    @override
    def colour(self) -> Colour | None:
        """Return the colour in the settings."""
        return self.setting(self.entity_description.setting)

    @override
    async def async_set_colour(self, colour: Colour) -> None:
        """Change the setting."""
        await self.async_set(self.entity_description.setting, colour)


def _scaled(colour: Colour, brightness: float) -> Colour:
    """Return a colour at a brightness from 0 to 255."""
    red, green, blue = (round(part * brightness / _FULL) for part in colour)
    return red, green, blue
