"""A glance at the integration's health."""

from collections.abc import Iterable
import os
from typing import Any, Final

from homeassistant.components.system_health import (
    SystemHealthRegistration,
    async_check_can_reach_url,
)
from homeassistant.core import HomeAssistant, callback

from .cloud.endpoints import Endpoints
from .const import DOMAIN
from .coordinator import YotoConfigEntry
from .library.catalog import async_find_catalog
from .library.index import AudioIndex
from .library.job import Job, JobState

_HOUR: Final = 3600


@callback
def async_register(hass: HomeAssistant, register: SystemHealthRegistration) -> None:
    """Offer the information."""
    register.async_register_info(_async_info)


async def _async_info(hass: HomeAssistant) -> dict[str, Any]:
    """Return whether Yoto can be reached, how many players are there, and what has passed."""
    entries: list[YotoConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    states = [state for entry in entries for state in entry.runtime_data.data.values()]
    connections = [entry.runtime_data.account.connection for entry in entries]
    counted = [connection.counters for connection in connections]
    catalog = async_find_catalog(hass)
    index = AudioIndex() if catalog is None else catalog.collection.index
    jobs = () if catalog is None else catalog.jobs.jobs
    return {
        "can_reach_login": async_check_can_reach_url(
            hass, Endpoints.from_environment(os.environ).login
        ),
        "connected_accounts": sum(connection.connected for connection in connections),
        "online_players": sum(state.online for state in states),
        "players": len(states),
        "messages": sum(counters.messages for counters in counted),
        "reconnects": sum(counters.reconnects for counters in counted),
        "commands": sum(counters.commands for counters in counted),
        "acknowledged": sum(counters.acknowledged for counters in counted),
        "refused": sum(counters.refused for counters in counted),
        "unanswered": sum(counters.unanswered for counters in counted),
        "audio": len(index.items),
        "audio_hours": round(sum(item.duration for item in index.items) / _HOUR, 1),
        "audio_in_trash": len(index.trash),
        "jobs_failed": _count(jobs, JobState.FAILED),
        "jobs_running": _count(jobs, JobState.RUNNING),
        "jobs_waiting": _count(jobs, JobState.WAITING),
    }


def _count(jobs: Iterable[Job], state: JobState) -> int:
    """Return how many jobs are in a state; of those that are over, only the last are known."""
    return sum(job.state is state for job in jobs)
