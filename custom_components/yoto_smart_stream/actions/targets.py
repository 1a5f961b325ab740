"""Which players an action is meant for, and doing it with each of them."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from homeassistant.components.media_player import DOMAIN as MEDIA_PLAYER_DOMAIN
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv, entity_registry as er
from homeassistant.helpers.typing import VolDictType
from homeassistant.util.json import JsonValueType

from ..automations.accounts import async_get_accounts
from ..automations.targets import devices_meant
from ..const import DOMAIN
from ..coordinator import YotoCoordinator
from ..data import PlayerState

type Answer = dict[str, JsonValueType]

type Act = Callable[[Aim, ServiceCall], Awaitable[Answer]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """A player that an action is meant for."""

    coordinator: YotoCoordinator
    player_id: str

    @property
    def state(self) -> PlayerState:
        """Return everything that is known about the player."""
        return self.coordinator.data[self.player_id]


@callback
def async_register(hass: HomeAssistant, name: str, schema: VolDictType, act: Act) -> None:
    """Register an action on players.

    Home Assistant's own way passes over entities that are unavailable, without a word. Settings
    can be changed while a player is off, and whatever cannot be done is an error.
    """

    async def do(call: ServiceCall) -> ServiceResponse:
        """Act on all players that are meant, and answer for each by its media player."""
        aims = _aims(call)
        answers = await asyncio.gather(
            *(act(aim, call) for aim in aims.values()), return_exceptions=True
        )
        for answer in answers:
            if isinstance(answer, BaseException):
                raise answer
        return {
            entity_id: answer
            for entity_id, answer in zip(aims, answers, strict=True)
            if not isinstance(answer, BaseException)
        }

    hass.services.async_register(
        DOMAIN,
        name,
        do,
        schema=cv.make_entity_service_schema(schema),
        supports_response=SupportsResponse.OPTIONAL,
    )


def _aims(call: ServiceCall) -> dict[str, Aim]:
    """Return the players that are meant, by the id of their media player.

    Raises:
        ServiceValidationError: there are none among what was chosen.
    """
    accounts, entities = async_get_accounts(call.hass), er.async_get(call.hass)
    aims = {}
    for device_id in sorted(devices_meant(call.hass, call.data)):
        found = accounts.find(device_id)
        if found is not None:
            coordinator, player_id = found
            entity_id = entities.async_get_entity_id(MEDIA_PLAYER_DOMAIN, DOMAIN, player_id)
            aims[entity_id or player_id] = Aim(coordinator=coordinator, player_id=player_id)
    if not aims:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="no_player_meant")
    return aims
