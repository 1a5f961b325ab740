"""Streams through Home Assistant's own web server."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from http import HTTPStatus
import logging
import os
from pathlib import Path

from aiohttp.test_utils import TestClient
from aiohttp.web import Application, Request, Response
from homeassistant.core import HomeAssistant
from homeassistant.helpers.http import HomeAssistantView
from homeassistant.setup import async_setup_component
import pytest

from custom_components.yoto_smart_stream.streaming.addresses import stream_path
from custom_components.yoto_smart_stream.streaming.limits import Allowance, Limits
from custom_components.yoto_smart_stream.streaming.registry import (
    StreamedFile,
    StreamRegistry,
    async_get_registry,
)
from custom_components.yoto_smart_stream.streaming.views import LIMITS, async_register_views

from .wire import Wire

type Client = TestClient[Request, Application]
type ClientMaker = Callable[[], Awaitable[Client]]

CONTENT = bytes(range(256)) * 1000
BAN_CONFIG = {"http": {"ip_ban_enabled": True, "login_attempts_threshold": 1}}
SECURITY = ("X-Content-Type-Options", "Referrer-Policy", "X-Frame-Options")


class LoginView(HomeAssistantView):
    """A view that is not ours and wants a login."""

    url = "/api/login_only"
    name = "api:login_only"

    async def get(self, _request: Request) -> Response:
        """Answer."""
        return Response()


@pytest.fixture
async def registry(hass: HomeAssistant) -> StreamRegistry:
    """Set up the web server with our views."""
    assert await async_setup_component(hass, "http", BAN_CONFIG)
    hass.http.register_view(LoginView())
    await async_register_views(hass)
    return await async_get_registry(hass)


@pytest.fixture
async def client(registry: StreamRegistry, hass_client_no_auth: ClientMaker) -> Client:
    """Return a client without a login, as a player is one."""
    return await hass_client_no_auth()


@pytest.fixture
async def stream(registry: StreamRegistry, tmp_path: Path) -> StreamedFile:
    """Serve a file."""
    path = tmp_path / "A tune (1) <script>.mp3"
    path.write_bytes(CONTENT)
    (file,) = await registry.async_add([(path, "audio/mpeg")], owner="entry")
    return file


def _path(stream: StreamedFile) -> str:
    return stream_path(stream.token, "01")


async def test_a_player_gets_the_file(client: Client, stream: StreamedFile) -> None:
    """No login, no redirect: the file, with its exact type and length."""
    response = await client.get(_path(stream))
    assert response.status == HTTPStatus.OK
    assert await response.read() == CONTENT
    assert response.headers["Content-Type"] == "audio/mpeg"
    assert response.headers["Content-Length"] == str(len(CONTENT))
    response = await client.get(_path(stream), headers={"Range": "bytes=-3"})
    assert response.status == HTTPStatus.PARTIAL_CONTENT
    assert await response.read() == CONTENT[-3:]


async def test_a_player_asks_first(client: Client, stream: StreamedFile) -> None:
    """HEAD is answered like GET, as older firmware wants it (protocol §6.2)."""
    get, head = await client.get(_path(stream)), await client.head(_path(stream))
    assert head.status == HTTPStatus.OK
    assert await head.read() == b""
    assert {**head.headers, "Date": ""} == {**get.headers, "Date": ""}


async def test_nothing_can_be_written(client: Client, stream: StreamedFile) -> None:
    """Other methods are refused."""
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        response = await client.request(method, _path(stream))
        assert response.status == HTTPStatus.METHOD_NOT_ALLOWED


async def test_security_headers_are_on_every_answer(client: Client, stream: StreamedFile) -> None:
    """Home Assistant's own header fields stay, and the server does not name its versions."""
    for path, fields, status in (
        (_path(stream), {}, HTTPStatus.OK),
        (_path(stream), {"Range": "bytes=0-"}, HTTPStatus.PARTIAL_CONTENT),
        (_path(stream), {"Range": "bytes=999999-"}, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE),
        (_path(stream), {"If-None-Match": "*"}, HTTPStatus.NOT_MODIFIED),
        (stream_path("wrong", "01"), {}, HTTPStatus.NOT_FOUND),
    ):
        response = await client.get(path, headers=fields)
        assert response.status == status
        assert all(name in response.headers for name in SECURITY)
        assert "aiohttp" not in response.headers.get("Server", "")


