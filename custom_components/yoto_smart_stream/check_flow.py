"""The player check among the options: which player, what to press, and what was found."""

import asyncio
from typing import Any, Final, override

from homeassistant.config_entries import ConfigFlowResult, OptionsFlow
from homeassistant.core import callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
from homeassistant.loader import async_get_integration
from homeassistant.util.hass_dict import HassKey
import voluptuous as vol

from .checking.examination import Examination
from .checking.profiles import PROFILES
from .const import DOMAIN
from .coordinator import YotoCoordinator
from .delivery.check import Stage
from .delivery.profile import Profile, Unreached, ability_of, report

_CONF_PLAYER: Final = "player"
_RUNNING: HassKey[asyncio.Task[Profile]] = HassKey(f"{DOMAIN}_player_check")
"""One check at a time, since one card is deleted with all others that were left over."""
_PROGRESS_TEXTS: Final = {
    Stage.STARTING: "check_starting",
    Stage.PRESS_LEFT: "check_press_left",
    Stage.PRESS_RIGHT: "check_press_right",
    Stage.STARTING_LINEAR: "check_starting_linear",
    Stage.STARTING_OTHER: "check_starting_other",
    Stage.TURN_RIGHT: "check_turn_right",
    Stage.FINISHING: "check_finishing",
    Stage.DONE: "check_finishing",
}
_UNREACHED_TEXTS: Final = {
    Unreached.CERTIFICATE: "unreached_certificate",
    Unreached.ADDRESS: "unreached_address",
    Unreached.OTHER: "unreached_other",
    Unreached.PLAIN: "unreached_plain",
    Unreached.AWAY: "unreached_away",
}


class CheckSteps(OptionsFlow):
    """The steps of a player check. Closing the dialogue breaks it off."""

    _examination: Examination | None = None
    _checking: asyncio.Task[Profile] | None = None
    _waiting: asyncio.Task[None] | None = None
    _waited_for: Stage | None = None
    _player_id: str = ""
    _profile: Profile | None = None
    _failure: str = ""

    async def async_step_check(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Say what is going to happen, and ask which player is to be checked."""
        profiles = self.hass.data.get(PROFILES)
        coordinator = self._coordinator
        if profiles is None or coordinator is None:
            return self.async_abort(reason="check_not_loaded")
        if (running := self.hass.data.get(_RUNNING)) is not None and not running.done():
            return self.async_abort(reason="check_running")
        players = [
            SelectOptionDict(value=player_id, label=state.player.name)
            for player_id, state in coordinator.data.items()
            if state.online
        ]
        if not players:
            return self.async_abort(reason="check_no_player")
        if user_input is not None:
            self._player_id = user_input[_CONF_PLAYER]
            self._examination = Examination(coordinator, self._player_id, profiles)
            self._checking = self.hass.data[_RUNNING] = (
                self.config_entry.async_create_background_task(
                    self.hass, self._examination.async_run(), name="Yoto player check"
                )
            )
            return await self.async_step_check_progress()
        choice = SelectSelector(
            SelectSelectorConfig(options=players, mode=SelectSelectorMode.DROPDOWN)
        )
        return self.async_show_form(
            step_id="check",
            data_schema=vol.Schema(
                {vol.Required(_CONF_PLAYER, default=players[0]["value"]): choice}
            ),
        )

    async def async_step_check_progress(
        self, _user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show what is to be done now, until the check is over."""
        examination, checking = self._examination, self._checking
        if examination is None or checking is None:
            return self.async_abort(reason="check_not_loaded")
        if checking.done():
            return self.async_show_progress_done(next_step_id=self._outcome(checking))
        stage = examination.stage
        if self._waiting is None or self._waited_for is not stage:
            self._waited_for = stage
            self._waiting = self.hass.async_create_background_task(
                _async_past(examination, stage, checking), name="Yoto player check"
            )
        return self.async_show_progress(
            step_id="check_progress",
            progress_action=_PROGRESS_TEXTS[stage],
            progress_task=self._waiting,
        )

    async def async_step_check_live(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Report that everything works."""
        return await self._async_report("check_live", user_input)

    async def async_step_check_linear(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Report that the knobs are lost to the queue."""
        return await self._async_report("check_linear", user_input)

    async def async_step_check_unsure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Report that nobody has pressed."""
        return await self._async_report("check_unsure", user_input)

    async def async_step_check_none(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Report that the player does not reach Home Assistant, and why."""
        return await self._async_report("check_none", user_input)

    async def async_step_check_failed(
        self, _user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Say why the check was broken off."""
        return self.async_abort(
            reason="check_failed", description_placeholders={"reason": self._failure}
        )

    async def async_step_check_unloaded(
        self, _user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Say that the account was unloaded meanwhile."""
        return self.async_abort(reason="check_not_loaded")

    @callback
    @override
    def async_remove(self) -> None:
        """Break the check off when the dialogue is closed; it tidies up by itself."""
        if self._checking is not None:
            self._checking.cancel()

    @property
    def _coordinator(self) -> YotoCoordinator | None:
        """Return the coordinator of the account, None while it is not loaded."""
        coordinator = getattr(self.config_entry, "runtime_data", None)
        return coordinator if isinstance(coordinator, YotoCoordinator) else None

    def _outcome(self, checking: asyncio.Task[Profile]) -> str:
        """Return the step that reports how a check has ended."""
        if checking.cancelled():
            return "check_unloaded"
        try:
            profile = self._profile = checking.result()
        except HomeAssistantError as err:
            self._failure = str(err)
            return "check_failed"
        return f"check_{ability_of(profile)}"

    async def _async_report(
        self, step_id: str, user_input: dict[str, Any] | None
    ) -> ConfigFlowResult:
        """Show a report, with what can be pasted anywhere."""
        profile = self._profile
        if profile is None or user_input is not None:
            # The account's own options stay, so that it is not loaded anew.
            return self.async_create_entry(data={**self.config_entry.options})
        errors: dict[str, str] = {}
        if profile.unreached is not None:
            errors["base"] = _UNREACHED_TEXTS[profile.unreached]
        return self.async_show_form(
            step_id=step_id,
            data_schema=vol.Schema({}),
            errors=errors,
            description_placeholders={"report": await self._async_text(profile)},
        )

    async def _async_text(self, profile: Profile) -> str:
        """Return a report in words that are the same in all languages."""
        integration = await async_get_integration(self.hass, DOMAIN)
        coordinator = self._coordinator
        state = None if coordinator is None else coordinator.data.get(self._player_id)
        lines = [
            f"integration: {integration.version}",
            *([] if state is None else [f"model: {state.player.model.name}"]),
            *(f"{line.what}: {line.finding}" for line in report(profile)),
        ]
        return "\n".join(["```text", *lines, "```"])


async def _async_past(
    examination: Examination, stage: Stage, checking: asyncio.Task[Profile]
) -> None:
    """Wait until a check is further than a stage, or over."""
    past = asyncio.create_task(examination.async_past(stage))
    try:
        await asyncio.wait({past, checking}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        past.cancel()
