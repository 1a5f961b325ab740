"""The action that sends audio of the library to Yoto."""

from typing import Final

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.helpers import config_validation as cv, service
import voluptuous as vol

from ..const import DOMAIN
from ..coordinator import YotoConfigEntry
from ..library.errors import LibraryError
from ..sources.refusals import async_library, refusal_of, result_of
from ..uploads.work import async_uploading

_MOST_ITEMS: Final = 100
_UPLOAD: Final = vol.Schema(
    {
        vol.Required("items"): vol.All(
            cv.ensure_list,
            vol.Length(1, _MOST_ITEMS),
            [vol.All(cv.string, str.strip, vol.Length(min=1))],
        ),
        vol.Optional("config_entry_id"): cv.string,
    }
)


@callback
def async_setup_upload_actions(hass: HomeAssistant) -> None:
    """Register the action."""
    hass.services.async_register(
        DOMAIN,
        "upload_audio",
        _async_upload,
        schema=_UPLOAD,
        supports_response=SupportsResponse.OPTIONAL,
    )


async def _async_upload(call: ServiceCall) -> ServiceResponse:
    """Send items to Yoto."""
    entry: YotoConfigEntry = service.async_get_config_entry(
        call.hass, DOMAIN, call.data.get("config_entry_id")
    )
    catalog = await async_library(call.hass)
    try:
        job = await async_uploading(call.hass, catalog, entry, call.data["items"])
    except LibraryError as err:
        raise refusal_of(err, ", ".join(call.data["items"])) from err
    return result_of(await catalog.jobs.wait(job.job_id), job.title)
