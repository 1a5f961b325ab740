"""The least that sending many files can cost: open and sendfile alone, a thread for each client.

What it reaches beside one file of the same bytes is what the kernel leaves to any server.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
import os
from pathlib import Path
import socketserver
from threading import Thread
from typing import Final, override

from custom_components.yoto_smart_stream.audio.plan import Source

_STEP: Final = 512 * 1024


class _Files(socketserver.ThreadingTCPServer):
    """Knows the files behind each path: where they are, where to begin, and how much of them."""

    daemon_threads = True

    def __init__(self, files: Mapping[str, Sequence[tuple[Path, int, int]]]) -> None:
        """Listen on loopback."""
        super().__init__(("127.0.0.1", 0), _Client)
        self.files = files


class _Client(socketserver.StreamRequestHandler):
    """Answers one client until it goes."""

    server: _Files

    @override
    def handle(self) -> None:
        """Send what each request names."""
        try:
            while (path := self._asked()) is not None:
                self._send(self.server.files[path])
        except ConnectionError:
            return

    def _asked(self) -> str | None:
        """Read a request; returns its path."""
        lines = list(iter(self.rfile.readline, b"\r\n"))
        return lines[0].split()[1].decode() if lines and all(lines) else None

    def _send(self, files: Sequence[tuple[Path, int, int]]) -> None:
        total = sum(length for _, _, length in files)
        self.connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: {total}\r\n\r\n".encode())
        client = self.connection.fileno()
        for path, offset, length in files:
            file = os.open(path, os.O_RDONLY)
            sent = 0
            try:
                while sent < length:
                    sent += os.sendfile(client, file, offset + sent, min(_STEP, length - sent))
            finally:
                os.close(file)


@contextmanager
def bare_server(served: Mapping[str, Source]) -> Iterator[int]:
    """Send the files behind some sources while the context lasts; yields the port."""
    files = {
        path: [(part.path, part.offset, part.length) for part in source.slices(0, source.total)]
        for path, source in served.items()
    }
    with _Files(files) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()
