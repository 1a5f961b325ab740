"""Logging in at the simulated cloud, over HTTP (protocol §1)."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import jwt
import pytest

from simulator.cloud.authorizations import s256
from simulator.cloud.clients import LOOPBACK_REDIRECT, OAuthClient
from simulator.cloud.tokens import ACCOUNT
from simulator.simulation import Simulation

from .conftest import ALL_SCOPES, AUDIENCE, DEVICE_GRANT, LogIn, bearer, noted, post

VERIFIER = "a-verifier-that-is-long-enough-for-the-rules-of-pkce"


async def begin(
    http: aiohttp.ClientSession, simulation: Simulation, status: int = 200, **form: str
) -> dict[str, Any]:
    """Begin a login by device code."""
    defaults = {"client_id": simulation.client_id, "scope": ALL_SCOPES, "audience": AUDIENCE}
    return await post(http, "/oauth/device/code", {**defaults, **form}, status)


async def poll(
    http: aiohttp.ClientSession, simulation: Simulation, begun: dict[str, Any], status: int = 200
) -> dict[str, Any]:
    """Ask for the tokens of a login."""
    form = {
        "grant_type": DEVICE_GRANT,
        "device_code": begun["device_code"],
        "client_id": simulation.client_id,
    }
    return await post(http, "/oauth/token", form, status)


async def refresh(
    http: aiohttp.ClientSession, simulation: Simulation, token: str, status: int = 200
) -> dict[str, Any]:
    """Refresh tokens."""
    form = {
        "grant_type": "refresh_token",
        "refresh_token": token,
        "client_id": simulation.client_id,
    }
    return await post(http, "/oauth/token", form, status)


async def test_device_code_answer_has_the_six_fields(
    simulation: Simulation, http: aiohttp.ClientSession
) -> None:
    """An application learns everything that it has to show and to wait for."""
    begun = await begin(http, simulation)
    assert set(begun) == {
        "device_code",
        "user_code",
        "verification_uri",
        "verification_uri_complete",
        "expires_in",
        "interval",
    }
    assert re.fullmatch(r"[A-Z]{4}-[A-Z]{4}", begun["user_code"])
    assert begun["verification_uri"] == f"{simulation.http_url}/activate"
    assert begun["verification_uri_complete"].endswith(f"?user_code={begun['user_code']}")
    assert (begun["expires_in"], begun["interval"]) == (300, 5)


async def test_login_by_device_code_as_json(
    simulation: Simulation, http: aiohttp.ClientSession
) -> None:
    """JSON bodies are taken like forms."""
    body = {"client_id": simulation.client_id, "scope": "openid", "audience": AUDIENCE}
    async with http.post("/oauth/device/code", json=body) as response:
        assert response.status == 200
        begun = await response.json()
    assert simulation.logins.approve(begun["user_code"].lower().replace("-", ""))
    async with http.post(
        "/oauth/token",
        json={
            "grant_type": DEVICE_GRANT,
            "device_code": begun["device_code"],
            "client_id": simulation.client_id,
        },
    ) as response:
        assert response.status == 200
        assert "id_token" in await response.json()


async def test_polling_is_pending_until_approved_and_redeems_once(
    simulation: Simulation, http: aiohttp.ClientSession
) -> None:
    """The first poll may come at once; a redeemed code is worthless."""
    simulation.world.faults.login_interval = 0
    begun = await begin(http, simulation)
    assert (await poll(http, simulation, begun, 403))["error"] == "authorization_pending"
    assert simulation.logins.pending() == [begun["user_code"]]
    assert simulation.logins.approve(begun["user_code"])
    assert not simulation.logins.approve(begun["user_code"])
    tokens = await poll(http, simulation, begun)
    assert tokens["token_type"] == "Bearer"
    assert tokens["expires_in"] == 86400
    assert (await poll(http, simulation, begun, 403))["error"] == "invalid_grant"


async def test_polling_too_fast_is_told_to_slow_down(
    simulation: Simulation, http: aiohttp.ClientSession
) -> None:
    """A second poll within the interval is refused, even if the person has approved."""
    begun = await begin(http, simulation)
    assert (await poll(http, simulation, begun, 403))["error"] == "authorization_pending"
    simulation.logins.approve(begun["user_code"])
    assert (await poll(http, simulation, begun, 403))["error"] == "slow_down"


async def test_denied_login(simulation: Simulation, http: aiohttp.ClientSession) -> None:
    """A person can refuse."""
    begun = await begin(http, simulation)
    assert simulation.logins.deny(begun["user_code"])
    assert (await poll(http, simulation, begun, 403))["error"] == "access_denied"


async def test_expired_login(simulation: Simulation, http: aiohttp.ClientSession) -> None:
    """An expired code can neither be approved nor redeemed."""
    simulation.world.faults.login_expires_in = 0
    begun = await begin(http, simulation)
    assert begun["expires_in"] == 0
    assert not simulation.logins.approve(begun["user_code"])
    assert (await poll(http, simulation, begun, 403))["error"] == "expired_token"


async def test_unknown_application(simulation: Simulation, http: aiohttp.ClientSession) -> None:
    """Nobody registered it."""
    assert (await begin(http, simulation, 401, client_id="nobody"))["error"] == "invalid_client"


@pytest.mark.parametrize("by_fault", [True, False], ids=["everywhere", "for one application"])
async def test_device_grant_switched_off(
    simulation: Simulation, http: aiohttp.ClientSession, *, by_fault: bool
) -> None:
    """Newer applications may not use device codes (protocol §1.1)."""
    if by_fault:
        simulation.world.faults.device_grant_off = True
        client_id = simulation.client_id
    else:
        client_id = "newer"
        simulation.clients.add(OAuthClient(client_id=client_id, device_grant=False))
    body = await begin(http, simulation, 403, client_id=client_id)
    assert body["error"] == "unauthorized_client"


@pytest.mark.parametrize("scope", ["user:content:everything", "user:content:manage-bulk"])
async def test_scope_that_is_not_approved(
    simulation: Simulation, http: aiohttp.ClientSession, scope: str
) -> None:
    """Scopes that are unknown or not ticked for the application are an error, never dropped."""
    body = await begin(http, simulation, 400, scope=f"openid {scope}")
    assert body["error"] == "invalid_scope"
    assert scope in body["error_description"]


async def test_scope_refused_by_fault(simulation: Simulation, http: aiohttp.ClientSession) -> None:
    """A scope can be withdrawn from every application."""
    simulation.world.faults.refused_scopes = ["user:content:manage"]
    assert (await begin(http, simulation, 400))["error"] == "invalid_scope"
    await begin(http, simulation, scope="family:devices:view offline_access")


async def test_claims_of_the_access_token(log_in: LogIn, simulation: Simulation) -> None:
    """The token says who, for what, until when."""
    tokens = await log_in("offline_access openid family:devices:view")
    claims = jwt.decode(tokens["access_token"], options={"verify_signature": False})
    assert jwt.get_unverified_header(tokens["access_token"])["alg"] == "RS256"
    assert claims["sub"] == ACCOUNT
    assert AUDIENCE in claims["aud"]
    assert claims["iss"] == "https://login.yotoplay.com/"
    assert claims["azp"] == simulation.client_id
    assert claims["scope"] == tokens["scope"] == "offline_access openid family:devices:view"
    assert claims["exp"] - claims["iat"] in {86400, 86401}


async def test_refresh_token_only_with_offline_access(log_in: LogIn) -> None:
    """Without the scope there is no refresh token."""
    assert "refresh_token" not in await log_in("family:devices:view")
    assert "id_token" not in await log_in("offline_access")


async def test_without_audience_the_token_does_not_open_the_api(
    log_in: LogIn, http: aiohttp.ClientSession
) -> None:
    """A token for no audience is opaque (protocol §1.1)."""
    tokens = await log_in(audience=None)
    assert tokens["access_token"].count(".") == 0
    async with http.get("/device-v2/devices/mine", headers=bearer(tokens)) as response:
        assert response.status == 401


async def test_refresh_rotates(
    log_in: LogIn, simulation: Simulation, http: aiohttp.ClientSession
) -> None:
    """A refresh token works once; its successor works on."""
    first = await log_in()
    second = await refresh(http, simulation, first["refresh_token"])
    assert second["refresh_token"] != first["refresh_token"]
    again = await refresh(http, simulation, first["refresh_token"], 403)
    assert again["error"] == "invalid_grant"
    await refresh(http, simulation, second["refresh_token"])


async def test_lost_refresh_reply_still_rotates(
    log_in: LogIn, simulation: Simulation, http: aiohttp.ClientSession
) -> None:
    """The answer never arrives, but the old token is gone."""
    tokens = await log_in()
    simulation.world.faults.lose_refresh_reply = 1
    with pytest.raises(aiohttp.ClientError):
        await refresh(http, simulation, tokens["refresh_token"])
    again = await refresh(http, simulation, tokens["refresh_token"], 403)
    assert again["error"] == "invalid_grant"


async def test_revoked(log_in: LogIn, simulation: Simulation, http: aiohttp.ClientSession) -> None:
    """After revocation nothing works until it is undone."""
    tokens = await log_in()
    simulation.world.faults.revoked = True
    body = await refresh(http, simulation, tokens["refresh_token"], 403)
    assert body["error"] == "invalid_grant"
    async with http.get("/device-v2/devices/mine", headers=bearer(tokens)) as response:
        assert response.status == 401


async def test_the_log_holds_no_token(
    log_in: LogIn, simulation: Simulation, http: aiohttp.ClientSession
) -> None:
    """The log can be shown to anybody."""
    tokens = await log_in()
    await refresh(http, simulation, tokens["refresh_token"])
    text = str(list(simulation.world.log))
    assert noted(simulation, "tokens_refreshed")
    assert tokens["access_token"] not in text
    assert tokens["refresh_token"] not in text


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        pytest.param({}, 400, "invalid_request", id="no grant type"),
        pytest.param({"grant_type": "password"}, 403, "unsupported_grant_type", id="password"),
        pytest.param(
            {"grant_type": "client_credentials"}, 403, "unauthorized_client", id="credentials"
        ),
        pytest.param(
            {"grant_type": "refresh_token", "client_id": "nobody", "refresh_token": "x"},
            401,
            "invalid_client",
            id="unknown application",
        ),
        pytest.param({"grant_type": DEVICE_GRANT}, 400, "invalid_request", id="no application"),
    ],
)
async def test_token_requests_that_are_wrong(
    http: aiohttp.ClientSession, form: dict[str, str], status: int, error: str
) -> None:
    """Each has its own error."""
    assert (await post(http, "/oauth/token", form, status))["error"] == error


async def test_activation_page(simulation: Simulation, http: aiohttp.ClientSession) -> None:
    """A person follows the link and presses a button."""
    begun = await begin(http, simulation)
    async with http.get(begun["verification_uri_complete"]) as response:
        page = await response.text()
        assert response.content_type == "text/html"
    assert begun["user_code"] in page
    assert 'value="approve"' in page
    assert 'value="deny"' in page
    form = {"user_code": begun["user_code"], "decision": "approve"}
    async with http.post("/activate", data=form) as response:
        assert response.status == 200
    async with http.post("/activate", data=form) as response:
        assert response.status == 404
    assert "access_token" in await poll(http, simulation, begun)


async def test_activation_page_escapes_the_code(http: aiohttp.ClientSession) -> None:
    """A code in the address is text, never markup."""
    async with http.get("/activate", params={"user_code": '"><script>'}) as response:
        assert "<script>" not in await response.text()


async def authorize(
    http: aiohttp.ClientSession, simulation: Simulation, **changes: str
) -> aiohttp.ClientResponse:
    """Open the authorisation page; an empty value leaves a parameter out."""
    query = {
        "response_type": "code",
        "client_id": simulation.client_id,
        "redirect_uri": LOOPBACK_REDIRECT,
        "audience": AUDIENCE,
        "scope": "offline_access family:devices:view",
        "state": "the state",
        "code_challenge": s256(VERIFIER),
        "code_challenge_method": "S256",
        **changes,
    }
    return await http.get(
        "/authorize",
        params={key: value for key, value in query.items() if value},
        allow_redirects=False,
    )


async def decide(
    http: aiohttp.ClientSession, page: aiohttp.ClientResponse, decision: str
) -> dict[str, list[str]]:
    """Press a button of the authorisation page; return the query that the browser brings back."""
    assert page.status == 200
    found = re.search(r'name="request" value="([^"]+)"', await page.text())
    assert found is not None
    form = {"request": found[1], "decision": decision}
    async with http.post("/authorize", data=form, allow_redirects=False) as response:
        assert response.status == 302
        location = response.headers["Location"]
    assert location.startswith(LOOPBACK_REDIRECT)
    return parse_qs(urlsplit(location).query)


async def exchange(
    http: aiohttp.ClientSession,
    simulation: Simulation,
    code: str,
    status: int = 200,
    **changes: str,
) -> dict[str, Any]:
    """Exchange an authorisation code."""
    form = {
        "grant_type": "authorization_code",
        "client_id": simulation.client_id,
        "code": code,
        "redirect_uri": LOOPBACK_REDIRECT,
        "code_verifier": VERIFIER,
        **changes,
    }
    return await post(http, "/oauth/token", form, status)


async def test_authorization_code_with_pkce(
    simulation: Simulation, http: aiohttp.ClientSession
) -> None:
    """Approve, come back with the state, exchange once."""
    answer = await decide(http, await authorize(http, simulation), "approve")
    assert answer["state"] == ["the state"]
    tokens = await exchange(http, simulation, answer["code"][0])
    assert tokens["scope"] == "offline_access family:devices:view"
    async with http.get("/device-v2/devices/mine", headers=bearer(tokens)) as response:
        assert response.status == 200
    again = await exchange(http, simulation, answer["code"][0], 403)
    assert again["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"code_verifier": "another"}, id="verifier"),
        pytest.param({"redirect_uri": "http://127.0.0.1:1/"}, id="redirect"),
    ],
)
async def test_code_that_does_not_fit(
    simulation: Simulation, http: aiohttp.ClientSession, changes: dict[str, str]
) -> None:
    """A stolen code is worthless."""
    answer = await decide(http, await authorize(http, simulation), "approve")
    body = await exchange(http, simulation, answer["code"][0], 403, **changes)
    assert body["error"] == "invalid_grant"


async def test_authorization_denied(simulation: Simulation, http: aiohttp.ClientSession) -> None:
    """The refusal comes back to the application."""
    answer = await decide(http, await authorize(http, simulation), "deny")
    assert answer["error"] == ["access_denied"]
    assert answer["state"] == ["the state"]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"scope": "family:everything"}, "invalid_scope"),
        ({"prompt": "none"}, "login_required"),
    ],
)
async def test_authorization_errors_come_back_by_redirect(
    simulation: Simulation, http: aiohttp.ClientSession, changes: dict[str, str], error: str
) -> None:
    """The application is told what was wrong with its request."""
    async with await authorize(http, simulation, **changes) as response:
        assert response.status == 302
        query = parse_qs(urlsplit(response.headers["Location"]).query)
    assert query["error"] == [error]
    assert query["state"] == ["the state"]


@pytest.mark.parametrize(
    "changes", [{"client_id": "nobody"}, {"redirect_uri": "https://elsewhere.example/"}]
)
async def test_no_redirect_to_strangers(
    simulation: Simulation, http: aiohttp.ClientSession, changes: dict[str, str]
) -> None:
    """A wrong application or address is never redirected to."""
    async with await authorize(http, simulation, **changes) as response:
        assert response.status == 403


async def test_confidential_application_needs_its_secret(
    simulation: Simulation, http: aiohttp.ClientSession
) -> None:
    """A secret replaces PKCE, and a wrong one is refused."""
    simulation.clients.add(OAuthClient(client_id="server", secret="correct"))
    changes = {"client_id": "server", "code_challenge": "", "code_challenge_method": ""}
    answer = await decide(http, await authorize(http, simulation, **changes), "approve")
    code = answer["code"][0]
    wrong = await exchange(http, simulation, code, 401, client_id="server", client_secret="wrong")
    assert wrong["error"] == "invalid_client"
    assert "access_token" in await exchange(
        http, simulation, code, client_id="server", client_secret="correct"
    )
