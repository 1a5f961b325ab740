"""Uploading audio by HTTP, as a browser or curl does it."""

import asyncio
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path
from typing import Any
from unittest.mock import patch

from aiohttp import FormData
from homeassistant.helpers.storage import UnsupportedStorageVersionError
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.yoto_smart_stream.library.settings import LibrarySettings

from . import settle
from .shelf import Shelf

URL = "/api/yoto_smart_stream/audio"
MIB = 1024 * 1024


async def upload(
    shelf: Shelf, content: object, name: str = "fox.mp3", **fields: str
) -> dict[str, Any]:
    """Send a form and return the answer with its status."""
    form = FormData(quote_fields=False)
    for field, text in fields.items():
        form.add_field(field, text)
    form.add_field("file", content, filename=name, content_type="audio/mpeg")
    answer = await shelf.client.post(URL, data=form)
    return {"status": answer.status, **await answer.json()}


async def read(path: Path) -> bytes:
    """Return the content of a file."""
    return await asyncio.to_thread(path.read_bytes)


async def test_a_file_is_uploaded(shelf: Shelf) -> None:
    """With a name that says something else, and what people say of it."""
    content = await read(await shelf.sound("fox.flac"))
    came = await upload(
        shelf, content, "C:\\My fox.mp3", title=" The fox ", author="Ann", tags="bedtime, animals"
    )
    assert (came["status"], came["outcome"], came["title"]) == (HTTPStatus.OK, "added", "The fox")
    (found,) = await shelf.found(audio_id=came["audio_id"])
    assert (found["author"], found["tags"]) == ("Ann", ["bedtime", "animals"])
    assert found["source"] == "upload"
    assert await shelf.leftovers() == []


async def test_the_name_of_the_file_is_the_title_where_nothing_else_is(shelf: Shelf) -> None:
    """Not that which it bears on the disk."""
    came = await upload(shelf, await read(await shelf.sound("a.wav")), "Die Füchsin.wav")
    assert came["title"] == "Die Füchsin"


async def test_an_upload_takes_the_place_of_an_item(shelf: Shelf) -> None:
    """The id stays."""
    first = await upload(shelf, await read(await shelf.sound("a.wav")), title="Fox")
    other = await read(await shelf.sound("b.wav", source="sine=f=880:d=1,volume=2"))
    second = await upload(shelf, other, replace="Fox")
    assert (second["audio_id"], second["outcome"]) == (first["audio_id"], "replaced")


async def test_a_login_is_needed(shelf: Shelf, hass_client_no_auth: ClientSessionGenerator) -> None:
    """Nobody else puts anything into the library."""
    client = await hass_client_no_auth()
    answer = await client.post(URL, data={"file": "x"})
    assert answer.status == HTTPStatus.UNAUTHORIZED
    assert await shelf.found() == []


async def test_more_than_home_assistant_takes_elsewhere_comes_in(shelf: Shelf) -> None:
    """Its server stops at 16 MiB; the library has a limit of its own."""
    path = await shelf.sound("long.wav", source="sine=f=440:d=210,volume=2")
    content = await read(path)
    assert len(content) > 17 * MIB
    came = await upload(shelf, content)
    assert came["outcome"] == "added"


