"""Watched plays: what was asked of a stream, and how far it was sent."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from ..audio.plan import Part
from .live_play import LivePlay, NoteSent
from .live_sequence import LiveSequence
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


@contextmanager
def watched(
    sequence: LiveSequence,
    *,
    listener: str,
    now: Callable[[], datetime],
    asked: Callable[[Listening], None],
    changed: Callable[[], None],
) -> Iterator[NoteSent]:
    """Watch a sequence while it is sent to a listener.

    `asked` is called once, when something was sent, and `changed` each time that an item begins
    after the first, and when all was sent.
    """
    play = LivePlay(sequence.profile)
    listening = Listening(file=play, listener=listener, asked_at=now(), start=0, reach=0)

    def note(length: int) -> None:
        """Take note of bytes that were sent."""
        is_first = not play.sent
        begins = play.note(sequence.turn, sequence.item, length)
        listening.reach = play.sent
        if is_first:
            asked(listening)
        elif begins:
            changed()

    try:
        yield note
    finally:
        play.ended_at = now()
        changed()
