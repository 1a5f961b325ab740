"""The flows that mend what Repairs names."""

import asyncio
from typing import Any, Final

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
import voluptuous as vol

from .const import DOMAIN
from .coordinator import YotoConfigEntry
from .playing.publishing import async_base_url
from .reachability.rewriting import Outcome, Result, async_rewriter, listed
from .reachability.watch import async_watch_of

_NOTHING: Final = vol.Schema({})


class CardsElsewhereFlow(RepairsFlow):
    """Has cards send players to the address of now."""

    issue_key: Final = "cards_elsewhere"

    def __init__(self, entry: YotoConfigEntry) -> None:
        """Belong to an account that is loaded."""
        self._entry = entry
        self._rewriting: asyncio.Task[list[Outcome]] | None = None
        self._failed: list[Outcome] = []

    async def async_step_init(self, _user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Begin by asking."""
        return await self.async_step_confirm()

    async def async_step_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Say what would be done."""
        if user_input is not None:
            return await self.async_step_rewrite()
        issue = ir.async_get(self.hass).async_get_issue(DOMAIN, self.issue_id)
        told = None if issue is None else issue.translation_placeholders
        return self.async_show_form(
            step_id="confirm", data_schema=_NOTHING, description_placeholders=told
        )

    async def async_step_rewrite(
        self, _user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Rewrite, which takes a moment a card."""
        if self._rewriting is None:
            self._rewriting = self.hass.async_create_task(
                _async_rewrite(self.hass, self._entry), "Yoto cards get another address"
            )
        if not self._rewriting.done():
            return self.async_show_progress(
                step_id="rewrite", progress_action="rewrite", progress_task=self._rewriting
            )
        task, self._rewriting = self._rewriting, None
        if isinstance(task.exception(), HomeAssistantError):
            return self.async_show_progress_done(next_step_id="unusable")
        self._failed = [one for one in task.result() if one.result is Result.FAILED]
        return self.async_show_progress_done(next_step_id="failed" if self._failed else "done")

    async def async_step_unusable(
        self, _user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """End, since players could not use the new address either."""
        return self.async_abort(reason="base_url_unusable")

    async def async_step_failed(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Say which cards failed and why, and try those again."""
        if user_input is not None:
            return await self.async_step_rewrite()
        reasons = listed(f"{one.title}: {one.reason}" for one in self._failed)
        return self.async_show_form(
            step_id="failed",
            data_schema=_NOTHING,
            description_placeholders={"cards": reasons, "count": str(len(self._failed))},
        )

    async def async_step_done(self, _user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """End; the issue goes."""
        return self.async_create_entry(data={})


class AccountGoneFlow(RepairsFlow):
    """Says that there is nothing to be done for now."""

    issue_key: Final = "cards_elsewhere"

    async def async_step_init(self, _user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """End at once."""
        return self.async_abort(reason="account_not_loaded")


async def async_create_fix_flow(
    hass: HomeAssistant, _issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return the flow for an issue: there is one kind that can be mended from here."""
    wanted = (data or {}).get("entry_id")
    loaded: list[YotoConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    entry = next((one for one in loaded if one.entry_id == wanted), None)
    return AccountGoneFlow() if entry is None else CardsElsewhereFlow(entry)


async def _async_rewrite(hass: HomeAssistant, entry: YotoConfigEntry) -> list[Outcome]:
    """Rewrite all cards that send players elsewhere, and say anew which are left.

    Raises:
        HomeAssistantError: players cannot use the address either.
    """
    base_url = await async_base_url(hass, entry)
    rewriter = await async_rewriter(entry)
    try:
        return await rewriter.async_rewrite(base_url, rewriter.elsewhere(base_url))
    finally:
        if (watch := async_watch_of(hass, entry.entry_id)) is not None:
            await watch.async_look_at_cards()
