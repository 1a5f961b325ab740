"""Blocking work in a thread that ends soon after nobody waits for it any more."""

import asyncio
from collections.abc import Callable
import threading

type Watch = Callable[[], None]
"""Called by the work every now and then; raises when it shall end."""


class StoppedError(Exception):
    """End a thread whose result nobody waits for."""


async def in_thread[T](work: Callable[[Watch], T]) -> T:
    """Run work in the executor. When cancelled, stop it and wait until it has ended."""
    stop = threading.Event()

    def watch() -> None:
        """End the work when it is not wanted any more."""
        if stop.is_set():
            raise StoppedError

    job = asyncio.get_running_loop().run_in_executor(None, work, watch)
    try:
        # Unlike a shield, this does not complain of how the work ends when nobody waits any more.
        await asyncio.wait([job])
    except asyncio.CancelledError:
        stop.set()
        await asyncio.wait([job])
        # Whatever it was, it is told to nobody, and asyncio shall not complain of that either.
        job.exception()
        raise
    return job.result()
