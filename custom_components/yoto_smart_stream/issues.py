"""What a family should mend, shown under Repairs."""

from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_CORE_CONFIG_UPDATE
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.start import async_at_started

from .cloud.scopes import NOTICEABLE, Scope, missing
from .const import CONF_BASE_URL, DOMAIN, LOGGER
from .streaming.addresses import NoBaseUrlError, async_probe, base_url

_SCOPE_ISSUES: Final = {
    Scope.DEVICES_CONTROL: "scope_missing_devices_control",
    Scope.DEVICES_MANAGE: "scope_missing_devices_manage",
    Scope.LIBRARY_VIEW: "scope_missing_library_view",
    Scope.CONTENT_MANAGE: "scope_missing_content_manage",
}
_BASE_URL_ISSUE: Final = "base_url"
_STREAMS_ISSUE: Final = "streams_set_aside"


@callback
def async_report_scopes(hass: HomeAssistant, entry: ConfigEntry, granted: frozenset[str]) -> None:
    """Say what will not work with the permissions of this login."""
    lacking = missing(granted)
    for scope in NOTICEABLE:
        key = _SCOPE_ISSUES[scope]
        if scope in lacking:
            ir.async_create_issue(
                hass,
                DOMAIN,
                _issue_id(key, entry),
                is_fixable=False,
                severity=ir.IssueSeverity.WARNING,
                translation_key=key,
                translation_placeholders={"account": entry.title, "scope": scope},
            )
        else:
            ir.async_delete_issue(hass, DOMAIN, _issue_id(key, entry))


@callback
def async_watch_base_url(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Check the address for players once Home Assistant is up, and whenever it may have changed."""

    async def check(_event: Event | HomeAssistant) -> None:
        entry.async_create_background_task(
            hass, async_check_base_url(hass, entry), name="Yoto base URL check"
        )

    entry.async_on_unload(async_at_started(hass, check))
    entry.async_on_unload(hass.bus.async_listen(EVENT_CORE_CONFIG_UPDATE, check))


async def async_check_base_url(hass: HomeAssistant, entry: ConfigEntry) -> str | None:
    """Return the address under which players reach Home Assistant, if it works.

    An address that does not work becomes an issue that names it, and None.
    """
    try:
        url = base_url(hass, entry.options.get(CONF_BASE_URL))
    except NoBaseUrlError:
        _async_base_url_issue(hass, entry, "base_url_missing", {"account": entry.title})
        return None
    failure = await async_probe(hass, url)
    if failure is not None:
        LOGGER.warning("Players cannot use %s: %s (HTTP %s)", url, failure.reason, failure.status)
        _async_base_url_issue(
            hass,
            entry,
            f"base_url_{failure.reason}",
            {"account": entry.title, "url": url},
        )
        return None
    ir.async_delete_issue(hass, DOMAIN, _issue_id(_BASE_URL_ISSUE, entry))
    return url


@callback
def async_report_streams(hass: HomeAssistant, set_aside: int) -> None:
    """Say that records of streams could not be read; they are kept, and the others work."""
    if not set_aside:
        ir.async_delete_issue(hass, DOMAIN, _STREAMS_ISSUE)
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        _STREAMS_ISSUE,
        is_fixable=False,
        severity=ir.IssueSeverity.ERROR,
        translation_key=_STREAMS_ISSUE,
        translation_placeholders={"count": str(set_aside)},
    )


@callback
def async_clear_issues(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Withdraw all issues of an account."""
    for key in (*_SCOPE_ISSUES.values(), _BASE_URL_ISSUE):
        ir.async_delete_issue(hass, DOMAIN, _issue_id(key, entry))


def _async_base_url_issue(
    hass: HomeAssistant, entry: ConfigEntry, key: str, placeholders: dict[str, str]
) -> None:
    """Raise the one issue about the address; a new reason replaces the old."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        _issue_id(_BASE_URL_ISSUE, entry),
        is_fixable=False,
        severity=ir.IssueSeverity.ERROR,
        translation_key=key,
        translation_placeholders=placeholders,
    )


def _issue_id(key: str, entry: ConfigEntry) -> str:
    """Return the id of an issue of one account."""
    return f"{key}_{entry.entry_id}"
