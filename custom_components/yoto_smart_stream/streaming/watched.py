"""Watched files: a play of a stream that tells what was asked of it, and how far it was sent."""

from collections.abc import Callable, Iterator
from datetime import datetime

from ..audio.plan import Part
from .sessions import Listening
from .virtual import VirtualFile


class WatchedFile:
    """One answer to a request: a source like the play that it is of.

    `asked` is called, in whatever thread, once bytes are to be sent; how far they were is kept in
    what it is called with.
    """

    def __init__(
        self,
        file: VirtualFile,
        *,
        listener: str,
        moment: datetime,
        asked: Callable[[Listening], None],
    ) -> None:
        """Watch a play for a listener."""
        self.file = file
        self._listener = listener
        self._moment = moment
        self._asked = asked

    @property
    def total(self) -> int:
        """Return the length in bytes."""
        return self.file.total

    @property
    def etag(self) -> str:
        """Return the tag of the play."""
        return self.file.etag

    @property
    def modified(self) -> datetime:
        """Return when the play began."""
        return self.file.modified

    @property
    def content_type(self) -> str:
        """Return the media type."""
        return self.file.content_type

    def slices(self, start: int, stop: int) -> Iterator[Part]:
        """Yield the parts of a range, and take note of each."""
        listening = Listening(
            file=self.file,
            listener=self._listener,
            asked_at=self._moment,
            start=start,
            reach=start,
        )
        self._asked(listening)
        for part in self.file.slices(start, stop):
            listening.reach += part.length
            yield part

    def is_current(self) -> bool:
        """Tell whether every file is still as planned."""
        return self.file.is_current()
