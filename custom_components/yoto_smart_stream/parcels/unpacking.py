"""Unpacking: an archive that anybody may have made is read without trusting it. Blocking.

No name in it becomes a path. What it says of sizes is checked before anything is read, and what is
read is counted and compared with its digest.
"""

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
import errno
from hashlib import sha256
import json
import os
from pathlib import Path
import struct
from typing import BinaryIO, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, LargeZipFile, ZipFile, ZipInfo
import zlib

from ..audio.cover import LARGEST_BYTES as LARGEST_PICTURE
from ..audio.stoppable import Watch
from ..library.errors import ParcelError, ParcelFault
from .manifest import PackedAudio, PackedPicture, Parcel, read_parcel
from .packing import MANIFEST

MOST_FILES: Final = 5000
LARGEST_MANIFEST: Final = 8 * 1024**2
LARGEST_AUDIO: Final = 2 * 1024**3
LARGEST_PARCEL: Final = 32 * 1024**3
_MIB: Final = 1024**2
_LARGEST_DIRECTORY: Final = 2 * 1024**2
_LONGEST_END: Final = 22 + 65_535
"""Bytes of the record at the end of an archive, with the longest comment."""
_BLOCK: Final = 1024 * 1024
_ENCRYPTED: Final = 0x1
_SHOWN: Final = 80
_END: Final = struct.Struct("<4s4H2LH")
_END_64_PLACE: Final = struct.Struct("<4sLQL")
_END_64: Final = struct.Struct("<4sQ2H2L4Q")


def read_manifest(path: Path) -> Parcel:
    """Return what is in an archive, all of which is there in the size that it should have.

    Raises:
        ParcelError: It is none, or holds something else.
        OSError: It cannot be read.
    """
    with _opened(path) as (archive, infos):
        if MANIFEST not in infos:
            raise ParcelError(ParcelFault.BROKEN, reason=f"There is no {MANIFEST} in it")
        with archive.open(infos[MANIFEST]) as file:
            text = file.read(LARGEST_MANIFEST + 1)
        parcel = read_parcel(json.loads(text, parse_constant=_refuse_constant))
        sizes = {one.name: one.size_bytes for one in parcel.files}
        for name in sizes.keys() ^ (infos.keys() - {MANIFEST}):
            if name in sizes:
                raise ParcelError(ParcelFault.DAMAGED, file=name)
            raise _strange(name)
        for name, size in sizes.items():
            if infos[name].file_size != size:
                raise ParcelError(ParcelFault.DAMAGED, file=name)
    return parcel


def verify(path: Path, parcel: Parcel, watch: Watch, on_bytes: Callable[[int], None]) -> None:
    """Read all files of a parcel and compare them with their digests; nothing is written.

    Raises:
        ParcelError: A file is not what was packed.
        OSError: The archive cannot be read.
    """
    with _opened(path) as (archive, infos):
        for one in parcel.files:
            for block in _blocks(archive, infos, one):
                watch()
                on_bytes(len(block))


def extract(path: Path, packed: PackedAudio, target: Path, watch: Watch) -> None:
    """Write one file of a parcel to a new path; what fails is for the caller to remove.

    Raises:
        ParcelError: It is not what was packed.
        OSError: The archive cannot be read, or the disk failed or is full.
    """
    with _opened(path) as (archive, infos), target.open("xb") as file:
        for block in _blocks(archive, infos, packed):
            watch()
            file.write(block)


def read_picture(path: Path, packed: PackedPicture, _: Watch) -> bytes:
    """Return a picture of a parcel.

    Raises:
        ParcelError: It is not what was packed.
        OSError: The archive cannot be read.
    """
    with _opened(path) as (archive, infos):
        return b"".join(_blocks(archive, infos, packed))


@contextmanager
def _opened(path: Path) -> Generator[tuple[ZipFile, Mapping[str, ZipInfo]]]:
    """Open an archive of which the directory is as it should be."""
    try:
        with path.open("rb") as file:
            _check_directory(file)
            with ZipFile(file) as archive:
                yield archive, _infos(archive)
    except (
        BadZipFile,
        EOFError,
        LargeZipFile,
        RuntimeError,
        ValueError,
        struct.error,
        zlib.error,
    ) as err:
        raise ParcelError(ParcelFault.BROKEN, reason=str(err) or type(err).__name__) from err
    except OSError as err:
        # That is what a place before the beginning of a file leads to.
        if err.errno != errno.EINVAL:
            raise
        raise ParcelError(ParcelFault.BROKEN, reason=str(err)) from err


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


def _infos(archive: ZipFile) -> dict[str, ZipInfo]:
    """Return what is in an archive by name, if all of that may be in a parcel."""
    every = archive.infolist()
    if len(every) > MOST_FILES:
        raise _strange(every[MOST_FILES].filename)
    infos: dict[str, ZipInfo] = {}
    for info in every:
        name = info.filename
        if name in infos or info.flag_bits & _ENCRYPTED:
            raise _strange(name)
        if info.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
            raise _strange(name)
        if info.file_size > (limit := _limit(name)):
            raise ParcelError(ParcelFault.TOO_BIG, file=name, limit=limit // _MIB)
        infos[name] = info
    if sum(info.file_size for info in every) > LARGEST_PARCEL:
        raise ParcelError(ParcelFault.TOO_BIG, file=MANIFEST, limit=LARGEST_PARCEL // _MIB)
    return infos


def _limit(name: str) -> int:
    """Return how many bytes a file of a parcel may have."""
    if name == MANIFEST:
        return LARGEST_MANIFEST
    folder, slash, rest = name.partition("/")
    if not slash or not rest or "/" in rest or "\\" in rest:
        raise _strange(name)
    match folder:
        case "audio":
            return LARGEST_AUDIO
        case "pictures":
            return LARGEST_PICTURE
    raise _strange(name)


def _blocks(
    archive: ZipFile, infos: Mapping[str, ZipInfo], packed: PackedAudio | PackedPicture
) -> Iterator[bytes]:
    """Yield the blocks of a file; at its end it has been what was packed, or this raises."""
    digest, size = sha256(), 0
    damaged = ParcelError(ParcelFault.DAMAGED, file=packed.name)
    if packed.name not in infos:
        raise damaged
    with archive.open(infos[packed.name]) as file:
        while block := file.read(_BLOCK):
            size += len(block)
            if size > packed.size_bytes:
                raise damaged
            digest.update(block)
            yield block
    if size != packed.size_bytes or digest.hexdigest() != packed.sha256:
        raise damaged


def _strange(name: str) -> ParcelError:
    """Return an error for what does not belong into a parcel."""
    shown = name if len(name) <= _SHOWN else f"{name[:_SHOWN]}…"
    return ParcelError(ParcelFault.STRANGE, file=shown.encode(errors="replace").decode())


def _refuse_constant(name: str) -> None:
    """Refuse numbers that JSON does not have."""
    raise ValueError(f"{name} is no number")
