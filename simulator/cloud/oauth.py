"""The login server's machine side: device codes and tokens (protocol §1.2 to §1.5)."""

import hmac
import json

from aiohttp import web

from simulator.world import World

from .authorizations import Authorizations
from .clients import ClientRegistry, OAuthClient
from .errors import OAuthError
from .logins import Logins
from .scopes import KNOWN_SCOPES, parse_scopes
from .tokens import API_AUDIENCE, Grant, TokenMint

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


class LoginServer:
    """Answers `/oauth/device/code` and `/oauth/token`."""

    def __init__(
        self,
        *,
        world: World,
        base_url: str,
        clients: ClientRegistry,
        logins: Logins,
        authorizations: Authorizations,
        tokens: TokenMint,
    ) -> None:
        """Serve under `base_url`, which also counts as the API's audience (protocol §8)."""
        self._world = world
        self._base_url = base_url
        self._clients = clients
        self._logins = logins
        self._authorizations = authorizations
        self._tokens = tokens

    def add_routes(self, app: web.Application) -> None:
        """Add the two routes."""
        app.router.add_post("/oauth/device/code", self.device_code)
        app.router.add_post("/oauth/token", self.token)

    async def device_code(self, request: web.Request) -> web.Response:
        """Begin a login by device code."""
        form = await _read_form(request)
        client = self.client(form)
        if not client.device_grant or self._world.faults.device_grant_off:
            raise OAuthError(
                "unauthorized_client", f"Grant type '{DEVICE_GRANT}' not allowed for the client."
            )
        grant = self.grant(client, form)
        return web.json_response(self._logins.begin(grant, f"{self._base_url}/activate"))

    async def token(self, request: web.Request) -> web.StreamResponse:
        """Hand out tokens for a device code, an authorization code or a refresh token."""
        form = await _read_form(request)
        match form.get("grant_type"):
            case str(grant_type) if grant_type == DEVICE_GRANT:
                client = self.client(form)
                grant = self._logins.poll(_required(form, "device_code"), client.client_id)
                return self._issued(grant, "device_code")
            case "authorization_code":
                client = self.client(form)
                _check_secret(client, form)
                grant = self._authorizations.exchange(
                    _required(form, "code"),
                    client_id=client.client_id,
                    redirect_uri=_required(form, "redirect_uri"),
                    code_verifier=form.get("code_verifier"),
                )
                return self._issued(grant, "authorization_code")
            case "refresh_token":
                return self._refreshed(request, form)
            case "client_credentials":
                raise OAuthError(
                    "unauthorized_client",
                    "Grant type 'client_credentials' not allowed for the client.",
                )
            case None:
                raise OAuthError("invalid_request", "Missing grant_type.", status=400)
            case other:
                raise OAuthError("unsupported_grant_type", f"Unsupported grant type: {other}")

    def client(self, form: dict[str, str]) -> OAuthClient:
        """Return the application that a request names.

        Raises:
            OAuthError: it names none (400) or one that nobody registered (401).

        """
        client = self._clients.get(_required(form, "client_id"))
        if client is None:
            raise OAuthError("invalid_client", "Unknown client.", status=401)
        return client

    def grant(self, client: OAuthClient, form: dict[str, str]) -> Grant:
        """Return what a request asks for, after checking scopes and audience.

        Raises:
            OAuthError: `invalid_scope` for a scope that is unknown or not approved for the
                application (protocol §1.1), `access_denied` for an unknown audience.

        """
        scopes = parse_scopes(form.get("scope", ""))
        approved = (client.scopes & KNOWN_SCOPES).difference(self._world.faults.refused_scopes)
        refused = [scope for scope in scopes if scope not in approved]
        if refused:
            self._world.note("scope_refused", client_id=client.client_id, scopes=" ".join(refused))
            raise OAuthError(
                "invalid_scope",
                f"Scopes not pre-approved for the client: {' '.join(refused)}",
                status=400,
            )
        audience = form.get("audience")
        if audience is not None and audience.rstrip("/") not in {API_AUDIENCE, self._base_url}:
            raise OAuthError("access_denied", f"Service not found: {audience}")
        return Grant(
            client_id=client.client_id,
            scope=" ".join(scopes),
            audience=API_AUDIENCE if audience is not None else None,
            nonce=form.get("nonce"),
        )

    def _issued(self, grant: Grant, by: str) -> web.Response:
        self._world.note("tokens_issued", client_id=grant.client_id, scope=grant.scope, by=by)
        return web.json_response(self._tokens.issue(grant))

    def _refreshed(self, request: web.Request, form: dict[str, str]) -> web.StreamResponse:
        client = self.client(form)
        _check_secret(client, form)
        try:
            body = self._tokens.refresh(_required(form, "refresh_token"), client.client_id)
        except OAuthError as err:
            self._world.note("refresh_refused", client_id=client.client_id, error=err.error)
            raise
        faults = self._world.faults
        if faults.lose_refresh_reply > 0:
            faults.lose_refresh_reply -= 1
            self._world.note("refresh_reply_lost", client_id=client.client_id)
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)
        self._world.note("tokens_refreshed", client_id=client.client_id)
        return web.json_response(body)


async def _read_form(request: web.Request) -> dict[str, str]:
    """Read a form or a JSON object (protocol §1.2); values that are not text are left out."""
    if request.content_type != "application/json":
        return {key: value for key, value in (await request.post()).items() if type(value) is str}
    try:
        body = json.loads(await request.read())
    except ValueError as err:
        raise OAuthError("invalid_request", "The body is not JSON.", status=400) from err
    if not isinstance(body, dict):
        raise OAuthError("invalid_request", "The body is not a JSON object.", status=400)
    return {key: value for key, value in body.items() if isinstance(value, str)}


def _required(form: dict[str, str], name: str) -> str:
    value = form.get(name)
    if not value:
        raise OAuthError("invalid_request", f"Missing required parameter: {name}", status=400)
    return value


def _check_secret(client: OAuthClient, form: dict[str, str]) -> None:
    if client.secret is None:
        return
    if not hmac.compare_digest(form.get("client_secret", ""), client.secret):
        raise OAuthError("invalid_client", "Wrong client secret.", status=401)
