"""Fetching pictures."""

from collections.abc import AsyncIterator

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
import pytest

from custom_components.yoto_smart_stream.pictures.errors import (
    PictureBrokenError,
    PictureUnreachableError,
)
from custom_components.yoto_smart_stream.pictures.fetching import fetch_picture

FILES = {
    "png": (b"\x89PNG\r\n\x1a\n" + b"x" * 100_000, "image/png"),
    "jpeg": (b"\xff\xd8\xff\xe0...", "image/jpeg"),
    "gif": (b"GIF89a...", "image/gif"),
    "webp": (b"RIFF\x10\0\0\0WEBPVP8 ...", "image/webp"),
}


@pytest.fixture
async def server(socket_enabled: None) -> AsyncIterator[TestServer]:
    """Serve files in the way of a store that does not know what they are."""

    async def serve(request: web.Request) -> web.Response:
        match request.match_info["name"]:
            case "text":
                body = b"<html>"
            case "enormous":
                body = b"GIF89a" + bytes(11 * 1024 * 1024)
            case "gone":
                raise web.HTTPForbidden
            case name:
                body = FILES[name][0]
        return web.Response(body=body, content_type="application/octet-stream")

    app = web.Application()
    app.router.add_get("/{name}", serve)
    server = TestServer(app)
    await server.start_server()
    yield server
    await server.close()


@pytest.mark.parametrize("name", FILES)
async def test_a_picture_is_known_by_its_content(server: TestServer, name: str) -> None:
    """Whatever the server calls it."""
    async with aiohttp.ClientSession() as session:
        picture = await fetch_picture(session, str(server.make_url(f"/{name}")))
    assert (picture.content, picture.content_type) == FILES[name]


@pytest.mark.parametrize("name", ["text", "enormous"])
async def test_what_is_no_picture_is_refused(server: TestServer, name: str) -> None:
    """Before anybody is shown it, and without reading more than a picture can have."""
    async with aiohttp.ClientSession() as session:
        with pytest.raises(PictureBrokenError):
            await fetch_picture(session, str(server.make_url(f"/{name}")))


async def test_what_cannot_be_had_is_said_to_be_out_of_reach(
    server: TestServer, unused_tcp_port: int
) -> None:
    """A refusal, nobody there, and an address that is none."""
    async with aiohttp.ClientSession() as session:
        for url in (
            str(server.make_url("/gone")),
            f"http://127.0.0.1:{unused_tcp_port}/png",
            "http://[",
        ):
            with pytest.raises(PictureUnreachableError):
                await fetch_picture(session, url)
