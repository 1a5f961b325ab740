"""What a family should mend about what its players play from Home Assistant, under Repairs."""

from collections.abc import Sequence
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN

_SKIPPED_ISSUE: Final = "queue_items_skipped"
_SESSIONS_ISSUE: Final = "live_sessions_set_aside"
_NO_SESSIONS_ISSUE: Final = "live_sessions_unusable"
_NAMED: Final = 10
"""How many items an issue names before it goes on no further."""


@callback
def async_report_skipped(
    hass: HomeAssistant, entry: ConfigEntry, player_id: str, player: str, why: Sequence[str]
) -> None:
    """Say which items of a player's queue could not be played, or withdraw that."""
    issue_id = f"{_SKIPPED_ISSUE}_{player_id}_{entry.entry_id}"
    if not why:
        ir.async_delete_issue(hass, DOMAIN, issue_id)
        return
    shown = [f"- {line}" for line in why[:_NAMED]]
    items = "\n".join([*shown, *(["- …"] if len(why) > _NAMED else [])])
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key=_SKIPPED_ISSUE,
        translation_placeholders={"player": player, "items": items},
    )


@callback
def async_report_sessions(hass: HomeAssistant, set_aside: int) -> None:
    """Say that what live cards were playing could not be read; it is kept, and the others work."""
    ir.async_delete_issue(hass, DOMAIN, _NO_SESSIONS_ISSUE)
    if not set_aside:
        ir.async_delete_issue(hass, DOMAIN, _SESSIONS_ISSUE)
        return
    _async_raise(hass, _SESSIONS_ISSUE, {"count": str(set_aside)})


@callback
def async_report_no_sessions(hass: HomeAssistant, reason: str) -> None:
    """Say that nothing but cards can be played; nothing of the queues was changed."""
    _async_raise(hass, _NO_SESSIONS_ISSUE, {"reason": reason})


@callback
def _async_raise(hass: HomeAssistant, key: str, placeholders: dict[str, str]) -> None:
    ir.async_create_issue(
        hass,
        DOMAIN,
        key,
        is_fixable=False,
        severity=ir.IssueSeverity.ERROR,
        translation_key=key,
        translation_placeholders=placeholders,
    )
