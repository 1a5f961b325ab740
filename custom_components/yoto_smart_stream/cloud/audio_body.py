"""The body of an upload: a file that is read while it is sent, a block at a time."""

import asyncio
from collections.abc import Callable
import hashlib
from typing import BinaryIO, Final, override

from aiohttp import Payload
from aiohttp.abc import AbstractStreamWriter

BLOCK: Final = 256 * 1024
CONTENT_TYPE: Final = "audio/mpeg"


class AudioBody(Payload):
    """A file that somebody else closes. It is sent from its start each time it is written."""

    def __init__(self, file: BinaryIO, size: int, on_sent: Callable[[int], None]) -> None:
        """Tell `on_sent` how many bytes have gone out."""
        super().__init__(file, content_type=CONTENT_TYPE)
        self._size = size
        self._file = file
        self._on_sent = on_sent
        self._digest = hashlib.sha256()
        self.failure: OSError | None = None
        """Why the file could not be read; aiohttp takes that for a fault of the network."""

    @property
    def sha256(self) -> str:
        """Return the digest of what has been read."""
        return self._digest.hexdigest()

    @override
    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """Refuse to be text."""
        raise TypeError("Audio is no text")

    @override
    async def write(self, writer: AbstractStreamWriter) -> None:
        """Send the file."""
        self._digest = hashlib.sha256()
        sent, start = 0, True
        while block := await self._read(from_start=start):
            start = False
            await writer.write(block)
            sent += len(block)
            self._on_sent(sent)

    async def _read(self, *, from_start: bool) -> bytes:
        """Read the next block beside the loop."""
        try:
            return await asyncio.to_thread(self._next, from_start=from_start)
        except OSError as err:
            self.failure = err
            raise

    def _next(self, *, from_start: bool) -> bytes:
        """Read and hash the next block (blocking)."""
        if from_start:
            self._file.seek(0)
        block = self._file.read(BLOCK)
        self._digest.update(block)
        return block
