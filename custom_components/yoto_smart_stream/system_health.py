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
from .reachability.rewriting import async_rewriter
from .reachability.watch import async_watch_of

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
    addresses = [_address(hass, entry) for entry in entries]
    cards = [await _async_cards_elsewhere(hass, entry) for entry in entries]
    return {
        "can_reach_login": async_check_can_reach_url(
            hass, Endpoints.from_environment(os.environ).login
        ),
        "player_address": ", ".join(addresses),
        "cards_elsewhere": sum(cards),
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


def _address(hass: HomeAssistant, entry: YotoConfigEntry) -> str:
    """Return in words which address players are sent to, and how that is; never the address."""
    watch = async_watch_of(hass, entry.entry_id)
    view = None if watch is None else watch.view
    if view is None:
        return "not looked at yet"
    scheme = view.url.partition(":")[0] or "no address"
    how = "reached" if view.finding is None else view.finding.problem.value
    return f"{view.choice.value}, {scheme}: {how}"


async def _async_cards_elsewhere(hass: HomeAssistant, entry: YotoConfigEntry) -> int:
    """Return how many cards send players to another address than that of now."""
    watch = async_watch_of(hass, entry.entry_id)
    if watch is None or watch.view is None:
        return 0
    return len((await async_rewriter(entry)).elsewhere(watch.view.url))


def _count(jobs: Iterable[Job], state: JobState) -> int:
    """Return how many jobs are in a state; of those that are over, only the last are known."""
    return sum(job.state is state for job in jobs)
