"""Sending a file to a plain socket with sendfile(2), in small steps.

asyncio has `loop.sendfile`, which works in one step as long as the client takes bytes: eight fast
clients kept Home Assistant's loop busy for 50 ms at a time. Splitting its work into several calls
costs a tenth of the throughput, since each of them sets everything up again, and it does not read
from the connection meanwhile, so that a client that leaves is noticed late. Here the set-up is done
once, a step is bounded, and the connection is left to its transport.
"""

import asyncio
from asyncio.trsock import TransportSocket
from io import FileIO
import os
import socket
from typing import Final

# A fast client takes 512 KiB in about a fifth of a millisecond.
STEP: Final = 512 * 1024


class NoSendfileError(Exception):
    """Report that this socket or this file system has no sendfile; nothing was sent."""


def socket_of(transport: asyncio.Transport) -> socket.socket | None:
    """Return a socket of its own for a plain connection, None where there is none, as under TLS.

    It is a duplicate, because asyncio guards that of a transport. The caller closes it.
    """
    if transport.get_extra_info("sslcontext") is not None or not hasattr(os, "sendfile"):
        return None
    found: TransportSocket | None = transport.get_extra_info("socket")
    return None if found is None else found.dup()


async def send(client: socket.socket, file: FileIO, offset: int, length: int) -> int:
    """Send `length` bytes from `offset`; returns how many there were.

    Nothing may wait in the transport's buffer, or the bytes would overtake it.

    Raises:
        NoSendfileError: Nothing was sent, and it will not work later either.
        OSError: The client is gone, or the disk failed.
    """
    sending = _Sending(client, file, offset, length)
    try:
        return await sending.done
    finally:
        sending.stop()


class _Sending:
    """One file on its way to one client."""

    def __init__(self, client: socket.socket, file: FileIO, offset: int, length: int) -> None:
        """Take the first step at once; most ranges need no other one."""
        self._loop = asyncio.get_running_loop()
        self._client = client
        self._file = file
        self._offset = offset
        self._length = length
        self._sent = 0
        self.done: asyncio.Future[int] = self._loop.create_future()
        self._step()
        if not self.done.done():
            self._loop.add_writer(client, self._step)

    def stop(self) -> None:
        """Let go of the socket."""
        self._loop.remove_writer(self._client)

    def _step(self) -> None:
        """Send as much as the client takes now, up to the bound of one step."""
        size = min(STEP, self._length - self._sent)
        try:
            count = os.sendfile(
                self._client.fileno(), self._file.fileno(), self._offset + self._sent, size
            )
        except BlockingIOError, InterruptedError:
            return
        except OSError as err:
            self._fail(err)
            return
        self._sent += count
        if not count or self._sent == self._length:
            self._end()

    def _fail(self, err: OSError) -> None:
        """End with an error, unless somebody was quicker."""
        if self.done.done():
            return
        if self._sent or isinstance(err, ConnectionError):
            self.done.set_exception(err)
        else:
            self.done.set_exception(NoSendfileError())

    def _end(self) -> None:
        """End with what was sent."""
        if not self.done.done():
            self.done.set_result(self._sent)
