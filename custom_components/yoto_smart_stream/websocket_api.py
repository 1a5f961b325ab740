"""Commands for pages that show the audio library and its jobs."""

from typing import Any, Final

from homeassistant.components import websocket_api
from homeassistant.components.websocket_api import ActiveConnection
from homeassistant.core import HomeAssistant, callback
import voluptuous as vol

from .const import DOMAIN
from .library.description import describe
from .library.job import Job
from .library.search import Filter
from .library_page.job_events import told
from .sources.refusals import async_library

_MOST_FOUND: Final = 500


@callback
def async_register_commands(hass: HomeAssistant) -> None:
    """Register every command."""
    websocket_api.async_register_command(hass, _async_list_audio)
    websocket_api.async_register_command(hass, _async_list_jobs)
    websocket_api.async_register_command(hass, _async_subscribe_jobs)


@websocket_api.websocket_command({vol.Required("type"): f"{DOMAIN}/jobs/list"})
@websocket_api.async_response
async def _async_list_jobs(
    hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]
) -> None:
    """Return all jobs, the oldest first."""
    catalog = await async_library(hass)
    connection.send_result(msg["id"], {"jobs": [told(job) for job in catalog.jobs.jobs]})


@websocket_api.websocket_command({vol.Required("type"): f"{DOMAIN}/jobs/subscribe"})
@websocket_api.async_response
async def _async_subscribe_jobs(
    hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]
) -> None:
    """Send all jobs at first, and then those that change."""
    catalog = await async_library(hass)

    @callback
    def send(jobs: tuple[Job, ...]) -> None:
        connection.send_event(msg["id"], {"jobs": [told(job) for job in jobs]})

    connection.subscriptions[msg["id"]] = catalog.jobs.watch(send)
    connection.send_result(msg["id"])
    send(catalog.jobs.jobs)


@websocket_api.websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/audio/list",
        vol.Optional("query", default=""): str,
        vol.Optional("tags", default=list): [str],
        vol.Optional("author"): str,
        vol.Optional("limit", default=50): vol.All(int, vol.Range(min=1, max=_MOST_FOUND)),
        vol.Optional("offset", default=0): vol.All(int, vol.Range(min=0)),
    }
)
@websocket_api.async_response
async def _async_list_audio(
    hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]
) -> None:
    """Return what is found in the library, the best first; no query finds everything."""
    index = (await async_library(hass)).collection.index
    page = index.find(
        msg["query"],
        Filter(tags=frozenset(msg["tags"]), author=msg.get("author")),
        limit=msg["limit"],
        offset=msg["offset"],
    )
    connection.send_result(
        msg["id"], {"audio": [describe(item) for item in page.items], "total": page.total}
    )
