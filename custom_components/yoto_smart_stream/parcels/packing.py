"""Packing: a manifest and files become an archive, a block at a time. Blocking."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
import json
from pathlib import Path
from typing import BinaryIO, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from ..audio.stoppable import Watch
from ..library.errors import LibraryError
from .manifest import PackedAudio, PackedPicture, Parcel, write_parcel

MANIFEST: Final = "card.json"
_BLOCK: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What is to be packed as a file of the parcel."""

    packed: PackedAudio | PackedPicture
    path: Path


def pack(
    file: BinaryIO,
    parcel: Parcel,
    contents: Iterable[Content],
    watch: Watch,
    on_bytes: Callable[[int], None] = lambda _: None,
) -> None:
    """Write an archive. `on_bytes` is told how many more bytes are packed.

    Raises:
        LibraryError: A file is not what the manifest says of it, or is missing (damaged_audio).
        OSError: A file cannot be read, or the disk failed or is full.
    """
    text = json.dumps(write_parcel(parcel), ensure_ascii=False, indent=2).encode()
    # Audio and pictures are packed already, each in the manner of its kind.
    with ZipFile(file, "w", compression=ZIP_STORED) as archive:
        archive.writestr(ZipInfo(MANIFEST), text, compress_type=ZIP_DEFLATED)
        for content in contents:
            _add(archive, content, watch, on_bytes)


def digest_of(path: Path, watch: Watch) -> tuple[str, int]:
    """Return the SHA-256 of a file, and its size.

    Raises:
        OSError: It cannot be read.
    """
    digest, size = sha256(), 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            watch()
            digest.update(block)
            size += len(block)
    return digest.hexdigest(), size


def _add(archive: ZipFile, content: Content, watch: Watch, on_bytes: Callable[[int], None]) -> None:
    """Add one file."""
    digest, packed = sha256(), content.packed
    info = ZipInfo(packed.name)
    info.file_size = packed.size_bytes
    size = 0
    try:
        source = content.path.open("rb")
    except FileNotFoundError as err:
        raise _damaged(packed) from err
    with source, archive.open(info, "w") as target:
        while block := source.read(_BLOCK):
            watch()
            size += len(block)
            if size > packed.size_bytes:
                break
            digest.update(block)
            target.write(block)
            on_bytes(len(block))
    if size != packed.size_bytes or digest.hexdigest() != packed.sha256:
        raise _damaged(packed)


def _damaged(packed: PackedAudio | PackedPicture) -> LibraryError:
    """Return an error for a file that is missing, or is not what it was."""
    return LibraryError("damaged_audio", f"{packed.name} is damaged", audio=packed.title)
