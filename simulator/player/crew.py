"""The tasks of a player, which all end with it."""

import asyncio
from collections.abc import Coroutine
import logging
from typing import Any

_LOGGER = logging.getLogger(__name__)


class Crew:
    """Owns background tasks."""

    def __init__(self) -> None:
        """Start without tasks."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._awaited: set[asyncio.Task[Any]] = set()

    @property
    def size(self) -> int:
        """How many tasks still run."""
        return len(self._tasks)

    def start(self, work: Coroutine[None, None, None], name: str) -> asyncio.Task[None]:
        """Run something in the background. A failure is logged."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def own[T](self, task: asyncio.Task[T]) -> None:
        """Have a task end with the player whose outcome somebody waits for."""
        self._awaited.add(task)
        task.add_done_callback(self._awaited.discard)

    async def dismiss(self) -> None:
        """Cancel everything that still runs and wait until it has ended."""
        tasks = [*self._tasks, *self._awaited]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (failure := task.exception()) is not None:
            _LOGGER.error("%s has failed", task.get_name(), exc_info=failure)
