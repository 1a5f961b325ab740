"""Playlists: M3U and PLS as texts. Pure: nothing is fetched, and no entry is followed.

An M3U with tags of HTTP Live Streaming is no list of audio but one audio in segments.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
import math
from typing import Final

MOST_ENTRIES: Final = 500
LONGEST_TEXT: Final = 1024 * 1024
"""Characters."""
_LONGEST_ADDRESS: Final = 4096
_LONGEST_TITLE: Final = 200
_SEGMENTED: Final = ("#EXT-X-TARGETDURATION", "#EXT-X-STREAM-INF", "#EXT-X-MEDIA-SEQUENCE")
_M3U: Final = "#EXTM3U"
_PLS: Final = "[playlist]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry: its address as it is written, and what the list says of it.

    `length` is in seconds, None where the list does not know.
    """

    address: str
    title: str | None = None
    length: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Playlist:
    """A list of audio; `is_segmented` tells that it is one audio in segments instead.

    `left_out` is how many entries there are beyond the most.
    """

    entries: tuple[Entry, ...] = ()
    is_segmented: bool = False
    left_out: int = 0


def is_playlist(head: str) -> bool:
    """Tell whether a text is a playlist by how it begins."""
    begin = head.removeprefix("\ufeff").lstrip()[: len(_PLS)].lower()
    return begin.startswith(_M3U.lower()) or begin == _PLS


def read_playlist(text: str) -> Playlist:
    """Read a playlist; what is no entry, and what is beyond the most, is left out."""
    lines = [line.strip() for line in text[:LONGEST_TEXT].removeprefix("\ufeff").splitlines()]
    lines = [line for line in lines if line]
    if any(line.upper().startswith(_SEGMENTED) for line in lines):
        return Playlist(is_segmented=True)
    found = _pls(lines) if lines and lines[0].lower() == _PLS else _m3u(lines)
    entries = (entry for entry in found if 0 < len(entry.address) <= _LONGEST_ADDRESS)
    first = tuple(islice(entries, MOST_ENTRIES))
    return Playlist(entries=first, left_out=sum(1 for _ in entries))


def _m3u(lines: list[str]) -> Iterator[Entry]:
    """Yield the entries of an M3U."""
    title: str | None = None
    length: float | None = None
    for line in lines:
        if line.upper().startswith("#EXTINF:"):
            about, _, named = line[len("#EXTINF:") :].partition(",")
            title = _title(named)
            length = _length(about.split(maxsplit=1)[0] if about.split() else "")
        elif not line.startswith("#"):
            yield Entry(address=line, title=title, length=length)
            title = length = None


def _pls(lines: list[str]) -> Iterator[Entry]:
    """Yield the entries of a PLS by their numbers."""
    fields: dict[str, str] = {}
    for line in lines:
        name, equals, value = line.partition("=")
        if equals:
            fields.setdefault(name.strip().lower(), value.strip())
    numbers = sorted(
        int(name[4:])
        for name in fields
        if name.startswith("file")
        and name[4:].isascii()
        and name[4:].isdecimal()
        and len(name) <= len("file") + 9
    )
    for number in dict.fromkeys(numbers):
        if (address := fields.get(f"file{number}")) is not None:
            yield Entry(
                address=address,
                title=_title(fields.get(f"title{number}", "")),
                length=_length(fields.get(f"length{number}", "")),
            )


def _title(text: str) -> str | None:
    """Return a title in one line, None for none."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return line[:_LONGEST_TITLE].strip() or None


def _length(text: str) -> float | None:
    """Return seconds; lists write -1 or 0 where they do not know."""
    try:
        seconds = float(text)
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds > 0 else None
