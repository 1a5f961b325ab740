"""The probe, through real servers, proxies and certificates."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
import secrets
import socket
from typing import Any
from unittest.mock import patch

from aiohttp.test_utils import TestServer
from aiohttp.web import Response
import certifi
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.setup import async_setup_component
import pytest

from custom_components.yoto_smart_stream.reachability import probing
from custom_components.yoto_smart_stream.reachability.probing import async_probe
from custom_components.yoto_smart_stream.reachability.problems import Finding, Problem
from custom_components.yoto_smart_stream.streaming.views import async_register_views
from tests.streaming.certificate import server_context

from .strangers import Authority, handshakes, proxy, stranger

type MakeHome = Callable[[dict[str, Any]], Awaitable[str]]
FORWARDED = {"X-Forwarded-For": "192.0.2.7"}


@pytest.fixture
async def make_home(hass: HomeAssistant, socket_enabled: None) -> AsyncIterator[MakeHome]:
    """Return what runs Home Assistant's web server with our views on a free port."""
    async with AsyncExitStack() as running:

        async def make(config: dict[str, Any]) -> str:
            assert await async_setup_component(hass, "http", {"http": config})
            await async_register_views(hass)
            server = await running.enter_async_context(TestServer(hass.http.app))
            return str(server.make_url("")).rstrip("/")

        yield make


@pytest.fixture
async def home(make_home: MakeHome) -> str:
    """Return the address of Home Assistant as it is from the beginning."""
    return await make_home({})


@pytest.fixture
async def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """Return an authority that is publicly trusted in this test."""
    authority = await asyncio.to_thread(Authority.new)
    path = authority.trusted(tmp_path)
    monkeypatch.setattr(certifi, "where", lambda: str(path))
    return authority


async def test_a_base_url_that_leads_to_us(hass: HomeAssistant, home: str) -> None:
    """The probe finds this Home Assistant, several times at once too."""
    assert await asyncio.gather(*(async_probe(hass, home + "/") for _ in range(3))) == [None] * 3