async def test_a_wrong_token_is_just_not_found(
    client: Client, stream: StreamedFile, caplog: pytest.LogCaptureFixture
) -> None:
    """Guessing finds nothing, and an old card never locks a family out of its own house."""
    swapped = stream.token.swapcase()
    for token in ("wrong", swapped, stream.token[:-1], stream.token + "A", "..", "%2e%2e"):
        response = await client.get(f"/api/yoto_smart_stream/s/{token}/01.mp3")
        assert response.status in {HTTPStatus.NOT_FOUND, HTTPStatus.BAD_REQUEST}
    assert "invalid authentication" not in caplog.text
    assert (await client.get(_path(stream))).status == HTTPStatus.OK
    # A single failed login elsewhere shows that the ban is really on.
    assert (await client.get(LoginView.url)).status == HTTPStatus.UNAUTHORIZED
    assert "invalid authentication" in caplog.text
    assert (await client.get(_path(stream))).status == HTTPStatus.FORBIDDEN


async def test_the_name_in_the_url_opens_nothing(
    client: Client, stream: StreamedFile, tmp_path: Path
) -> None:
    """The token alone decides; a name is never part of a path."""
    (tmp_path / "other.mp3").write_bytes(b"secret")
    for name in ("other", "99", "A_tune-1"):
        response = await client.get(stream_path(stream.token, name))
        assert await response.read() == CONTENT
    for name in ("../other", "..%2fother", "a%20b", "x" * 33, "a.b", ""):
        response = await client.get(f"/api/yoto_smart_stream/s/{stream.token}/{name}.mp3")
        assert response.status in {HTTPStatus.NOT_FOUND, HTTPStatus.BAD_REQUEST}


async def test_a_revoked_token_is_not_found(
    client: Client, stream: StreamedFile, registry: StreamRegistry
) -> None:
    """A card that was taken back plays nothing more."""
    assert (await client.get(_path(stream))).status == HTTPStatus.OK
    await registry.async_revoke([stream.token])
    for method in ("GET", "HEAD"):
        assert (await client.request(method, _path(stream))).status == HTTPStatus.NOT_FOUND


async def test_a_file_that_is_gone_and_comes_back(
    client: Client, stream: StreamedFile, caplog: pytest.LogCaptureFixture
) -> None:
    """A missing file is 404, and the card plays again as soon as the file is back."""
    stream.path.rename(stream.path.with_suffix(".away"))
    for method in ("GET", "HEAD"):
        assert (await client.request(method, _path(stream))).status == HTTPStatus.NOT_FOUND
    stream.path.with_suffix(".away").rename(stream.path)
    assert (await client.get(_path(stream))).status == HTTPStatus.OK
    stream.path.write_bytes(b"")
    assert (await client.get(_path(stream))).status == HTTPStatus.NOT_FOUND
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_a_file_that_was_replaced_is_a_new_one(client: Client, stream: StreamedFile) -> None:
    """The tag changes with the file, and a player that resumes gets all of the new one."""
    old = (await client.head(_path(stream))).headers["ETag"]
    stream.path.write_bytes(CONTENT[::-1])
    os.utime(stream.path, (1_000_000, 1_000_000))
    response = await client.get(
        _path(stream), headers={"Range": "bytes=100-", "If-Range": old, "If-None-Match": old}
    )
    assert response.status == HTTPStatus.OK
    assert response.headers["ETag"] != old
    assert await response.read() == CONTENT[::-1]


async def test_streams_need_no_account(
    hass: HomeAssistant, client: Client, stream: StreamedFile
) -> None:
    """No config entry is loaded here at all: cards play while the cloud login is broken."""
    assert not hass.config_entries.async_entries("yoto_smart_stream")
    assert (await client.get(_path(stream))).status == HTTPStatus.OK


async def test_registering_twice_changes_nothing(
    hass: HomeAssistant, client: Client, stream: StreamedFile
) -> None:
    """A second set-up keeps the registry and the views."""
    await async_register_views(hass)
    assert (await client.get(_path(stream))).status == HTTPStatus.OK


