"""Resources: what a token serves, as it is kept.

One token is for one file, for one audio of the library, for one stream, or for the live card of
one player.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypedDict, override

from homeassistant.util.json import JsonObjectType, JsonValueType


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamedFile:
    """Say what one token serves: one file, for one config entry and, once made, one card."""

    token: str
    path: Path
    content_type: str
    owner: str
    card_id: str | None
    created: datetime
    base_url: str | None = None
    """What the URL on the card begins with; None where that is not known."""

    @override
    def __repr__(self) -> str:
        """Describe the record without its token, which is a secret."""
        return f"StreamedFile(path={self.path.name!r}, card_id={self.card_id!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamedAudio:
    """Say what one token serves: one audio of the library, whatever file it has at that time."""

    token: str
    audio_id: str
    owner: str
    card_id: str | None
    created: datetime
    base_url: str | None = None
    """As of a file."""

    @override
    def __repr__(self) -> str:
        """Describe the record without its token, which is a secret."""
        return f"StreamedAudio(audio_id={self.audio_id!r}, card_id={self.card_id!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamedList:
    """Say what one token serves: one stream, as a card's or, with `is_link`, as an address."""

    token: str
    stream_id: str
    owner: str
    card_id: str | None
    is_link: bool
    created: datetime
    base_url: str | None = None
    """As of a file."""

    @override
    def __repr__(self) -> str:
        """Describe the record without its token, which is a secret."""
        return f"StreamedList(stream_id={self.stream_id!r}, card_id={self.card_id!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveCardResource:
    """Say what one token serves: whatever is played on the live card of one player."""

    token: str
    player_id: str
    owner: str
    card_id: str | None
    published: str | None
    """A digest of what Yoto was sent last, so that it is sent again only when that has changed."""
    created: datetime
    base_url: str | None = None
    """As of a file."""

    @override
    def __repr__(self) -> str:
        """Describe the record without its token, which is a secret."""
        return f"LiveCardResource(player_id={self.player_id!r}, card_id={self.card_id!r})"


type Resource = StreamedFile | StreamedAudio | StreamedList | LiveCardResource


class StoredFile(TypedDict):
    """Shape of a file in the store; `created` in ISO 8601."""

    token: str
    path: str
    content_type: str
    owner: str
    card_id: str | None
    created: str
    base_url: str | None


class StoredAudio(TypedDict):
    """Shape of an audio in the store; `created` in ISO 8601."""

    token: str
    audio_id: str
    owner: str
    card_id: str | None
    created: str
    base_url: str | None


class StoredList(TypedDict):
    """Shape of a stream in the store; `created` in ISO 8601."""

    token: str
    stream_id: str
    owner: str
    card_id: str | None
    is_link: bool
    created: str
    base_url: str | None


class StoredLiveCard(TypedDict):
    """Shape of a live card in the store; `created` in ISO 8601."""

    token: str
    player_id: str
    owner: str
    card_id: str | None
    published: str | None
    created: str
    base_url: str | None


def stored_file(file: StreamedFile) -> StoredFile:
    """Return the stored shape of a file."""
    return {
        "token": file.token,
        "path": str(file.path),
        "content_type": file.content_type,
        "owner": file.owner,
        "card_id": file.card_id,
        "created": file.created.isoformat(),
        "base_url": file.base_url,
    }


def stored_audio(audio: StreamedAudio) -> StoredAudio:
    """Return the stored shape of an audio."""
    return {
        "token": audio.token,
        "audio_id": audio.audio_id,
        "owner": audio.owner,
        "card_id": audio.card_id,
        "created": audio.created.isoformat(),
        "base_url": audio.base_url,
    }


def stored_list(stream: StreamedList) -> StoredList:
    """Return the stored shape of a stream."""
    return {
        "token": stream.token,
        "stream_id": stream.stream_id,
        "owner": stream.owner,
        "card_id": stream.card_id,
        "is_link": stream.is_link,
        "created": stream.created.isoformat(),
        "base_url": stream.base_url,
    }


def stored_live_card(card: LiveCardResource) -> StoredLiveCard:
    """Return the stored shape of a live card."""
    return {
        "token": card.token,
        "player_id": card.player_id,
        "owner": card.owner,
        "card_id": card.card_id,
        "published": card.published,
        "created": card.created.isoformat(),
        "base_url": card.base_url,
    }


def resource_of(record: JsonValueType) -> Resource:
    """Read a stored record.

    Raises:
        KeyError, TypeError, ValueError: It is none.
    """
    if not isinstance(record, dict):
        raise TypeError("not an object")
    created = datetime.fromisoformat(_text(record, "created"))
    if created.tzinfo is None:
        raise ValueError("created has no time zone")
    card_id = _text_or_none(record, "card_id")
    token, owner = _text(record, "token"), _text(record, "owner")
    # Before minor version 4 it was not written down.
    base_url = _text_or_none(record, "base_url") if "base_url" in record else None
    if "audio_id" in record:
        return StreamedAudio(
            token=token,
            audio_id=_text(record, "audio_id"),
            owner=owner,
            card_id=card_id,
            created=created,
            base_url=base_url,
        )
    if "stream_id" in record:
        is_link = record["is_link"]
        if not isinstance(is_link, bool):
            raise TypeError("is_link is neither true nor false")
        return StreamedList(
            token=token,
            stream_id=_text(record, "stream_id"),
            owner=owner,
            card_id=card_id,
            is_link=is_link,
            created=created,
            base_url=base_url,
        )
    if "player_id" in record:
        return LiveCardResource(
            token=token,
            player_id=_text(record, "player_id"),
            owner=owner,
            card_id=card_id,
            published=_text_or_none(record, "published"),
            created=created,
            base_url=base_url,
        )
    path = Path(_text(record, "path"))
    if not path.is_absolute():
        raise ValueError("the path is not absolute")
    return StreamedFile(
        token=token,
        path=path,
        content_type=_text(record, "content_type"),
        owner=owner,
        card_id=card_id,
        created=created,
        base_url=base_url,
    )


def _text(record: JsonObjectType, key: str) -> str:
    """Return a field that has to be text with something in it."""
    value = record[key]
    if not isinstance(value, str) or not value:
        raise TypeError(f"{key} is not text")
    return value


def _text_or_none(record: JsonObjectType, key: str) -> str | None:
    """Return a field that has to be text or null."""
    value = record[key]
    if value is not None and not isinstance(value, str):
        raise TypeError(f"{key} is not text")
    return value
