"""The response, over real sockets: plain and TLS, HTTP/1.0 and 1.1."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
import errno
from http import HTTPStatus
from itertools import pairwise
import logging
import os
from pathlib import Path
import tracemalloc

from aiohttp import ClientPayloadError, ClientResponse, ClientSession, TCPConnector
import psutil
import pytest

from custom_components.yoto_smart_stream.audio.plan import plan_of_files
from custom_components.yoto_smart_stream.streaming import blocks, kernel

from .conftest import LARGE, SMALL, PlanServer
from .wire import Wire

GET = "GET / HTTP/1.1\nHost: x\n{fields}\n"
DEADLINE = 30

# A file or a socket that nobody closed fails the test.
pytestmark = pytest.mark.filterwarnings(
    "error::ResourceWarning", "error::pytest.PytestUnraisableExceptionWarning"
)


@pytest.fixture
async def client(server: PlanServer) -> AsyncIterator[ClientSession]:
    """Return a client that believes the server's certificate."""
    connector = TCPConnector(ssl=server.client_tls or True)
    async with ClientSession(server.url, connector=connector) as session:
        yield session


async def _eventually(is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(DEADLINE):
        while not is_so():  # noqa: ASYNC110 - the kernel and the executor set no event
            await asyncio.sleep(0.01)


def _open_files(server: PlanServer) -> int:
    """Count how often the served files are open in this process."""
    served = {str(path) for path in server.files}
    return sum(file.path in served for file in psutil.Process().open_files())


async def _assert_no_fault(caplog: pytest.LogCaptureFixture) -> None:
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_everything(server: PlanServer, client: ClientSession) -> None:
    """A plain GET brings all files, joined, and says what a player has to know."""
    async with client.get("/") as response:
        assert response.status == HTTPStatus.OK
        assert await response.read() == server.content()
        headers = response.headers
    plan = plan_of_files(server.files, "audio/mpeg")
    assert headers["Content-Length"] == str(SMALL + 2 * LARGE)
    assert headers["Content-Type"] == "audio/mpeg"
    assert headers["Accept-Ranges"] == "bytes"
    assert headers["Cache-Control"] == "private, no-cache"
    assert headers["ETag"] == f'"{plan.etag}"'
    assert headers["Last-Modified"] == plan.modified.strftime("%a, %d %b %Y %H:%M:%S GMT")
    assert "Content-Range" not in headers
    assert "Transfer-Encoding" not in headers
    await _eventually(lambda: not _open_files(server))


async def test_head_says_the_same_and_brings_nothing(
    server: PlanServer, client: ClientSession
) -> None:
    """HEAD has the header fields of GET, and no bytes."""
    async with client.get("/") as full:
        await full.read()
    async with client.head("/", headers={"Range": "bytes=0-9"}) as response:
        assert response.status == HTTPStatus.OK
        assert await response.read() == b""
    differing = {"Date"}
    assert {k: v for k, v in response.headers.items() if k not in differing} == {
        k: v for k, v in full.headers.items() if k not in differing
    }


_BORDERS = (0, SMALL, SMALL + LARGE, SMALL + 2 * LARGE)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        *((place, place) for border in _BORDERS for place in (border - 1, border)
          if 0 <= place < _BORDERS[-1]),
        (0, SMALL - 1),
        (0, 65_535),
        (0, 65_536),
        (SMALL - 1, SMALL),
        (5, SMALL + 100_000),
        (SMALL, SMALL + LARGE - 1),
        (SMALL + LARGE - 200_000, SMALL + LARGE + 200_000),
        (3, _BORDERS[-1] - 4),
        (_BORDERS[-1] - 500_000, _BORDERS[-1] - 1),
    ],
)  # fmt: skip
async def test_one_range(server: PlanServer, client: ClientSession, first: int, last: int) -> None:
    """A range brings exactly its bytes, within a file and across the borders."""
    async with client.get("/", headers={"Range": f"bytes={first}-{last}"}) as response:
        assert response.status == HTTPStatus.PARTIAL_CONTENT
        body = await response.read()
    assert response.headers["Content-Range"] == f"bytes {first}-{last}/{_BORDERS[-1]}"
    assert response.headers["Content-Length"] == str(last - first + 1)
    assert body == server.content()[first : last + 1]


