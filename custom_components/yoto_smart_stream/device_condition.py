"""The conditions that the page of a player's device offers."""

from collections.abc import Mapping
from typing import Final, cast

from homeassistant.const import (
    CONF_CONDITION,
    CONF_DEVICE_ID,
    CONF_DOMAIN,
    CONF_TYPE,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.condition import ConditionCheckerType
from homeassistant.helpers.typing import ConfigType, TemplateVarsType
import voluptuous as vol

from .automations.accounts import async_get_accounts
from .condition import CONDITIONS
from .const import DOMAIN

_CARD: Final[Mapping[vol.Marker, object]] = {
    vol.Optional("title"): cv.string,
    vol.Optional("card_id"): cv.string,
}


async def async_get_conditions(hass: HomeAssistant, device_id: str) -> list[dict[str, str]]:
    """Return the conditions of a player."""
    return [
        {
            CONF_CONDITION: "device",
            CONF_DOMAIN: DOMAIN,
            CONF_DEVICE_ID: device_id,
            CONF_TYPE: kind,
        }
        for kind in CONDITIONS
    ]


async def async_get_condition_capabilities(
    hass: HomeAssistant, config: ConfigType
) -> dict[str, vol.Schema]:
    """Return what can be filled in."""
    return {"extra_fields": vol.Schema(_fields(config[CONF_TYPE]))}


async def async_validate_condition_config(hass: HomeAssistant, config: ConfigType) -> ConfigType:
    """Check that there is such a condition, and what was filled in."""
    kind = vol.In(list(CONDITIONS))(config.get(CONF_TYPE))
    schema = cv.DEVICE_CONDITION_BASE_SCHEMA.extend(
        {vol.Required(CONF_TYPE): cv.string, **_fields(kind)}
    )
    return cast("ConfigType", schema(config))


@callback
def async_condition_from_config(hass: HomeAssistant, config: ConfigType) -> ConditionCheckerType:
    """Return what tells whether it is so with the player."""
    kind = CONDITIONS[config[CONF_TYPE]]
    device_id = config[CONF_DEVICE_ID]
    options = {str(key): [config[key]] for key in _fields(config[CONF_TYPE]) if key in config}

    @callback
    def holds(hass: HomeAssistant, variables: TemplateVarsType = None) -> bool:
        """Return whether it is so with the player."""
        found = async_get_accounts(hass).find(device_id)
        if found is None:
            return False
        coordinator, player_id = found
        state = coordinator.data[player_id]
        return state.online and kind.holds(coordinator, state, options)

    return holds


def _fields(kind: str) -> dict[vol.Marker, object]:
    """Return what can be filled in."""
    return dict(_CARD) if CONDITIONS[kind].options else {}
