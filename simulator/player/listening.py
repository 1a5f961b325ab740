"""One hearing of one track: bytes come in ahead of time, and are heard at the player's speed."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
import hashlib
from time import time
from typing import Final

from simulator.clock import Clock
from simulator.world import JsonObject

from .fetcher import TransferError
from .mp3 import FrameReader, NotMpegAudioError, Piece
from .storage import KeptTransfer
from .transfer import BLOCK, Transfer

TICK: Final = 5.0
"""Player seconds between two messages about the position (protocol §3.5)."""

_PULSE: Final = 0.03
"""Real seconds after which the position is brought up to date at the latest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What was heard of a track."""

    url: str
    card_id: str
    chapter_key: str
    track_key: str
    sha256: str
    """Of the bytes of the body that were heard. A track heard in full has the body's own hash."""
    seconds: float
    at: float
    """Epoch seconds when the player began with it."""
    error: str | None

    def as_json(self) -> JsonObject:
        """Return it as the control API shows it."""
        return {
            "url": self.url,
            "card_id": self.card_id,
            "chapter_key": self.chapter_key,
            "track_key": self.track_key,
            "sha256": self.sha256,
            "seconds": round(self.seconds, 3),
            "at": self.at,
            "error": self.error,
        }


@dataclass(slots=True, kw_only=True)
class Told:
    """What a hearing tells the player while it goes on."""

    changed: Callable[[], None]
    """Waiting began or ended, or the track's length has become known."""
    ticked: Callable[[], None]
    """Another five seconds have been heard."""
    complete: Callable[[], None]
    """The last byte of the track has come."""


@dataclass(slots=True)
class _Buffer:
    """Pieces that have come and have not been heard."""

    pieces: deque[Piece] = field(default_factory=deque)
    size: int = 0
    complete: bool = False
    error: str | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, pieces: list[Piece]) -> None:
        self.pieces.extend(pieces)
        self.size += sum(len(piece.data) for piece in pieces)
        self.changed.set()

    def take(self) -> Piece:
        piece = self.pieces.popleft()
        self.size -= len(piece.data)
        self.changed.set()
        return piece

    def close(self, error: str | None) -> None:
        self.complete = True
        self.error = error
        self.changed.set()

    async def until_changed(self) -> None:
        self.changed.clear()
        await self.changed.wait()


class Listening:
    """Plays one track from a position until its end, at the speed of the player's clock."""

    def __init__(
        self,
        transfer: Transfer | KeptTransfer,
        clock: Clock,
        told: Told,
        *,
        begin_at: float = 0.0,
        cut_off: float | None = None,
    ) -> None:
        """Prepare to play.

        Args:
            transfer: where the bytes come from.
            clock: the player's time.
            told: what to call while playing.
            begin_at: seconds into the track. A server without ranges is heard from its start.
            cut_off: seconds into the track at which to stop.
        """
        self.position = begin_at
        self.length: float | None = None
        """Seconds of the whole track, once its last byte has come."""
        self.waiting = True
        """Whether playing is held up because no bytes are there."""
        self.heard = 0.0
        """Seconds that have really been heard."""
        self.began_at = time()
        self._transfer = transfer
        self._bitrate: int | None = None
        self._clock = clock
        self._told = told
        self._begin_at = begin_at
        self._cut_off = cut_off
        self._buffer = _Buffer()
        self._hash = hashlib.sha256()
        self._resumed = asyncio.Event()
        self._resumed.set()
        self._anchor = 0.0
        """The player's time at which position 0 would have been heard."""
        self._next_tick = (begin_at // TICK + 1) * TICK

    @property
    def sha256(self) -> str:
        """Return the hash of the bytes that have been heard."""
        return self._hash.hexdigest()

    @property
    def url(self) -> str:
        """Return where the track is fetched from."""
        return self._transfer.url

    @property
    def was_cut_off(self) -> bool:
        """Return whether the track has reached the position at which to stop."""
        return self._cut_off is not None and self.position >= self._cut_off

    def pause(self) -> None:
        """Hold the position."""
        if self._resumed.is_set():
            self._advance()
            self._resumed.clear()

    def resume(self) -> None:
        """Go on from the position."""
        self._anchor = self._clock.elapsed() - self.position
        self._resumed.set()

    async def run(self) -> str | None:
        """Play to the end and return what went wrong, or None."""
        async with asyncio.TaskGroup() as tasks:
            filling = tasks.create_task(self._fill())
            await self._play()
            filling.cancel()
        return self._buffer.error

    @property
    def early_length(self) -> float | None:
        """Return the seconds of the whole track as soon as they can be worked out."""
        if self.length is not None or self._bitrate is None or self._transfer.length is None:
            return self.length
        return self._transfer.length * 8 / self._bitrate

    async def _fill(self) -> None:
        """Get bytes and cut them into pieces, never far ahead of what is heard."""
        error: str | None = None
        try:
            await self._transfer.probe()
            await self._fill_from_start()
        except (TransferError, NotMpegAudioError) as err:
            error = str(err)
        finally:
            self._transfer.close()
        self._buffer.close(error)

    async def _fill_from_start(self) -> None:
        reader, offset = FrameReader(), 0.0
        if self._begin_at:
            reader = await self._seek(reader)
            offset = self.position
        while chunk := await self._next_chunk():
            self._buffer.put(reader.feed(chunk))
            if self._bitrate is None and reader.first is not None:
                self._bitrate = reader.first.bitrate
                self._told.changed()
        self._buffer.put(reader.finish())
        self.length = offset + reader.seconds
        self._told.changed()
        self._told.complete()

    async def _seek(self, reader: FrameReader) -> FrameReader:
        """Go to the position to begin at: exact for a constant bit rate, near it otherwise."""
        pieces: list[Piece] = []
        while reader.first is None and (chunk := await self._transfer.read()):
            pieces += reader.feed(chunk)
        if reader.first is None or not self._transfer.ranges:
            self.position = self._begin_at = 0.0
            self._next_tick = TICK
            self._buffer.put(pieces)
            return reader
        self._transfer.seek(reader.first_offset + int(reader.first.bitrate / 8 * self._begin_at))
        return FrameReader(from_start=False)

    async def _next_chunk(self) -> bytes:
        while self._transfer.between_blocks and self._buffer.size > BLOCK:
            await self._buffer.until_changed()
        return await self._transfer.read()

    async def _play(self) -> None:
        while not self.was_cut_off:
            await self._resumed.wait()
            if self._buffer.pieces:
                if self.waiting:
                    self._anchor = self._clock.elapsed() - self.position
                    self._set_waiting(waiting=False)
                self._advance()
                await asyncio.sleep(_PULSE)
            elif self._buffer.complete:
                return
            else:
                self._set_waiting(waiting=True)
                await self._buffer.until_changed()

    def _advance(self) -> None:
        """Hear everything that is due."""
        if self.waiting:
            return
        due = self._clock.elapsed() - self._anchor
        pieces = self._buffer.pieces
        while pieces and self.position + pieces[0].seconds <= due and not self.was_cut_off:
            piece = self._buffer.take()
            self._hash.update(piece.data)
            self.position += piece.seconds
            self.heard += piece.seconds
        if self.position >= self._next_tick:
            self._next_tick = (self.position // TICK + 1) * TICK
            self._told.ticked()

    def _set_waiting(self, *, waiting: bool) -> None:
        if self.waiting is not waiting:
            self.waiting = waiting
            self._told.changed()
