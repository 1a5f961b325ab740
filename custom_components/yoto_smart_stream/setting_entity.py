"""Base of the entities that are a setting of a player."""

from .cloud.settings import Setting
from .entity import YotoEntity


class YotoSettingEntity(YotoEntity):
    """An entity that shows a setting, and changes it.

    Settings live in the cloud: they can be changed while the player is off, which then obeys
    once it is back.
    """

    _is_steady = True

    def setting[T](self, setting: Setting[T]) -> T | None:
        """Return the value of a setting, or None while it is not known."""
        settings = self.state_of_player.player.settings
        return None if settings is None else settings.value(setting)

    async def async_set[T](self, setting: Setting[T], value: T) -> None:
        """Change a setting."""
        await self.async_change_settings(lambda _settings: setting.change(value))
