"""What a player keeps: audio that was uploaded to Yoto, whole, and the cards that it has read.

A track is downloaded before it plays, and the rest of its card after it. So the card plays without
Wi-Fi later. Streams are never kept, nor is what may be played online only.
"""

import asyncio
from collections.abc import Callable
from typing import Final

import aiohttp
from aiohttp import hdrs

from simulator.world import JsonObject

from .card import Card, Track
from .crew import Crew
from .fetcher import BrokenTransferError, Fetcher, TransferError
from .link import LinkDownError

_SLICE: Final = 64 * 1024
_RETRIES: Final = 2


class Storage:
    """A player's own memory. What is in it outlives that the player is switched off."""

    def __init__(
        self,
        fetcher: Fetcher,
        crew: Crew,
        pool: dict[str, bytes],
        changed: Callable[[], None],
    ) -> None:
        """Keep nothing.

        Args:
            fetcher: the player's HTTP client.
            crew: who owns the downloads.
            pool: audio by its hash. All players share it, so that it is in memory once.
            changed: is called when downloading begins or ends.
        """
        self._fetcher = fetcher
        self._crew = crew
        self._pool = pool
        self._changed = changed
        self._kept: set[str] = set()
        self._cards: dict[str, JsonObject] = {}
        self._coming: dict[str, asyncio.Task[bytes]] = {}

    @property
    def is_downloading(self) -> bool:
        """Return whether anything is being downloaded."""
        return bool(self._coming)

    def note_card(self, card_id: str, body: JsonObject | None) -> None:
        """Keep what is on a card, or forget a card that is no more."""
        if body is None:
            self._cards.pop(card_id, None)
        else:
            self._cards[card_id] = body

    def card(self, card_id: str) -> JsonObject | None:
        """Return what is on a card that was read before."""
        return self._cards.get(card_id)

    def fetch_card(self, card: Card) -> None:
        """Download what can be kept of a card, one track after the other."""
        self._crew.start(self._fetch_all(card), f"downloading {card.title}")

    async def audio(self, track: Track) -> bytes:
        """Return the audio of a track, once it is here.

        Raises:
            TransferError: it cannot be had.
        """
        key = track.kept_as
        if key in self._kept:
            return self._pool[key]
        coming = self._coming.get(key)
        if coming is None:
            coming = asyncio.create_task(self._fetch(track.url), name=f"download of {track.key}")
            self._coming[key] = coming
            self._crew.own(coming)
            coming.add_done_callback(lambda task: self._came(key, task))
            self._changed()
        # Whoever waits for it may give up: the download goes on.
        return await asyncio.shield(coming)

    async def _fetch_all(self, card: Card) -> None:
        for spot in card.spots:
            track = card.track(spot)
            if track.kept_as:
                try:
                    await self.audio(track)
                except TransferError:
                    # It is told where the track is played.
                    continue

    def _came(self, key: str, task: asyncio.Task[bytes]) -> None:
        self._coming.pop(key, None)
        if not task.cancelled() and task.exception() is None:
            self._pool[key] = task.result()
            self._kept.add(key)
        self._changed()

    async def _fetch(self, url: str) -> bytes:
        """Download a file; one that breaks is begun anew, twice. Without Wi-Fi it waits."""
        failures = 0
        while True:
            try:
                async with self._fetcher.link.carry():
                    return await self._fetch_once(url)
            except LinkDownError:
                await self._fetcher.link.until_up()
            except BrokenTransferError as err:
                failures += 1
                if failures > _RETRIES:
                    raise TransferError(str(err)) from err
                await asyncio.sleep(self._fetcher.patience.between_retries)

    async def _fetch_once(self, url: str) -> bytes:
        response, fetch = await self._fetcher.request(hdrs.METH_GET, url)
        try:
            if not response.ok:
                raise TransferError(f"the server answered {response.status}")
            content = await response.read()
        except TimeoutError as err:
            raise BrokenTransferError("the server stopped sending") from err
        except aiohttp.ClientError as err:
            raise BrokenTransferError("the connection broke in the middle of the body") from err
        finally:
            response.close()
        fetch.bytes = len(content)
        return content


class KeptTransfer:
    """The bytes of a track that the player keeps, as `Transfer` gives those of others."""

    def __init__(self, storage: Storage, track: Track) -> None:
        """Prepare to read from the start."""
        self.url: Final = track.url
        self.length: int | None = None
        self.ranges: Final = True
        self.between_blocks: Final = True
        self._storage = storage
        self._track = track
        self._content = b""
        self._offset = 0

    async def probe(self) -> None:
        """Wait until the track is here.

        Raises:
            TransferError: it cannot be had.
        """
        self._content = await self._storage.audio(self._track)
        self.length = len(self._content)

    def seek(self, offset: int) -> None:
        """Go on from another place."""
        self._offset = offset

    async def read(self) -> bytes:
        """Return the next bytes; none at the end."""
        begin, self._offset = self._offset, self._offset + _SLICE
        return self._content[begin : begin + _SLICE]

    def close(self) -> None:
        """Give up nothing."""
