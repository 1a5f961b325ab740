"""Plans: the immutable list of byte segments that a stream serves.

Pure but for `os.stat` in the functions that say "blocking". A plan remembers size and modification
time of every file, so that whoever sends it can tell that a file is still the one that was planned.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from itertools import accumulate
import os
from pathlib import Path
from stat import S_ISREG
from typing import Final, Protocol

from .errors import AudioError, AudioErrorCode

_NANOSECONDS: Final = 1_000_000_000
_ETAG_DIGITS: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Name a run of bytes of one file: `length` bytes from `offset`.

    `size` (bytes) and `mtime_ns` are those of the whole file when the plan was made.
    """

    path: Path
    offset: int
    length: int
    size: int
    mtime_ns: int

    def __post_init__(self) -> None:
        """Refuse a run that lies outside its file."""
        if self.offset < 0 or self.length < 0 or self.offset + self.length > self.size:
            raise ValueError("A part must lie inside its file")

    def cut(self, start: int, stop: int) -> Part:
        """Return the bytes [start, stop) of this part, counted from its own first byte."""
        return Part(
            path=self.path,
            offset=self.offset + start,
            length=stop - start,
            size=self.size,
            mtime_ns=self.mtime_ns,
        )

    def matches(self, found: os.stat_result) -> bool:
        """Tell whether a stat result is that of the file that was planned."""
        return (
            S_ISREG(found.st_mode)
            and found.st_size == self.size
            and found.st_mtime_ns == self.mtime_ns
        )


class Source(Protocol):
    """Anything of an exact length that is made of parts, as a response needs it.

    `total` is in bytes, `etag` is a strong validator without quotes, `modified` is aware and in
    whole seconds. What is asked for may read files: it is asked for in the executor.
    """

    @property
    def total(self) -> int:
        """Return the length in bytes."""
        ...

    @property
    def etag(self) -> str:
        """Return what changes with every byte."""
        ...

    @property
    def modified(self) -> datetime:
        """Return since when these are the bytes."""
        ...

    @property
    def content_type(self) -> str:
        """Return the media type."""
        ...

    def slices(self, start: int, stop: int) -> Iterator[Part]:
        """Yield the parts that make up the bytes [start, stop), none of them empty."""
        ...

    def is_current(self) -> bool:
        """Tell whether every file is still as planned."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Describe everything that one stream serves.

    `total` is in bytes, `etag` is a strong validator without quotes, `modified` is the newest
    modification time of the parts in whole seconds, UTC.
    """

    parts: tuple[Part, ...]
    content_type: str
    total: int = field(init=False)
    etag: str = field(init=False)
    modified: datetime = field(init=False)
    _ends: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Work out what depends on the parts, once."""
        ends = tuple(accumulate(part.length for part in self.parts))
        newest = max((part.mtime_ns for part in self.parts), default=0)
        object.__setattr__(self, "_ends", ends)
        object.__setattr__(self, "total", ends[-1] if ends else 0)
        object.__setattr__(self, "etag", _etag_of(self.parts, self.content_type))
        object.__setattr__(self, "modified", datetime.fromtimestamp(newest // _NANOSECONDS, UTC))

    def slices(self, start: int, stop: int) -> Iterator[Part]:
        """Yield the parts that make up the bytes [start, stop), cut to fit, none of them empty."""
        if not 0 <= start <= stop <= self.total:
            raise ValueError("A slice must lie inside the plan")
        for index in range(bisect_right(self._ends, start), len(self.parts)):
            part = self.parts[index]
            first = self._ends[index] - part.length
            if first >= stop:
                return
            cut = part.cut(max(start - first, 0), min(stop - first, part.length))
            if cut.length:
                yield cut

    def is_current(self) -> bool:
        """Tell whether every file is still as planned (blocking: one stat per file)."""
        files = {part.path: part for part in self.parts}
        try:
            return all(part.matches(path.stat()) for path, part in files.items())
        except OSError:
            return False


def plan_of_files(paths: Iterable[Path], content_type: str) -> Plan:
    """Plan whole files, one after the other (blocking: one stat per file).

    Raises:
        AudioError: A file is missing (or no regular file), or empty.
    """
    return Plan(parts=tuple(_whole(path) for path in paths), content_type=content_type)


def _whole(path: Path) -> Part:
    """Return one whole file as a part (blocking)."""
    try:
        found = path.stat()
    except OSError as err:
        raise AudioError(AudioErrorCode.MISSING, path) from err
    if not S_ISREG(found.st_mode):
        raise AudioError(AudioErrorCode.MISSING, path)
    if not found.st_size:
        raise AudioError(AudioErrorCode.EMPTY, path)
    return Part(
        path=path, offset=0, length=found.st_size, size=found.st_size, mtime_ns=found.st_mtime_ns
    )


def _etag_of(parts: Iterable[Part], content_type: str) -> str:
    """Return a tag that changes with every byte source, its order, and its times."""
    digest = sha256(content_type.encode())
    for part in parts:
        facts = (str(part.path), part.offset, part.length, part.size, part.mtime_ns)
        digest.update(repr(facts).encode())
    return digest.hexdigest()[:_ETAG_DIGITS]
