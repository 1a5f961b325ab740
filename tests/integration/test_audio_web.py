"""Importing from an address of the web: what comes in, and what is refused."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
import socket
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import pytest

from custom_components.yoto_smart_stream.library.settings import LibrarySettings
from custom_components.yoto_smart_stream.sources import public

from . import settle
from .shelf import Shelf

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@pytest.fixture
def _loopback_is_public(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the server of a test count as one of the public internet; nothing else does."""
    monkeypatch.setattr(public, "is_public", lambda address: address == "127.0.0.1")


class Server:
    """A server of the web, which answers as a test tells it."""

    def __init__(self) -> None:
        """Start with nothing asked."""
        self.asked: list[str] = []
        self.answer: Handler = _not_found
        self._server = TestServer(self._app())

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """Return an address of the server."""
        return f"http://{host}:{self._server.port}{path}"

    async def __aenter__(self) -> Server:
        """Start."""
        await self._server.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        await self._server.close()

    def _app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/{path:.*}", self._get)
        return app

    async def _get(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        return await self.answer(request)


async def _not_found(_: web.Request) -> web.StreamResponse:
    return web.Response(status=404)


@pytest.fixture
async def server(socket_enabled: None) -> AsyncIterator[Server]:
    """Run a server."""
    async with Server() as server:
        yield server


def gives(content: bytes) -> Handler:
    """Answer with a file."""

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(body=content, content_type="text/plain")

    return answer


def leads_to(location: str) -> Handler:
    """Answer with a redirect."""

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": location})

    return answer


async def endless(request: web.Request) -> web.StreamResponse:
    """Answer with audio that never ends, and does not say so."""
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(bytes(64 * 1024))


async def silent(request: web.Request) -> web.StreamResponse:
    """Begin an answer and never go on."""
    response = web.StreamResponse()
    await response.prepare(request)
    await response.write(b"ID3")
    await asyncio.Event().wait()
    return response


@pytest.mark.usefixtures("_loopback_is_public")
async def test_a_file_of_the_web_is_imported(shelf: Shelf, server: Server) -> None:
    """Its name gives the title, and no secret of the address is kept."""
    path = await shelf.sound("fox.ogg")
    server.answer = gives(await asyncio.to_thread(path.read_bytes))
    address = server.url("/stories/The%20Fox.ogg?token=secret").replace("//", "//me:word@")
    came = await shelf.ask("import_audio", media=address, author="Ann")
    assert (came["outcome"], came["title"]) == ("added", "The Fox")
    (found,) = await shelf.found(audio_id="the-fox")
    assert found["source"] == "url"
    assert found["source_reference"] == server.url("/stories/The%20Fox.ogg")
    assert await shelf.leftovers() == []


@pytest.mark.usefixtures("_loopback_is_public")
async def test_a_redirect_is_followed(shelf: Shelf, server: Server) -> None:
    """As the addresses of podcasts need it."""
    content = await asyncio.to_thread((await shelf.sound("fox.ogg")).read_bytes)

    async def answer(request: web.Request) -> web.StreamResponse:
        other = leads_to("/real.ogg") if request.path == "/first" else gives(content)
        return await other(request)

    server.answer = answer
    came = await shelf.ask("import_audio", media=server.url("/first"))
    assert came["title"] == "real"
    assert server.asked == ["/first", "/real.ogg"]


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "0.0.0.0",  # noqa: S104 - an address to fetch from
        "2130706433",
        "[::ffff:127.0.0.1]",
    ],
)
async def test_this_machine_is_never_asked(shelf: Shelf, server: Server, host: str) -> None:
    """However its address is written."""
    with pytest.raises(ServiceValidationError, match=r"of a home network|not an address"):
        await shelf.ask("import_audio", media=server.url("/a.mp3", host))
    assert server.asked == []
    assert await shelf.leftovers() == []


async def test_a_name_that_leads_home_is_not_followed(
    shelf: Shelf, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What counts is where the connection goes, not what the name led to a moment before."""

    def lookup(*_: object, **__: object) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80))]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    with pytest.raises(ServiceValidationError, match="address of a home network"):
        await shelf.ask("import_audio", media=server.url("/a.mp3", "story.example"))
    assert server.asked == []


@pytest.mark.usefixtures("_loopback_is_public")
async def test_a_redirect_that_leads_home_is_not_followed(shelf: Shelf, server: Server) -> None:
    """Every connection is judged, not the first only."""
    server.answer = leads_to("http://127.0.0.2:8123/api/secret")
    with pytest.raises(ServiceValidationError, match="address of a home network"):
        await shelf.ask("import_audio", media=server.url("/a.mp3"))
    assert server.asked == ["/a.mp3"]


@pytest.mark.usefixtures("_loopback_is_public")
@pytest.mark.parametrize(
    ("answer", "said"),
    [
        pytest.param(_not_found, "status 404", id="not there"),
        pytest.param(leads_to("ftp://127.0.0.1/a"), "not an address", id="to ftp"),
        pytest.param(leads_to("/again"), "too many redirects", id="in circles"),
        pytest.param(gives(b"<html>"), "HTML, which cannot", id="a page"),
        pytest.param(gives(bytes(1024 * 1024 + 1)), "more than 1 MiB", id="too big"),
        pytest.param(endless, "more than 1 MiB", id="endless"),
    ],
)
async def test_what_cannot_be_fetched_is_explained(
    shelf: Shelf, server: Server, answer: Handler, said: str
) -> None:
    """And nothing of it is left."""
    await shelf.catalog.async_change_settings(LibrarySettings(url_mib=1))
    server.answer = answer
    with pytest.raises(ServiceValidationError, match=said):
        await shelf.ask("import_audio", media=server.url("/a.mp3"))
    assert await shelf.found() == []
    assert await shelf.leftovers() == []


@pytest.mark.usefixtures("_loopback_is_public")
async def test_a_download_that_takes_too_long_is_given_up(
    shelf: Shelf, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time is that of the options."""
    monkeypatch.setattr(LibrarySettings, "url_time", timedelta(seconds=0.2))
    server.answer = silent
    with pytest.raises(ServiceValidationError, match="not complete after"):
        await shelf.ask("import_audio", media=server.url("/a.mp3"))
    assert await shelf.leftovers() == []


@pytest.mark.usefixtures("_loopback_is_public")
async def test_a_cancelled_download_leaves_nothing(shelf: Shelf, server: Server) -> None:
    """Neither a file nor an open connection."""
    server.answer = silent
    asked = asyncio.create_task(shelf.ask("import_audio", media=server.url("/a.mp3")))
    await settle(lambda: bool(server.asked))
    (job,) = shelf.catalog.jobs.running
    await shelf.catalog.jobs.cancel(job.job_id)
    with pytest.raises(HomeAssistantError, match="was cancelled"):
        await asked
    assert await shelf.leftovers() == []


@pytest.mark.usefixtures("_loopback_is_public")
async def test_nobody_at_an_address_is_explained(shelf: Shelf, unused_tcp_port: int) -> None:
    """With the reason that the network gives."""
    with pytest.raises(ServiceValidationError, match="could not be fetched: Connection refused"):
        await shelf.ask("import_audio", media=f"http://127.0.0.1:{unused_tcp_port}/a.mp3")
