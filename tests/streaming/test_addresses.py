"""Addresses on cards, and the probe that tries them."""

import asyncio
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
import secrets
import socket
from unittest.mock import patch

from aiohttp.test_utils import TestServer
from aiohttp.web import Application, Request, Response, StreamResponse
from homeassistant.components.http.security_filter import FILTERS
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from hypothesis import given, strategies as st
import pytest

from custom_components.yoto_smart_stream.streaming import addresses
from custom_components.yoto_smart_stream.streaming.addresses import (
    InvalidBaseUrlError,
    NoBaseUrlError,
    ProbeReason,
    async_probe,
    base_url,
    normalise_base_url,
    stream_path,
)
from custom_components.yoto_smart_stream.streaming.views import async_register_views

from .certificate import server_context


def test_a_stream_path() -> None:
    """Short, and with nothing in it but the token and an opaque name."""
    assert stream_path("abc_-1", "01") == "/api/yoto_smart_stream/s/abc_-1/01.mp3"


@pytest.mark.parametrize("text", ["", "a/b", "..", "a.b", "ä", "a b", "a?b", "a%20b", "x" * 65])
def test_nothing_else_gets_into_a_path(text: str) -> None:
    """A title or a file name in a URL would tell tales, and trip Home Assistant's filter."""
    with pytest.raises(ValueError, match="letters"):
        stream_path(text, "01")
    with pytest.raises(ValueError, match="letters"):
        stream_path("token", text)


@given(st.binary(min_size=16, max_size=16))
def test_no_token_looks_like_an_attack(random: bytes) -> None:
    """Home Assistant refuses URLs that look like attacks; ours never do."""
    token = urlsafe_b64encode(random).decode().rstrip("=")
    assert not FILTERS.search(stream_path(token, "01"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://192.168.1.5:8123", "http://192.168.1.5:8123"),
        (" https://home.example.org/ ", "https://home.example.org"),
        ("https://example.org/yoto/", "https://example.org/yoto"),
        ("HTTP://Example.org:80", "http://example.org"),
        ("http://[fd00::1]:8123/", "http://[fd00::1]:8123"),
    ],
)
def test_a_base_url(text: str, expected: str) -> None:
    """A scheme, a host, perhaps a port and a prefix; no slash at the end."""
    assert normalise_base_url(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "home.example.org",
        "//example.org",
        "ftp://example.org",
        "http://",
        "http:///path",
        "https://example.org?x=1",
        "https://example.org/?",
        "https://example.org/#top",
        "https://me:secret@example.org",
        "https://me@example.org",
        "http://example.org:port",
        "http://example.org:99999",
        "http://[::1",
    ],
)
def test_what_is_no_base_url(text: str) -> None:
    """Everything else is refused, with a reason that repeats nothing of it."""
    with pytest.raises(InvalidBaseUrlError) as caught:
        normalise_base_url(text)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("internal", "external", "override", "expected"),
    [
        ("http://10.0.0.2:8123", "https://x.example", None, "http://10.0.0.2:8123"),
        (None, "https://x.example", None, "https://x.example"),
        ("http://10.0.0.2:8123", None, "https://y.example/", "https://y.example"),
        ("http://10.0.0.2:8123", None, "", "http://10.0.0.2:8123"),
    ],
)
async def test_which_base_url_is_taken(
    hass: HomeAssistant,
    internal: str | None,
    external: str | None,
    override: str | None,
    expected: str,
) -> None:
    """The user's own goes first, then the internal address, then the external one."""
    hass.config.internal_url, hass.config.external_url = internal, external
    assert base_url(hass, override) == expected


async def test_no_base_url(hass: HomeAssistant) -> None:
    """Without any address that is said, and not guessed."""
    assert (hass.config.internal_url, hass.config.external_url) == (None, None)
    with pytest.raises(NoBaseUrlError):
        base_url(hass, None)


@pytest.fixture
async def home(hass: HomeAssistant, socket_enabled: None) -> AsyncIterator[TestServer]:
    """Run Home Assistant's web server with our views on a free port."""
    assert await async_setup_component(hass, "http", {})
    await async_register_views(hass)
    server = TestServer(hass.http.app)
    await server.start_server()
    yield server
    await server.close()


