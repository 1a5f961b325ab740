"""Making: what has an end becomes canonical once, in the cache, whoever asks and how many do."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
import time
from typing import Final

from ..audio.ffmpeg import Ffmpeg
from ..audio.profile import Profile
from ..audio.transcode import Limits, make_canonical
from .cache import About, AudioCache, Cached

type Obtain = Callable[[], AbstractAsyncContextManager[Path]]
"""Returns a context in which a file is there, of any format."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Say what a file is made from, and as what."""

    key: str
    obtain: Obtain
    profile: Profile
    limits: Limits


@dataclass(slots=True)
class _Job:
    """A file that is being made, and how many wait for it."""

    task: asyncio.Task[Cached]
    askers: int = 0


class Making:
    """All files that are being made, and the owner of their tasks."""

    def __init__(self, cache: AudioCache, ffmpeg: Ffmpeg) -> None:
        """Make files in a cache."""
        self.cache: Final = cache
        self._ffmpeg = ffmpeg
        self._jobs: dict[str, _Job] = {}

    async def find(self, key: str) -> Cached | None:
        """Return what has been made for a key."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(None, self.cache.find, key, time.time())

    async def made(self, recipe: Recipe, kept: frozenset[str] = frozenset()) -> Cached:
        """Return the file of a recipe, made now where it is not there; `kept` stays in the cache.

        Work that nobody waits for any more is ended, and leaves nothing.

        Raises:
            AudioError, ToolError, OSError: It cannot be made.
            What `obtain` raises.
        """
        if (cached := await self.find(recipe.key)) is not None:
            return cached
        if (job := self._jobs.get(recipe.key)) is None:
            task = asyncio.create_task(
                self._make(recipe, kept), name="yoto_smart_stream audio for a player"
            )
            job = self._jobs[recipe.key] = _Job(task)
            task.add_done_callback(partial(self._done, recipe.key))
        job.askers += 1
        try:
            return await asyncio.shield(job.task)
        finally:
            job.askers -= 1
            if not job.askers and not job.task.done():
                self._jobs.pop(recipe.key, None)
                job.task.cancel()
                await asyncio.wait([job.task])

    async def stop(self) -> None:
        """End everything."""
        tasks = [job.task for job in self._jobs.values()]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _done(self, key: str, task: asyncio.Task[Cached]) -> None:
        """Forget a job that is over."""
        if (job := self._jobs.get(key)) is not None and job.task is task:
            del self._jobs[key]
        if not task.cancelled():
            # Whoever waited has been told.
            task.exception()

    async def _make(self, recipe: Recipe, kept: frozenset[str]) -> Cached:
        """Make a file."""
        loop = asyncio.get_running_loop()
        target = self.cache.path(recipe.key)
        try:
            async with recipe.obtain() as source:
                made = await make_canonical(
                    source,
                    target,
                    ffmpeg=self._ffmpeg,
                    profile=recipe.profile,
                    limits=recipe.limits,
                )
            tags, cover = made.container.tags, made.cover
            about = About(title=tags.title, artist=tags.author, has_cover=cover is not None)
            picture = None if cover is None else cover.content
            await loop.run_in_executor(None, self.cache.note, recipe.key, about, picture)
        except BaseException:
            # Short enough for the loop, and it must happen even while being cancelled.
            self.cache.remove(recipe.key)
            raise
        await loop.run_in_executor(None, self.cache.trim, kept | {recipe.key} | self._jobs.keys())
        return Cached(path=target, about=about)
