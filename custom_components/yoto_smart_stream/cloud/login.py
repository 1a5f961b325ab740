"""Logging in with a code that a person approves on another screen (protocol §1.2, §1.3)."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from .errors import (
    CloudUnreachableError,
    DeviceGrantOffError,
    LoginDeniedError,
    LoginError,
    LoginExpiredError,
    LoginRejectedError,
    ScopesRefusedError,
    TooManyRequestsError,
    UnknownClientError,
)
from .oauth import OAuth, OAuthRefusedError, Tokens
from .scopes import LADDER

_DEFAULT_EXPIRY: Final = 300.0
_DEFAULT_INTERVAL: Final = 5.0
_SLOW_DOWN: Final = 5.0
"""Seconds by which the interval grows for good when the server asks (RFC 8628, 3.5)."""

_REASONS: Final[Mapping[str, type[LoginError]]] = {
    "access_denied": LoginDeniedError,
    "expired_token": LoginExpiredError,
    "invalid_grant": LoginExpiredError,
    "unauthorized_client": DeviceGrantOffError,
    "invalid_client": UnknownClientError,
    "invalid_scope": ScopesRefusedError,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginCode:
    """What a person needs to approve a login. Times are in seconds."""

    device_code: str
    user_code: str
    url: str
    """The approval page with the code filled in, where Yoto gives one."""
    expires_in: float
    interval: float


class DeviceLogin:
    """One attempt to log in."""

    def __init__(self, oauth: OAuth, client_id: str) -> None:
        """Log in as the application with this client id."""
        self._oauth = oauth
        self._client_id = client_id

    async def begin(self, *, reduced: bool = False) -> LoginCode:
        """Get a code, asking for fewer permissions where Yoto refuses some.

        Args:
            reduced: leave out the fullest set, after the login page refused it.

        Raises:
            LoginError: Yoto refused; the class tells why.
            CloudUnreachableError: no proper answer.
        """
        *fuller, last = LADDER[1:] if reduced else LADDER
        for scopes in fuller:
            try:
                return await self._code(scopes)
            except ScopesRefusedError:
                continue
        return await self._code(last)

    async def wait(self, code: LoginCode) -> Tokens:
        """Poll until the code is approved.

        A fault of the network does not end it: only approval, refusal and expiry do.

        Raises:
            LoginError: it was refused or has expired; the class tells which.
        """
        interval = code.interval
        try:
            async with asyncio.timeout(code.expires_in):
                while True:
                    await asyncio.sleep(interval)
                    try:
                        return await self._oauth.device_token(self._client_id, code.device_code)
                    except TooManyRequestsError:
                        interval += _SLOW_DOWN
                    except CloudUnreachableError:
                        continue
                    except OAuthRefusedError as err:
                        if err.error == "slow_down":
                            interval += _SLOW_DOWN
                        elif err.error != "authorization_pending":
                            raise _reason(err) from err
        except TimeoutError as err:
            raise LoginExpiredError("The code was not approved in time") from err

    async def _code(self, scopes: tuple[str, ...]) -> LoginCode:
        """Ask for a code for one set of scopes."""
        try:
            body = await self._oauth.device_code(self._client_id, scopes)
        except OAuthRefusedError as err:
            raise _reason(err) from err
        try:
            return LoginCode(
                device_code=str(body["device_code"]),
                user_code=str(body["user_code"]),
                url=str(body.get("verification_uri_complete") or body["verification_uri"]),
                expires_in=_seconds(body.get("expires_in"), _DEFAULT_EXPIRY),
                interval=_seconds(body.get("interval"), _DEFAULT_INTERVAL),
            )
        except KeyError as err:
            raise CloudUnreachableError(f"The answer lacks {err}") from err


def _seconds(value: object, default: float) -> float:
    """Read a number of seconds, which older servers leave out."""
    return float(value) if isinstance(value, int | float) else default


def _reason(err: OAuthRefusedError) -> LoginError:
    """Turn an OAuth error code into the exception that a login ends with."""
    return _REASONS.get(err.error, LoginRejectedError)(str(err))
