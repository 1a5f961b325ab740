"""What a person may attach to a bug report."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any, Final

from homeassistant.components.diagnostics import REDACTED, async_redact_data
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import DeviceEntry

from .checking.profiles import PROFILES
from .cloud.scopes import missing
from .const import CONF_TOKENS, DOMAIN
from .coordinator import YotoConfigEntry, YotoCoordinator
from .data import PlayerState
from .delivery.profile import profile_state
from .library.catalog import async_find_catalog
from .library.overview import outline, overview
from .library_page.device import LIBRARY_IDENTIFIER
from .reachability.watch import async_watch_of
from .streaming.registry import STREAM_REGISTRY

_REDACT: Final = {
    CONF_TOKENS,
    "account_name",
    "base_url",
    "btMac",
    "cover_url",
    "creatorEmail",
    "email",
    "familyId",
    "icon_url",
    "mac",
    "player_id",
    "registrationCode",
    "shareLinkUrl",
    "ssid",
    "unique_id",
    "userId",
}
"""Fields that say who and where a family is."""


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: YotoConfigEntry
) -> dict[str, Any]:
    """Return an account's state without tokens, addresses and ids."""
    coordinator = entry.runtime_data
    tokens = coordinator.account.owner.tokens
    return _without_secrets(
        hass,
        entry,
        {
            "entry": {"data": dict(entry.data), "options": dict(entry.options)},
            "connection": _connection(coordinator),
            "last_update_success": coordinator.last_update_success,
            "last_exception": str(coordinator.last_exception or "") or None,
            "token_expires_at": tokens.expires_at.isoformat(),
            "scopes": sorted(tokens.scopes),
            "scopes_missing": list(missing(tokens.scopes)),
            "streams": len(_streams(hass, entry)),
            "player_address": _address(hass, entry),
            "players": [_player(coordinator, state) for state in coordinator.data.values()],
            "audio_library": _library(hass),
        },
    )


async def async_get_device_diagnostics(
    hass: HomeAssistant, entry: YotoConfigEntry, device: DeviceEntry
) -> dict[str, Any]:
    """Return the state of one player, or of the audio library, in the same way."""
    coordinator = entry.runtime_data
    if LIBRARY_IDENTIFIER in device.identifiers:
        return {"audio_library": _library(hass)}
    return _without_secrets(
        hass,
        entry,
        {
            "connection": _connection(coordinator),
            "players": [
                _player(coordinator, state)
                for player_id, state in coordinator.data.items()
                if (DOMAIN, player_id) in device.identifiers
            ],
        },
    )


def _library(hass: HomeAssistant) -> dict[str, Any] | None:
    """Return how much audio there is and what was done with it of late, without titles."""
    catalog = async_find_catalog(hass)
    if catalog is None:
        return None
    return {
        **overview(catalog.collection),
        "profile": asdict(catalog.settings.profile),
        "jobs": [outline(job) for job in catalog.jobs.jobs],
    }


def _address(hass: HomeAssistant, entry: YotoConfigEntry) -> dict[str, Any] | None:
    """Return how the address for players is, without saying which."""
    watch = async_watch_of(hass, entry.entry_id)
    view = None if watch is None else watch.view
    if view is None:
        return None
    finding = view.finding
    return {
        "choice": view.choice.value,
        "scheme": view.url.partition(":")[0],
        "looked_at": view.at.isoformat(),
        "problem": None if finding is None else finding.problem.value,
        "status": None if finding is None else finding.status,
    }


def _connection(coordinator: YotoCoordinator) -> dict[str, Any]:
    """Return how the connection to the players is, and what it has carried."""
    connection = coordinator.account.connection
    return {
        "connected": connection.connected,
        "lost_at": connection.lost_at.isoformat() if connection.lost_at else None,
        "failure": str(connection.failure) if connection.failure else None,
        "counters": asdict(connection.counters),
    }


def _player(coordinator: YotoCoordinator, state: PlayerState) -> dict[str, Any]:
    """Return everything that is known about a player, and what has happened there of late."""
    profiles = coordinator.hass.data.get(PROFILES)
    profile = None if profiles is None else profiles.profile(state.player.player_id)
    return {
        **asdict(state),
        "profile": None if profile is None else profile_state(profile),
        "online": state.online,
        "occurrences": [
            {key: value for key, value in asdict(occurrence).items() if value is not None}
            for occurrence in coordinator.recent(state.player.player_id)
        ],
    }


def _without_secrets(
    hass: HomeAssistant, entry: YotoConfigEntry, report: dict[str, Any]
) -> dict[str, Any]:
    """Return a report without the fields to redact, and without known secrets anywhere else."""
    coordinator = entry.runtime_data
    tokens = coordinator.account.owner.tokens
    secrets = {tokens.access_token, tokens.refresh_token, entry.unique_id, entry.title}
    secrets.update(_streams(hass, entry))
    for state in coordinator.data.values():
        secrets.update({state.player.player_id, state.player.mac})
    known = [secret for secret in secrets if secret]
    redacted = async_redact_data(report, _REDACT)
    return {key: _scrub(value, known) for key, value in redacted.items()}


def _streams(hass: HomeAssistant, entry: YotoConfigEntry) -> list[str]:
    """Return the tokens of the audio that is served for an account."""
    registry = hass.data.get(STREAM_REGISTRY)
    return [] if registry is None else [file.token for file in registry.of_owner(entry.entry_id)]


def _scrub(value: object, secrets: Iterable[str]) -> object:
    """Return JSON data with secrets struck out of every text, whatever the field."""
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, REDACTED)
        return value
    if isinstance(value, Mapping):
        return {_scrub(_key(key), secrets): _scrub(item, secrets) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_scrub(item, secrets) for item in value]
    return value


def _key(key: object) -> str:
    """Return a key as JSON can have it; those of an authored map are pairs."""
    return "/".join(key) if isinstance(key, tuple) else str(key)
