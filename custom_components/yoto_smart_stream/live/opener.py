"""What a live card needs of whoever opens audio."""

from typing import Protocol

from ..audio.plan import Source
from ..program.item import Item


class Opener(Protocol):
    """Opens the items that programs play."""

    async def async_open(self, item: Item) -> Source:
        """Return the audio of an item, with its exact length.

        Raises:
            AudioError: it cannot be played.
        """
        ...
