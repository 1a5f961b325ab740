"""Packs of Lunii STUdio as files: archives that anybody may have made. Blocking.

Names in a pack are only ever looked up in its archive; none becomes a path.
"""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..audio.stoppable import Watch
from ..library.errors import PackError, PackFault
from ..sources.archives import Archive, ArchiveError, ArchiveFault, opened
from ..story.formats.reading import read_studio
from ..story.formats.studio.pack import Pack

STORY: Final = "story.json"
LARGEST_STORY: Final = 16 * 1024**2
LARGEST_ASSET: Final = 2 * 1024**3
_ASSETS: Final = "assets/"
_PACK_FAULTS: Final = {
    ArchiveFault.BROKEN: PackFault.BROKEN,
    ArchiveFault.STRANGE: PackFault.STRANGE,
    ArchiveFault.TOO_BIG: PackFault.TOO_BIG,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PackFile:
    """A pack, and where its archive is."""

    path: Path
    folder: str
    """The folder within the archive, with a slash at its end; empty for none."""
    pack: Pack


def read_pack_file(path: Path, _: Watch) -> PackFile:
    """Return the pack that an archive holds, with everything that is heard of it.

    Raises:
        PackError: It is none.
        StoryError: What the pack says of itself makes no sense, or audio is missing.
        OSError: It cannot be read.
    """
    with _opened(path) as archive:
        # Whoever packs a folder anew puts all of it one level deeper.
        found = [name for name in archive.infos if name.rpartition("/")[2] == STORY]
        name = min(found, key=lambda one: one.count("/"), default=None)
        if name is None or name.count("/") > 1:
            raise PackError(PackFault.NO_STORY, file=STORY)
        folder = name.removesuffix(STORY)
        text = b"".join(archive.blocks(name)).decode("utf-8-sig")
        begin = f"{folder}{_ASSETS}"
        assets = {one.removeprefix(begin) for one in archive.infos if one.startswith(begin)}
    return PackFile(path=path, folder=folder, pack=read_studio(text, assets))


def extract(file: PackFile, asset: str, target: Path, watch: Watch) -> None:
    """Write an asset of a pack to a new path; what fails is for the caller to remove.

    Raises:
        PackError: It is damaged.
        OSError: The archive cannot be read, or the disk failed or is full.
    """
    name = f"{file.folder}{_ASSETS}{asset}"
    with _opened(file.path) as archive, target.open("xb") as written:
        if name not in archive.infos:
            raise PackError(PackFault.NO_STORY, file=asset)
        for block in archive.blocks(name):
            watch()
            written.write(block)


@contextmanager
def _opened(path: Path) -> Generator[Archive]:
    """Open an archive, and tell what is wrong with it as what is wrong with a pack."""
    try:
        with opened(path, _limit) as archive:
            yield archive
    except ArchiveError as err:
        raise PackError(_PACK_FAULTS[err.fault], **err.facts) from err


def _limit(name: str) -> int:
    """Return how many bytes a file may have. What a pack does not name may be there, unread."""
    return LARGEST_STORY if name.rpartition("/")[2] == STORY else LARGEST_ASSET
