"""Access tokens (RS256 JWT, protocol §1.6) and rotating refresh tokens (protocol §1.5)."""

from dataclasses import dataclass
import math
import secrets
import time

from cryptography.hazmat.primitives.asymmetric import rsa
import jwt

from simulator.world import Faults, Json, JsonObject

from .errors import OAuthError
from .scopes import parse_scopes

ISSUER = "https://login.yotoplay.com/"
API_AUDIENCE = "https://api.yotoplay.com"
ACCOUNT = "auth0|simulated-family"
LIFETIME = 86_400.0


class TokenRefusedError(Exception):
    """An access token is missing, garbled, expired or revoked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessClaims:
    """What a valid access token says. `expires_at` is in epoch seconds."""

    subject: str
    scope: str
    client_id: str
    expires_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a person allowed an application to do. `audience` None yields no API token."""

    client_id: str
    scope: str
    audience: str | None
    nonce: str | None = None


class TokenMint:
    """Issues tokens, checks access tokens and rotates refresh tokens."""

    def __init__(self, faults: Faults, key: rsa.RSAPrivateKey) -> None:
        """Sign with `key`; obey the faults about lifetime and revocation."""
        self._faults = faults
        self._key = key
        self._refresh_tokens: dict[str, Grant] = {}
        self._revoked_access: set[str] = set()

    @staticmethod
    def make_key() -> rsa.RSAPrivateKey:
        """Make a signing key. Takes some tenths of a second: not in the event loop."""
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def issue(self, grant: Grant) -> JsonObject:
        """Return the body of a successful token answer (protocol §1.3).

        An API token is only made for the API's audience, a refresh token only with
        `offline_access`, an id token only with `openid`.
        """
        lifetime = self._faults.token_expires_in
        expires_in = LIFETIME if lifetime is None else lifetime
        now = time.time()
        scopes = parse_scopes(grant.scope)
        body: JsonObject = {
            "access_token": (
                secrets.token_urlsafe(24)
                if grant.audience is None
                else self._sign(
                    {
                        "aud": [API_AUDIENCE, f"{ISSUER}userinfo"],
                        "azp": grant.client_id,
                        "scope": grant.scope,
                    },
                    now,
                    expires_in,
                )
            ),
            "token_type": "Bearer",
            "expires_in": int(expires_in) if expires_in == int(expires_in) else expires_in,
            "scope": grant.scope,
        }
        if "offline_access" in scopes:
            token = f"v1.{secrets.token_urlsafe(40)}"
            self._refresh_tokens[token] = grant
            body["refresh_token"] = token
        if "openid" in scopes:
            claims: dict[str, Json] = {"aud": grant.client_id}
            if "profile" in scopes:
                claims["name"] = "Simulated Family"
            if grant.nonce is not None:
                claims["nonce"] = grant.nonce
            body["id_token"] = self._sign(claims, now, expires_in)
        return body

    def refresh(self, refresh_token: str, client_id: str) -> JsonObject:
        """Exchange a refresh token for new tokens; the old one is void from here on.

        Raises:
            OAuthError: `invalid_grant` for a token that is unknown, used, revoked or another's.

        """
        grant = self._refresh_tokens.get(refresh_token)
        if grant is None or grant.client_id != client_id or self._faults.revoked:
            raise OAuthError("invalid_grant", "Unknown or invalid refresh token.")
        del self._refresh_tokens[refresh_token]
        return self.issue(grant)

    def revoke_access(self, access_token: str) -> None:
        """Refuse one access token from here on; its refresh token stays good."""
        self._revoked_access.add(access_token)

    def check(self, access_token: str) -> AccessClaims:
        """Return the claims of an access token for the API.

        Raises:
            TokenRefusedError: it is garbled, forged, expired, for something else, or revoked.

        """
        if self._faults.revoked or access_token in self._revoked_access:
            raise TokenRefusedError("revoked")
        try:
            claims = jwt.decode(
                access_token,
                self._key.public_key(),
                algorithms=["RS256"],
                audience=API_AUDIENCE,
                issuer=ISSUER,
            )
            return AccessClaims(
                subject=str(claims["sub"]),
                scope=str(claims["scope"]),
                client_id=str(claims["azp"]),
                expires_at=float(claims["exp"]),
            )
        except (jwt.InvalidTokenError, KeyError) as err:
            raise TokenRefusedError(type(err).__name__) from err

    def _sign(self, claims: dict[str, Json], now: float, expires_in: float) -> str:
        common: dict[str, Json] = {
            "iss": ISSUER,
            "sub": ACCOUNT,
            "iat": int(now),
            "exp": math.ceil(now + expires_in),
            "jti": secrets.token_hex(8),
        }
        return jwt.encode({**common, **claims}, self._key, algorithm="RS256")
