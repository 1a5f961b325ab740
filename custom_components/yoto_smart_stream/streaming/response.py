"""The response that sends a plan or another source: ranges, conditions, any number of files.

Only aiohttp is known here. A handler returns the response unprepared, so that middlewares can
still add their header fields; the work is done when aiohttp calls `prepare`.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
import errno
from http import HTTPStatus
import logging
from typing import Final, override

from aiohttp import hdrs
from aiohttp.abc import AbstractStreamWriter
from aiohttp.web import BaseRequest
from multidict import CIMultiDictProxy

from ..audio.errors import AudioError
from ..audio.plan import Source
from . import blocks, kernel
from .admission import AdmittedResponse, TakePlace
from .ranges import Conditions, Decision, decide
from .reading import PartChangedError, Piece, Portion, Reader, read_part
from .stream import StreamError

_LOGGER: Final = logging.getLogger(__name__)

# Up to this length the bytes are read in the same executor job that opens the file: one job
# instead of two, and no file stays open while the client takes its time.
SMALL_BODY: Final = 64 * 1024
FAST_SECONDS: Final = 0.05
"""A client that takes a file in less time gets more of them at once."""
MOST_SPARE: Final = 63
"""The most files beyond the first that are open for one client."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    """Hold what one executor job found out: the decision, and what to send first.

    That is a small body, or else a first portion and the reader of what comes after it.
    """

    source: Source
    decision: Decision
    body: bytes = b""
    first: Portion = field(default_factory=Portion)
    reader: Reader | None = None


class PlanResponse(AdmittedResponse):
    """Send a plan, or any other source, as the request asks for it.

    `load` returns it. It runs in the executor once per request, may block, and raises AudioError or
    StreamError where there is nothing to send (any more), which is answered with 404.

    A file that changes after the header fields are out closes the connection: the client sees from
    Content-Length that bytes are missing and never gets those of another file.
    """

    def __init__(self, load: Callable[[], Source], place: TakePlace = nullcontext) -> None:
        """Remember where the plan comes from; nothing is read before `prepare`."""
        super().__init__(place)
        self._load = load
        # Something shared may keep neither the family's audio nor a wrong answer, and whoever
        # keeps it asks with the tag whether it is still the same.
        self.headers[hdrs.CACHE_CONTROL] = "private, no-cache"

    @override
    async def _answer(self, request: BaseRequest) -> AbstractStreamWriter | None:
        """Decide, send the header fields, and send the bytes."""
        conditions = conditions_of(request)
        try:
            ready = await _get_ready(self._load, conditions)
        except AudioError, StreamError, PartChangedError:
            return await self._refuse(request, HTTPStatus.NOT_FOUND)
        try:
            self._describe(ready.source, ready.decision)
            writer = await self._begin(request)
            if ready.reader is None:
                await self.write_eof(ready.body)
            else:
                await self._send_portions(request, ready.first, ready.reader)
                await self.write_eof()
        except PartChangedError as err:
            _LOGGER.warning("A file changed while it was streamed; the connection is closed")
            raise ConnectionResetError("The rest of the stream is gone") from err
        except OSError as err:
            raise as_disconnect(err) from err
        finally:
            _close(ready.first)
        return writer

    def _describe(self, source: Source, decision: Decision) -> None:
        """Set status and header fields."""
        self.set_status(decision.status)
        self.headers[hdrs.ACCEPT_RANGES] = "bytes"
        match decision.status:
            case HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                self.headers[hdrs.CONTENT_RANGE] = f"bytes */{source.total}"
                self.content_length = 0
                return
            case HTTPStatus.PRECONDITION_FAILED:
                self.content_length = 0
                return
            case HTTPStatus.PARTIAL_CONTENT:
                self.headers[hdrs.CONTENT_RANGE] = (
                    f"bytes {decision.start}-{decision.stop - 1}/{source.total}"
                )
        self.headers[hdrs.ETAG] = f'"{source.etag}"'
        # A time in the future must not be sent (RFC 9110 §8.8.2.1); the tag is enough.
        if source.modified <= datetime.now(UTC):
            self.last_modified = source.modified
        if decision.status is not HTTPStatus.NOT_MODIFIED:
            self.content_type = source.content_type
            self.content_length = decision.stop - decision.start

    async def _send_portions(self, request: BaseRequest, portion: Portion, reader: Reader) -> None:
        """Send portion after portion; for a fast client the next one is opened meanwhile."""
        loop = asyncio.get_running_loop()
        way = _Way(request)
        used = Portion()
        ahead: asyncio.Future[Portion] | None = None
        try:
            with _SPARE_FILES.taker() as spare:
                while portion.pieces:
                    room = 1 + spare.taken - portion.files
                    if room:
                        ahead = _next_portion(reader, used, min(room, (1 + spare.taken) // 2))
                    else:
                        _close(used)
                    begin = loop.time()
                    await way.send(portion)
                    is_fast = loop.time() - begin < FAST_SECONDS * portion.files
                    if ahead is None:
                        ahead = _next_portion(reader, portion, 1)
                    wanted = 4 * portion.files if is_fast else 0
                    used, portion = portion, await asyncio.shield(ahead)
                    ahead = None
                    spare.take(max(wanted, portion.files - 1))
        finally:
            way.close()
            for left in (used, portion):
                _close(left)
            if ahead is not None:
                ahead.add_done_callback(_close_unused)


class _Way:
    """The way to a client: by the kernel on a plain socket, in blocks under TLS."""

    def __init__(self, request: BaseRequest) -> None:
        """Find out which one it is; the caller closes it."""
        self._request = request
        self._client = None
        if (transport := request.transport) is not None and not transport.is_closing():
            self._client = kernel.socket_of(transport)

    def close(self) -> None:
        """Let go of the socket."""
        if self._client is not None:
            self._client.close()

    async def send(self, portion: Portion) -> None:
        """Send a portion.

        Raises:
            PartChangedError: A file has become shorter.
            OSError: The client is gone, or the disk failed.
        """
        pieces: Sequence[Piece] = portion.pieces
        transport = self._request.transport
        if transport is None or transport.is_closing():
            raise ConnectionResetError("The client is gone")
        if self._client is None:
            blocks.limit_waiting(transport)
            sent = await blocks.send(self._request.writer, pieces)
        else:
            await self._flush(transport)
            try:
                sent = await kernel.send(self._client, pieces)
            except kernel.NoSendfileError as err:
                pieces = pieces[err.at :]
                sent = await blocks.send(self._request.writer, pieces)
        if sent != len(pieces):
            raise PartChangedError

    async def _flush(self, transport: asyncio.Transport) -> None:
        """Wait until everything written so far, mostly nothing, is in the kernel's hands."""
        if transport.get_write_buffer_size():
            transport.set_write_buffer_limits(high=0)
            await self._request.writer.drain()
            transport.set_write_buffer_limits()


