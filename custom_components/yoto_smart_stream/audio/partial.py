"""Partial files: what is being written has a name of its own until it is whole."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
import os
from pathlib import Path
import secrets
from typing import BinaryIO, Final

from .stoppable import Watch, in_thread

SUFFIX: Final = ".partial"


def partial_path(target: Path) -> Path:
    """Return a new name in the folder of the target, for what will be the target."""
    return target.with_name(f".{target.name}.{secrets.token_hex(8)}{SUFFIX}")


@contextmanager
def replace_file(target: Path) -> Generator[BinaryIO]:
    """Open a partial file that becomes the target when all went well, and is removed otherwise.

    Blocking.
    What is at the target stays until then, and whoever reads it meanwhile keeps reading it.
    """
    path = partial_path(target)
    try:
        with path.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        path.replace(target)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


async def write_file[T](target: Path, write: Callable[[BinaryIO, Watch], T]) -> T:
    """Let a function write a file in the executor, and put the file in its place when it is whole.

    Raises what the function raises. When this is cancelled, or anything fails, nothing is left.
    """
    path = partial_path(target)

    def work(watch: Watch) -> T:
        """Write and close the partial file."""
        with path.open("xb") as file:
            result = write(file, watch)
            file.flush()
            os.fsync(file.fileno())
        return result

    try:
        result = await in_thread(work)
        # Renaming is short, and nothing can cancel between it and the end.
        path.replace(target)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return result


def remove_partial_files(folder: Path) -> int:
    """Remove what a power cut left in a folder; returns how many files it was (blocking).

    Only for a folder in which nobody is writing.
    """
    found = [path for path in folder.iterdir() if path.name.endswith(SUFFIX)]
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)
