"""Where the files of the library lie: named by their content, below one folder.

    audio/<sha256>.mp3, covers/<sha256>.jpg, originals/<sha256>.flac
    arriving/   what is being made; emptied at every start
    lost/       what no item names; kept for a while, since an item may come back with a backup

Moves within the folder are short and atomic, and are done in the loop, so that nothing comes
between them and the index. Everything else here says "blocking".
"""

from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
import os
from pathlib import Path
import secrets
import shutil
from typing import Final

from .item import AudioItem, Place, StoredFile

LOST_TIME: Final = timedelta(days=7)

_ARRIVING: Final = "arriving"
_LOST: Final = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """Say what was found at the start.

    `damaged` are the items whose audio is missing or has another length, by id. `found_again` and
    `lost` count files that came back from `lost/` and that went there; `removed` those that are
    gone for good.
    """

    damaged: tuple[str, ...]
    found_again: int
    lost: int
    removed: int


class Storage:
    """The files below one folder."""

    def __init__(self, folder: Path) -> None:
        """Remember the folder; `sweep` makes it ready."""
        self._folder = folder

    def path(self, file: StoredFile) -> Path:
        """Return where a file lies."""
        return self._folder / file.place / file.name

    def arriving(self, suffix: str) -> Path:
        """Return a new path for something that is being made."""
        return self._folder / _ARRIVING / f"{secrets.token_hex(16)}.{suffix}"

    def put(self, arrived: Path, file: StoredFile, size_bytes: int) -> bool:
        """Move what has arrived to its place; tells whether it is new there.

        What is there already stays, so that plans of it stay right, unless it was damaged.

        Raises:
            OSError: The disk failed.
        """
        path = self.path(file)
        try:
            is_there = path.stat().st_size == size_bytes
        except FileNotFoundError:
            is_there = False
        if is_there:
            arrived.unlink()
        else:
            arrived.replace(path)
        return not is_there

    def withdraw(self, file: StoredFile) -> Path | None:
        """Take a file out of its place; returns where it waits to be removed, None if it is gone.

        Raises:
            OSError: The disk failed.
        """
        waiting = self.arriving(file.suffix)
        try:
            self.path(file).replace(waiting)
        except FileNotFoundError:
            return None
        return waiting

    def sweep(self, items: Iterable[AudioItem], kept: Collection[str], *, now: datetime) -> Swept:
        """Make the folders, remove what was left over, and look for the files of all items.

        Blocking. Only for a start, when nobody imports. `kept` are digests whose files stay
        although no item has them.

        Raises:
            OSError: The disk failed.
        """
        items = tuple(items)
        for name in (*Place, _ARRIVING, _LOST):
            (self._folder / name).mkdir(parents=True, exist_ok=True)
        removed = self._empty_arriving() + self._forget_lost(now)
        audio = [item.audio_name for item in items]
        others = [file for item in items for file in item.other_files]
        wanted = {
            Place.AUDIO: {*audio},
            Place.COVERS: {file.name for file in others if file.place is Place.COVERS},
            Place.ORIGINALS: {file.name for file in others if file.place is Place.ORIGINALS},
        }
        found_again = self._find_again(wanted)
        sizes = {place: _sizes(self._folder / place) for place in Place}
        lost = self._lose(sizes, wanted, kept, now)
        present = sizes[Place.AUDIO]
        damaged = tuple(
            item.audio_id
            for item, name in zip(items, audio, strict=True)
            if present.get(name) != item.file.size_bytes
        )
        return Swept(damaged=damaged, found_again=found_again, lost=lost, removed=removed)

    def _empty_arriving(self) -> int:
        """Remove what a power cut left; returns how many there were."""
        left = list((self._folder / _ARRIVING).iterdir())
        for path in left:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
        return len(left)

    def _forget_lost(self, now: datetime) -> int:
        """Remove what has been lost for its time; returns how many there were."""
        limit = (now - LOST_TIME).timestamp()
        files = [path for path in (self._folder / _LOST).iterdir() if path.is_file()]
        old = [path for path in files if path.stat().st_mtime < limit]
        for path in old:
            path.unlink()
        return len(old)

    def _find_again(self, wanted: Mapping[Place, Set[str]]) -> int:
        """Take back what is wanted and was lost; returns how many there were."""
        count = 0
        lost = [*(self._folder / _LOST).iterdir()]
        for place, names in wanted.items():
            for path in lost:
                name = path.name.removeprefix(f"{place}-")
                target = self._folder / place / name
                if name != path.name and name in names and not target.exists():
                    path.replace(target)
                    count += 1
        return count

    def _lose(
        self,
        sizes: Mapping[Place, Mapping[str, int]],
        wanted: Mapping[Place, Set[str]],
        kept: Collection[str],
        now: datetime,
    ) -> int:
        """Put what no item names where it can be found again; returns how many there were."""
        count = 0
        for place, present in sizes.items():
            for name in present.keys() - wanted[place]:
                if name.partition(".")[0] in kept:
                    continue
                path = self._folder / place / name
                # The time of loss, from which on it is kept.
                os.utime(path, (now.timestamp(), now.timestamp()))
                path.replace(self._folder / _LOST / f"{place}-{path.name}")
                count += 1
        return count


def _sizes(folder: Path) -> dict[str, int]:
    """Return the sizes in bytes of the files in a folder, by name (blocking)."""
    # Of an open folder, so that its path is not walked again for each file.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with os.scandir(descriptor) as entries:
            return {entry.name: entry.stat().st_size for entry in entries if entry.is_file()}
    finally:
        os.close(descriptor)