class SpareFiles:
    """Files that may be open beyond the one of each client: few, however many clients there are.

    Only a client that takes whole songs in a moment needs them, so that a job is worth its time.
    """

    def __init__(self, count: int) -> None:
        """Start with all of them free."""
        self._free = count

    @contextmanager
    def taker(self) -> Iterator[_Taker]:
        """Let a client take some, and give back what it has in the end."""
        taker = _Taker(self)
        try:
            yield taker
        finally:
            taker.take(0)

    def swap(self, taken: int, wanted: int) -> int:
        """Give some back and take others; returns how many there were."""
        self._free += taken
        found = min(wanted, self._free, MOST_SPARE)
        self._free -= found
        return found


@dataclass(slots=True)
class _Taker:
    """What one client has of the spare files."""

    _spare: SpareFiles
    taken: int = 0

    def take(self, wanted: int) -> None:
        """Have so many from now on, or as many as there are."""
        self.taken = self._spare.swap(self.taken, wanted)


_SPARE_FILES: Final = SpareFiles(256)


def conditions_of(request: BaseRequest) -> Conditions:
    """Take what the answer depends on from a request."""
    headers = request.headers
    return Conditions(
        method=request.method,
        range=_joined(headers, hdrs.RANGE),
        if_range=_joined(headers, hdrs.IF_RANGE),
        if_match=_joined(headers, hdrs.IF_MATCH),
        if_none_match=_joined(headers, hdrs.IF_NONE_MATCH),
        if_modified_since=_joined(headers, hdrs.IF_MODIFIED_SINCE),
        if_unmodified_since=_joined(headers, hdrs.IF_UNMODIFIED_SINCE),
    )


def _joined(headers: CIMultiDictProxy[str], name: str) -> str | None:
    """Return all fields of one name as one text, None where there is none."""
    fields = headers.getall(name, None)
    return None if fields is None else ", ".join(fields)


async def _get_ready(load: Callable[[], Source], conditions: Conditions) -> _Ready:
    """Run the one executor job that comes before the header fields."""
    job = asyncio.get_running_loop().run_in_executor(None, _make_ready, load, conditions)
    try:
        return await asyncio.shield(job)
    except asyncio.CancelledError:
        # The thread cannot be stopped: what it opens is closed when it is done.
        job.add_done_callback(_close_unused)
        raise


def _make_ready(load: Callable[[], Source], conditions: Conditions) -> _Ready:
    """Load the source, decide, and read or open what comes first (blocking)."""
    source = load()
    decision = decide(conditions, total=source.total, etag=source.etag, modified=source.modified)
    ready = _Ready(source=source, decision=decision)
    if conditions.method == hdrs.METH_HEAD or decision.start == decision.stop:
        return ready
    parts = source.slices(decision.start, decision.stop)
    if decision.stop - decision.start <= SMALL_BODY:
        return replace(ready, body=b"".join(map(read_part, parts)))
    reader = Reader(parts)
    return replace(ready, first=reader.portion(Portion(), 1), reader=reader)


def _next_portion(reader: Reader, used: Portion, most_files: int) -> asyncio.Future[Portion]:
    """Read the next portion in the executor: finding out which one may take a while."""
    loop = asyncio.get_running_loop()
    return loop.run_in_executor(None, reader.portion, used, most_files)


def _close_unused(job: asyncio.Future[_Ready] | asyncio.Future[Portion]) -> None:
    """Close what a job opened for a client that has gone meanwhile."""
    if job.cancelled() or job.exception() is not None:
        return
    match job.result():
        case _Ready(first=portion) | (Portion() as portion):
            _close(portion)


def _close(portion: Portion) -> None:
    """Close files in the executor without waiting: on a network share it may take long."""
    if not portion.has_open:
        return
    try:
        asyncio.get_running_loop().run_in_executor(None, portion.close)
    except RuntimeError:
        # The executor is shut down: nobody is left whom a slow close could disturb.
        portion.close()


def as_disconnect(err: OSError) -> ConnectionError:
    """Tell aiohttp that a connection ended, in the only words that it takes quietly.

    A player that leaves the Wi-Fi shows as a timeout or a missing route, which aiohttp would log
    as a fault of this code. A fault of the disk is worth a line.
    """
    if isinstance(err, ConnectionError):
        return err
    if err.errno == errno.EIO:
        _LOGGER.warning("The disk failed while a file was streamed; the connection is closed")
    return ConnectionResetError("The stream ended early")
