"""Reading a source portion by portion: each portion is one executor job.

A job costs more time than reading a small part, such as the silence between two songs, and more
than opening a file. So small parts are read in the job that opens the large part behind them, and
for a client that is fast several large parts are opened at once. What is large is never read here:
the kernel sends it from its file.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from io import FileIO
import os
from typing import Final

from ..audio.plan import Part

SMALL_PART: Final = 64 * 1024
"""Parts up to this length are read into memory."""
MOST_READ: Final = 128 * 1024
"""The most bytes that a portion holds in memory. A client that pauses costs one, or two if it has
been so fast that the next one was read ahead."""


class PartChangedError(Exception):
    """Report that a file is not the one that was planned, is gone, or cannot be read."""


@dataclass(frozen=True, slots=True)
class OpenPart:
    """Name `length` bytes from `offset` of a file that is open."""

    file: FileIO
    offset: int
    length: int


type Piece = bytes | OpenPart


@dataclass(frozen=True, slots=True)
class Portion:
    """Hold what is sent next: bytes and parts of open files, none of them empty."""

    pieces: tuple[Piece, ...] = ()

    @property
    def files(self) -> int:
        """Return how many files it keeps open."""
        return sum(isinstance(piece, OpenPart) for piece in self.pieces)

    @property
    def has_open(self) -> bool:
        """Tell whether any of its files is still open."""
        return any(isinstance(piece, OpenPart) and not piece.file.closed for piece in self.pieces)

    def close(self) -> None:
        """Close its files; again does no harm (blocking)."""
        for piece in self.pieces:
            if isinstance(piece, OpenPart):
                piece.file.close()


class Reader:
    """Read parts one after the other. One job at a time may use it."""

    def __init__(self, parts: Iterator[Part]) -> None:
        """Remember the parts; none is looked at before it is needed."""
        self._parts = parts
        self._held: Part | None = None

    def portion(self, used: Portion, most_files: int) -> Portion:
        """Close the portion before and return the next one, empty at the end (blocking).

        It has up to `most_files` large parts, and the last one ends it. What comes before a part
        that cannot be read is returned first; then the next call fails.

        Raises:
            PartChangedError: The first part that is needed is not as planned.
        """
        used.close()
        pieces: list[Piece] = []
        files, room = 0, MOST_READ
        # The silence between songs is the same each time.
        read: dict[Part, bytes] = {}
        while (part := self._next()) is not None:
            is_large = part.length > SMALL_PART
            if not is_large and part.length > room:
                break
            try:
                if is_large:
                    pieces.append(_opened(part))
                elif (known := read.get(part)) is not None:
                    pieces.append(known)
                else:
                    pieces.append(read.setdefault(part, read_part(part)))
            except PartChangedError:
                if not pieces:
                    raise
                break
            self._held = None
            if is_large:
                files += 1
                if files == most_files:
                    break
            else:
                room -= part.length
        return Portion(tuple(pieces))

    def _next(self) -> Part | None:
        """Return the next part, and hold it until it is used."""
        if self._held is None:
            self._held = next(self._parts, None)
        return self._held


def read_part(part: Part) -> bytes:
    """Read a whole small part (blocking).

    Raises:
        PartChangedError: Its file is not as planned, or shorter by now.
    """
    with _file_of(part) as file:
        try:
            data = os.pread(file.fileno(), part.length, part.offset)
        except OSError as err:
            raise PartChangedError from err
    if len(data) != part.length:
        raise PartChangedError
    return data


def _opened(part: Part) -> OpenPart:
    """Open a large part (blocking)."""
    return OpenPart(_file_of(part), part.offset, part.length)


def _file_of(part: Part) -> FileIO:
    """Open the file of a part and make sure that it is the planned one (blocking)."""
    try:
        file = FileIO(part.path)
    except OSError as err:
        raise PartChangedError from err
    if not part.matches(os.fstat(file.fileno())):
        file.close()
        raise PartChangedError
    return file
