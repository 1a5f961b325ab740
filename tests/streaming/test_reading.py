"""Many parts: few executor jobs, few open files, and the bytes of the plan whatever happens."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from functools import partial
from itertools import accumulate, pairwise
import os
from pathlib import Path
import tempfile
import tracemalloc

from aiohttp import ClientSession, TCPConnector
from hypothesis import given, settings, strategies as st
import psutil
import pytest

from custom_components.yoto_smart_stream.audio.plan import Part, Plan, plan_of_files
from custom_components.yoto_smart_stream.streaming import response
from custom_components.yoto_smart_stream.streaming.reading import (
    MOST_READ,
    SMALL_PART,
    OpenPart,
    PartChangedError,
    Portion,
    Reader,
)

from .conftest import PlanServer
from .test_response import DEADLINE, GET, _eventually
from .wire import Wire

pytestmark = pytest.mark.filterwarnings(
    "error::ResourceWarning", "error::pytest.PytestUnraisableExceptionWarning"
)


def _plan(folder: Path, sizes: list[int]) -> Plan:
    """Make files of some sizes, each with bytes of its own, and plan them."""
    paths = []
    for number, size in enumerate(sizes):
        path = folder / f"part {number}.mp3"
        path.write_bytes(bytes((number * 7 + index) % 251 for index in range(1009)) * 400)
        os.truncate(path, size)
        paths.append(path)
    return plan_of_files(paths, "audio/mpeg")


def _content(plan: Plan) -> bytes:
    return b"".join(part.path.read_bytes() for part in plan.parts)


def _bytes_of(portion: Portion) -> bytes:
    """Return what a client would get of a portion."""
    return b"".join(
        os.pread(piece.file.fileno(), piece.length, piece.offset)
        if isinstance(piece, OpenPart)
        else piece
        for piece in portion.pieces
    )


_SIZES = st.one_of(
    st.integers(1, 200), st.integers(SMALL_PART - 1, SMALL_PART + 1), st.just(3 * SMALL_PART)
)


@settings(max_examples=60, deadline=None)
@given(sizes=st.lists(_SIZES, min_size=1, max_size=12), most=st.integers(1, 5))
def test_portions_are_the_plan(sizes: list[int], most: int) -> None:
    """Joined, portions are the plan; each has few files and bytes, and closes the one before."""
    with tempfile.TemporaryDirectory() as folder:
        plan = _plan(Path(folder), sizes)
        reader = Reader(plan.slices(0, plan.total))
        found, portion = b"", Portion()
        while (following := reader.portion(portion, most)).pieces:
            assert not portion.has_open
            portion = following
            found += _bytes_of(portion)
            assert portion.files <= most
            held = {piece for piece in portion.pieces if isinstance(piece, bytes)}
            assert sum(map(len, held)) <= MOST_READ
            large = [piece for piece in portion.pieces if isinstance(piece, OpenPart)]
            assert all(piece.length > SMALL_PART for piece in large)
        assert not portion.has_open
        assert found == _content(plan)


def test_what_comes_before_a_changed_part_is_read_first(tmp_path: Path) -> None:
    """A part that has changed ends the stream where it begins, and not before."""
    for last in (50, 3 * SMALL_PART):
        plan = _plan(tmp_path, [100, 200, last])
        plan.parts[2].path.unlink()
        reader = Reader(plan.slices(0, plan.total))
        assert _bytes_of(reader.portion(Portion(), 4)) == _content(_first(plan, 2))
        with pytest.raises(PartChangedError):
            reader.portion(Portion(), 4)


def _first(plan: Plan, count: int) -> Plan:
    return Plan(parts=plan.parts[:count], content_type=plan.content_type)


class _Jobs:
    """Count the executor jobs of the response."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        portion = Reader.portion

        def counted(reader: Reader, used: Portion, most_files: int) -> Portion:
            self.count += 1
            return portion(reader, used, most_files)

        monkeypatch.setattr(Reader, "portion", counted)


@pytest.fixture
async def client(server: PlanServer) -> AsyncIterator[ClientSession]:
    """Return a client that believes the server's certificate."""
    connector = TCPConnector(ssl=server.client_tls or True)
    async with ClientSession(server.url, connector=connector) as session:
        yield session