async def test_tokens_are_not_logged_by_us(
    client: Client, stream: StreamedFile, caplog: pytest.LogCaptureFixture
) -> None:
    """Our own loggers never tell a token, whatever happens to the stream."""
    stream.path.unlink()
    await client.get(_path(stream))
    assert stream.token not in repr(stream)
    ours = [r for r in caplog.records if "yoto_smart_stream" in r.name]
    assert not [record for record in ours if stream.token in record.getMessage()]


WIDE = Allowance(burst=1000, rate=1000, connections=1000)


async def test_who_asks_too_often_is_told_when_to_come_again(
    hass: HomeAssistant, client: Client, stream: StreamedFile
) -> None:
    """And nothing else of the house is held up by it."""
    hass.data[LIMITS] = Limits(token=Allowance(burst=3, rate=0.1, connections=9), address=WIDE)
    for _ in range(3):
        assert (await client.get(_path(stream))).status == HTTPStatus.OK
    for method in ("GET", "HEAD"):
        refused = await client.request(method, _path(stream))
        assert refused.status == HTTPStatus.TOO_MANY_REQUESTS
        assert 0 < int(refused.headers["Retry-After"]) <= 10
        assert await refused.read() == b""
    other = await client.get(stream_path("other", "01"))
    assert other.status == HTTPStatus.NOT_FOUND


async def test_guesses_are_counted(
    hass: HomeAssistant, client: Client, stream: StreamedFile
) -> None:
    """Whatever is guessed, from one address only so much is."""
    hass.data[LIMITS] = Limits(token=WIDE, address=Allowance(burst=5, rate=0.1, connections=9))
    found = [(await client.get(stream_path(f"guess{n}", "01"))).status for n in range(9)]
    assert found == [HTTPStatus.NOT_FOUND] * 5 + [HTTPStatus.TOO_MANY_REQUESTS] * 4


async def test_connections_at_the_same_time_are_counted(
    hass: HomeAssistant, client: Client, registry: StreamRegistry, tmp_path: Path
) -> None:
    """A client that takes nothing has a place, until it leaves."""
    path = tmp_path / "long.mp3"
    path.write_bytes(CONTENT * 200)
    (long,) = await registry.async_add([(path, "audio/mpeg")], owner="entry")
    hass.data[LIMITS] = Limits(token=Allowance(burst=99, rate=99, connections=2), address=WIDE)
    assert client.port is not None
    async with AsyncExitStack() as stack:
        for _ in range(2):
            wire = await stack.enter_async_context(Wire.open(client.port))
            wire.send(f"GET {_path(long)} HTTP/1.1\nHost: x\n\n")
            assert (await wire.headers())[1] == HTTPStatus.OK
        refused = await client.get(_path(long))
        assert refused.status == HTTPStatus.TOO_MANY_REQUESTS
        assert int(refused.headers["Retry-After"]) > 0
        assert all(name in refused.headers for name in SECURITY)
    async with asyncio.timeout(30):
        while (await client.head(_path(long))).status != HTTPStatus.OK:
            pass
    assert await (await client.get(_path(long))).read() == CONTENT * 200


async def test_behind_a_proxy_each_address_counts_by_itself(
    hass: HomeAssistant, hass_client_no_auth: ClientMaker
) -> None:
    """Home Assistant tells the address that a proxy which it trusts has seen."""
    proxy = {"http": {"use_x_forwarded_for": True, "trusted_proxies": ["127.0.0.1"]}}
    assert await async_setup_component(hass, "http", proxy)
    await async_register_views(hass)
    hass.data[LIMITS] = Limits(token=WIDE, address=Allowance(burst=2, rate=0.1, connections=9))
    client = await hass_client_no_auth()

    async def ask(address: str) -> int:
        fields = {"X-Forwarded-For": address}
        return (await client.get(stream_path("guess", "01"), headers=fields)).status

    assert [await ask("203.0.113.7") for _ in range(3)] == [404, 404, 429]
    assert await ask("203.0.113.8") == HTTPStatus.NOT_FOUND