async def test_open_and_suffix_ranges(server: PlanServer, client: ClientSession) -> None:
    """A player may ask from somewhere to the end, or for the end alone."""
    content = server.content()
    for field, expected in (
        (f"bytes={SMALL + 7}-", content[SMALL + 7 :]),
        ("bytes=-100", content[-100:]),
        ("bytes=-1999999", content[-1_999_999:]),
    ):
        async with client.get("/", headers={"Range": field}) as response:
            assert response.status == HTTPStatus.PARTIAL_CONTENT
            assert await response.read() == expected


@pytest.mark.parametrize("turn", [0, kernel.TURN_SECONDS])
async def test_many_clients_at_once(
    server: PlanServer, client: ClientSession, monkeypatch: pytest.MonkeyPatch, turn: float
) -> None:
    """Everybody gets everything, however short the turns and in whatever order."""
    monkeypatch.setattr(kernel, "TURN_SECONDS", turn)

    async def fetch(start: int) -> bool:
        async with client.get("/", headers={"Range": f"bytes={start}-"}) as response:
            return await response.read() == server.content()[start:]

    assert all(await asyncio.gather(*(fetch(number * 1000) for number in range(12))))


async def test_pieces_of_any_size_make_the_whole(server: PlanServer, client: ClientSession) -> None:
    """A player that fetches piece by piece hears what one that fetches all hears."""
    total = _BORDERS[-1]
    borders = [0, 1, 9, 10, 11, 70_000, 400_000, SMALL + LARGE, SMALL + LARGE + 1, total - 1, total]
    pieces = []
    for start, stop in pairwise(borders):
        async with client.get("/", headers={"Range": f"bytes={start}-{stop - 1}"}) as response:
            pieces.append(await response.read())
    assert b"".join(pieces) == server.content()


async def test_what_is_not_a_range(server: PlanServer, client: ClientSession) -> None:
    """Beyond the end is told with the size; several ranges and nonsense bring everything."""
    async with client.get("/", headers={"Range": "bytes=99999999-"}) as response:
        assert response.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
        assert response.headers["Content-Range"] == f"bytes */{_BORDERS[-1]}"
        assert await response.read() == b""
    for field in ("bytes=0-1,4-5", "bytes=x", "lines=1-2"):
        async with client.get("/", headers={"Range": field}) as response:
            assert response.status == HTTPStatus.OK
            assert await response.read() == server.content()
    async with client.get("/", headers=[("Range", "bytes=0-1"), ("Range", "bytes=2-3")]) as several:
        assert several.status == HTTPStatus.OK


async def _validators(client: ClientSession) -> tuple[str, str]:
    async with client.head("/") as response:
        return response.headers["ETag"], response.headers["Last-Modified"]


async def test_a_client_that_has_it_is_told_so(server: PlanServer, client: ClientSession) -> None:
    """304 by tag and by date, with the fields that keep a cache right and no body."""
    etag, modified = await _validators(client)
    for fields in ({"If-None-Match": etag}, {"If-Modified-Since": modified}):
        for method in ("GET", "HEAD"):
            async with client.request(method, "/", headers=fields) as response:
                assert response.status == HTTPStatus.NOT_MODIFIED
                assert await response.read() == b""
            assert response.headers["ETag"] == etag
            assert response.headers["Cache-Control"] == "private, no-cache"
            assert "Content-Length" not in response.headers
    async with client.get("/", headers={"If-Match": '"other"'}) as response:
        assert response.status == HTTPStatus.PRECONDITION_FAILED


