"""Small pictures made from a name: icons for the display and covers of cards."""

import hashlib
import struct
import zlib

_CELLS = 16


def make_picture(name: str, *, scale: int = 1) -> bytes:
    """Return a PNG of 16 by 16 cells, each `scale` pixels wide; the name decides what is on it."""
    digest = hashlib.sha256(name.encode()).digest()
    colour = bytes(96 + byte % 160 for byte in digest[:3])
    rows = bytearray()
    for y in range(_CELLS):
        row = bytearray()
        for x in range(_CELLS):
            column = min(x, _CELLS - 1 - x) // 2
            lit = digest[4 + y // 2] >> column & 1
            row += (colour if lit else b"\x10\x10\x18") * scale
        rows += (b"\0" + row) * scale
    size = _CELLS * scale
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack("!IIBBBBB", size, size, 8, 2, 0, 0, 0)),
            _chunk(b"IDAT", zlib.compress(bytes(rows))),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))
