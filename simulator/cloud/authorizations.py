"""Logins by authorization code with PKCE (protocol §1.4)."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
import hashlib
import hmac
import secrets
import time

from .errors import OAuthError
from .tokens import Grant

_CODE_LIFETIME = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationRequest:
    """What an application asked for when it sent the browser to `/authorize`."""

    grant: Grant
    redirect_uri: str
    state: str | None
    code_challenge: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Code:
    request: AuthorizationRequest
    expires_at: float


class Authorizations:
    """Requests that wait for the person's decision, and codes that wait for their exchange."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """Start with none."""
        self._now = now
        self._requests: dict[str, AuthorizationRequest] = {}
        self._codes: dict[str, _Code] = {}

    def ask(self, request: AuthorizationRequest) -> str:
        """Keep a request until the person decides; return its handle for the page's form."""
        handle = secrets.token_urlsafe(16)
        self._requests[handle] = request
        return handle

    def take(self, handle: str) -> AuthorizationRequest | None:
        """Return a waiting request and forget it, or None if there is none."""
        return self._requests.pop(handle, None)

    def allow(self, request: AuthorizationRequest) -> str:
        """Return a code for an allowed request."""
        code = secrets.token_urlsafe(32)
        self._codes[code] = _Code(request=request, expires_at=self._now() + _CODE_LIFETIME)
        return code

    def exchange(
        self, code: str, *, client_id: str, redirect_uri: str, code_verifier: str | None
    ) -> Grant:
        """Return what was granted; a code can be exchanged once.

        Raises:
            OAuthError: `invalid_grant` if the code is unknown, used, expired or another's, or if
                the redirect address or the PKCE verifier does not fit.

        """
        entry = self._codes.pop(code, None)
        if (
            entry is None
            or entry.request.grant.client_id != client_id
            or self._now() >= entry.expires_at
        ):
            raise OAuthError("invalid_grant", "Invalid authorization code.")
        if entry.request.redirect_uri != redirect_uri:
            raise OAuthError("invalid_grant", "The redirect address does not match.")
        challenge = entry.request.code_challenge
        if challenge is not None and not (
            code_verifier and hmac.compare_digest(s256(code_verifier), challenge)
        ):
            raise OAuthError("invalid_grant", "Failed to verify code verifier.")
        return entry.request.grant


def s256(code_verifier: str) -> str:
    """Return the S256 challenge of a PKCE verifier."""
    digest = hashlib.sha256(code_verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