async def test_the_probe_answers_only_while_it_runs(
    hass: HomeAssistant, home: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody can use the view to find Home Assistant."""
    monkeypatch.setattr(secrets, "token_urlsafe", lambda _: "a-nonce-that-is-known")
    assert await async_probe(hass, home) is None
    url = f"{home}/api/yoto_smart_stream/probe/a-nonce-that-is-known"
    async with async_get_clientsession(hass).get(url) as response:
        assert response.status == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    ("response", "problem"),
    [
        (Response(text="Hello"), Problem.ANSWERED_BY_OTHER),
        (Response(text=""), Problem.ANSWERED_BY_OTHER),
        (Response(body=bytes(100_000)), Problem.ANSWERED_BY_OTHER),
        (Response(status=400), Problem.PROXY_NOT_TRUSTED),
        (Response(status=401), Problem.LOGIN_WANTED),
        (Response(status=403), Problem.LOGIN_WANTED),
        (Response(status=404), Problem.NOT_FOUND),
        (Response(status=418), Problem.HTTP_ERROR),
        (Response(status=500), Problem.HTTP_ERROR),
        (Response(status=502), Problem.BAD_GATEWAY),
        (Response(status=504), Problem.BAD_GATEWAY),
    ],
)
async def test_a_base_url_that_leads_elsewhere(
    hass: HomeAssistant, home: str, response: Response, problem: Problem
) -> None:
    """Another server is told from ours, and so are the errors of a proxy."""
    async with stranger(lambda _: response) as url:
        finding = await async_probe(hass, url)
    assert finding == Finding(problem=problem, status=response.status)


async def test_a_redirection_is_named_and_not_followed(hass: HomeAssistant, home: str) -> None:
    """Whether players follow is not known (protocol §6.3); where it leads to helps."""
    leads_on = Response(status=301, headers={"Location": f"{home}/login?secret=1"})
    async with stranger(lambda _: leads_on) as url:
        finding = await async_probe(hass, url)
    assert finding == Finding(problem=Problem.REDIRECTED, status=301, target=home)


async def test_a_proxy_that_home_assistant_does_not_trust(
    hass: HomeAssistant, make_home: MakeHome
) -> None:
    """Home Assistant itself answers with 400, until it trusts the proxy."""
    home = await make_home({})
    async with proxy(home, adds=FORWARDED) as url:
        finding = await async_probe(hass, url)
    assert finding == Finding(problem=Problem.PROXY_NOT_TRUSTED, status=400)


async def test_a_proxy_that_home_assistant_trusts(hass: HomeAssistant, make_home: MakeHome) -> None:
    """As the page on reachability says it is set up."""
    home = await make_home({"use_x_forwarded_for": True, "trusted_proxies": ["127.0.0.1"]})
    async with proxy(home, adds=FORWARDED) as url:
        assert await async_probe(hass, url) is None


async def test_a_proxy_that_drops_ranges(hass: HomeAssistant, home: str) -> None:
    """Players play, and cannot seek."""
    async with proxy(home, drops=frozenset({"range"})) as url:
        finding = await async_probe(hass, url)
    assert finding == Finding(problem=Problem.RANGES_DROPPED, status=200)
    assert finding.problem.is_doubt


async def test_a_path_is_taken_away_by_the_proxy_or_leads_nowhere(
    hass: HomeAssistant, home: str
) -> None:
    """Home Assistant is always at the root of a host."""
    async with proxy(home, prefix="/yoto") as url:
        assert await async_probe(hass, f"{url}/yoto") is None
    finding = await async_probe(hass, f"{home}/yoto")
    assert finding == Finding(problem=Problem.PREFIX, status=404)


async def test_a_certificate_that_is_publicly_trusted(
    hass: HomeAssistant, home: str, authority: Authority, tmp_path: Path
) -> None:
    """Then https works."""
    context = authority.server(tmp_path, host="127.0.0.1", valid_for=timedelta(days=1))
    async with proxy(home, context=context) as url:
        assert url.startswith("https://")
        assert await async_probe(hass, url) is None


@pytest.mark.parametrize(
    ("host", "days", "problem"),
    [
        pytest.param("127.0.0.1", -1, Problem.CERTIFICATE_EXPIRED, id="expired"),
        pytest.param("127.0.0.1", 4, Problem.CERTIFICATE_EXPIRED, id="not yet valid"),
        pytest.param("192.0.2.7", 1, Problem.CERTIFICATE_OTHER_NAME, id="another address"),
        pytest.param("home.example", 1, Problem.CERTIFICATE_OTHER_NAME, id="a name"),
    ],
)
async def test_a_certificate_that_does_not_fit(
    hass: HomeAssistant,
    home: str,
    authority: Authority,
    tmp_path: Path,
    host: str,
    days: int,
    problem: Problem,
) -> None:
    """Each fault has a text of its own."""
    context = authority.server(tmp_path, host=host, valid_for=timedelta(days=days))
    async with handshakes(context) as port:
        finding = await async_probe(hass, f"https://127.0.0.1:{port}")
    assert finding == Finding(problem=problem)


async def test_a_private_authority_is_no_public_one(
    hass: HomeAssistant, home: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even where Home Assistant itself trusts it: players do not (protocol §6.3)."""
    private = await asyncio.to_thread(Authority.new)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(private.trusted(tmp_path)))
    context = private.server(tmp_path, host="127.0.0.1", valid_for=timedelta(days=1))
    async with handshakes(context) as port:
        finding = await async_probe(hass, f"https://127.0.0.1:{port}")
    assert finding == Finding(problem=Problem.CERTIFICATE_PRIVATE)


async def test_a_certificate_that_signs_itself(
    hass: HomeAssistant, home: str, tmp_path: Path
) -> None:
    """Nobody vouches for it."""
    async with handshakes(server_context(tmp_path)) as port:
        finding = await async_probe(hass, f"https://127.0.0.1:{port}")
    assert finding == Finding(problem=Problem.CERTIFICATE_PRIVATE)


async def test_a_server_that_does_not_speak_tls(hass: HomeAssistant, home: str) -> None:
    """An https address of an http port."""
    async with handshakes(None) as port:
        finding = await async_probe(hass, f"https://127.0.0.1:{port}")
    assert finding == Finding(problem=Problem.NO_TLS)


async def test_nobody_there(
    hass: HomeAssistant, home: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A closed port, a host without an address, one that never answers, and what is no address."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        refused = await async_probe(hass, f"http://127.0.0.1:{closed.getsockname()[1]}")
    with patch("aiohttp.resolver.AsyncResolver.resolve", side_effect=OSError):
        unknown = await async_probe(hass, "http://nowhere.invalid")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setattr(probing, "_TIMEOUT", probing.ClientTimeout(total=0.1))
        late = await async_probe(hass, f"http://127.0.0.1:{silent.getsockname()[1]}")
    none = await async_probe(hass, "home.example.org")
    assert [finding and finding.problem for finding in (refused, unknown, late, none)] == [
        Problem.REFUSED,
        Problem.UNRESOLVABLE,
        Problem.TIMED_OUT,
        Problem.MALFORMED,
    ]
