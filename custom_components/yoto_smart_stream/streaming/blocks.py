"""Sending files through Python, block by block, where the kernel cannot: under TLS.

A block is read in one executor job and written in pieces. A client that pauses keeps no block: what
it has not taken is read again when it goes on, so that it costs little more than its connection.
"""

import asyncio
from collections.abc import Sequence
from io import FileIO
import os
from typing import Final

from aiohttp.abc import AbstractStreamWriter

from .reading import OpenPart, Piece

# 256 KiB need a sixteenth of the executor jobs of asyncio's own 16 KiB, and give three times the
# throughput.
BLOCK: Final = 256 * 1024
_PIECE: Final = 32 * 1024
_PATIENCE_SECONDS: Final = 1.0


def limit_waiting(transport: asyncio.Transport) -> None:
    """Let as little as possible wait in a TLS connection; asyncio's own bound is 512 KiB."""
    # Zero would hold the writer back for good where nothing waits at all.
    transport.set_write_buffer_limits(high=1)


async def send(writer: AbstractStreamWriter, pieces: Sequence[Piece]) -> int:
    """Send pieces; returns how many, which is all but where a file has become shorter.

    Raises:
        OSError: The client is gone, or the disk failed.
    """
    for number, piece in enumerate(pieces):
        if isinstance(piece, OpenPart):
            if await _send_file(writer, piece) != piece.length:
                return number
        else:
            for start in range(0, len(piece), _PIECE):
                await _write(writer, piece[start : start + _PIECE])
    return len(pieces)


async def _send_file(writer: AbstractStreamWriter, part: OpenPart) -> int:
    """Send a part of a file; returns how many bytes of it there were."""
    sent = 0
    while sent < part.length:
        size = min(BLOCK, part.length - sent)
        read = await _send_block(writer, part.file, part.offset + sent, size)
        if not read:
            break
        sent += read
    return sent


async def _send_block(writer: AbstractStreamWriter, file: FileIO, offset: int, size: int) -> int:
    """Read one block and write it, as far as the client takes it; returns how far."""
    loop = asyncio.get_running_loop()
    block = await loop.run_in_executor(None, os.pread, file.fileno(), size, offset)
    written = 0
    while written < len(block):
        piece = block[written : written + _PIECE]
        written += len(piece)
        writing = asyncio.create_task(_write(writer, piece), eager_start=True)
        try:
            if not writing.done():
                await asyncio.wait({writing}, timeout=_PATIENCE_SECONDS)
            if not writing.done():
                # The client has paused. What the transport could not send it keeps, so that the
                # piece counts as written; the rest is let go.
                block = b""
            await writing
        finally:
            writing.cancel()
    return written


async def _write(writer: AbstractStreamWriter, piece: bytes) -> None:
    """Write a piece and wait until most of it is sent.

    A task of its own, because aiohttp loses track of a connection when waiting is given up.
    """
    await writer.write(piece)
    await writer.drain()
