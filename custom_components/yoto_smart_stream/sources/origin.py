"""Origins: how a file is had from a path, from the web or from speech, and what it is called."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, override

from yarl import URL

from ..audio.transcode import Progress
from ..library.item import Source, SourceKind, one_line
from ..library.settings import LibrarySettings
from ..library.storage import Storage
from .fetching import Fetching, fetch, shown
from .receiving import removed_after


@dataclass(frozen=True, slots=True, kw_only=True)
class Obtained:
    """A file that is there now. `name` is a title for audio whose tags have none."""

    path: Path
    name: str | None
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What an origin needs: where files arrive, and what is too much."""

    storage: Storage
    settings: LibrarySettings


class Origin(ABC):
    """Something that a file can be had from."""

    __slots__ = ()

    share: ClassVar[float] = 0.0
    """The part of an import that having the file takes, from 0.0 to 1.0."""

    @property
    @abstractmethod
    def label(self) -> str:
        """Return what people call it."""

    @abstractmethod
    def obtained(
        self, means: Means, on_progress: Progress
    ) -> AbstractAsyncContextManager[Obtained]:
        """Have the file while the context lasts; what was made for that is gone afterwards.

        Raises:
            SourceError: It cannot be had.
            OSError: The disk failed or is full.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOrigin(Origin):
    """A file on this machine, which stays where it is.

    `name` is a title where the file's own name is none. `given_label` is what people know it by.
    """

    path: Path
    source: Source
    name: str | None = None
    given_label: str | None = None

    @property
    @override
    def label(self) -> str:
        """Return the name of the file."""
        return self.given_label or self.name or self.path.name

    @override
    @asynccontextmanager
    async def obtained(self, means: Means, on_progress: Progress) -> AsyncIterator[Obtained]:
        """Have the file: it is there."""
        yield Obtained(path=self.path, name=self.name, source=self.source)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebOrigin(Origin):
    """A file of the web. `is_own` tells that this Home Assistant itself serves it."""

    url: URL
    source: Source
    is_own: bool = False
    share: ClassVar[float] = 0.5

    @property
    @override
    def label(self) -> str:
        """Return the address without secrets."""
        return self.source.reference or shown(self.url)

    @override
    @asynccontextmanager
    async def obtained(self, means: Means, on_progress: Progress) -> AsyncIterator[Obtained]:
        """Fetch the file."""
        settings = means.settings
        wanted = Fetching(
            url=self.url,
            most_bytes=settings.url_bytes,
            time=settings.url_time,
            is_own=self.is_own,
        )
        with removed_after(means.storage.arriving("fetched")) as path:
            name = await fetch(wanted, path, on_progress)
            yield Obtained(path=path, name=_title(name), source=self.source)


def web_origin(url: URL) -> WebOrigin:
    """Return the origin of an address that a person named."""
    return WebOrigin(url=url, source=Source(kind=SourceKind.URL, reference=shown(url)))


def _title(name: str) -> str:
    """Return a title out of the name that an address ends with: `The%20Fox.mp3`, or nothing."""
    return one_line(Path(name).stem) if name else ""
