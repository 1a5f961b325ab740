"""Archives: a zip file that anybody may have made, read without trusting it. Blocking.

No name in it becomes a path. What it says of sizes is checked before anything is read, and nobody
reads more of a file than was said.
"""

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
import errno
import os
from pathlib import Path
import struct
from typing import BinaryIO, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, LargeZipFile, ZipFile, ZipInfo
import zlib

MOST_FILES: Final = 5000
LARGEST_ARCHIVE: Final = 32 * 1024**3
"""Bytes that all files together may have."""
_MIB: Final = 1024**2
_LARGEST_DIRECTORY: Final = 2 * 1024**2
_LONGEST_END: Final = 22 + 65_535
"""Bytes of the record at the end of an archive, with the longest comment."""
_BLOCK: Final = 1024 * 1024
_ENCRYPTED: Final = 0x1
_SHOWN: Final = 80
_BEGINS: Final = b"PK\x03\x04"
_END: Final = struct.Struct("<4s4H2LH")
_END_64_PLACE: Final = struct.Struct("<4sLQL")
_END_64: Final = struct.Struct("<4sQ2H2L4Q")

type Limit = Callable[[str], int | None]
"""Returns how many bytes a file of a name may have, None for one that does not belong here."""


class ArchiveFault(StrEnum):
    """Say in one word what is wrong with an archive."""

    BROKEN = "broken"
    """It is none, or damaged; `reason` says what of it."""
    STRANGE = "strange"
    """`file` does not belong into it, is there twice, or is packed in a way that is not read."""
    TOO_BIG = "too_big"
    """`file` has more than `limit` MiB, or all files together have."""


class ArchiveError(Exception):
    """Report that an archive is not read."""

    def __init__(self, fault: ArchiveFault, **facts: str | int) -> None:
        """Keep the facts."""
        super().__init__(f"{fault}: {facts}")
        self.fault: Final = fault
        self.facts: Final = facts


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive that is open."""

    file: ZipFile
    infos: Mapping[str, ZipInfo]
    """What is in it, by name."""

    def blocks(self, name: str) -> Iterator[bytes]:
        """Yield the blocks of a file that is in it, which are no more than was said of it.

        Whatever is wrong with it is raised by `opened`.
        """
        with self.file.open(self.infos[name]) as file:
            while block := file.read(_BLOCK):
                yield block


def is_archive(path: Path) -> bool:
    """Return whether a file begins like an archive.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        return file.read(len(_BEGINS)) == _BEGINS


@contextmanager
def opened(path: Path, limit: Limit) -> Generator[Archive]:
    """Open an archive of which the directory is as it should be.

    Raises:
        ArchiveError: It is not, or what is read of it is damaged.
        OSError: It cannot be read.
    """
    try:
        with path.open("rb") as file:
            _check_directory(file)
            with ZipFile(file) as archive:
                infos = _infos(archive, limit)
                if sum(info.file_size for info in infos.values()) > LARGEST_ARCHIVE:
                    raise _too_big(path.name, LARGEST_ARCHIVE)
                yield Archive(archive, infos)
    except (
        BadZipFile,
        EOFError,
        LargeZipFile,
        RuntimeError,
        ValueError,
        struct.error,
        zlib.error,
    ) as err:
        raise ArchiveError(ArchiveFault.BROKEN, reason=str(err) or type(err).__name__) from err
    except OSError as err:
        # That is what a place before the beginning of a file leads to.
        if err.errno != errno.EINVAL:
            raise
        raise ArchiveError(ArchiveFault.BROKEN, reason=str(err)) from err


def strange(name: str) -> ArchiveError:
    """Return an error for what does not belong into an archive."""
    shown = name if len(name) <= _SHOWN else f"{name[:_SHOWN]}…"
    return ArchiveError(ArchiveFault.STRANGE, file=shown.encode(errors="replace").decode())


def _too_big(name: str, limit: int) -> ArchiveError:
    return ArchiveError(ArchiveFault.TOO_BIG, file=name, limit=limit // _MIB)


def _check_directory(file: BinaryIO) -> None:
    """Refuse an archive of which the directory is enormous: it is held in memory, all of it."""
    size = file.seek(0, os.SEEK_END)
    start = max(0, size - _LONGEST_END)
    file.seek(start)
    tail = file.read()
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) - place < _END.size:
        raise BadZipFile("It is no zip archive")
    length: int = _END.unpack_from(tail, place)[5]
    where = start + place - _END_64_PLACE.size
    if where >= 0:
        file.seek(where)
        signature, _, offset, _ = _END_64_PLACE.unpack(file.read(_END_64_PLACE.size))
        if signature == b"PK\x06\x07" and offset <= size - _END_64.size:
            file.seek(offset)
            length = max(length, _END_64.unpack(file.read(_END_64.size))[8])
    if length > _LARGEST_DIRECTORY:
        raise BadZipFile("Its directory is too long")


def _infos(archive: ZipFile, limit: Limit) -> dict[str, ZipInfo]:
    """Return what is in an archive by name, if all of that may be there."""
    every = archive.infolist()
    if len(every) > MOST_FILES:
        raise strange(every[MOST_FILES].filename)
    infos: dict[str, ZipInfo] = {}
    for info in every:
        name = info.filename
        if name in infos or info.flag_bits & _ENCRYPTED:
            raise strange(name)
        if info.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
            raise strange(name)
        if (most := limit(name)) is None:
            raise strange(name)
        if info.file_size > most:
            raise _too_big(name, most)
        infos[name] = info
    return infos
