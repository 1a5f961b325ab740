"""Where the tokens of an account are kept."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, TypedDict, cast

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from .cloud.oauth import Tokens
from .const import CONF_TOKENS, DOMAIN

_VERSION: Final = 1


class StoredTokens(TypedDict):
    """Tokens as they are written; times in ISO format."""

    access_token: str
    refresh_token: str
    issued_at: str
    expires_at: str
    scopes: list[str]
    account_name: str | None


def stored(tokens: Tokens) -> StoredTokens:
    """Return tokens in the form in which they are kept."""
    return StoredTokens(
        access_token=tokens.access_token,
        refresh_token=tokens.refresh_token,
        issued_at=tokens.issued_at.isoformat(),
        expires_at=tokens.expires_at.isoformat(),
        scopes=sorted(tokens.scopes),
        account_name=tokens.account_name,
    )


def _tokens(kept: StoredTokens) -> Tokens:
    """Read tokens."""
    return Tokens(
        access_token=kept["access_token"],
        refresh_token=kept["refresh_token"],
        issued_at=datetime.fromisoformat(kept["issued_at"]),
        expires_at=datetime.fromisoformat(kept["expires_at"]),
        scopes=frozenset(kept["scopes"]),
        account_name=kept["account_name"],
    )


class TokenStore:
    """Keeps refreshed tokens in a file of their own.

    Config entries are written a while after a change. A refresh token works once, so that while
    is too long: what is not on disk when Home Assistant dies is a lost login.
    """

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Open the store of one config entry."""
        self._store: Store[StoredTokens] = Store(
            hass, _VERSION, f"{DOMAIN}.tokens.{entry_id}", private=True, atomic_writes=True
        )

    async def async_load(self, entry_data: Mapping[str, Any]) -> Tokens:
        """Return the newest tokens: the ones kept here, or those of a login since then."""
        login = _tokens(cast("StoredTokens", entry_data[CONF_TOKENS]))
        kept = await self._store.async_load()
        if kept is None:
            return login
        refreshed = _tokens(kept)
        return refreshed if refreshed.issued_at > login.issued_at else login

    async def async_save(self, tokens: Tokens) -> None:
        """Write tokens; they are on disk when this returns."""
        await self._store.async_save(stored(tokens))

    async def async_remove(self) -> None:
        """Forget the tokens."""
        await self._store.async_remove()
