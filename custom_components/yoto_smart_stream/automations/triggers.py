"""What starts automations."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Final, cast, override

from homeassistant.const import CONF_OPTIONS, CONF_TARGET
from homeassistant.core import CALLBACK_TYPE, Context, Event, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.trigger import (
    Trigger,
    TriggerActionRunner,
    TriggerConfig,
    TriggerNotTriggeredReporter,
)
from homeassistant.helpers.typing import ConfigType
import voluptuous as vol

from ..playback.occurrences import Cause, Choice, Kind, Side
from .accounts import async_get_accounts
from .report import EVENT, GESTURES, Report, with_card
from .targets import is_meant
from .wanted import Wanted

TEXTS: Final = vol.All(cv.ensure_list, [cv.string])
CARDS: Final[Mapping[vol.Marker, object]] = {
    vol.Optional("card_id"): TEXTS,
    vol.Optional("title"): TEXTS,
}


def some_of(values: Iterable[str]) -> vol.All:
    """Accept one or several of some values."""
    return vol.All(cv.ensure_list, [vol.In([str(value) for value in values])])


CAUSE: Final[Mapping[vol.Marker, object]] = {vol.Optional("cause"): some_of(Cause)}


def with_target(options: Mapping[vol.Marker, object]) -> vol.Schema:
    """Return the schema of a target and of options. Without a target, every player is meant."""
    return vol.Schema(
        {
            vol.Optional(CONF_TARGET): cv.TARGET_FIELDS,
            vol.Required(CONF_OPTIONS, default={}): dict(options),
        }
    )


class ReportedTrigger(Trigger):
    """Something that is reported on the bus and can start an automation."""

    schema: ClassVar[vol.Schema]
    """Of the options, and of the target where it has one."""

    @override
    @classmethod
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        """Check target and options."""
        return cast("ConfigType", cls.schema(config))

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Take target and options that have been checked."""
        super().__init__(hass, config)
        self._target = config.target
        self._options = config.options or {}


class PlayerTrigger(ReportedTrigger):
    """Something at a player that can start an automation."""

    types: ClassVar[frozenset[str]]
    """The types of report that it is about."""

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Take target and options that have been checked."""
        super().__init__(hass, config)
        self._wanted = Wanted.from_options(self.types, self._options)

    def concerns(self, report: Report) -> bool:
        """Return whether a report is wanted, but for the title, and its player is meant."""
        return self._wanted.accepts(report) and is_meant(
            self._hass, self._target, report["device_id"]
        )

    def run(self, run_action: TriggerActionRunner, report: Report, context: Context | None) -> None:
        """Run the action; it finds the report in its trigger variables."""
        happened = report["type"].replace("_", " ")
        run_action(dict(report), f"{happened} at {report['player']}", context)


class OccurrenceTrigger(PlayerTrigger):
    """Starts an automation for each occurrence of some kinds."""

    schema = with_target({**CARDS, **CAUSE})

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        """Run the action for each report that is wanted."""
        waiting: set[CALLBACK_TYPE] = set()

        @callback
        def heard(event: Event[dict[str, Any]]) -> None:
            report = cast("Report", event.data)
            if not self.concerns(report):
                return
            if self._wanted.accepts_title(report["card_title"]):
                self.run(run_action, report, event.context)
            elif report["card_id"] is not None and report["card_title"] is None:
                self._async_await_title(
                    report, lambda titled: self.run(run_action, titled, event.context), waiting
                )

        unlisten = self._hass.bus.async_listen(EVENT, heard)

        @callback
        def detach() -> None:
            unlisten()
            for give_up in list(waiting):
                give_up()

        return detach

    @callback
    def _async_await_title(
        self, report: Report, found: Callable[[Report], None], waiting: set[CALLBACK_TYPE]
    ) -> None:
        """Decide as soon as the title of a new card is known, while the card is in play."""
        player = report["device_id"] and async_get_accounts(self._hass).find(report["device_id"])
        if not player:
            return
        coordinator, player_id = player

        @callback
        def changed() -> None:
            state = coordinator.data.get(player_id)
            if state is None or state.snapshot.card_id != report["card_id"]:
                give_up()
            elif state.card is not None:
                give_up()
                if self._wanted.accepts_title(state.card.title):
                    found(with_card(report, state.card))

        @callback
        def give_up() -> None:
            unwatch()
            waiting.discard(give_up)

        unwatch = coordinator.audience.async_watch(player_id, changed)
        waiting.add(give_up)


class CardInserted(OccurrenceTrigger):
    """A card has been put into the slot."""

    types = frozenset({Kind.CARD_INSERTED})


class CardRemoved(OccurrenceTrigger):
    """A card has been taken out of the slot."""

    types = frozenset({Kind.CARD_REMOVED})


class PlaybackStarted(OccurrenceTrigger):
    """A player has begun to play a card."""

    types = frozenset({Kind.PLAYBACK_STARTED})


class PlaybackEnded(OccurrenceTrigger):
    """A card has come to its own end."""

    types = frozenset({Kind.PLAYBACK_ENDED})


class KnobUsed(OccurrenceTrigger):
    """A hand has pressed or turned a knob."""

    types = frozenset({Kind.BUTTON_PRESSED, Kind.VOLUME_CHANGED})
    schema = with_target(
        {
            **CARDS,
            vol.Optional("side"): some_of(Side),
            vol.Optional("gesture"): some_of(GESTURES),
        }
    )

    @override
    def concerns(self, report: Report) -> bool:
        """Leave out changes of the volume that no hand has made."""
        return report["gesture"] is not None and super().concerns(report)


class ChoiceMade(OccurrenceTrigger):
    """A child has chosen on an interactive card, or has not."""

    types = frozenset({Kind.CHOICE_MADE})
    schema = with_target({**CARDS, **CAUSE, vol.Optional("choice"): some_of(Choice)})
