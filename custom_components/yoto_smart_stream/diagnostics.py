"""What a person may attach to a bug report."""

from dataclasses import asdict
from typing import Any, Final

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.core import HomeAssistant

from .cloud.scopes import missing
from .const import CONF_TOKENS
from .coordinator import YotoConfigEntry

_REDACT: Final = {CONF_TOKENS, "base_url", "mac", "player_id", "unique_id", "cover_url"}


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: YotoConfigEntry
) -> dict[str, Any]:
    """Return an account's state without tokens, addresses and ids."""
    coordinator = entry.runtime_data
    tokens = coordinator.account.owner.tokens
    return async_redact_data(
        {
            "entry": {"data": dict(entry.data), "options": dict(entry.options)},
            "connected": coordinator.account.connection.connected,
            "token_expires_at": tokens.expires_at.isoformat(),
            "scopes": sorted(tokens.scopes),
            "scopes_missing": list(missing(tokens.scopes)),
            "players": [asdict(state) for state in coordinator.data.values()],
        },
        _REDACT,
    )
