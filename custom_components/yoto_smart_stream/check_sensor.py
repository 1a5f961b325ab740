"""The sensor of what a player can do with Home Assistant's audio, as its check has found."""

from datetime import datetime
from typing import Final, override

from homeassistant.components.sensor import SensorEntity

from .checking.profiles import PROFILES
from .delivery.profile import Ability, ability_of
from .entity import YotoEntity

ABILITIES: Final = [ability.value for ability in Ability]


class YotoPlayerCheck(YotoEntity, SensorEntity):
    """What the last check of a player has found: with knobs, without them, or not at all."""

    _is_steady = True

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the checks too."""
        await super().async_added_to_hass()
        if (profiles := self.hass.data.get(PROFILES)) is not None:
            self.async_on_remove(profiles.async_watch(self.player_id, self._async_changed))

    @property
    @override
    def native_value(self) -> str:
        """Return what the player can do."""
        profiles = self.coordinator.hass.data.get(PROFILES)
        profile = None if profiles is None else profiles.profile(self.player_id)
        return ability_of(profile).value

    @property
    @override
    def extra_state_attributes(self) -> dict[str, datetime | None]:
        """Return when that was found out."""
        profiles = self.coordinator.hass.data.get(PROFILES)
        profile = None if profiles is None else profiles.profile(self.player_id)
        return {"checked_at": None if profile is None else profile.checked_at}

    @override
    def shown(self) -> object:
        """Return the state and the attribute."""
        return self.native_value, self.extra_state_attributes
