"""TCP ports of this machine's loopback interface."""

import socket
from typing import Final

LOOPBACK: Final = "127.0.0.1"


class PortBusyError(Exception):
    """Another program listens on the port."""


def free_port() -> int:
    """Return a port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def ensure_free(port: int) -> None:
    """Raise `PortBusyError` when something else listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as err:
            raise PortBusyError(f"Port {port} is in use by another program.") from err
