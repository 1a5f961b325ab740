"""Waiting for something that another process does: look, and look again until a deadline."""

import asyncio
from collections.abc import Awaitable, Callable
import time
from typing import Final

INTERVAL: Final = 0.1
"""Seconds between two looks."""


class NotInTimeError(Exception):
    """What was waited for did not happen before the deadline."""


async def until[T](
    look: Callable[[], Awaitable[T | None]], what: str, *, seconds: float = 60.0
) -> T:
    """Look until there is an answer other than None and False, and return it.

    Raises `NotInTimeError`, naming `what`, after so many seconds.
    """
    deadline = time.monotonic() + seconds
    while True:
        found = await look()
        if found is not None and found is not False:
            return found
        if time.monotonic() > deadline:
            raise NotInTimeError(f"Waited {seconds:g} seconds in vain: {what}.")
        await asyncio.sleep(INTERVAL)
