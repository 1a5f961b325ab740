"""Identifiers in Home Assistant's media source: what follows the integration's name. Pure.

    library, library/<id of audio>
    streams, streams/<id of a stream>
    cards/<id of the account>, cards/<id of the account>/<media id>

Media ids are those of the media browser of players.
"""

from dataclasses import dataclass
from typing import Final, override

from ..const import DOMAIN

_LIBRARY: Final = "library"
_STREAMS: Final = "streams"
_CARDS: Final = "cards"
_OURS: Final = f"media-source://{DOMAIN}/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Everything:
    """Everything that there is."""

    @override
    def __str__(self) -> str:
        """Return the identifier."""
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InLibrary:
    """An item of the audio library, or all of it."""

    audio_id: str | None = None

    @override
    def __str__(self) -> str:
        """Return the identifier."""
        return _LIBRARY if self.audio_id is None else f"{_LIBRARY}/{self.audio_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class InStreams:
    """A stream, or all of them."""

    stream_id: str | None = None

    @override
    def __str__(self) -> str:
        """Return the identifier."""
        return _STREAMS if self.stream_id is None else f"{_STREAMS}/{self.stream_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OnShelf:
    """Something of an account, named as its media browser names it, or all of it."""

    entry_id: str
    media_id: str | None = None

    @override
    def __str__(self) -> str:
        """Return the identifier."""
        path = f"{_CARDS}/{self.entry_id}"
        return path if self.media_id is None else f"{path}/{self.media_id}"


type Identifier = Everything | InLibrary | InStreams | OnShelf


def read_identifier(text: str) -> Identifier | None:
    """Return what an identifier stands for, None for nothing."""
    if not text:
        return Everything()
    section, slash, rest = text.partition("/")
    if slash and not rest:
        return None
    if section == _LIBRARY:
        return InLibrary(audio_id=rest or None)
    if section == _STREAMS:
        return InStreams(stream_id=rest or None)
    if section == _CARDS and rest:
        entry_id, slash, media_id = rest.partition("/")
        if entry_id and bool(slash) is bool(media_id):
            return OnShelf(entry_id=entry_id, media_id=media_id or None)
    return None


def read_media_source_id(text: str) -> Identifier | None:
    """Return what a media-source id of ours stands for, None for everything else."""
    return read_identifier(text.removeprefix(_OURS)) if text.startswith(_OURS) else None


def on_shelf_of(entry_id: str, media_source_id: str) -> str | None:
    """Return the media id of a card of an account, None for everything else.

    Args:
        entry_id: of the account.
        media_source_id: what the media browser of Home Assistant calls it.
    """
    found = read_media_source_id(media_source_id)
    return found.media_id if isinstance(found, OnShelf) and found.entry_id == entry_id else None
