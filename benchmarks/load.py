"""A load generator in a process of its own: `python -m benchmarks.load`, an order on stdin.

One thread, raw sockets and epoll. A body is counted and thrown away inside the kernel (MSG_TRUNC
on a TCP socket copies nothing), so that the client needs a fraction of the processor time of the
server and both kinds of server can show what they have. Every status line and every length is
checked; the bytes themselves are compared once, before anything is timed.

The order is one JSON object, the result another one on stdout:
  {"kind": "fetch", "port", "path", "connections", "seconds", "range": bytes or 0, "size"}
  {"kind": "pause", "port", "path", "connections"}: holds until stdin is closed.
"""

from dataclasses import asdict, dataclass
import json
import random
import re
import selectors
import socket
import sys
import time
from typing import Any, Final

_LOOPBACK: Final = "127.0.0.1"
_BLOCK: Final = 4 * 1024 * 1024
_HEAD: Final = 16 * 1024
_DISCARD: Final = socket.MSG_TRUNC if sys.platform == "linux" else 0
_LENGTH: Final = re.compile(rb"\r\nContent-Length: (\d+)\r\n", re.IGNORECASE)
_SMALL_WINDOW: Final = 4096
_MOST_CONNECTIONS: Final = 200
_MOST_SECONDS: Final = 60


class WrongAnswerError(Exception):
    """The server did not answer as it should."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one round of fetching came to."""

    requests: int
    bytes: int
    seconds: float
    client_cpu_seconds: float


class _Listener:
    """One connection that fetches again and again."""

    def __init__(self, order: dict[str, Any], number: int) -> None:
        """Connect."""
        self._path = order["path"]
        self._range = order["range"]
        self._size = order["size"]
        self._random = random.Random(number)
        self._left = 0
        self._head = b""
        self.requests = 0
        self.bytes = 0
        self.socket = socket.create_connection((_LOOPBACK, order["port"]))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)

    def ask(self) -> None:
        """Send a request; it is small enough to fit into any buffer."""
        self.socket.send(_request(self._path, self._field()).encode())

    def _field(self) -> str:
        if not self._range:
            return ""
        start = self._random.randrange(self._size - self._range)
        return f"Range: bytes={start}-{start + self._range - 1}\r\n"

    def read(self, block: bytearray) -> None:
        """Take what has come."""
        if not self._left:
            self._read_head()
        else:
            taken = self.socket.recv_into(block, min(self._left, _BLOCK), _DISCARD)
            if not taken:
                raise WrongAnswerError("The connection ended in the middle of a body")
            self._took(taken)

    def _read_head(self) -> None:
        self._head += self.socket.recv(_HEAD)
        head, separator, body = self._head.partition(b"\r\n\r\n")
        if not separator:
            if not self._head:
                raise WrongAnswerError("The connection ended between two answers")
            return
        status = b"HTTP/1.1 206 " if self._range else b"HTTP/1.1 200 "
        length = _LENGTH.search(head + b"\r\n")
        expected = self._range or self._size
        if not head.startswith(status) or length is None or int(length[1]) != expected:
            raise WrongAnswerError(head.decode(errors="replace"))
        self._head, self._left = b"", expected
        self._took(len(body))

    def _took(self, count: int) -> None:
        self.bytes += count
        self._left -= count
        if not self._left:
            self.requests += 1
            self.ask()


def _request(path: str, fields: str = "") -> str:
    return f"GET {path} HTTP/1.1\r\nHost: {_LOOPBACK}\r\n{fields}\r\n"


def fetch(order: dict[str, Any]) -> Result:
    """Fetch with several connections at once, for so many seconds."""
    block = bytearray(_BLOCK)
    listeners = [_Listener(order, number) for number in range(order["connections"])]
    with selectors.DefaultSelector() as selector:
        for listener in listeners:
            selector.register(listener.socket, selectors.EVENT_READ, listener)
        started, cpu = time.perf_counter(), time.process_time()
        deadline = started + min(order["seconds"], _MOST_SECONDS)
        for listener in listeners:
            listener.ask()
        while time.perf_counter() < deadline:
            for key, _ in selector.select(timeout=1):
                key.data.read(block)
        seconds = time.perf_counter() - started
    for listener in listeners:
        listener.socket.close()
    return Result(
        requests=sum(listener.requests for listener in listeners),
        bytes=sum(listener.bytes for listener in listeners),
        seconds=seconds,
        client_cpu_seconds=time.process_time() - cpu,
    )


def pause(order: dict[str, Any]) -> None:
    """Begin to listen on many connections, read a little of each, and hold them until told."""
    held = []
    for _ in range(order["connections"]):
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SMALL_WINDOW)
        connection.connect((_LOOPBACK, order["port"]))
        connection.sendall(_request(order["path"]).encode())
        if not connection.recv(_HEAD).startswith(b"HTTP/1.1 200 "):
            raise WrongAnswerError("A listener was turned away")
        held.append(connection)
    print(json.dumps({"held": len(held)}), flush=True)
    sys.stdin.read()


def main() -> None:
    """Carry out one order."""
    order: dict[str, Any] = json.loads(sys.stdin.readline())
    if order["connections"] > _MOST_CONNECTIONS:
        raise SystemExit(f"No more than {_MOST_CONNECTIONS} connections")
    if order["kind"] == "pause":
        pause(order)
    else:
        print(json.dumps(asdict(fetch(order))))


if __name__ == "__main__":
    main()
