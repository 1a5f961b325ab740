"""What automations can ask about players."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final, Unpack, cast, override

from homeassistant.const import CONF_OPTIONS, CONF_TARGET
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.condition import Condition, ConditionCheckParams, ConditionConfig
from homeassistant.helpers.typing import ConfigType
import voluptuous as vol

from ..coordinator import YotoCoordinator
from ..data import PlayerState
from ..playback.messages import DayMode, PlaybackStatus
from .accounts import async_get_accounts
from .targets import devices_meant
from .triggers import CARDS
from .wanted import is_titled

CONF_BEHAVIOR: Final = "behavior"
ANY: Final = "any"
ALL: Final = "all"


class PlayerCondition(Condition):
    """Something that is or is not so with players."""

    options: ClassVar[Mapping[vol.Marker, object]] = {}

    @override
    @classmethod
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        """Check target and options. Without a target, every player is meant."""
        schema = vol.Schema(
            {
                vol.Optional(CONF_TARGET): cv.TARGET_FIELDS,
                vol.Required(CONF_OPTIONS, default={}): {
                    **cls.options,
                    vol.Required(CONF_BEHAVIOR, default=ANY): vol.In([ANY, ALL]),
                },
            }
        )
        return cast("ConfigType", schema(config))

    @classmethod
    def holds(
        cls, coordinator: YotoCoordinator, state: PlayerState, options: Mapping[str, Any]
    ) -> bool:
        """Return whether it is so with a player that is there."""
        raise NotImplementedError

    def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
        """Take target and options that have been checked."""
        super().__init__(hass, config)
        self._target = config.target
        self._options = config.options or {}

    @override
    def _async_check(self, **kwargs: Unpack[ConditionCheckParams]) -> bool:
        """Return whether it is so with any or all of the players that are meant."""
        meant = None if self._target is None else devices_meant(self._hass, self._target)
        held = [
            state.online and self.holds(coordinator, state, self._options)
            for device_id, coordinator, state in async_get_accounts(self._hass).players()
            if meant is None or device_id in meant
        ]
        if self._options[CONF_BEHAVIOR] == ALL:
            return bool(held) and all(held)
        return any(held)


class IsPlaying(PlayerCondition):
    """A player plays, any card or one of some."""

    options = CARDS

    @override
    @classmethod
    def holds(
        cls, coordinator: YotoCoordinator, state: PlayerState, options: Mapping[str, Any]
    ) -> bool:
        """Return whether the player plays such a card."""
        snapshot = state.snapshot
        return snapshot.status is PlaybackStatus.PLAYING and _is_one_of(
            coordinator, snapshot.card_id, options
        )


class CardIsIn(PlayerCondition):
    """A card is in the slot, any or one of some."""

    options = CARDS

    @override
    @classmethod
    def holds(
        cls, coordinator: YotoCoordinator, state: PlayerState, options: Mapping[str, Any]
    ) -> bool:
        """Return whether such a card is in the slot."""
        snapshot = state.snapshot
        return snapshot.card_in is True and _is_one_of(coordinator, snapshot.slot_card, options)


class IsInNightMode(PlayerCondition):
    """A player keeps the rules of the night."""

    @override
    @classmethod
    def holds(
        cls, coordinator: YotoCoordinator, state: PlayerState, options: Mapping[str, Any]
    ) -> bool:
        """Return whether the player says that it is night."""
        return state.snapshot.day_mode is DayMode.NIGHT


def _is_one_of(
    coordinator: YotoCoordinator, card_id: str | None, options: Mapping[str, Any]
) -> bool:
    """Return whether a card is one of those that the options name, if they name any."""
    card = coordinator.account.shelf.known(card_id) if card_id else None
    ids = options.get("card_id")
    return (not ids or card_id in ids) and is_titled(
        card.title if card else None, options.get("title") or ()
    )
