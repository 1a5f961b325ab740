"""Sending to plain sockets, files with sendfile(2), one at a time and each for a moment only.

A single call goes on for as long as a fast client takes bytes, and asyncio lets it: with eight such
clients Home Assistant's loop was late by 50 ms and more. Short calls to all of them in every round
of the loop cost throughput. So there is a queue: in each round one client has its turn, long enough
to be worth it, and the loop is late by one turn at most, however many clients there are.
"""

import asyncio
from asyncio.trsock import TransportSocket
from collections import deque
from collections.abc import Sequence
import os
import socket
import time
from typing import Final
from weakref import WeakKeyDictionary

from .reading import OpenPart, Piece

TURN_SECONDS: Final = 0.002
# A fast client takes this in a fraction of a turn.
_STEP: Final = 512 * 1024
_MORE: Final = getattr(socket, "MSG_MORE", 0)


class NoSendfileError(Exception):
    """Report that this socket or a file system has no sendfile.

    `at` is the number of the piece of which nothing was sent; those before it are sent.
    """

    def __init__(self, at: int) -> None:
        """Remember where it was noticed."""
        super().__init__(at)
        self.at = at


def socket_of(transport: asyncio.Transport) -> socket.socket | None:
    """Return a socket of its own for a plain connection, None where there is none, as under TLS.

    It is a duplicate, because asyncio guards that of a transport. The caller closes it.
    """
    if transport.get_extra_info("sslcontext") is not None or not hasattr(os, "sendfile"):
        return None
    found: TransportSocket | None = transport.get_extra_info("socket")
    return None if found is None else found.dup()


async def send(client: socket.socket, pieces: Sequence[Piece]) -> int:
    """Send pieces; returns how many, which is all but where a file has become shorter.

    Nothing may wait in the transport's buffer, or the bytes would overtake it.

    Raises:
        NoSendfileError: A piece cannot be sent, and it will not work later either.
        OSError: The client is gone, or the disk failed.
    """
    sending = _Sending(client, pieces)
    try:
        return await sending.done
    finally:
        sending.stop()


class _Turns:
    """The queue of one event loop."""

    def __init__(self) -> None:
        """Start without anybody."""
        self._waiting: deque[_Sending] = deque()

    def queue(self, sending: _Sending) -> None:
        """Give somebody a turn when it is his."""
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._next)
        self._waiting.append(sending)

    def _next(self) -> None:
        """Give the first one his turn, and leave the loop to others before the next one."""
        sending = self._waiting.popleft()
        if self._waiting:
            asyncio.get_running_loop().call_soon(self._next)
        if sending.take_turn():
            self.queue(sending)


_TURNS: Final = WeakKeyDictionary[asyncio.AbstractEventLoop, _Turns]()


class _Sending:
    """Some pieces on their way to one client."""

    def __init__(self, client: socket.socket, pieces: Sequence[Piece]) -> None:
        """Get into the queue."""
        self._loop = asyncio.get_running_loop()
        if (turns := _TURNS.get(self._loop)) is None:
            turns = _TURNS[self._loop] = _Turns()
        self._turns = turns
        self._client = client
        self._pieces = pieces
        self._at = 0
        # Of the piece that has its turn.
        self._sent = 0
        self.done: asyncio.Future[int] = self._loop.create_future()
        turns.queue(self)

    def stop(self) -> None:
        """Let go of the socket, and of an error that came too late for anybody to see."""
        if not self.done.cancel() and not self.done.cancelled():
            self.done.exception()
        self._loop.remove_writer(self._client)

    def take_turn(self) -> bool:
        """Send until the turn is over; tells whether another turn is wanted at once."""
        until = time.monotonic() + TURN_SECONDS
        while not self.done.done():
            if not self._step():
                return False
            if time.monotonic() >= until:
                return True
        return False

    def _step(self) -> bool:
        """Send a little; tells whether the client takes more."""
        piece = self._pieces[self._at]
        try:
            count = self._push(piece)
        except BlockingIOError, InterruptedError:
            self._loop.add_writer(self._client, self._ready)
            return False
        except OSError as err:
            is_new = not self._sent and not isinstance(err, ConnectionError)
            self.done.set_exception(NoSendfileError(self._at) if is_new else err)
            return False
        self._sent += count
        length = piece.length if isinstance(piece, OpenPart) else len(piece)
        if self._sent == length:
            self._at, self._sent = self._at + 1, 0
            if self._at == len(self._pieces):
                self.done.set_result(self._at)
        elif not count:
            self.done.set_result(self._at)
        return True

    def _push(self, piece: Piece) -> int:
        """Give the kernel a little of a piece; returns how many bytes it takes."""
        if not isinstance(piece, OpenPart):
            # A little before a lot: on its own it would be a packet that wakes the client up.
            more = _MORE if self._at + 1 < len(self._pieces) else 0
            return self._client.send(memoryview(piece)[self._sent :], more)
        size = min(_STEP, piece.length - self._sent)
        return os.sendfile(
            self._client.fileno(), piece.file.fileno(), piece.offset + self._sent, size
        )

    def _ready(self) -> None:
        """Get into the queue again, now that the client takes more."""
        self._loop.remove_writer(self._client)
        self._turns.queue(self)
