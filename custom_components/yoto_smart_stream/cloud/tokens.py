"""The one owner of an account's tokens."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from .errors import CloudUnreachableError, TokenRevokedError
from .oauth import OAuth, OAuthRefusedError, Tokens

type SaveTokens = Callable[[Tokens], Awaitable[None]]

_MARGIN: Final = timedelta(hours=1)
"""How long before expiry a day-long token is replaced."""
_MARGIN_SHARE: Final = 5
"""Shorter-lived tokens are replaced when this part of their life is left."""
_PAUSE: Final = timedelta(seconds=30)
"""How long a still valid token is used after a refresh that failed, before the next try."""


class TokenOwner:
    """Hands out access tokens and is the only one who refreshes them.

    Yoto's refresh tokens work once (protocol §1.5), so the next pair is saved before anybody gets
    to use it, a refresh that has begun is never abandoned, and callers at the same time share it.
    """

    def __init__(self, oauth: OAuth, client_id: str, tokens: Tokens, save: SaveTokens) -> None:
        """Own a pair of tokens; `save` must have written a new pair when it returns."""
        self._oauth = oauth
        self._client_id = client_id
        self._tokens = tokens
        self._save = save
        self._refreshing: asyncio.Task[Tokens] | None = None
        self._not_before = datetime.min.replace(tzinfo=UTC)
        self._revoked: TokenRevokedError | None = None

    @property
    def tokens(self) -> Tokens:
        """Return the pair as it is, fresh or not."""
        return self._tokens

    @property
    def margin(self) -> timedelta:
        """Return how long before its expiry the current token is replaced."""
        return min(_MARGIN, self._tokens.lifetime / _MARGIN_SHARE)

    async def current(self) -> Tokens:
        """Return a pair whose access token is valid, refreshed first if that is due.

        Raises:
            TokenRevokedError: only a new login helps.
            CloudUnreachableError: a refresh is needed and did not work out.
        """
        now = datetime.now(UTC)
        if now < self._tokens.expires_at - self.margin or now < self._not_before:
            return self._tokens
        try:
            return await self._refreshed()
        except CloudUnreachableError:
            if datetime.now(UTC) >= self._tokens.expires_at:
                raise
            # The old token is good for a while; Yoto may be back by then.
            self._not_before = min(datetime.now(UTC) + _PAUSE, self._tokens.expires_at)
            return self._tokens

    async def replace(self, rejected: str) -> Tokens:
        """Return a pair other than one that the API has rejected before its time."""
        if self._tokens.access_token == rejected:
            return await self._refreshed()
        return self._tokens

    async def close(self) -> None:
        """Wait for a refresh under way, so that its tokens are not lost."""
        if self._refreshing is not None:
            await asyncio.wait([self._refreshing])

    async def _refreshed(self) -> Tokens:
        """Join the refresh under way, or begin one, unless Yoto has refused for good."""
        if self._revoked is not None:
            raise TokenRevokedError(str(self._revoked)) from self._revoked
        if self._refreshing is None:
            self._refreshing = asyncio.create_task(self._refresh(), name="Yoto token refresh")
            self._refreshing.add_done_callback(self._forget)
        # Whoever waits may be cancelled; the refresh must not be.
        return await asyncio.shield(self._refreshing)

    async def _refresh(self) -> Tokens:
        """Exchange the refresh token and save the next pair."""
        try:
            fresh = await self._oauth.refresh(self._client_id, self._tokens)
        except OAuthRefusedError as err:
            if err.error == "invalid_grant":
                self._revoked = TokenRevokedError(str(err))
                raise self._revoked from err
            raise CloudUnreachableError(str(err)) from err
        await self._save(fresh)
        self._tokens = fresh
        return fresh

    def _forget(self, task: asyncio.Task[Tokens]) -> None:
        """Let the next caller begin a new refresh."""
        self._refreshing = None
        if not task.cancelled():
            # Marks the exception as seen: every caller may have gone away meanwhile.
            task.exception()
