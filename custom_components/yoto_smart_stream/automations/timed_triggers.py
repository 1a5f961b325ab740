"""What starts automations by the clock: the end of a track is near, a player has been away."""

from datetime import datetime, timedelta
from typing import Any, Final, cast, override

from homeassistant.const import CONF_FOR
from homeassistant.core import CALLBACK_TYPE, Event, HassJob, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.trigger import TriggerActionRunner, TriggerNotTriggeredReporter
import voluptuous as vol

from ..coordinator import YotoCoordinator
from ..data import PlayerState
from ..playback.occurrences import Kind, OfflineReason
from .accounts import async_get_accounts
from .countdown import Countdown
from .report import EVENT, TRACK_ABOUT_TO_END, Report, report_of_nearing_end
from .triggers import CARDS, PlayerTrigger, some_of, with_target

CONF_SECONDS: Final = "seconds"
DEFAULT_SECONDS: Final = 10
MAX_SECONDS: Final = 3600


class TrackAboutToEnd(PlayerTrigger):
    """A track will end in some seconds."""

    types = frozenset({TRACK_ABOUT_TO_END})
    schema = with_target(
        {
            **CARDS,
            vol.Required(CONF_SECONDS, default=DEFAULT_SECONDS): vol.All(
                vol.Coerce(float), vol.Range(min=1, max=MAX_SECONDS)
            ),
        }
    )

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        """Count down at every player, of those accounts too that are loaded later."""

        def attach(coordinator: YotoCoordinator) -> CALLBACK_TYPE:
            countdowns: dict[str, Countdown] = {}

            @callback
            def near(state: PlayerState) -> None:
                report = report_of_nearing_end(self._hass, coordinator, state)
                if self.concerns(report) and self._wanted.accepts_title(report["card_title"]):
                    self.run(run_action, report, None)

            @callback
            def count_down() -> None:
                for player_id in countdowns.keys() - coordinator.data.keys():
                    countdowns.pop(player_id).async_end()
                for player_id in coordinator.data.keys() - countdowns.keys():
                    countdowns[player_id] = Countdown(
                        self._hass, coordinator, player_id, self._options[CONF_SECONDS], near
                    )

            unlisten = coordinator.async_add_listener(count_down)
            count_down()

            @callback
            def detach() -> None:
                unlisten()
                for countdown in countdowns.values():
                    countdown.async_end()

            return detach

        return async_get_accounts(self._hass).async_follow(attach)


class WentOffline(PlayerTrigger):
    """A player has been away for some time."""

    types = frozenset({Kind.OFFLINE})
    schema = with_target(
        {
            vol.Optional("reason"): some_of(OfflineReason),
            vol.Optional(CONF_FOR, default=timedelta()): cv.positive_time_period,
        }
    )

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        """Run the action when a player has been away for long enough."""
        duration: timedelta = self._options[CONF_FOR]
        waiting: dict[str, CALLBACK_TYPE] = {}

        @callback
        def heard(event: Event[dict[str, Any]]) -> None:
            report = cast("Report", event.data)
            device_id = report["device_id"]
            if device_id is None:
                return
            if report["type"] in {Kind.ONLINE, Kind.OFFLINE} and device_id in waiting:
                waiting.pop(device_id)()
            if not self.concerns(report):
                return

            @callback
            def over(_now: datetime | None = None) -> None:
                waiting.pop(device_id, None)
                state = async_get_accounts(self._hass).state(device_id)
                if state is not None and not state.online:
                    self.run(run_action, report, event.context)

            if duration:
                waiting[device_id] = async_call_later(self._hass, duration, HassJob(over))
            else:
                over()

        unlisten = self._hass.bus.async_listen(EVENT, heard)

        @callback
        def detach() -> None:
            unlisten()
            for cancel in waiting.values():
                cancel()

        return detach