@pytest.mark.parametrize("tells", [True, False], ids=["told", "untold"])
async def test_too_much_is_refused(shelf: Shelf, *, tells: bool) -> None:
    """Whether or not the sender says how much comes, and nothing is left of it."""
    await shelf.catalog.async_change_settings(LibrarySettings(upload_mib=1))

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(3 * 16):
            yield bytes(MIB // 16)

    came = await upload(shelf, bytes(3 * MIB) if tells else pieces())
    assert came["status"] == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert came["code"] == "too_big"
    assert "more than 1 MiB" in came["message"]
    assert await shelf.leftovers() == []


async def test_as_much_as_is_allowed_is_taken(shelf: Shelf) -> None:
    """The limit is that of the file, not of the form around it."""
    await shelf.catalog.async_change_settings(LibrarySettings(upload_mib=1))
    content = await read(await shelf.sound("fox.wav", source="sine=f=440:d=5,volume=2"))
    padded = content + bytes(MIB - len(content))
    assert (await upload(shelf, padded))["outcome"] == "added"
    assert (await upload(shelf, padded + b"1"))["status"] == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


@pytest.mark.parametrize(
    ("content", "status", "code", "said"),
    [
        pytest.param(b"", 422, "empty", "fox.mp3 is an empty file", id="empty"),
        pytest.param(b"%PDF-1.7" + bytes(99), 415, "unsupported", "is PDF", id="pdf"),
        pytest.param(b"fLaC" + bytes(2000), 422, "broken", "looks like FLAC", id="broken"),
    ],
)
async def test_a_bad_file_is_explained(
    shelf: Shelf, content: bytes, status: int, code: str, said: str
) -> None:
    """In JSON, and nothing is left of it."""
    came = await upload(shelf, content)
    assert (came["status"], came["code"]) == (status, code)
    assert said in came["message"]
    assert await shelf.found() == []
    assert await shelf.leftovers() == []


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        pytest.param(b"{}", "application/json", "malformed", id="json"),
        pytest.param(b"", "multipart/form-data", "malformed", id="no border"),
        pytest.param(b"nothing", "multipart/form-data; boundary=b", "malformed", id="no parts"),
        pytest.param(b"--b\r\nnothing", "multipart/form-data; boundary=b", "malformed", id="cut"),
        pytest.param(
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc',
            "multipart/form-data; boundary=b",
            "malformed",
            id="cut file",
        ),
        pytest.param(
            b'--b\r\nContent-Disposition: form-data; name="title"\r\n\r\nFox\r\n--b--\r\n',
            "multipart/form-data; boundary=b",
            "no_file",
            id="no file",
        ),
        pytest.param(
            b'--b\r\nContent-Disposition: form-data; name="tilte"\r\n\r\nFox\r\n--b--\r\n',
            "multipart/form-data; boundary=b",
            "unknown_field",
            id="misspelt",
        ),
        pytest.param(
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc\r\n'
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="b"\r\n\r\nabc\r\n'
            b"--b--\r\n",
            "multipart/form-data; boundary=b",
            "two_files",
            id="two files",
        ),
    ],
)
async def test_a_form_that_is_none_is_explained(
    shelf: Shelf, body: bytes, kind: str, code: str
) -> None:
    """With what to send in its place."""
    answer = await shelf.client.post(URL, data=body, headers={"Content-Type": kind})
    assert answer.status == HTTPStatus.BAD_REQUEST
    told = await answer.json()
    assert told["code"] == code
    assert "file" in told["message"]
    assert await shelf.leftovers() == []


async def test_a_text_without_end_is_refused(shelf: Shelf) -> None:
    """Only the file may be long."""
    came = await upload(shelf, b"x", title="a" * 70_000)
    assert came["status"] == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


async def test_a_wrong_name_to_replace_is_explained(shelf: Shelf) -> None:
    """After the upload, but before any work on it."""
    came = await upload(shelf, await read(await shelf.sound("a.wav")), replace="nobody")
    assert (came["status"], came["code"]) == (HTTPStatus.NOT_FOUND, "unknown_audio")
    assert await shelf.leftovers() == []


async def test_who_leaves_in_the_middle_leaves_nothing(shelf: Shelf) -> None:
    """A phone that loses its network is no reason for a full disk."""

    async def some() -> AsyncIterator[bytes]:
        yield bytes(MIB)
        await asyncio.Event().wait()

    sending = asyncio.create_task(upload(shelf, some()))
    arriving = shelf.catalog.collection.storage.arriving("any").parent
    await settle(lambda: any(path.stat().st_size for path in arriving.iterdir()))
    sending.cancel()
    await asyncio.wait([sending])
    await settle(lambda: not list(arriving.iterdir()))
    assert await shelf.found() == []


async def test_a_library_that_cannot_be_used_is_told(shelf: Shelf) -> None:
    """Before anything is read."""
    broken = UnsupportedStorageVersionError("yoto_smart_stream.library", 2, 1)
    with patch(
        "custom_components.yoto_smart_stream.sources.refusals.async_get_catalog",
        side_effect=broken,
    ):
        came = await upload(shelf, b"x")
    assert (came["status"], came["code"]) == (HTTPStatus.SERVICE_UNAVAILABLE, "library")
    assert "later version" in came["message"]


async def test_an_upload_whose_job_is_cancelled_is_told(shelf: Shelf) -> None:
    """By whoever looks at the jobs."""
    long = "sine=f=440:d=600,volume=2"
    content = await read(await shelf.sound("long.wav", source=long))
    sending = asyncio.create_task(upload(shelf, content))
    await settle(lambda: bool(shelf.catalog.jobs.running))
    await shelf.catalog.jobs.cancel(shelf.catalog.jobs.running[0].job_id)
    came = await sending
    assert (came["status"], came["code"]) == (HTTPStatus.INTERNAL_SERVER_ERROR, "cancelled")
    assert await shelf.leftovers() == []


async def test_an_upload_that_the_end_of_home_assistant_meets_is_told(shelf: Shelf) -> None:
    """Nothing new is begun then."""
    await shelf.catalog.jobs.close()
    came = await upload(shelf, await read(await shelf.sound("fox.wav")))
    assert (came["status"], came["code"]) == (HTTPStatus.SERVICE_UNAVAILABLE, "closed")
    assert await shelf.leftovers() == []
