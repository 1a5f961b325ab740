"""The login server's human side: plain HTML to approve a device code or an application."""

from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from aiohttp import web

from simulator.world import World

from .authorizations import AuthorizationRequest, Authorizations
from .clients import ClientRegistry, OAuthClient
from .errors import OAuthError
from .logins import Logins
from .oauth import LoginServer


class LoginPages:
    """Answers `/activate`, `/authorize` and `/v2/logout`."""

    def __init__(
        self,
        *,
        world: World,
        clients: ClientRegistry,
        logins: Logins,
        authorizations: Authorizations,
        server: LoginServer,
    ) -> None:
        """Decide on what the login server has begun."""
        self._world = world
        self._clients = clients
        self._logins = logins
        self._authorizations = authorizations
        self._server = server

    def add_routes(self, app: web.Application) -> None:
        """Add the routes."""
        app.router.add_get("/activate", self.ask_code)
        app.router.add_post("/activate", self.decide_code)
        app.router.add_get("/authorize", self.ask_application)
        app.router.add_post("/authorize", self.decide_application)
        app.router.add_get("/v2/logout", self.log_out)

    async def ask_code(self, request: web.Request) -> web.Response:
        """Show the form for a user code, filled in if the address names one."""
        code = escape(request.query.get("user_code", ""), quote=True)
        return _page(
            "Connect an application",
            "<p>Does this code match the one that the application shows?</p>"
            '<form method="post" action="/activate">'
            f'<p><input name="user_code" value="{code}" required></p>'
            f"<p>{_BUTTONS}</p></form>",
        )

    async def decide_code(self, request: web.Request) -> web.Response:
        """Take the decision about a user code."""
        form = await request.post()
        code = str(form.get("user_code", ""))
        approved = form.get("decision") == "approve"
        found = self._logins.approve(code) if approved else self._logins.deny(code)
        if not found:
            return _page("Unknown code", "<p>This code is wrong or no longer valid.</p>", 404)
        return _page(
            "Connected" if approved else "Refused",
            "<p>You can close this page and return to the application.</p>",
        )

    async def ask_application(self, request: web.Request) -> web.Response:
        """Show what an application asks for (protocol §1.4).

        A request whose application or redirect address is wrong is never sent back there.
        """
        query = {key: value for key, value in request.query.items() if value}
        client = self._clients.get(query.get("client_id", ""))
        redirect_uri = query.get("redirect_uri", "")
        if client is None or redirect_uri not in client.redirect_uris:
            return _page("Wrong request", "<p>Unknown application or redirect address.</p>", 403)
        try:
            asked = self._asked(client, query)
        except OAuthError as err:
            return _redirect(
                redirect_uri,
                {"error": err.error, "error_description": err.description},
                query.get("state"),
            )
        handle = self._authorizations.ask(asked)
        scopes = "".join(f"<li>{escape(scope)}</li>" for scope in asked.grant.scope.split())
        return _page(
            "Connect an application",
            f"<p>The application asks for:</p><ul>{scopes}</ul>"
            '<form method="post" action="/authorize">'
            f'<input type="hidden" name="request" value="{handle}">'
            f"<p>{_BUTTONS}</p></form>",
        )

    async def decide_application(self, request: web.Request) -> web.Response:
        """Take the decision about an application and send the browser back to it."""
        form = await request.post()
        asked = self._authorizations.take(str(form.get("request", "")))
        if asked is None:
            return _page("Wrong request", "<p>This request is no longer valid.</p>", 404)
        if form.get("decision") != "approve":
            self._world.note("authorization_denied", client_id=asked.grant.client_id)
            return _redirect(
                asked.redirect_uri,
                {"error": "access_denied", "error_description": "User did not authorize."},
                asked.state,
            )
        self._world.note("authorization_approved", client_id=asked.grant.client_id)
        return _redirect(
            asked.redirect_uri, {"code": self._authorizations.allow(asked)}, asked.state
        )

    def _asked(self, client: OAuthClient, query: dict[str, str]) -> AuthorizationRequest:
        if query.get("response_type") != "code":
            raise OAuthError("unsupported_response_type", "Only code is supported.")
        challenge = query.get("code_challenge")
        if challenge is None and client.secret is None:
            raise OAuthError("invalid_request", "A public client has to use PKCE.")
        if challenge is not None and query.get("code_challenge_method") != "S256":
            raise OAuthError("invalid_request", "Only S256 is supported.")
        if query.get("prompt") == "none":
            raise OAuthError("login_required", "The person has to decide on this page.")
        return AuthorizationRequest(
            grant=self._server.grant(client, query),
            redirect_uri=query["redirect_uri"],
            state=query.get("state"),
            code_challenge=challenge,
        )

    async def log_out(self, request: web.Request) -> web.Response:
        """Send the browser on; there is no browser session to end."""
        return_to = request.query.get("returnTo")
        if return_to is None:
            return _page("Logged out", "<p>You are logged out.</p>")
        return web.Response(status=302, headers={"Location": return_to})


_BUTTONS = (
    '<button name="decision" value="approve">Approve</button> '
    '<button name="decision" value="deny">Deny</button>'
)


def _page(title: str, body: str, status: int = 200) -> web.Response:
    text = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><h1>{title}</h1>{body}</body></html>"
    )
    return web.Response(text=text, content_type="text/html", status=status)


def _redirect(redirect_uri: str, values: dict[str, str], state: str | None) -> web.Response:
    parts = urlsplit(redirect_uri)
    query = parse_qsl(parts.query) + list(values.items())
    if state is not None:
        query.append(("state", state))
    location = urlunsplit(parts._replace(query=urlencode(query)))
    return web.Response(status=302, headers={"Location": location})