async def test_resuming_after_a_change_starts_anew(
    server: PlanServer, client: ClientSession
) -> None:
    """If-Range gives a piece of the same representation, or all of the new one, never a mix."""
    etag, modified = await _validators(client)

    async def resume(if_range: str) -> ClientResponse:
        fields = {"Range": "bytes=5-8", "If-Range": if_range}
        async with client.get("/", headers=fields) as response:
            await response.read()
            return response

    for same in (etag, modified):
        assert (await resume(same)).status == HTTPStatus.PARTIAL_CONTENT
    os.utime(server.files[1], (1_900_000, 1_900_000))
    os.utime(server.files[2], (1_900_000, 1_900_000))
    os.utime(server.files[0], (1_900_000, 1_900_000))
    for old in (etag, modified):
        response = await resume(old)
        assert response.status == HTTPStatus.OK
        assert response.headers["ETag"] != etag


async def test_a_date_in_the_future_is_not_sent(server: PlanServer, client: ClientSession) -> None:
    """A file with a wrong clock still has its tag."""
    os.utime(server.files[0], (4_000_000_000, 4_000_000_000))
    async with client.head("/") as response:
        assert "Last-Modified" not in response.headers
        assert response.headers["ETag"]


async def test_a_vanished_file_before_the_answer(
    server: PlanServer, client: ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing to serve is 404, also where the file goes between planning and opening."""
    plan = server.load()
    server.files[0].unlink()
    async with client.get("/") as response:
        assert response.status == HTTPStatus.NOT_FOUND
    server.load = lambda: plan
    for field in ("bytes=0-9", "bytes=0-"):
        async with client.get("/", headers={"Range": field}) as response:
            assert response.status == HTTPStatus.NOT_FOUND
            assert await response.read() == b""
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.parametrize("change", ["remove", "touch", "shorten"])
async def test_a_file_that_changes_later_ends_the_connection(
    server: PlanServer, caplog: pytest.LogCaptureFixture, change: str
) -> None:
    """A player gets the bytes of the planned file or none, and sees that some are missing."""
    content = server.content()
    async with Wire.open(server.port, server.client_tls) as wire:
        wire.send(GET.format(fields=""))
        _, status, headers = await wire.headers()
        await _eventually(lambda: _open_files(server) == 1)
        last = server.files[2]
        match change:
            case "remove":
                last.unlink()
            case "touch":
                os.utime(last, (1, 1))
            case _:
                os.truncate(last, LARGE - 1)
        body = await wire.rest()
    assert (status, headers["Content-Length"]) == (HTTPStatus.OK, str(_BORDERS[-1]))
    assert body == content[: SMALL + LARGE]
    assert "changed while it was streamed" in caplog.text
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
    await _eventually(lambda: not _open_files(server))


async def test_a_file_that_gets_shorter_while_it_is_sent(
    server: PlanServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Bytes that are gone are not made up."""
    content = server.content()
    async with Wire.open(server.port, server.client_tls) as wire:
        wire.send(GET.format(fields=f"Range: bytes={SMALL}-{SMALL + LARGE - 1}\n"))
        await wire.headers()
        await _eventually(lambda: _open_files(server) == 1)
        os.truncate(server.files[1], LARGE - 1)
        body = await wire.rest()
    assert body == content[SMALL : SMALL + LARGE - 1]
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_a_client_that_leaves(server: PlanServer, caplog: pytest.LogCaptureFixture) -> None:
    """A player that is switched off is no fault, and its file is closed."""
    for leave in ("abort", "close"):
        async with Wire.open(server.port, server.client_tls) as wire:
            wire.send(GET.format(fields=""))
            await wire.headers()
            await _eventually(lambda: _open_files(server) == 1)
            if leave == "abort":
                wire.abort()
        await _eventually(lambda: not _open_files(server))
    await _assert_no_fault(caplog)


async def test_a_client_that_leaves_before_the_answer(
    server: PlanServer, one_thread: None, caplog: pytest.LogCaptureFixture
) -> None:
    """A file that is opened for somebody who has gone meanwhile is closed again."""
    plan = server.load()
    asked, left = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    async def gone() -> None:
        await left.wait()

    def slow() -> object:
        loop.call_soon_threadsafe(asked.set)
        asyncio.run_coroutine_threadsafe(gone(), loop).result(DEADLINE)
        return plan

    server.load = slow  # type: ignore[assignment]
    async with Wire.open(server.port, server.client_tls) as wire:
        wire.send(GET.format(fields=f"Range: bytes={SMALL}-\n"))
        await asked.wait()
        wire.abort()
    await asyncio.sleep(0.05)
    left.set()
    await loop.run_in_executor(None, lambda: None)
    await _eventually(lambda: not _open_files(server))
    await _assert_no_fault(caplog)


async def test_http_1_0(server: PlanServer) -> None:
    """A client of the old version gets the length, and an end by closing."""
    async with Wire.open(server.port, server.client_tls) as wire:
        wire.send("GET / HTTP/1.0\n\n")
        version, status, headers = await wire.headers()
        assert (version, status) == ("HTTP/1.0", HTTPStatus.OK)
        assert headers["Content-Length"] == str(_BORDERS[-1])
        assert "Transfer-Encoding" not in headers
        assert await wire.rest() == server.content()


async def test_http_1_0_that_wants_to_stay(server: PlanServer) -> None:
    """The old version keeps its connection where both say so."""
    stay = "GET / HTTP/1.0\nConnection: keep-alive\nRange: bytes=0-99999\n\n"
    async with Wire.open(server.port, server.client_tls) as wire:
        for _ in range(2):
            wire.send(stay)
            answer = await wire.answer()
            assert (answer.version, answer.status) == ("HTTP/1.0", HTTPStatus.PARTIAL_CONTENT)
            assert answer.headers["Connection"] == "keep-alive"
            assert answer.body == server.content()[:100_000]


async def test_every_answer_ends_where_it_says(server: PlanServer) -> None:
    """On one connection, all at once: no answer runs into the next one."""
    content = server.content()
    etag = f'"{server.load().etag}"'
    requests = [
        ("GET", "Range: bytes=0-9\n", 206, content[:10]),
        ("HEAD", "", 200, b""),
        ("GET", "Range: bytes=99999999-\n", 416, b""),
        ("GET", f"If-None-Match: {etag}\n", 304, b""),
        ("GET", 'If-Match: "other"\n', 412, b""),
        ("GET", "Range: bytes=5-300000\n", 206, content[5:300_001]),
        ("HEAD", f"If-None-Match: {etag}\n", 304, b""),
        ("GET", "Connection: close\n", 200, content),
    ]
    async with Wire.open(server.port, server.client_tls) as wire:
        for method, fields, *_ in requests:
            wire.send(f"{method} / HTTP/1.1\nHost: x\n{fields}\n")
        for method, _, status, body in requests:
            answer = await wire.answer(is_head=method == "HEAD")
            assert (answer.status, answer.body) == (status, body)
        assert await wire.rest() == b""


async def test_a_slow_client_that_asks_for_much_at_once(narrow_server: PlanServer) -> None:
    """What waits for a slow client is not overtaken by the file that comes after it."""
    content = narrow_server.content()
    # Two small answers fit into what a transport lets wait before it holds back the writer.
    ranges = [(0, 30_000), (1_000, 31_000), (SMALL + 500, SMALL + 200_000)]
    async with Wire.open(narrow_server.port, narrow_server.client_tls) as wire:
        for start, stop in ranges:
            wire.send(GET.format(fields=f"Range: bytes={start}-{stop - 1}\n"))
        if narrow_server.client_tls is None:
            # The third answer has begun while the others are still waiting.
            await _eventually(lambda: _open_files(narrow_server) == 1)
        for start, stop in ranges:
            assert (await wire.answer()).body == content[start:stop]


async def test_a_client_that_pauses_and_goes_on(
    server: PlanServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a pause of any length the stream goes on where it was."""
    monkeypatch.setattr(blocks, "_PATIENCE_SECONDS", 0.01)
    content = server.content()
    async with Wire.open(server.port, server.client_tls) as wire:
        wire.send(GET.format(fields=""))
        await wire.headers()
        body = b""
        while len(body) < len(content):
            await asyncio.sleep(0.05)
            body += await wire.take(min(700_000, len(content) - len(body)))
    assert body == content


async def test_many_paused_listeners_hold_no_thread(
    server: PlanServer, client: ClientSession, one_thread: None
) -> None:
    """A hundred players on pause, and the next one is served at once, with a single thread."""
    async with AsyncExitStack() as stack:
        wires = [
            await stack.enter_async_context(Wire.open(server.port, server.client_tls))
            for _ in range(100)
        ]
        for wire in wires:
            wire.send(GET.format(fields=""))
            await wire.headers()
        await _eventually(lambda: _open_files(server) == len(wires))
        async with asyncio.timeout(DEADLINE), client.get("/") as response:
            assert await response.read() == server.content()
        # The first of them goes on where it stopped.
        assert await asyncio.wait_for(wires[0].take(LARGE), DEADLINE) == server.content()[:LARGE]
    await _eventually(lambda: not _open_files(server))


async def test_a_paused_listener_keeps_little(
    server: PlanServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A player on pause costs its connection, and not what it has not taken yet."""
    monkeypatch.setattr(blocks, "_PATIENCE_SECONDS", 0.01)
    tracemalloc.start()
    try:
        async with AsyncExitStack() as stack:
            for _ in range(20):
                wire = await stack.enter_async_context(Wire.open(server.port, server.client_tls))
                wire.send(GET.format(fields=""))
                await wire.headers()
            await _eventually(lambda: _open_files(server) == 20)
            # Of a TLS connection, asyncio itself keeps 256 KiB on each side.
            own = 0 if server.client_tls is None else 2 * 256 * 1024
            await _eventually(lambda: tracemalloc.get_traced_memory()[0] < 20 * (own + 400_000))
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("number", [errno.ETIMEDOUT, errno.EHOSTUNREACH, errno.EIO])
async def test_a_connection_that_breaks(
    server: PlanServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    number: int,
) -> None:
    """A player out of reach is no fault; a broken disk is one, which is told in one line."""
    work: dict[str, Callable[..., object]] = {"sendfile": os.sendfile, "pread": os.pread}
    calls = Counter[str]()

    def breaking(name: str) -> Callable[..., object]:
        def call(*args: int) -> object:
            calls[name] += 1
            if calls[name] > 1:
                raise OSError(number, "broken")
            return work[name](*args)

        return call

    for name in work:
        monkeypatch.setattr(os, name, breaking(name))
    async with Wire.open(server.port, server.client_tls) as wire:
        wire.send(GET.format(fields=f"Range: bytes={SMALL}-\n"))
        assert len(await wire.rest()) < LARGE
    told = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert told == (
        ["The disk failed while a file was streamed; the connection is closed"]
        if number == errno.EIO
        else []
    )


async def test_a_broken_stream_is_seen_by_a_client(
    server: PlanServer, client: ClientSession
) -> None:
    """An ordinary client notices that the end is missing."""
    plan = server.load()
    server.files[2].unlink()
    server.load = lambda: plan
    async with client.get("/") as response:
        assert response.status == HTTPStatus.OK
        with pytest.raises(ClientPayloadError):
            await response.read()


async def test_a_file_system_without_sendfile(
    server: PlanServer,
    client: ClientSession,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """Where the kernel cannot send a file by itself, it is read and written."""

    def refuse(*_args: object) -> int:
        raise OSError("This file system cannot do that")

    monkeypatch.setattr(os, "sendfile", refuse)
    async with client.get("/") as response:
        assert await response.read() == server.content()
