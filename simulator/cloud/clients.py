"""The applications that are registered with the cloud (protocol §1.1)."""

from collections.abc import Iterable
from dataclasses import dataclass

from .scopes import PUBLISHED_SCOPES

KNOWN_CLIENT_ID = "Pcht77vFlFIWF9xro2oPUBEtCYJr8zuO"
LOOPBACK_REDIRECT = "http://127.0.0.1:8787/callback"
HOME_ASSISTANT_REDIRECT = "https://my.home-assistant.io/redirect/oauth"


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthClient:
    """One application.

    `secret` is None for a public client, which proves itself with PKCE only. `device_grant` is the
    switch that newer applications have off (protocol §1.1).
    """

    client_id: str
    device_grant: bool = True
    secret: str | None = None
    redirect_uris: tuple[str, ...] = (LOOPBACK_REDIRECT, HOME_ASSISTANT_REDIRECT)
    scopes: frozenset[str] = PUBLISHED_SCOPES


class ClientRegistry:
    """The applications by id. Tests add their own."""

    def __init__(self, clients: Iterable[OAuthClient] = ()) -> None:
        """Start with the application of this project and any others given."""
        self._clients = {KNOWN_CLIENT_ID: OAuthClient(client_id=KNOWN_CLIENT_ID)}
        for client in clients:
            self.add(client)

    def add(self, client: OAuthClient) -> None:
        """Register an application, or replace the one with the same id."""
        self._clients[client.client_id] = client

    def get(self, client_id: str) -> OAuthClient | None:
        """Return an application, or None if nobody registered it."""
        return self._clients.get(client_id)
