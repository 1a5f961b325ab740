"""Sections: sources made of others, by arithmetic. What is left of one, and two in one piece."""

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from typing import Final

from .borders import border_before, profile_of
from .plan import Part, Source

_ETAG_DIGITS: Final = 32


class Rest:
    """A source from a byte on. A `Source`."""

    def __init__(self, whole: Source, first: int) -> None:
        """Leave out the bytes before `first`, of which there are less than the whole has."""
        self._whole = whole
        self._first = first
        self.total: Final = whole.total - first
        self.etag: Final = _etag(whole.etag, str(first))

    @property
    def modified(self) -> datetime:
        """Return since when these are the bytes."""
        return self._whole.modified

    @property
    def content_type(self) -> str:
        """Return the media type."""
        return self._whole.content_type

    def slices(self, start: int, stop: int) -> Iterator[Part]:
        """Yield the parts that make up the bytes [start, stop)."""
        return self._whole.slices(self._first + start, self._first + stop)

    def is_current(self) -> bool:
        """Tell whether every file is still as planned (blocking)."""
        return self._whole.is_current()


class Joined:
    """Two sources in one piece. A `Source`."""

    def __init__(self, first: Source, second: Source) -> None:
        """Put one before the other."""
        self._first, self._second = first, second
        self.total: Final = first.total + second.total
        self.etag: Final = _etag(first.etag, second.etag)
        self.modified: Final = max(first.modified, second.modified)
        self.content_type: Final = second.content_type

    def slices(self, start: int, stop: int) -> Iterator[Part]:
        """Yield the parts that make up the bytes [start, stop)."""
        border = self._first.total
        if start < border:
            yield from self._first.slices(start, min(stop, border))
        if stop > border:
            yield from self._second.slices(max(start - border, 0), stop - border)

    def is_current(self) -> bool:
        """Tell whether every file is still as planned (blocking)."""
        return self._first.is_current() and self._second.is_current()


def rest_of(whole: Source, seconds: float) -> Source:
    """Return what is left of canonical audio after a time, from the border of a frame (blocking).

    There is always a frame left, however late it is.

    Raises:
        AudioError: A file is missing or not canonical.
    """
    if seconds <= 0 or not whole.total:
        return whole
    (beginning,) = whole.slices(0, 1)
    profile = profile_of(beginning.path)
    at = min(profile.bytes_of(profile.frames_in(seconds)), whole.total - 1)
    (part,) = whole.slices(at, at + 1)
    first = at - (part.offset - border_before(part, profile))
    return Rest(whole, first) if first > 0 else whole


def _etag(*parts: str) -> str:
    """Return a validator that changes with each of its parts."""
    return sha256("/".join(parts).encode()).hexdigest()[:_ETAG_DIGITS]
