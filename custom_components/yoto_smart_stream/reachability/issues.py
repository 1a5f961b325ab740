"""What a family should mend about the address for players, shown under Repairs."""

from hashlib import sha256
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN, LOGGER
from .problems import Finding, Problem

LEARN_MORE: Final = "https://github.com/earchibald/yoto-smart-stream/blob/main/docs/reachability.md"
_ADDRESS_ISSUE: Final = "base_url"
_CARDS_ISSUE: Final = "cards_elsewhere"
_DIGITS: Final = 8
_ISSUES: Final = {
    Problem.ANSWERED_BY_OTHER: "base_url_answered_by_other",
    Problem.BAD_GATEWAY: "base_url_bad_gateway",
    Problem.CERTIFICATE_EXPIRED: "base_url_certificate_expired",
    Problem.CERTIFICATE_OTHER_NAME: "base_url_certificate_other_name",
    Problem.CERTIFICATE_PRIVATE: "base_url_certificate_private",
    Problem.HTTP_ERROR: "base_url_http_error",
    Problem.LOCAL_NAME: "base_url_local_name",
    Problem.LOGIN_WANTED: "base_url_login_wanted",
    Problem.LOOPBACK: "base_url_loopback",
    Problem.MALFORMED: "base_url_malformed",
    Problem.MISSING: "base_url_missing",
    Problem.NO_TLS: "base_url_no_tls",
    Problem.NOT_FOUND: "base_url_not_found",
    Problem.PREFIX: "base_url_prefix",
    Problem.PROXY_NOT_TRUSTED: "base_url_proxy_not_trusted",
    Problem.RANGES_DROPPED: "base_url_ranges_dropped",
    Problem.REDIRECTED: "base_url_redirected",
    Problem.REFUSED: "base_url_refused",
    Problem.TIMED_OUT: "base_url_timed_out",
    Problem.UNRESOLVABLE: "base_url_unresolvable",
}


@callback
def async_report_address(
    hass: HomeAssistant, entry: ConfigEntry, url: str, finding: Finding | None
) -> None:
    """Raise the one issue about an address, or withdraw what was said; each is logged once.

    What was ignored at this address is kept while anything is wrong with it.
    """
    key = None if finding is None else _ISSUES[finding.problem]
    current = None if key is None else f"{_beginning(url)}{key}_{entry.entry_id}"
    issues = ir.async_get(hass)
    for issue_id in _open_issues(hass, entry, f"{_ADDRESS_ISSUE}_"):
        before = issues.issues[DOMAIN, issue_id]
        is_of_other = bool(url) and not issue_id.startswith(_beginning(url))
        if finding is None and before.active:
            LOGGER.info("Players can use %s", url)
        if issue_id != current and (
            finding is None or is_of_other or before.dismissed_version is None
        ):
            ir.async_delete_issue(hass, DOMAIN, issue_id)
    if finding is None or key is None or current is None:
        return
    known = issues.async_get_issue(DOMAIN, current)
    if known is None or not known.active:
        LOGGER.warning(
            "Players cannot use %s as they should: %s (HTTP %s)",
            url or "Home Assistant",
            finding.problem,
            finding.status,
        )
    ir.async_create_issue(
        hass,
        DOMAIN,
        current,
        is_fixable=False,
        learn_more_url=LEARN_MORE,
        severity=(ir.IssueSeverity.WARNING if finding.problem.is_doubt else ir.IssueSeverity.ERROR),
        translation_key=key,
        translation_placeholders=_placeholders(entry, url, finding),
    )


@callback
def async_is_overruled(hass: HomeAssistant, entry: ConfigEntry, url: str, finding: Finding) -> bool:
    """Return whether the family ignores what is found at an address, so that cards are made."""
    ignored = (
        ir.async_get(hass).issues[DOMAIN, issue_id].dismissed_version
        for issue_id in _open_issues(hass, entry, _beginning(url))
    )
    return finding.problem.may_be_overruled and any(ignored)


@callback
def async_report_cards(
    hass: HomeAssistant, entry: ConfigEntry, url: str, count: int, listed: str
) -> None:
    """Say which cards send players to another address, or withdraw that where there are none."""
    issue_id = f"{_CARDS_ISSUE}_{entry.entry_id}"
    if not count:
        ir.async_delete_issue(hass, DOMAIN, issue_id)
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        data={"entry_id": entry.entry_id},
        is_fixable=True,
        learn_more_url=LEARN_MORE,
        severity=ir.IssueSeverity.WARNING,
        translation_key=_CARDS_ISSUE,
        translation_placeholders={
            "account": entry.title,
            "cards": listed,
            "count": str(count),
            "url": url,
        },
    )


@callback
def async_withdraw(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Withdraw everything that was said about an address that nobody looks at any more."""
    for key in (_ADDRESS_ISSUE, _CARDS_ISSUE):
        for issue_id in _open_issues(hass, entry, f"{key}_"):
            ir.async_delete_issue(hass, DOMAIN, issue_id)


def _placeholders(entry: ConfigEntry, url: str, finding: Finding) -> dict[str, str]:
    """Return what the texts may need; each takes what it names."""
    return {
        "account": entry.title,
        "status": str(finding.status or ""),
        "target": finding.target or "…",
        "url": url,
    }


def _beginning(url: str) -> str:
    """Return how the ids of the issues of an address begin, which do not show it."""
    return f"{_ADDRESS_ISSUE}_{sha256(url.encode()).hexdigest()[:_DIGITS]}_"


def _open_issues(hass: HomeAssistant, entry: ConfigEntry, beginning: str) -> list[str]:
    """Return the ids of issues of one account."""
    return [
        issue_id
        for domain, issue_id in ir.async_get(hass).issues
        if domain == DOMAIN
        and issue_id.startswith(beginning)
        and issue_id.endswith(f"_{entry.entry_id}")
    ]
