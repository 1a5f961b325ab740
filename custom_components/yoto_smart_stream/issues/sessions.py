"""What a family should mend about what its players play from Home Assistant, under Repairs."""

from collections.abc import Sequence
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN
from .raising import async_raise, async_withdraw, enumerated

_SKIPPED_ISSUE: Final = "queue_items_skipped"
_SESSIONS_ISSUE: Final = "live_sessions_set_aside"
_NO_SESSIONS_ISSUE: Final = "live_sessions_unusable"


@callback
def async_report_skipped(
    hass: HomeAssistant, entry: ConfigEntry, player_id: str, player: str, why: Sequence[str]
) -> None:
    """Say which items of a player's queue could not be played, or withdraw that."""
    issue_id = f"{_SKIPPED_ISSUE}_{player_id}_{entry.entry_id}"
    if not why:
        async_withdraw(hass, issue_id)
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key=_SKIPPED_ISSUE,
        translation_placeholders={"player": player, "items": enumerated(why)},
    )


@callback
def async_report_sessions(hass: HomeAssistant, set_aside: int) -> None:
    """Say that what live cards were playing could not be read; it is kept, and the others work."""
    async_withdraw(hass, _NO_SESSIONS_ISSUE)
    if not set_aside:
        async_withdraw(hass, _SESSIONS_ISSUE)
        return
    async_raise(hass, _SESSIONS_ISSUE, {"count": str(set_aside)})


@callback
def async_report_no_sessions(hass: HomeAssistant, reason: str) -> None:
    """Say that nothing but cards can be played; nothing of the queues was changed."""
    async_raise(hass, _NO_SESSIONS_ISSUE, {"reason": reason})
