"""The intake: origins become items of the library, as jobs."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from ..audio.errors import AudioError, ToolError
from ..audio.transcode import Progress
from ..json import Json, JsonObject
from ..library.catalog import Catalog
from ..library.errors import LibraryError
from ..library.importing import Import, Imported
from ..library.job import Failure, failure_of
from ..library.jobs import Body, Handle
from .origin import Means, Origin

KIND: Final = "import"
OWNER: Final = "library"

type Listed = Callable[[], Awaitable[Sequence[Origin]]]
"""Finds out what there is to import."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """What a person says of what is imported; None for what the file says of itself."""

    title: str | None = None
    author: str | None = None
    tags: tuple[str, ...] = ()
    description: str | None = None
    replaces: str | None = None


async def take_in(
    catalog: Catalog, origin: Origin, labels: Labels, on_progress: Progress
) -> Imported:
    """Bring in what an origin gives.

    Raises:
        AudioError, ToolError, LibraryError, OSError: It cannot be used, or not be had.
    """
    share = origin.share
    means = Means(storage=catalog.collection.storage, settings=catalog.settings)
    async with origin.obtained(means, lambda part: on_progress(part * share)) as got:
        imported = await catalog.importer().run(
            Import(
                path=got.path,
                source=got.source,
                name=got.name,
                title=labels.title,
                author=labels.author,
                tags=labels.tags,
                description=labels.description,
                replaces=labels.replaces,
            ),
            lambda part: on_progress(share + part * (1 - share)),
        )
    catalog.async_imported(imported)
    return imported


def body_of_one(catalog: Catalog, origin: Origin, labels: Labels) -> Body:
    """Return the work of importing one thing."""

    async def work(job: Handle) -> JsonObject:
        return (await take_in(catalog, origin, labels, job.progress)).to_result()

    return work


def body_of_many(catalog: Catalog, listed: Listed, labels: Labels, *, at_once: int) -> Body:
    """Return the work of importing many things; what fails is named, and the others come in.

    The result is `{"audio": [...], "failed": [{"media", "code", "facts"}, ...]}`.
    """

    async def work(job: Handle) -> JsonObject:
        origins = await listed()
        many = _Many(catalog=catalog, labels=labels, origins=origins, job=job)
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(at_once, len(origins))):
                    group.create_task(many.work())
        except* (ToolError, OSError) as errors:
            # Nothing else would come in either.
            raise errors.exceptions[0] from errors
        return many.result()

    return work


@dataclass(slots=True, kw_only=True)
class _Many:
    """The import of many things, from which several workers take one after the other."""

    catalog: Catalog
    labels: Labels
    origins: Sequence[Origin]
    job: Handle
    _next: int = 0
    _done: int = 0
    _ends: dict[int, Imported | Failure] = field(default_factory=dict)

    async def work(self) -> None:
        """Import until nothing is left."""
        while (number := self._next) < len(self.origins):
            self._next += 1
            try:
                self._ends[number] = await take_in(
                    self.catalog, self.origins[number], self.labels, lambda _: None
                )
            except (AudioError, LibraryError) as err:
                self._ends[number] = failure_of(err)
            self._done += 1
            self.job.progress(self._done / len(self.origins))

    def result(self) -> JsonObject:
        """Return what came in and what did not, in the order of the things."""
        items: list[Json] = []
        failed: list[Json] = []
        for number, end in sorted(self._ends.items()):
            label = self.origins[number].label
            if isinstance(end, Imported):
                items.append({"media": label, **end.to_result()})
            else:
                failed.append({"media": label, "code": end.code, "facts": dict(end.facts)})
        return {"audio": items, "failed": failed}
