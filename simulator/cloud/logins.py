"""Logins by device code: a person approves a short code that an application shows."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
import secrets
import time

from simulator.world import JsonObject, World

from .errors import OAuthError
from .tokens import Grant

EXPIRES_IN = 300.0
INTERVAL = 5.0
SLOW_DOWN_STEP = 5.0
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
_TOLERANCE = 0.95
"""A client that waits the interval by its own clock must not be called too fast."""


class _Decision(Enum):
    PENDING = auto()
    APPROVED = auto()
    DENIED = auto()


@dataclass(slots=True, kw_only=True)
class _Login:
    device_code: str
    user_code: str
    grant: Grant
    expires_at: float
    interval: float
    polled_at: float | None = None
    decision: _Decision = _Decision.PENDING


class Logins:
    """Every login by device code that was begun and not yet redeemed."""

    def __init__(self, world: World, now: Callable[[], float] = time.monotonic) -> None:
        """Read lifetimes and intervals from the world's faults, tell its log."""
        self._world = world
        self._now = now
        self._logins: dict[str, _Login] = {}

    def begin(self, grant: Grant, activation_url: str) -> JsonObject:
        """Begin a login and return the body of the answer (protocol §1.2)."""
        faults = self._world.faults
        expires_in = EXPIRES_IN if faults.login_expires_in is None else faults.login_expires_in
        interval = INTERVAL if faults.login_interval is None else faults.login_interval
        login = _Login(
            device_code=secrets.token_urlsafe(30),
            user_code=_make_user_code(),
            grant=grant,
            expires_at=self._now() + expires_in,
            interval=interval,
        )
        self._logins[login.device_code] = login
        self._world.note("login_begun", client_id=grant.client_id, user_code=login.user_code)
        return {
            "device_code": login.device_code,
            "user_code": login.user_code,
            "verification_uri": activation_url,
            "verification_uri_complete": f"{activation_url}?user_code={login.user_code}",
            "expires_in": _whole(expires_in),
            "interval": _whole(interval),
        }

    def poll(self, device_code: str, client_id: str) -> Grant:
        """Return what was granted; a code can be redeemed once.

        Raises:
            OAuthError: 403 with one of the five errors of protocol §1.3.

        """
        login = self._logins.get(device_code)
        if login is None or login.grant.client_id != client_id:
            raise OAuthError("invalid_grant", "Invalid or expired device code.")
        now = self._now()
        too_fast = (
            login.polled_at is not None and now - login.polled_at < login.interval * _TOLERANCE
        )
        login.polled_at = now
        if now >= login.expires_at:
            raise OAuthError("expired_token", "The device code has expired.")
        if self._world.faults.slow_down:
            self._world.faults.slow_down -= 1
            too_fast = True
        if too_fast:
            login.interval += SLOW_DOWN_STEP
            self._world.note("login_slow_down", user_code=login.user_code)
            raise OAuthError("slow_down", "You are polling faster than the specified interval.")
        match login.decision:
            case _Decision.PENDING:
                raise OAuthError("authorization_pending", "User has yet to authorize device code.")
            case _Decision.DENIED:
                del self._logins[device_code]
                raise OAuthError("access_denied", "User cancelled the confirmation prompt.")
            case _Decision.APPROVED:
                del self._logins[device_code]
                return login.grant

    def approve(self, user_code: str) -> bool:
        """Approve a login. False if no login with this code waits for a decision."""
        return self._decide(user_code, _Decision.APPROVED)

    def deny(self, user_code: str) -> bool:
        """Deny a login. False if no login with this code waits for a decision."""
        return self._decide(user_code, _Decision.DENIED)

    def pending(self) -> list[str]:
        """Return the user codes that wait for a decision, oldest first."""
        return [login.user_code for login in self._logins.values() if self._waits(login)]

    def _waits(self, login: _Login) -> bool:
        return login.decision is _Decision.PENDING and self._now() < login.expires_at

    def _decide(self, user_code: str, decision: _Decision) -> bool:
        wanted = _normalise(user_code)
        for login in self._logins.values():
            if _normalise(login.user_code) == wanted and self._waits(login):
                login.decision = decision
                self._world.note(f"login_{decision.name.lower()}", user_code=login.user_code)
                return True
        return False


def _make_user_code() -> str:
    letters = "".join(secrets.choice(_LETTERS) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def _normalise(user_code: str) -> str:
    return "".join(character for character in user_code.upper() if character.isalnum())


def _whole(seconds: float) -> int | float:
    return int(seconds) if seconds == int(seconds) else seconds
