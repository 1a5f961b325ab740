"""Yoto's OAuth endpoints (protocol §1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
import json
from typing import Final

import aiohttp
import jwt

from .endpoints import AUDIENCE, Endpoints
from .errors import CloudUnreachableError, TooManyRequestsError

_TIMEOUT: Final = aiohttp.ClientTimeout(total=30)
_DEFAULT_LIFETIME: Final = 86400
"""Seconds that an access token lasts if Yoto does not say (protocol §1.3)."""


class OAuthRefusedError(Exception):
    """An answer with an OAuth error code. Raised to this package's own modules only."""

    def __init__(self, error: str, description: str) -> None:
        """Remember the code and Yoto's description."""
        super().__init__(f"{error}: {description}" if description else error)
        self.error = error


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """One pair of tokens. The refresh token can be used once (protocol §1.5)."""

    access_token: str
    refresh_token: str
    issued_at: datetime
    expires_at: datetime
    scopes: frozenset[str]
    account_name: str | None = None

    @property
    def account_id(self) -> str:
        """Return the account that the tokens belong to (the `sub` claim)."""
        return str(_claims(self.access_token)["sub"])

    @property
    def lifetime(self) -> timedelta:
        """Return how long the access token lasts in all."""
        return self.expires_at - self.issued_at


class OAuth:
    """Posts forms to the login host and reads its answers."""

    def __init__(self, session: aiohttp.ClientSession, endpoints: Endpoints) -> None:
        """Use a session that somebody else closes."""
        self._session = session
        self._login = endpoints.login

    async def device_code(self, client_id: str, scopes: tuple[str, ...]) -> Mapping[str, object]:
        """Ask for a code that a person can approve (protocol §1.2)."""
        return await self._post(
            "/oauth/device/code",
            {"client_id": client_id, "scope": " ".join(scopes), "audience": AUDIENCE},
        )

    async def device_token(self, client_id: str, device_code: str) -> Tokens:
        """Ask once whether the code has been approved (protocol §1.3)."""
        body = await self._post(
            "/oauth/token",
            {
                "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
                "device_code": device_code,
                "client_id": client_id,
                "audience": AUDIENCE,
            },
        )
        return _tokens(body, None)

    async def refresh(self, client_id: str, tokens: Tokens) -> Tokens:
        """Exchange a refresh token for the next pair; the old one is dead afterwards."""
        body = await self._post(
            "/oauth/token",
            {
                "grant_type": "refresh_token",
                "client_id": client_id,
                "refresh_token": tokens.refresh_token,
                "audience": AUDIENCE,
            },
        )
        return _tokens(body, tokens)

    async def _post(self, path: str, form: Mapping[str, str]) -> Mapping[str, object]:
        """Post a form.

        Raises:
            OAuthRefusedError: the answer carries an OAuth error code.
            TooManyRequestsError: HTTP 429.
            CloudUnreachableError: anything else that is no proper answer.
        """
        try:
            async with self._session.post(
                self._login + path, data=form, timeout=_TIMEOUT
            ) as response:
                status = response.status
                raw = await response.read()
        except (aiohttp.ClientError, TimeoutError) as err:
            raise CloudUnreachableError(str(err) or type(err).__name__) from err
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            raise TooManyRequestsError("HTTP 429")
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise CloudUnreachableError(f"HTTP {status}")
        try:
            body: object = json.loads(raw)
        except ValueError as err:
            raise CloudUnreachableError(f"HTTP {status} without a JSON body") from err
        if not isinstance(body, dict):
            raise CloudUnreachableError(f"HTTP {status} with an unexpected body")
        if error := body.get("error"):
            raise OAuthRefusedError(str(error), str(body.get("error_description") or ""))
        if status >= HTTPStatus.BAD_REQUEST:
            raise CloudUnreachableError(f"HTTP {status}")
        return body


def _tokens(body: Mapping[str, object], previous: Tokens | None) -> Tokens:
    """Read a token answer. Without a new refresh or scope value the previous one stays valid."""
    access_token = body.get("access_token")
    refresh_token = body.get("refresh_token") or (previous.refresh_token if previous else None)
    if not isinstance(access_token, str) or not isinstance(refresh_token, str):
        raise CloudUnreachableError("The token answer lacks a token")
    issued_at = datetime.now(UTC)
    scope = body.get("scope")
    if isinstance(scope, str):
        scopes = frozenset(scope.split())
    else:
        scopes = previous.scopes if previous else frozenset()
    if "sub" not in _claims(access_token):
        raise CloudUnreachableError("The access token names no account")
    return Tokens(
        access_token=access_token,
        refresh_token=refresh_token,
        issued_at=issued_at,
        expires_at=issued_at + timedelta(seconds=_lifetime(body.get("expires_in"))),
        scopes=scopes,
        account_name=_account_name(body.get("id_token"))
        or (previous.account_name if previous else None),
    )


def _lifetime(value: object) -> float:
    """Return the seconds that an access token lasts."""
    return float(value) if isinstance(value, int | float | str) else _DEFAULT_LIFETIME


def _claims(token: str) -> Mapping[str, object]:
    """Read the claims of a JWT. Its signature is the API's business, not ours."""
    try:
        claims: Mapping[str, object] = jwt.decode(token, options={"verify_signature": False})
    except jwt.InvalidTokenError as err:
        raise CloudUnreachableError("The token is no JWT") from err
    return claims


def _account_name(id_token: object) -> str | None:
    """Return how a person would call the account, from the claims of an id token."""
    if not isinstance(id_token, str):
        return None
    claims = _claims(id_token)
    for claim in ("name", "nickname", "email"):
        if (value := claims.get(claim)) and isinstance(value, str):
            return value
    return None
