"""An account on the simulator, and what is needed to reach it."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from custom_components.yoto_smart_stream.cloud.endpoints import Endpoints
from custom_components.yoto_smart_stream.cloud.login import DeviceLogin
from custom_components.yoto_smart_stream.cloud.oauth import OAuth, Tokens
from simulator.simulation import Simulation


@pytest.fixture
def endpoints(simulation: Simulation) -> Endpoints:
    """Return the simulator's addresses."""
    return Endpoints(
        api=simulation.http_url,
        login=simulation.http_url,
        mqtt=f"wss://{simulation.mqtt_host}:{simulation.mqtt_port}/mqtt",
    )


@pytest.fixture
async def session(socket_enabled: None) -> AsyncIterator[aiohttp.ClientSession]:
    """Return an HTTP session."""
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def oauth(session: aiohttp.ClientSession, endpoints: Endpoints) -> OAuth:
    """Return the OAuth endpoints of the simulator."""
    return OAuth(session, endpoints)


@pytest.fixture
def login(oauth: OAuth, simulation: Simulation) -> DeviceLogin:
    """Return a login that nobody has begun yet."""
    return DeviceLogin(oauth, simulation.client_id)


@pytest.fixture
async def tokens(login: DeviceLogin, simulation: Simulation) -> Tokens:
    """Log in."""
    code = await login.begin()
    assert simulation.logins.approve(code.user_code)
    return await login.wait(code)
