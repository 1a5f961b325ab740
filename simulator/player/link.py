"""A player's Wi-Fi, as its transfers feel it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager


class LinkDownError(Exception):
    """The Wi-Fi went away during a transfer."""


class Link:
    """Carries transfers while it is up and breaks them all when it goes down."""

    def __init__(self) -> None:
        """Start with the Wi-Fi up."""
        self._up = asyncio.Event()
        self._up.set()
        self._carried: set[asyncio.Timeout] = set()

    @property
    def up(self) -> bool:
        """Whether there is Wi-Fi."""
        return self._up.is_set()

    def cut(self) -> None:
        """Lose the Wi-Fi."""
        self._up.clear()
        now = asyncio.get_running_loop().time()
        for transfer in self._carried:
            transfer.reschedule(now)

    def restore(self) -> None:
        """Have Wi-Fi again."""
        self._up.set()

    async def until_up(self) -> None:
        """Wait for Wi-Fi."""
        await self._up.wait()

    @asynccontextmanager
    async def carry(self) -> AsyncGenerator[None]:
        """Do something that needs Wi-Fi.

        Raises:
            LinkDownError: there is none, or it went away meanwhile.
        """
        if not self.up:
            raise LinkDownError
        deadline = asyncio.timeout(None)
        try:
            async with deadline:
                self._carried.add(deadline)
                yield
        except TimeoutError as err:
            if deadline.expired():
                raise LinkDownError from err
            raise
        finally:
            self._carried.discard(deadline)
