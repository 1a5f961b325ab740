"""What starts automations when a card is new in an account."""

from typing import Any, cast, override

from homeassistant.const import CONF_OPTIONS
from homeassistant.core import CALLBACK_TYPE, Event, callback
from homeassistant.helpers.trigger import (
    TriggerActionRunner,
    TriggerNotTriggeredReporter,
)
import voluptuous as vol

from ..automations.triggers import TEXTS, ReportedTrigger
from ..automations.wanted import is_titled
from .announcing import EVENT, CardReport


class CardAdded(ReportedTrigger):
    """A card is new in an account."""

    schema = vol.Schema({vol.Required(CONF_OPTIONS, default={}): {vol.Optional("title"): TEXTS}})

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
            if is_titled(report["card_title"], self._options.get("title", [])):
                run_action(dict(report), f"new card {report['card_title']}", event.context)

        return self._hass.bus.async_listen(EVENT, heard)
