"""The end of a file: whether it is there, for the containers where ffmpeg does not tell.

A download that was given up sounds well until it stops in the middle of the story. Containers that
declare their length are checked after decoding; these two are told from their structure.
"""

import os
from typing import BinaryIO, Final

_OGG: Final = b"OggS"
_OGG_HEADER: Final = 27
_OGG_LONGEST_PAGE: Final = 65_307

_RIFF_HEADER: Final = 12
_CHUNK_HEADER: Final = 8
_MOST_CHUNKS: Final = 200
# Programs that write to a pipe cannot go back to the beginning and leave the length open.
_OPEN_LENGTH: Final = 0xFFFF_FF00
_SLACK_BYTES: Final = 4096


def has_its_end(file: BinaryIO, start: int) -> bool:
    """Tell whether an Ogg or WAV file is complete; all others count as complete (blocking).

    `start` is where the content begins, behind any tags.
    """
    file.seek(start)
    head = file.read(_RIFF_HEADER)
    if head.startswith(_OGG):
        return _ends_with_a_page(file, start)
    if head.startswith(b"RIFF") and head.endswith(b"WAVE"):
        return _has_its_samples(file, start)
    return True


def _ends_with_a_page(file: BinaryIO, start: int) -> bool:
    """Tell whether the last page of an Ogg file is whole."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(start, size - 2 * _OGG_LONGEST_PAGE))
    tail = file.read()
    page = tail.rfind(_OGG)
    if page < 0 or len(tail) - page < _OGG_HEADER:
        return False
    segments = tail[page + _OGG_HEADER - 1]
    table = tail[page + _OGG_HEADER : page + _OGG_HEADER + segments]
    return len(table) == segments and len(tail) - page >= _OGG_HEADER + segments + sum(table)


def _has_its_samples(file: BinaryIO, start: int) -> bool:
    """Tell whether the samples of a WAV file are as many as it says."""
    size = file.seek(0, os.SEEK_END)
    place = start + _RIFF_HEADER
    for _ in range(_MOST_CHUNKS):
        file.seek(place)
        header = file.read(_CHUNK_HEADER)
        if len(header) < _CHUNK_HEADER:
            return False
        length = int.from_bytes(header[4:], "little")
        place += _CHUNK_HEADER
        if header.startswith(b"data"):
            return length >= _OPEN_LENGTH or place + length <= size + _SLACK_BYTES
        # Chunks begin at even places.
        place += length + (length & 1)
    return True
