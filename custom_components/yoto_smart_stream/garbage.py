"""No search for garbage while much is made that stays."""

from collections.abc import Iterator
from contextlib import contextmanager
import gc


@contextmanager
def collection_paused() -> Iterator[None]:
    """Let Python not look for garbage meanwhile, which takes longer than reading a long text does.

    What nothing refers to is freed as ever; only circles have to wait. It holds for all threads:
    the first that is done lets the search go on.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
