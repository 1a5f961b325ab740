"""Unpacking: an archive that anybody may have made is read without trusting it. Blocking.

What it says of itself is checked by `sources.archives`; what is read is compared with its digest.
"""

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from hashlib import sha256
import json
from pathlib import Path
from typing import Final

from ..audio.cover import LARGEST_BYTES as LARGEST_PICTURE
from ..audio.stoppable import Watch
from ..library.errors import ParcelError, ParcelFault
from ..sources.archives import Archive, ArchiveError, ArchiveFault, opened, strange
from .manifest import PackedAudio, PackedPicture, Parcel, read_parcel
from .packing import MANIFEST

LARGEST_MANIFEST: Final = 8 * 1024**2
LARGEST_AUDIO: Final = 2 * 1024**3
_PARCEL_FAULTS: Final = {
    ArchiveFault.BROKEN: ParcelFault.BROKEN,
    ArchiveFault.STRANGE: ParcelFault.STRANGE,
    ArchiveFault.TOO_BIG: ParcelFault.TOO_BIG,
}


def read_manifest(path: Path) -> Parcel:
    """Return what is in an archive, all of which is there in the size that it should have.

    Raises:
        ParcelError: It is none, or holds something else.
        OSError: It cannot be read.
    """
    with _opened(path) as archive:
        if MANIFEST not in archive.infos:
            raise ParcelError(ParcelFault.BROKEN, reason=f"There is no {MANIFEST} in it")
        text = b"".join(archive.blocks(MANIFEST))
        parcel = read_parcel(json.loads(text, parse_constant=_refuse_constant))
        sizes = {one.name: one.size_bytes for one in parcel.files}
        for name in sizes.keys() ^ (archive.infos.keys() - {MANIFEST}):
            if name in sizes:
                raise ParcelError(ParcelFault.DAMAGED, file=name)
            raise strange(name)
        for name, size in sizes.items():
            if archive.infos[name].file_size != size:
                raise ParcelError(ParcelFault.DAMAGED, file=name)
    return parcel


def verify(path: Path, parcel: Parcel, watch: Watch, on_bytes: Callable[[int], None]) -> None:
    """Read all files of a parcel and compare them with their digests; nothing is written.

    Raises:
        ParcelError: A file is not what was packed.
        OSError: The archive cannot be read.
    """
    with _opened(path) as archive:
        for one in parcel.files:
            for block in _blocks(archive, one):
                watch()
                on_bytes(len(block))


def extract(path: Path, packed: PackedAudio, target: Path, watch: Watch) -> None:
    """Write one file of a parcel to a new path; what fails is for the caller to remove.

    Raises:
        ParcelError: It is not what was packed.
        OSError: The archive cannot be read, or the disk failed or is full.
    """
    with _opened(path) as archive, target.open("xb") as file:
        for block in _blocks(archive, packed):
            watch()
            file.write(block)


def read_picture(path: Path, packed: PackedPicture, _: Watch) -> bytes:
    """Return a picture of a parcel.

    Raises:
        ParcelError: It is not what was packed.
        OSError: The archive cannot be read.
    """
    with _opened(path) as archive:
        return b"".join(_blocks(archive, packed))


@contextmanager
def _opened(path: Path) -> Generator[Archive]:
    """Open an archive, and tell what is wrong with it as what is wrong with a parcel."""
    try:
        with opened(path, _limit) as archive:
            yield archive
    except ArchiveError as err:
        raise ParcelError(_PARCEL_FAULTS[err.fault], **err.facts) from err


def _limit(name: str) -> int | None:
    """Return how many bytes a file of a parcel may have."""
    if name == MANIFEST:
        return LARGEST_MANIFEST
    folder, slash, rest = name.partition("/")
    if not slash or not rest or "/" in rest or "\\" in rest:
        return None
    match folder:
        case "audio":
            return LARGEST_AUDIO
        case "pictures":
            return LARGEST_PICTURE
    return None


def _blocks(archive: Archive, packed: PackedAudio | PackedPicture) -> Iterator[bytes]:
    """Yield the blocks of a file; at its end it has been what was packed, or this raises."""
    digest, size = sha256(), 0
    damaged = ParcelError(ParcelFault.DAMAGED, file=packed.name)
    if packed.name not in archive.infos:
        raise damaged
    for block in archive.blocks(packed.name):
        size += len(block)
        if size > packed.size_bytes:
            raise damaged
        digest.update(block)
        yield block
    if size != packed.size_bytes or digest.hexdigest() != packed.sha256:
        raise damaged


def _refuse_constant(name: str) -> None:
    """Refuse numbers that JSON does not have."""
    raise ValueError(f"{name} is no number")