async def _stranger(response: Response) -> TestServer:
    """Run a web server that answers everything in one way."""

    async def answer(_request: Request) -> StreamResponse:
        return response

    app = Application()
    app.router.add_route("*", "/{path:.*}", answer)
    server = TestServer(app)
    await server.start_server()
    return server


def _base(server: TestServer) -> str:
    return str(server.make_url("/"))


async def test_a_base_url_that_leads_to_us(hass: HomeAssistant, home: TestServer) -> None:
    """The probe finds this Home Assistant, several times at once too."""
    results = await asyncio.gather(*(async_probe(hass, _base(home)) for _ in range(3)))
    assert results == [None, None, None]


async def test_the_probe_answers_only_while_it_runs(
    hass: HomeAssistant, home: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody can use the view to find Home Assistant."""
    monkeypatch.setattr(secrets, "token_urlsafe", lambda _: "nonce")
    assert await async_probe(hass, _base(home)) is None
    session = addresses.async_get_clientsession(hass)
    url = home.make_url("/api/yoto_smart_stream/probe/nonce")
    async with session.get(url) as response:
        assert response.status == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    ("response", "reason"),
    [
        (Response(text="Hello"), ProbeReason.ANSWERED_BY_OTHER),
        (Response(text=""), ProbeReason.ANSWERED_BY_OTHER),
        (Response(body=bytes(100_000)), ProbeReason.ANSWERED_BY_OTHER),
        (Response(status=404), ProbeReason.HTTP_ERROR),
        (Response(status=502), ProbeReason.HTTP_ERROR),
        (Response(status=302, headers={"Location": "/"}), ProbeReason.REDIRECTED),
    ],
)
async def test_a_base_url_that_leads_elsewhere(
    hass: HomeAssistant, home: TestServer, response: Response, reason: ProbeReason
) -> None:
    """Another server is told from ours, and so are a proxy's errors and redirects."""
    stranger = await _stranger(response)
    failure = await async_probe(hass, _base(stranger))
    assert failure is not None
    assert failure.reason is reason
    assert failure.status == response.status
    await stranger.close()


async def test_a_prefix_is_kept(hass: HomeAssistant, home: TestServer) -> None:
    """A prefix that no proxy takes away leads nowhere, which the probe sees."""
    failure = await async_probe(hass, _base(home) + "prefix/")
    assert failure is not None
    assert failure.reason is ProbeReason.HTTP_ERROR


async def test_a_certificate_that_nobody_trusts(
    hass: HomeAssistant, home: TestServer, tmp_path: Path
) -> None:
    """Players refuse it too (protocol §6.3)."""
    context = server_context(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def shake_hands() -> None:
            connection, _ = listening.accept()
            with suppress(OSError):
                context.wrap_socket(connection, server_side=True).close()

        # In a thread: a failed handshake would show as a fault of the loop that it shares.
        stranger = asyncio.create_task(asyncio.to_thread(shake_hands))
        failure = await async_probe(hass, f"https://127.0.0.1:{listening.getsockname()[1]}")
        await stranger
    assert failure is not None
    assert failure.reason is ProbeReason.CERTIFICATE


async def test_nobody_there(
    hass: HomeAssistant, home: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A closed port, a host without an address, and one that never answers."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        refused = await async_probe(hass, f"http://127.0.0.1:{closed.getsockname()[1]}")
    with patch("aiohttp.resolver.AsyncResolver.resolve", side_effect=OSError):
        unknown = await async_probe(hass, "http://nowhere.invalid")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setattr(addresses, "_PROBE_TIMEOUT", addresses.ClientTimeout(total=0.1))
        late = await async_probe(hass, f"http://127.0.0.1:{silent.getsockname()[1]}")
    assert [failure and failure.reason for failure in (refused, unknown, late)] == [
        ProbeReason.REFUSED,
        ProbeReason.UNRESOLVABLE,
        ProbeReason.TIMED_OUT,
    ]


async def test_no_url_at_all(hass: HomeAssistant) -> None:
    """What is no URL is told before anything is fetched."""
    failure = await async_probe(hass, "home.example.org")
    assert failure is not None
    assert failure.reason is ProbeReason.MALFORMED
