"""What a family should mend, shown under Repairs."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..cloud.endpoints import Endpoints
from ..cloud.errors import BrokerRefusedError, CloudError
from ..cloud.scopes import NOTICEABLE, Scope, missing
from ..const import CONF_OFFLINE_AFTER, DEFAULT_OFFLINE_AFTER, DOMAIN
from ..data import PlayerState
from ..playback.occurrences import OfflineReason
from .raising import async_raise, async_withdraw

_SCOPE_ISSUES: Final = {
    Scope.DEVICES_CONTROL: "scope_missing_devices_control",
    Scope.DEVICES_MANAGE: "scope_missing_devices_manage",
    Scope.LIBRARY_VIEW: "scope_missing_library_view",
    Scope.CONTENT_MANAGE: "scope_missing_content_manage",
}
_CONNECTION_ISSUE: Final = "connection"
_OFFLINE_ISSUE: Final = "player_offline"


@callback
def async_report_scopes(hass: HomeAssistant, entry: ConfigEntry, granted: frozenset[str]) -> None:
    """Say what will not work with the permissions of this login."""
    lacking = missing(granted)
    for scope in NOTICEABLE:
        key = _SCOPE_ISSUES[scope]
        if scope in lacking:
            async_raise(
                hass,
                key,
                {"account": entry.title, "scope": scope},
                issue_id=_issue_id(key, entry),
                severity=ir.IssueSeverity.WARNING,
            )
        else:
            async_withdraw(hass, _issue_id(key, entry))


@callback
def async_report_connection(
    hass: HomeAssistant, entry: ConfigEntry, endpoints: Endpoints, failure: CloudError
) -> None:
    """Say that players cannot be heard, though Yoto's web API answers."""
    if _issue_id(_SCOPE_ISSUES[Scope.DEVICES_CONTROL], entry) in _open_issues(hass, entry):
        # Without that permission the broker lets nobody in, and the family knows already.
        return
    key = "mqtt_refused" if isinstance(failure, BrokerRefusedError) else "mqtt_blocked"
    async_raise(
        hass,
        key,
        {
            "account": entry.title,
            "host": endpoints.mqtt_host,
            "port": str(endpoints.mqtt_port),
            "reason": str(failure),
        },
        issue_id=_issue_id(_CONNECTION_ISSUE, entry),
    )


@callback
def async_clear_connection(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Withdraw what was said about the connection."""
    async_withdraw(hass, _issue_id(_CONNECTION_ISSUE, entry))


@callback
def async_report_absences(
    hass: HomeAssistant, entry: ConfigEntry, states: Mapping[str, PlayerState], now: datetime
) -> None:
    """Say which players have been out of reach for long, unless they were switched off."""
    hours = entry.options.get(CONF_OFFLINE_AFTER, DEFAULT_OFFLINE_AFTER)
    gone = {
        _issue_id(f"{_OFFLINE_ISSUE}_{player_id}", entry): state
        for player_id, state in states.items()
        if hours and _out_of_reach(state, now - timedelta(hours=hours))
    }
    for issue_id in _open_issues(hass, entry):
        if issue_id.startswith(_OFFLINE_ISSUE) and issue_id not in gone:
            async_withdraw(hass, issue_id)
    for issue_id, state in gone.items():
        async_raise(
            hass,
            _OFFLINE_ISSUE,
            {"account": entry.title, "hours": f"{hours:g}", "player": state.player.name},
            issue_id=issue_id,
            severity=ir.IssueSeverity.WARNING,
        )


@callback
def async_clear_reach(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Withdraw what only a loaded account can judge: its connection, and absent players."""
    for issue_id in _open_issues(hass, entry):
        if issue_id.startswith((_CONNECTION_ISSUE, _OFFLINE_ISSUE)):
            async_withdraw(hass, issue_id)


@callback
def async_clear_issues(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Withdraw all issues of an account."""
    for issue_id in _open_issues(hass, entry):
        async_withdraw(hass, issue_id)


def _out_of_reach(state: PlayerState, since: datetime) -> bool:
    """Return whether a player has said nothing since a moment, and was not switched off before."""
    snapshot = state.snapshot
    return (
        snapshot.online is False
        and snapshot.offline_reason is OfflineReason.LOST
        and snapshot.heard_at is not None
        and snapshot.heard_at <= since
    )


def _open_issues(hass: HomeAssistant, entry: ConfigEntry) -> list[str]:
    """Return the ids of the issues of one account."""
    return [
        issue_id
        for domain, issue_id in ir.async_get(hass).issues
        if domain == DOMAIN and issue_id.endswith(f"_{entry.entry_id}")
    ]


def _issue_id(key: str, entry: ConfigEntry) -> str:
    """Return the id of an issue of one account."""
    return f"{key}_{entry.entry_id}"
