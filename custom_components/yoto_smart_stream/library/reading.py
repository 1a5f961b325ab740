"""Reading the audio of items: what is wrong with a file is told of the item that it belongs to."""

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path

from ..audio.errors import AudioError
from .errors import DamagedAudioError
from .item import AudioItem


@contextmanager
def reading(item: AudioItem, others: Iterable[tuple[Path, AudioItem]] = ()) -> Generator[None]:
    """Read the file of an item, and those of others by their paths.

    Raises:
        DamagedAudioError: One of them is missing or broken.
    """
    try:
        yield
    except AudioError as err:
        found = (other for path, other in others if path == err.path)
        raise DamagedAudioError(next(found, item)) from err
