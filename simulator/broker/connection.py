"""One application's connection to the broker: a WebSocket that carries MQTT."""

import asyncio
import time

from aiohttp import WSMsgType, web

_CLOSE_TIMEOUT = 1.0
_KEEP_ALIVE_FACTOR = 1.5
"""How far past its keep-alive a silent client may go (MQTT 3.1.1, section 3.1.2.10)."""


class AppConnection:
    """Bytes in and out for the MQTT engine, and the means to cut them off.

    It has the methods that the engine asks of a reader and of a writer.
    """

    def __init__(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        """Wrap a WebSocket whose handshake is done."""
        self._socket = socket
        self._transport = request.transport
        peer = request.transport.get_extra_info("peername") if request.transport else None
        self.peer: tuple[str, int] = (peer[0], peer[1]) if peer else ("unknown", 0)
        self.client_id = ""
        self.cut_because: str | None = None
        self.silent = False
        """Whether everything in either direction is lost, although the connection looks alive."""
        self._incoming = bytearray()
        self._outgoing = bytearray()
        self._over = asyncio.Event()
        self._heard_at = time.monotonic()
        self._timers: list[asyncio.TimerHandle] = []

    @staticmethod
    def make_socket() -> web.WebSocketResponse:
        """Return an unprepared WebSocket that speaks the sub-protocol of MQTT."""
        return web.WebSocketResponse(protocols=("mqtt",), timeout=_CLOSE_TIMEOUT, compress=False)

    def cut(self, reason: str) -> None:
        """Break the connection off without a farewell. The first reason counts."""
        if self._over.is_set() or self.cut_because is not None:
            return
        self.cut_because = reason
        self._over.set()
        if self._transport is not None:
            self._transport.abort()

    def cut_at(self, epoch_seconds: float, reason: str) -> None:
        """Break the connection off at a time of the wall clock."""
        delay = max(0.0, epoch_seconds - time.time())
        self._timers.append(asyncio.get_running_loop().call_later(delay, self.cut, reason))

    def expect_keep_alive(self, seconds: int) -> None:
        """Break the connection off when the client is silent for too long; 0 means never."""
        if seconds > 0:
            self._watch(seconds * _KEEP_ALIVE_FACTOR)

    def release(self) -> None:
        """Stop the timers, when the connection is over."""
        self._over.set()
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()

    async def over(self) -> None:
        """Wait until nothing can be read or written any more."""
        await self._over.wait()

    def _watch(self, patience: float) -> None:
        left = self._heard_at + patience - time.monotonic()
        if left <= 0:
            self.cut("keep-alive lapsed")
            return
        self._timers = [timer for timer in self._timers if not timer.cancelled()]
        self._timers.append(asyncio.get_running_loop().call_later(left, self._watch, patience))

    async def read(self, n: int = -1) -> bytes:
        """Return exactly `n` bytes, or fewer if the connection ends before."""
        while len(self._incoming) < n and not self._over.is_set():
            message = await self._socket.receive()
            if message.type is WSMsgType.BINARY:
                self._heard_at = time.monotonic()
                if not self.silent:
                    self._incoming += message.data
            else:
                self._over.set()
        data = bytes(self._incoming[:n])
        del self._incoming[:n]
        return data

    def feed_eof(self) -> None:
        """Accept the end of the data; `read` finds it by itself."""

    def write(self, data: bytes) -> None:
        """Collect bytes for the next `drain`."""
        self._outgoing += data

    async def drain(self) -> None:
        """Send what was collected as one message; lost if the connection is over."""
        data = bytes(self._outgoing)
        self._outgoing.clear()
        if data and self.cut_because is None and not self.silent and not self._socket.closed:
            await self._socket.send_bytes(data)

    def get_peer_info(self) -> tuple[str, int]:
        """Return the client's address and port."""
        return self.peer

    def get_ssl_info(self) -> None:
        """Return nothing: clients have no certificates here."""

    async def close(self) -> None:
        """Close with a farewell."""
        if self.cut_because is None:
            await self._socket.close()
