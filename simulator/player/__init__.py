"""Players that are not there: they obey, play, fetch and tell as real ones do (protocol §10)."""

from .player import Side, VirtualPlayer

__all__ = ["Side", "VirtualPlayer"]
