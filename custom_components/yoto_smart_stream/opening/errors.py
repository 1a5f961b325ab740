"""Why something cannot be opened."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from ..json import Json
from ..library.job import Failure


class OpeningFault(StrEnum):
    """Say in one word what is wrong, where nothing else has a word for it."""

    FILE_GONE = "file_gone"
    """A local file was moved, renamed or deleted."""
    FILE_UNREADABLE = "file_unreadable"
    """`reason` is what the system said."""
    LIST_EMPTY = "list_empty"
    """There is nothing in a playlist that can be played."""
    LIST_DEEP = "list_deep"
    """Playlists lead to playlists again and again."""
    SPEECH_GONE = "speech_gone"
    """What was to be said is not kept any more."""
    STREAM_UNKNOWN = "stream_unknown"
    STREAM_UNPLAYABLE = "stream_unplayable"
    """`stream` has nothing to play now."""


class OpeningError(Exception):
    """Report that something cannot be opened.

    `code` is an `OpeningFault`, or a code of `library.job.Failure`; `data` is for the text that
    people read.
    """

    def __init__(self, code: str, data: Mapping[str, Json] | None = None) -> None:
        """Keep the facts."""
        super().__init__(f"{code}: {data or {}}")
        self.code: Final = str(code)
        self.data: Final[Mapping[str, Json]] = data or {}

    @classmethod
    def of(cls, failure: Failure) -> OpeningError:
        """Return a failure of the library as one of opening."""
        return cls(failure.code, failure.facts)
