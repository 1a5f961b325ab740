"""What a family should mend about its audio library, shown under Repairs."""

from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import UnsupportedStorageVersionError

from ..library.catalog import Catalog
from ..sources.refusals import refusal
from ..sources.watching import Sight
from .raising import async_raise, async_withdraw, enumerated

_UNUSABLE_ISSUE: Final = "library_unusable"
_DAMAGED_ISSUE: Final = "library_damaged"
_NEWER_ISSUE: Final = "library_newer"
_SET_ASIDE_ISSUE: Final = "library_set_aside"
_SETTINGS_ISSUE: Final = "library_settings"
_WATCHED_FAILED_ISSUE: Final = "watched_files_failed"
_WATCHED_MISSING_ISSUE: Final = "watched_folder_missing"


@callback
def async_report_no_library(
    hass: HomeAssistant, err: OSError | UnsupportedStorageVersionError
) -> None:
    """Say that the audio library cannot be used; nothing of it was changed."""
    if isinstance(err, OSError):
        async_raise(hass, _UNUSABLE_ISSUE, {"reason": err.strerror or str(err)})
    else:
        async_raise(hass, _NEWER_ISSUE, {})


@callback
def async_report_library(hass: HomeAssistant, catalog: Catalog) -> None:
    """Say what is wrong with the audio library, and withdraw what no longer is."""
    async_withdraw(hass, _NEWER_ISSUE)
    async_withdraw(hass, _UNUSABLE_ISSUE)
    if set_aside := catalog.collection.set_aside_count:
        async_raise(hass, _SET_ASIDE_ISSUE, {"count": str(set_aside)})
    else:
        async_withdraw(hass, _SET_ASIDE_ISSUE)
    if damaged := [item.title for item in catalog.damaged]:
        async_raise(hass, _DAMAGED_ISSUE, {"items": enumerated(sorted(damaged))})
    else:
        async_withdraw(hass, _DAMAGED_ISSUE)
    if catalog.has_lost_settings:
        async_raise(hass, _SETTINGS_ISSUE, {})
    else:
        async_withdraw(hass, _SETTINGS_ISSUE)


@callback
def async_report_watched(hass: HomeAssistant, sight: Sight) -> None:
    """Say what is wrong with the watched folder, and withdraw what no longer is."""
    folder = sight.folder or ""
    if sight.is_missing:
        # Nobody knows what is in it now, so what was said of its files stays.
        async_raise(hass, _WATCHED_MISSING_ISSUE, {"folder": folder})
        return
    async_withdraw(hass, _WATCHED_MISSING_ISSUE)
    if failed := [str(refusal(failure, path)) for path, failure in sight.failed.items()]:
        async_raise(
            hass, _WATCHED_FAILED_ISSUE, {"folder": folder, "files": enumerated(sorted(failed))}
        )
    else:
        async_withdraw(hass, _WATCHED_FAILED_ISSUE)
