"""What starts automations when a card is new in an account."""

from typing import Any, Final, cast, override

from homeassistant.const import CONF_OPTIONS
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.trigger import (
    Trigger,
    TriggerActionRunner,
    TriggerConfig,
    TriggerNotTriggeredReporter,
)
from homeassistant.helpers.typing import ConfigType
import voluptuous as vol

from ..automations.wanted import is_titled
from .announcing import EVENT, CardReport

_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_OPTIONS, default={}): {
            vol.Optional("title"): vol.All(cv.ensure_list, [cv.string])
        }
    }
)


class CardAdded(Trigger):
    """A card is new in an account."""

    @override
    @classmethod
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        """Check the options."""
        return cast("ConfigType", _SCHEMA(config))

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Take options that have been checked."""
        super().__init__(hass, config)
        self._titles: list[str] = (config.options or {}).get("title", [])

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        """Run the action for each new card that is wanted; it finds the report in its variables."""

        @callback
        def heard(event: Event[dict[str, Any]]) -> None:
            report = cast("CardReport", event.data)
            if is_titled(report["card_title"], self._titles):
                run_action(dict(report), f"new card {report['card_title']}", event.context)

        return self._hass.bus.async_listen(EVENT, heard)
