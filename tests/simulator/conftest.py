"""A running simulation, an HTTP client for it and a way to log in."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
import ssl
import time
from typing import Any

import aiohttp
import aiomqtt
import pytest

from simulator.cloud.scopes import PUBLISHED_SCOPES
from simulator.simulation import Simulation

ALL_SCOPES = " ".join(sorted(PUBLISHED_SCOPES))
AUDIENCE = "https://api.yotoplay.com"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
USERNAME = "_?x-amz-customauthorizer-name=PublicJWTAuthorizer"

type LogIn = Callable[..., Awaitable[dict[str, Any]]]
type MakeMqtt = Callable[..., aiomqtt.Client]


@pytest.fixture
async def simulation(socket_enabled: None) -> AsyncGenerator[Simulation]:
    """Run a simulation with two players, ten times as fast as life."""
    async with Simulation(speed=10, at_noon=True) as running:
        yield running


@pytest.fixture
async def http(simulation: Simulation) -> AsyncGenerator[aiohttp.ClientSession]:
    """Return a client of the simulation's HTTP port."""
    async with aiohttp.ClientSession(simulation.http_url) as session:
        yield session


@pytest.fixture
def log_in(simulation: Simulation, http: aiohttp.ClientSession) -> LogIn:
    """Return a function that logs in by device code and returns the token answer."""

    async def run(scope: str = ALL_SCOPES, audience: str | None = AUDIENCE) -> dict[str, Any]:
        form = {"client_id": simulation.client_id, "scope": scope}
        if audience is not None:
            form["audience"] = audience
        begun = await post(http, "/oauth/device/code", form)
        assert simulation.logins.approve(begun["user_code"])
        return await post(
            http,
            "/oauth/token",
            {
                "grant_type": DEVICE_GRANT,
                "device_code": begun["device_code"],
                "client_id": simulation.client_id,
            },
        )

    return run


@pytest.fixture
def make_mqtt(simulation: Simulation) -> MakeMqtt:
    """Return a function that makes an MQTT client for a token."""
    tls = ssl.create_default_context(cafile=simulation.ca_file)

    def make(
        token: str,
        *,
        username: str = USERNAME,
        identifier: str | None = None,
        clean_session: bool | None = None,
    ) -> aiomqtt.Client:
        return aiomqtt.Client(
            simulation.mqtt_host,
            simulation.mqtt_port,
            username=username,
            password=token,
            identifier=identifier,
            clean_session=clean_session,
            transport="websockets",
            websocket_path="/mqtt",
            tls_context=tls,
        )

    return make


async def post(
    http: aiohttp.ClientSession, path: str, form: Mapping[str, str], status: int = 200
) -> dict[str, Any]:
    """Post a form and return the JSON object of the answer, which must have this status."""
    async with http.post(path, data=form) as response:
        assert response.status == status, await response.text()
        body: dict[str, Any] = await response.json()
        return body


def bearer(tokens: Mapping[str, Any]) -> dict[str, str]:
    """Return the header that authorises a request."""
    return {"Authorization": f"Bearer {tokens['access_token']}"}


async def until(condition: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait for a condition.

    Raises:
        TimeoutError: it did not come true in time.

    """
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError
        await asyncio.sleep(0.01)


def noted(simulation: Simulation, kind: str) -> list[dict[str, Any]]:
    """Return the entries of one kind in the simulation's log."""
    return [entry for entry in simulation.world.log if entry["kind"] == kind]
