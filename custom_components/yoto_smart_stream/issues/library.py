"""What a family should mend about its audio library, shown under Repairs."""

from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.storage import UnsupportedStorageVersionError

from ..const import DOMAIN
from ..library.catalog import Catalog
from ..sources.refusals import refusal
from ..sources.watching import Sight

_UNUSABLE_ISSUE: Final = "library_unusable"
_DAMAGED_ISSUE: Final = "library_damaged"
_NEWER_ISSUE: Final = "library_newer"
_SET_ASIDE_ISSUE: Final = "library_set_aside"
_SETTINGS_ISSUE: Final = "library_settings"
_WATCHED_FAILED_ISSUE: Final = "watched_files_failed"
_WATCHED_MISSING_ISSUE: Final = "watched_folder_missing"
_NAMED: Final = 10
"""How many things an issue names before it goes on no further."""


@callback
def async_report_no_library(
    hass: HomeAssistant, err: OSError | UnsupportedStorageVersionError
) -> None:
    """Say that the audio library cannot be used; nothing of it was changed."""
    if isinstance(err, OSError):
        _async_raise(hass, _UNUSABLE_ISSUE, {"reason": err.strerror or str(err)})
    else:
        _async_raise(hass, _NEWER_ISSUE, {})


@callback
def async_report_library(hass: HomeAssistant, catalog: Catalog) -> None:
    """Say what is wrong with the audio library, and withdraw what no longer is."""
    _async_withdraw(hass, _NEWER_ISSUE)
    _async_withdraw(hass, _UNUSABLE_ISSUE)
    if set_aside := catalog.collection.set_aside_count:
        _async_raise(hass, _SET_ASIDE_ISSUE, {"count": str(set_aside)})
    else:
        _async_withdraw(hass, _SET_ASIDE_ISSUE)
    if damaged := [item.title for item in catalog.damaged]:
        _async_raise(hass, _DAMAGED_ISSUE, {"items": _listed(damaged)})
    else:
        _async_withdraw(hass, _DAMAGED_ISSUE)
    if catalog.has_lost_settings:
        _async_raise(hass, _SETTINGS_ISSUE, {})
    else:
        _async_withdraw(hass, _SETTINGS_ISSUE)


@callback
def async_report_watched(hass: HomeAssistant, sight: Sight) -> None:
    """Say what is wrong with the watched folder, and withdraw what no longer is."""
    folder = sight.folder or ""
    if sight.is_missing:
        # Nobody knows what is in it now, so what was said of its files stays.
        _async_raise(hass, _WATCHED_MISSING_ISSUE, {"folder": folder})
        return
    _async_withdraw(hass, _WATCHED_MISSING_ISSUE)
    if failed := [str(refusal(failure, path)) for path, failure in sight.failed.items()]:
        _async_raise(hass, _WATCHED_FAILED_ISSUE, {"folder": folder, "files": _listed(failed)})
    else:
        _async_withdraw(hass, _WATCHED_FAILED_ISSUE)


def _async_raise(hass: HomeAssistant, key: str, placeholders: dict[str, str]) -> None:
    """Raise an issue; one that is there gets the new words."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        key,
        is_fixable=False,
        severity=ir.IssueSeverity.ERROR,
        translation_key=key,
        translation_placeholders=placeholders,
    )


def _async_withdraw(hass: HomeAssistant, issue_id: str) -> None:
    """Withdraw an issue, if it is there."""
    ir.async_delete_issue(hass, DOMAIN, issue_id)


def _listed(lines: list[str]) -> str:
    """Return a list for people, which does not go on for ever."""
    shown = [f"- {line}" for line in sorted(lines)[:_NAMED]]
    return "\n".join([*shown, *(["- …"] if len(lines) > _NAMED else [])])
