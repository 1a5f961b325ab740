"""Who may call the API: the bearer token and its scopes (protocol §1.7, §1.8)."""

from aiohttp import web

from .errors import ApiError, GatewayError
from .scopes import allowed, has_api_scope
from .tokens import AccessClaims, TokenMint, TokenRefusedError


class Access:
    """Checks the bearer token of API requests."""

    def __init__(self, tokens: TokenMint) -> None:
        """Trust the tokens of this mint."""
        self._tokens = tokens

    def require(self, request: web.Request, scope: str) -> AccessClaims:
        """Return the claims of a request's token, which covers `scope`.

        Raises:
            GatewayError: 401 without a valid token; 403 if the token opens no part of the API.
            ApiError: 403 naming the scope if the token opens other parts of the API.

        """
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer" or not token:
            raise GatewayError(401, "message", "Unauthorized")
        try:
            claims = self._tokens.check(token.strip())
        except TokenRefusedError as err:
            raise GatewayError(401, "message", "Unauthorized") from err
        if not has_api_scope(claims.scope):
            raise GatewayError(
                403,
                "Message",
                "User is not authorized to access this resource with an explicit deny",
            )
        if not allowed(claims.scope, scope):
            raise ApiError(403, "forbidden", f"Missing required scope: {scope}")
        return claims
