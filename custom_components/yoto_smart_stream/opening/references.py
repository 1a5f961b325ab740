"""References: what the media of an item stands for, so that it can be stored and opened again.

An item of ours names a media-source id, an http(s) address, or a path of this Home Assistant's own
(`/api/...`). One play of a stream is an item: when it was described, and what its orders are drawn
from, follow the id of the stream, so that a restart does not change what a child hears.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
import posixpath
import re
import secrets
from typing import Final, Self, override
from urllib.parse import urljoin

from ..web import web_address

_SOURCE: Final = "media-source://"
_PLAY: Final = re.compile(r"([0-9A-Z]{26})#(\d{1,11})\.([0-9a-f]{32})")
_STREAMS: Final = f"{_SOURCE}yoto_smart_stream/streams/"
SPEECH: Final = f"{_SOURCE}tts/"
_CACHED: Final = "opened-cover:"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayOfStream:
    """One play of a stream: which, when it was described, and what its orders are drawn from."""

    stream_id: str
    described: datetime
    drawn: str

    @classmethod
    def of(cls, stream_id: str, now: datetime) -> Self:
        """Return a new play of a stream."""
        return cls(
            stream_id=stream_id,
            described=datetime.fromtimestamp(int(now.timestamp()), UTC),
            drawn=secrets.token_hex(16),
        )

    @classmethod
    def read(cls, media: str) -> Self | None:
        """Read the media of an item, None where it is something else."""
        if not media.startswith(_STREAMS):
            return None
        if (found := _PLAY.fullmatch(media.removeprefix(_STREAMS))) is None:
            return None
        described = datetime.fromtimestamp(int(found[2]), UTC)
        return cls(stream_id=found[1], described=described, drawn=found[3])

    @override
    def __str__(self) -> str:
        """Return the media of an item."""
        return f"{_STREAMS}{self.stream_id}#{int(self.described.timestamp())}.{self.drawn}"


def joined(base: str, reference: str) -> str | None:
    """Return what an entry of a playlist refers to, None for what is no media.

    `base` is the media of the playlist. What is relative to a media-source id stays in its source.
    """
    if reference.startswith(_SOURCE):
        return reference
    if (address := web_address(reference)) is not None:
        return address
    if "://" in reference:
        return None
    if not base.startswith(_SOURCE):
        return urljoin(base, reference)
    source, _, path = base.removeprefix(_SOURCE).partition("/")
    folder = posixpath.dirname(path)
    found = posixpath.normpath(posixpath.join(folder, reference.replace("\\", "/")))
    if found.startswith(("/", "..")):
        return None
    return f"{_SOURCE}{source}/{found}"


def named_by(media: str) -> str:
    """Return a title for something that has none: the last part of its address, without secrets."""
    path = media.partition("?")[0].partition("#")[0].rstrip("/")
    return posixpath.splitext(posixpath.basename(path))[0] or "Audio"


def cached_cover(key: str) -> str:
    """Return what stands for the picture of an audio in the cache."""
    return f"{_CACHED}{key}"


def cached_cover_key(cover: str) -> str | None:
    """Return the key of the audio whose picture is meant, None where it is another picture."""
    return cover.removeprefix(_CACHED) if cover.startswith(_CACHED) else None


def as_media_id(media: str) -> str:
    """Return what plays an item's media again: a play of a stream is the stream to others."""
    play = PlayOfStream.read(media)
    return media if play is None else f"{_STREAMS}{play.stream_id}"
