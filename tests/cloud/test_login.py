"""Logging in with a code, in every way that it can go."""

import asyncio
from dataclasses import replace

import aiohttp
import pytest

from custom_components.yoto_smart_stream.cloud.endpoints import Endpoints
from custom_components.yoto_smart_stream.cloud.errors import (
    CloudUnreachableError,
    DeviceGrantOffError,
    LoginDeniedError,
    LoginError,
    LoginExpiredError,
    ScopesRefusedError,
    UnknownClientError,
)
from custom_components.yoto_smart_stream.cloud.login import DeviceLogin
from custom_components.yoto_smart_stream.cloud.oauth import OAuth, Tokens
from custom_components.yoto_smart_stream.cloud.scopes import Scope, missing
from simulator.simulation import Simulation


async def test_an_approved_login_gives_tokens_for_everything(tokens: Tokens) -> None:
    """The person allows everything, so nothing is missing."""
    assert missing(tokens.scopes) == ()
    assert tokens.account_id
    assert tokens.account_name
    assert tokens.lifetime.total_seconds() == 86400


async def test_a_person_gets_a_code_and_a_page(
    login: DeviceLogin, session: aiohttp.ClientSession
) -> None:
    """The page carries the code already, so that nobody has to type it."""
    code = await login.begin()
    assert code.user_code in code.url
    async with session.get(code.url) as page:
        assert page.status == 200
        assert code.user_code in await page.text()


async def test_a_denied_login_says_so(login: DeviceLogin, simulation: Simulation) -> None:
    """Refusal is not the same as running out of time."""
    code = await login.begin()
    assert simulation.logins.deny(code.user_code)
    with pytest.raises(LoginDeniedError):
        await login.wait(code)


async def test_a_code_that_nobody_approves_expires(
    login: DeviceLogin, simulation: Simulation
) -> None:
    """The server's lifetime is honoured."""
    simulation.world.faults.login_expires_in = 0.3
    code = await login.begin()
    with pytest.raises(LoginExpiredError):
        await login.wait(code)


async def test_polling_too_fast_is_slowed_down_by_five_seconds(
    login: DeviceLogin, simulation: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The interval grows for good, and the login still succeeds (RFC 8628, 3.5)."""
    waits: list[float] = []
    sleep = asyncio.sleep

    async def note(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            simulation.logins.approve(code.user_code)
        await sleep(0.4 if len(waits) >= 3 else 0)

    simulation.world.faults.login_interval = 0.2
    code = replace(await login.begin(), interval=0.01)
    monkeypatch.setattr("custom_components.yoto_smart_stream.cloud.login.asyncio.sleep", note)
    # The simulator, like Yoto, then wants five seconds more than before.
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(2):
            await login.wait(code)
    assert waits[0] == 0.01
    assert any(wait == pytest.approx(waits[0] + 5) for wait in waits)


@pytest.mark.parametrize("fault", ["server_errors", "dropped_connections", "too_many_requests"])
async def test_a_fault_of_the_network_does_not_end_a_login(
    login: DeviceLogin, simulation: Simulation, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Polling goes on until the code is approved."""
    monkeypatch.setattr("custom_components.yoto_smart_stream.cloud.login._SLOW_DOWN", 0.1)
    code = await login.begin()
    setattr(simulation.world.faults, fault, 2)
    waiting = asyncio.create_task(login.wait(code))
    while getattr(simulation.world.faults, fault):
        assert not waiting.done()
        await asyncio.sleep(0.02)
    simulation.logins.approve(code.user_code)
    assert (await waiting).access_token


async def test_a_cancelled_login_stops_polling(login: DeviceLogin, simulation: Simulation) -> None:
    """Whoever closes the dialogue is not followed by requests."""
    code = await login.begin()
    waiting = asyncio.create_task(login.wait(code))
    await asyncio.sleep(0.15)
    waiting.cancel()
    await asyncio.wait([waiting])
    polled = _token_requests(simulation)
    await asyncio.sleep(0.3)
    assert polled > 0
    assert _token_requests(simulation) == polled


async def test_an_application_without_the_grant_is_told_apart(
    login: DeviceLogin, simulation: Simulation
) -> None:
    """Yoto switches the device grant off for newer applications (protocol §1.1)."""
    simulation.world.faults.device_grant_off = True
    with pytest.raises(DeviceGrantOffError):
        await login.begin()


async def test_an_unknown_application_is_told_apart(oauth: OAuth) -> None:
    """A mistyped client id gets its own message."""
    with pytest.raises(UnknownClientError):
        await DeviceLogin(oauth, "nobody").begin()


async def test_a_refused_scope_leads_to_a_smaller_login(
    login: DeviceLogin, simulation: Simulation
) -> None:
    """Players work without the permission to make cards, and the lack of it is known."""
    simulation.world.faults.refused_scopes = [Scope.CONTENT_MANAGE]
    code = await login.begin()
    simulation.logins.approve(code.user_code)
    tokens = await login.wait(code)
    assert missing(tokens.scopes) == (Scope.CONTENT_MANAGE,)


async def test_a_person_can_ask_for_less_at_once(
    login: DeviceLogin, simulation: Simulation
) -> None:
    """After a page that refused a permission, the next code asks for fewer."""
    code = await login.begin(reduced=True)
    simulation.logins.approve(code.user_code)
    assert Scope.CONTENT_MANAGE not in (await login.wait(code)).scopes


async def test_nothing_works_without_the_permission_for_players(
    login: DeviceLogin, simulation: Simulation
) -> None:
    """There is no smaller login than that."""
    simulation.world.faults.refused_scopes = [Scope.DEVICES_CONTROL]
    with pytest.raises(ScopesRefusedError):
        await login.begin()


async def test_an_unreachable_cloud_is_no_refusal(
    session: aiohttp.ClientSession, simulation: Simulation, endpoints: Endpoints
) -> None:
    """Without a network there is nothing to say about the login."""
    simulation.world.faults.dropped_connections = 1
    with pytest.raises(CloudUnreachableError) as caught:
        await DeviceLogin(OAuth(session, endpoints), simulation.client_id).begin()
    assert not isinstance(caught.value, LoginError)


def _token_requests(simulation: Simulation) -> int:
    """Return how often the token endpoint was asked."""
    return sum("/oauth/token" in str(entry) for entry in simulation.world.log)