async def test_gaps_cost_no_jobs_of_their_own(
    server: PlanServer, client: ClientSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hundred songs with gaps between them need no more jobs than there are songs."""
    jobs = _Jobs(monkeypatch)
    song, gap = _plan(tmp_path, [SMALL_PART + 1, 8000]).parts
    plan = Plan(parts=(song, gap) * 100, content_type="audio/mpeg")
    server.load = lambda: plan
    async with client.get("/") as answer:
        assert await answer.read() == _content(plan)
    assert jobs.count <= 101
    jobs.count = 0
    gaps = Plan(parts=(gap,) * 160, content_type="audio/mpeg")
    server.load = lambda: gaps
    async with client.get("/") as answer:
        assert await answer.read() == _content(gaps)
    assert jobs.count == 8000 * 160 // (MOST_READ - MOST_READ % 8000) + 1


async def test_ranges_over_many_borders(
    server: PlanServer, client: ClientSession, tmp_path: Path
) -> None:
    """A range that begins and ends in the middle of parts of any size brings exactly its bytes."""
    sizes = [10, 70_000, 8000, 300_000, 1, 65_536, 65_537, 8000]
    plan = _plan(tmp_path, sizes)
    server.load = lambda: plan
    content = _content(plan)
    borders = sorted({0, *(place + shift for place in accumulate(sizes) for shift in (-3, 2))})
    for start, stop in pairwise(border for border in borders if border <= plan.total):
        async with client.get("/", headers={"Range": f"bytes={start}-"}) as answer:
            assert await answer.read() == content[start:]
        async with client.get("/", headers={"Range": f"bytes={start}-{stop - 1}"}) as answer:
            assert await answer.read() == content[start:stop]


async def test_no_sendfile_in_the_middle(
    server: PlanServer, client: ClientSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where one file cannot be sent by the kernel, it and those behind it come all the same."""
    plan = _plan(tmp_path, [100, 80_000, 8000, 90_000, 8000, 100_000])
    refused = plan.parts[3].path.stat().st_ino
    sendfile = os.sendfile

    def refuse(out: int, source: int, offset: int, count: int) -> int:
        if os.fstat(source).st_ino == refused:
            raise OSError("This file system cannot do that")
        return sendfile(out, source, offset, count)

    monkeypatch.setattr(os, "sendfile", refuse)
    server.load = lambda: plan
    async with client.get("/") as answer:
        assert await answer.read() == _content(plan)


def _open_parts(plan: Plan) -> int:
    """Count how often the files of a plan are open in this process."""
    paths = {str(part.path) for part in plan.parts}
    return sum(file.path in paths for file in psutil.Process().open_files())


async def test_many_slow_clients(
    narrow_server: PlanServer, one_thread: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They hold no thread, one file each, and little memory; the next one is served at once."""
    server = narrow_server
    # Those that were fast until the buffers were full have a few more.
    spare = 4
    monkeypatch.setattr(response, "_SPARE_FILES", response.SpareFiles(spare))
    song, gap = _plan(tmp_path, [100_000, 8000]).parts
    songs = Plan(parts=(song, gap) * 200, content_type="audio/mpeg")
    gaps = Plan(parts=(gap,) * 2000, content_type="audio/mpeg")
    # What TLS itself costs, in time above all, is asyncio's.
    count = 200 if server.client_tls is None else 40
    connector = TCPConnector(ssl=server.client_tls or True)
    async with AsyncExitStack() as stack:
        tracemalloc.start()
        wires = []
        for number in range(count):
            plan = songs if number % 2 else gaps
            server.load = partial(lambda plan: plan, plan)
            wire = await stack.enter_async_context(Wire.open(server.port, server.client_tls))
            wire.send(GET.format(fields=""))
            await wire.headers()
            wires.append(wire)
        await _eventually(lambda: count // 2 <= _open_parts(songs) <= count // 2 + spare)
        # Of a TLS connection, asyncio itself keeps 256 KiB on each side.
        own = 64 * 1024 if server.client_tls is None else 3 * 256 * 1024
        try:
            await _eventually(
                lambda: tracemalloc.get_traced_memory()[0] < count * (own + MOST_READ)
            )
        finally:
            tracemalloc.stop()
        few = Plan(parts=(song, gap) * 5, content_type="audio/mpeg")
        server.load = lambda: few
        async with (
            asyncio.timeout(DEADLINE),
            ClientSession(connector=connector) as client,
            client.get(server.url) as answer,
        ):
            assert await answer.read() == _content(few)
        # The first of them goes on where it stopped.
        first = await asyncio.wait_for(wires[1].take(400_000), DEADLINE)
        assert first == _content(songs)[:400_000]
    await _eventually(lambda: not _open_parts(songs))


async def test_fast_clients_share_few_files(
    server: PlanServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many clients were fast: beyond one file each, few files are open in all."""
    monkeypatch.setattr(response, "_SPARE_FILES", response.SpareFiles(4))
    plan = _plan(tmp_path, [70_000] * 60)
    server.load = lambda: plan
    async with AsyncExitStack() as stack:
        wires = [
            await stack.enter_async_context(Wire.open(server.port, server.client_tls))
            for _ in range(5)
        ]
        for wire in wires:
            wire.send(GET.format(fields=""))
            await wire.headers()
        await asyncio.gather(*(wire.take(1_000_000) for wire in wires))
        assert 0 < _open_parts(plan) <= len(wires) + 4
    await _eventually(lambda: not _open_parts(plan))


def test_a_part_is_read_from_its_own_place(tmp_path: Path) -> None:
    """Two small parts of one file are told apart."""
    (whole,) = _plan(tmp_path, [1000]).parts
    parts: list[Part] = [whole.cut(0, 10), whole.cut(10, 20), whole.cut(0, 10)]
    content = whole.path.read_bytes()
    portion = Reader(iter(parts)).portion(Portion(), 1)
    assert _bytes_of(portion) == content[:10] + content[10:20] + content[:10]
