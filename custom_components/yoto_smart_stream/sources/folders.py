"""Folders: the files in one, and in all folders below it (blocking)."""

from collections.abc import Callable
import os
from pathlib import Path
from typing import Final

from ..audio.stoppable import Watch
from .errors import SourceError, SourceFault

MOST_FILES: Final = 10_000
_HIDDEN: Final = (".", "@", "#")


def files_in(folder: Path, is_allowed: Callable[[str], bool], watch: Watch) -> list[Path]:
    """Return the files of a folder and of those below it, in the order of their names.

    What begins with a dot is left out, and so are folders that network drives keep for themselves.
    A link to a folder is not followed; one to a file is, if the file may be used.

    Raises:
        SourceError: There are none, or too many.
        OSError: The folder cannot be read.
    """
    found: list[Path] = []
    for root, folders, names in os.walk(folder, onerror=_give_up):
        watch()
        folders[:] = sorted(name for name in folders if not name.startswith(_HIDDEN))
        for name in sorted(names):
            path = Path(root, name)
            if not name.startswith(".") and is_allowed(str(path)) and path.is_file():
                found.append(path)
        if len(found) > MOST_FILES:
            raise SourceError(SourceFault.FOLDER_TOO_BIG, limit=MOST_FILES)
    if not found:
        raise SourceError(SourceFault.FOLDER_EMPTY)
    return found


def _give_up(err: OSError) -> None:
    """Let an error of reading a folder be one of ours."""
    raise err
