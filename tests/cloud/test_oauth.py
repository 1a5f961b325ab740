"""Answers of the login host that are not as documented."""

from collections.abc import AsyncIterator
from datetime import timedelta
import json

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
import jwt
import pytest

from custom_components.yoto_smart_stream.cloud.endpoints import Endpoints
from custom_components.yoto_smart_stream.cloud.errors import (
    CloudUnreachableError,
    LoginRejectedError,
)
from custom_components.yoto_smart_stream.cloud.login import DeviceLogin
from custom_components.yoto_smart_stream.cloud.oauth import OAuth

KEY = "a key that nobody checks, of sufficient length"
TOKEN = jwt.encode({"sub": "auth0|somebody"}, KEY)


class Host:
    """A login host that answers what it is told to."""

    def __init__(self) -> None:
        """Begin with an empty answer."""
        self.status = 200
        self.body = ""

    async def answer(self, _request: web.Request) -> web.Response:
        """Answer any request."""
        return web.Response(status=self.status, text=self.body)


@pytest.fixture
def host() -> Host:
    """Return the host."""
    return Host()


@pytest.fixture
async def odd(
    socket_enabled: None, session: aiohttp.ClientSession, host: Host
) -> AsyncIterator[OAuth]:
    """Return OAuth endpoints at the host."""
    app = web.Application()
    app.router.add_post("/{path:.*}", host.answer)
    async with TestServer(app) as server:
        yield OAuth(session, Endpoints(login=str(server.make_url("")).rstrip("/")))


@pytest.mark.parametrize(
    ("status", "body"),
    [
        pytest.param(200, "<html>", id="a page"),
        pytest.param(200, "[]", id="a list"),
        pytest.param(200, "{}", id="no tokens"),
        pytest.param(200, json.dumps({"access_token": TOKEN}), id="no refresh token"),
        pytest.param(
            200, json.dumps({"access_token": "x", "refresh_token": "y"}), id="no JSON web token"
        ),
        pytest.param(
            200,
            json.dumps({"access_token": jwt.encode({}, KEY), "refresh_token": "y"}),
            id="no account",
        ),
        pytest.param(400, "{}", id="an error without a name"),
        pytest.param(503, "", id="out of order"),
    ],
)
async def test_an_answer_that_makes_no_sense_is_no_refusal(
    odd: OAuth, host: Host, status: int, body: str
) -> None:
    """Nobody is asked to log in again because of a broken proxy."""
    host.status, host.body = status, body
    with pytest.raises(CloudUnreachableError):
        await odd.device_token("client", "code")


async def test_what_an_answer_leaves_out_has_a_default(odd: OAuth, host: Host) -> None:
    """A day, no scope, no name (protocol §1.3)."""
    host.body = json.dumps({"access_token": TOKEN, "refresh_token": "y"})
    tokens = await odd.device_token("client", "code")
    assert tokens.lifetime == timedelta(days=1)
    assert tokens.scopes == frozenset()
    assert tokens.account_name is None
    assert tokens.account_id == "auth0|somebody"


async def test_a_refresh_keeps_what_it_does_not_renew(odd: OAuth, host: Host) -> None:
    """Scopes, the name and, where the server does not rotate, the refresh token."""
    host.body = json.dumps(
        {
            "access_token": TOKEN,
            "refresh_token": "kept",
            "scope": "a b",
            "id_token": jwt.encode({"nickname": "Ann"}, KEY),
        }
    )
    first = await odd.device_token("client", "code")
    host.body = json.dumps({"access_token": TOKEN, "expires_in": "60"})
    second = await odd.refresh("client", first)
    assert second.refresh_token == "kept"
    assert second.scopes == {"a", "b"}
    assert second.account_name == "Ann"
    assert second.lifetime == timedelta(minutes=1)


async def test_a_code_without_its_parts_is_no_code(odd: OAuth, host: Host) -> None:
    """There is nothing that a person could approve."""
    host.body = json.dumps({"device_code": "x"})
    with pytest.raises(CloudUnreachableError, match="user_code"):
        await DeviceLogin(odd, "client").begin()


async def test_an_old_server_s_code_gets_the_usual_times(odd: OAuth, host: Host) -> None:
    """Five minutes, every five seconds, and the page without the code (protocol §1.2)."""
    host.body = json.dumps(
        {"device_code": "x", "user_code": "AB", "verification_uri": "https://example.org"}
    )
    code = await DeviceLogin(odd, "client").begin()
    assert (code.expires_in, code.interval, code.url) == (300, 5, "https://example.org")


async def test_a_refusal_in_unknown_words_keeps_them(odd: OAuth, host: Host) -> None:
    """They are shown to the person."""
    host.status = 403
    host.body = json.dumps({"error": "teapot", "error_description": "Short and stout"})
    with pytest.raises(LoginRejectedError, match="Short and stout"):
        await DeviceLogin(odd, "client").begin()
