"""What starts automations in stories."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final, cast, override

from homeassistant.core import CALLBACK_TYPE, Event, callback
from homeassistant.helpers.trigger import (
    TriggerActionRunner,
    TriggerNotTriggeredReporter,
)
import voluptuous as vol

from ..automations.targets import is_meant
from ..automations.triggers import TEXTS, ReportedTrigger, some_of, with_target
from ..story.situation import Knob
from .reports import CHOICE_MADE, ENDING_REACHED, EVENT, NODE_ENTERED, StoryReport

STORY: Final[Mapping[vol.Marker, object]] = {
    vol.Optional("story"): TEXTS,
    vol.Optional("node"): TEXTS,
}


class StoryTrigger(ReportedTrigger):
    """Something in a story that can start an automation."""

    kind: ClassVar[str]
    """The type of report that it is about."""
    schema = with_target(STORY)

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        """Run the action for each report that is wanted."""

        @callback
        def heard(event: Event[dict[str, Any]]) -> None:
            report = cast("StoryReport", event.data)
            if self._concerns(report):
                happened = report["type"].replace("_", " ")
                run_action(dict(report), f"{happened} at {report['player']}", event.context)

        return self._hass.bus.async_listen(EVENT, heard)

    def _concerns(self, report: StoryReport) -> bool:
        """Return whether a report is wanted."""
        return (
            report["type"] == self.kind
            and self._is_one("story", report["story"], report["story_id"])
            and self._is_one("node", report["node"], report["node_title"])
            and self._is_one("choice", report["choice"])
            and is_meant(self._hass, self._target, report["device_id"])
        )

    def _is_one(self, option: str, *names: str | None) -> bool:
        """Return whether an option asks for nothing, or for one of some names."""
        wanted = {str(one).casefold() for one in self._options.get(option) or ()}
        return not wanted or any(name is not None and name.casefold() in wanted for name in names)


class StoryNodeEntered(StoryTrigger):
    """A story has come to a node."""

    kind = NODE_ENTERED


class StoryChoiceMade(StoryTrigger):
    """A child has chosen in a story."""

    kind = CHOICE_MADE
    schema = with_target({**STORY, vol.Optional("choice"): some_of(Knob)})


class StoryEndingReached(StoryTrigger):
    """A story has come to one of its endings."""

    kind = ENDING_REACHED
