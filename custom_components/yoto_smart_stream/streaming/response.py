"""The response that sends a plan or another source: ranges, conditions, any number of files.

Only aiohttp is known here. A handler returns the response unprepared, so that middlewares can
still add their header fields; the work is done when aiohttp calls `prepare`.
"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
import errno
from http import HTTPStatus
from io import FileIO
import logging
import os
from typing import Final, override

from aiohttp import hdrs
from aiohttp.abc import AbstractStreamWriter
from aiohttp.web import BaseRequest, StreamResponse
from multidict import CIMultiDictProxy

from ..audio.errors import AudioError
from ..audio.plan import Part, Source
from . import blocks, kernel
from .ranges import Conditions, Decision, decide
from .stream import StreamError

_LOGGER: Final = logging.getLogger(__name__)

# Up to this length the bytes are read in the same executor job that opens the file: one job
# instead of two, and no file stays open while the client takes its time.
SMALL_BODY: Final = 64 * 1024


class PartChangedError(Exception):
    """Report that a file is not the one that was planned, is gone, or cannot be read."""


@dataclass(slots=True, kw_only=True)
class _Ready:
    """Hold what one executor job found out: the decision and the first bytes to send."""

    source: Source
    decision: Decision
    body: bytes = b""
    file: FileIO | None = None
    part: Part | None = None
    rest: Iterator[Part] = field(default_factory=lambda: iter(()))


class PlanResponse(StreamResponse):
    """Send a plan, or any other source, as the request asks for it.

    `load` returns it. It runs in the executor once per request, may block, and raises AudioError or
    StreamError where there is nothing to send (any more), which is answered with 404.

    A file that changes after the header fields are out closes the connection: the client sees from
    Content-Length that bytes are missing and never gets those of another file.
    """

    def __init__(self, load: Callable[[], Source]) -> None:
        """Remember where the plan comes from; nothing is read before `prepare`."""
        super().__init__()
        self._load = load
        # Something shared may keep neither the family's audio nor a wrong answer, and whoever
        # keeps it asks with the tag whether it is still the same.
        self.headers[hdrs.CACHE_CONTROL] = "private, no-cache"

    @override
    async def prepare(self, request: BaseRequest) -> AbstractStreamWriter | None:
        """Decide, send the header fields, and send the bytes."""
        if self.prepared:
            return await super().prepare(request)
        conditions = conditions_of(request)
        try:
            ready = await _get_ready(self._load, conditions)
        except AudioError, StreamError, PartChangedError:
            self.set_status(HTTPStatus.NOT_FOUND)
            self.content_length = 0
            return await super().prepare(request)
        try:
            self._describe(ready.source, ready.decision)
            writer = await super().prepare(request)
            if ready.file is None:
                await self.write_eof(ready.body)
            else:
                await self._send_parts(request, ready)
                await self.write_eof()
        except PartChangedError as err:
            _LOGGER.warning("A file changed while it was streamed; the connection is closed")
            raise ConnectionResetError("The rest of the stream is gone") from err
        except OSError as err:
            raise _as_disconnect(err) from err
        finally:
            if ready.file is not None:
                _close(ready.file)
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

    async def _send_parts(self, request: BaseRequest, ready: _Ready) -> None:
        """Send the opened part and those after it, with one file open at a time."""
        while ready.file is not None and ready.part is not None:
            await self._send(request, ready.file, ready.part)
            _close(ready.file)
            ready.file = ready.part = None
            if (following := await _opened_next(ready.rest)) is not None:
                ready.file, ready.part = following

    async def _send(self, request: BaseRequest, file: FileIO, part: Part) -> None:
        """Send one part: by the kernel on a plain socket, in blocks under TLS."""
        transport = request.transport
        if transport is None or transport.is_closing():
            raise ConnectionResetError("The client is gone")
        client = kernel.socket_of(transport)
        if client is None:
            blocks.limit_waiting(transport)
            sent = await blocks.send(request.writer, file, part.offset, part.length)
        else:
            try:
                await self._flush(request, transport)
                sent = await kernel.send(client, file, part.offset, part.length)
            except kernel.NoSendfileError:
                sent = await blocks.send(request.writer, file, part.offset, part.length)
            finally:
                client.close()
        if sent != part.length:
            raise PartChangedError

    async def _flush(self, request: BaseRequest, transport: asyncio.Transport) -> None:
        """Wait until everything written so far, mostly nothing, is in the kernel's hands."""
        if transport.get_write_buffer_size():
            transport.set_write_buffer_limits(high=0)
            await request.writer.drain()
            transport.set_write_buffer_limits()


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
        ready.body = b"".join(_read(part) for part in parts)
        return ready
    ready.part, ready.rest = next(parts), parts
    ready.file = _open(ready.part)
    return ready


def _open(part: Part) -> FileIO:
    """Open the file of a part and make sure that it is the planned one (blocking)."""
    try:
        file = FileIO(part.path)
    except OSError as err:
        raise PartChangedError from err
    if not part.matches(os.fstat(file.fileno())):
        file.close()
        raise PartChangedError
    return file


def _read(part: Part) -> bytes:
    """Read a whole small part (blocking)."""
    with _open(part) as file:
        try:
            data = os.pread(file.fileno(), part.length, part.offset)
        except OSError as err:
            raise PartChangedError from err
    if len(data) != part.length:
        raise PartChangedError
    return data


def _open_next(rest: Iterator[Part]) -> tuple[FileIO, Part] | None:
    """Find the next part and open its file, None where there is no more (blocking)."""
    part = next(rest, None)
    return None if part is None else (_open(part), part)


async def _opened_next(rest: Iterator[Part]) -> tuple[FileIO, Part] | None:
    """Open the file of the next part in the executor: finding out which one may take a while."""
    job = asyncio.get_running_loop().run_in_executor(None, _open_next, rest)
    try:
        return await asyncio.shield(job)
    except asyncio.CancelledError:
        job.add_done_callback(_close_unused)
        raise


def _close_unused(
    job: asyncio.Future[_Ready] | asyncio.Future[tuple[FileIO, Part] | None],
) -> None:
    """Close what a job opened for a client that has gone meanwhile."""
    if job.cancelled() or job.exception() is not None:
        return
    match job.result():
        case _Ready(file=FileIO() as file) | (FileIO() as file, _):
            _close(file)


def _close(file: FileIO) -> None:
    """Close a file in the executor without waiting: on a network share it may take long."""
    try:
        asyncio.get_running_loop().run_in_executor(None, file.close)
    except RuntimeError:
        # The executor is shut down: nobody is left whom a slow close could disturb.
        file.close()


def _as_disconnect(err: OSError) -> ConnectionError:
    """Tell aiohttp that a connection ended, in the only words that it takes quietly.

    A player that leaves the Wi-Fi shows as a timeout or a missing route, which aiohttp would log
    as a fault of this code. A fault of the disk is worth a line.
    """
    if isinstance(err, ConnectionError):
        return err
    if err.errno == errno.EIO:
        _LOGGER.warning("The disk failed while a file was streamed; the connection is closed")
    return ConnectionResetError("The stream ended early")
