"""Receiving: a file that grows by what arrives, never whole in memory, and never beyond a limit."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from ..audio.stoppable import in_thread

_BLOCK: Final = 256 * 1024


class TooMuchError(Exception):
    """Report that more arrives than is taken."""


class Receiver:
    """A file that is being received."""

    def __init__(self, file: BinaryIO, most: int) -> None:
        """Take at most so many bytes."""
        self._file = file
        self._most = most
        self._waiting = bytearray()
        self.size = 0

    async def add(self, chunk: bytes) -> None:
        """Take a chunk.

        Raises:
            TooMuchError: It is one too many.
            OSError: The disk failed or is full.
        """
        self.size += len(chunk)
        if self.size > self._most:
            raise TooMuchError
        self._waiting += chunk
        if len(self._waiting) >= _BLOCK:
            await self.flush()

    async def flush(self) -> None:
        """Write what waits."""
        block = bytes(self._waiting)
        self._waiting.clear()
        await in_thread(lambda _: self._file.write(block))


@asynccontextmanager
async def receiving(path: Path, most: int) -> AsyncIterator[Receiver]:
    """Receive a new file of at most so many bytes; it is whole when this ends without an error.

    Removing it, whole or not, is for `removed_after`.
    """
    file = await in_thread(lambda _: path.open("xb"))
    try:
        receiver = Receiver(file, most)
        yield receiver
        await receiver.flush()
    finally:
        await in_thread(lambda _: file.close())


@contextmanager
def removed_after(path: Path) -> Iterator[Path]:
    """Use a path for a file that is gone afterwards, whatever happens."""
    try:
        yield path
    finally:
        # Short enough for the loop, and it must happen even while being cancelled.
        path.unlink(missing_ok=True)
