"""Resources: what a token serves, as it is kept.

One token is for one file, for one audio of the library, for one stream, for the live card of one
player, or for a card that tells a story to whoever has it.
"""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
import secrets
from typing import Final, TypedDict

from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType, JsonValueType

_TOKEN_BYTES: Final = 16


def _token() -> str:
    """Make a token that nobody can guess."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def _now() -> datetime:
    """Return the time, which stands still in some tests."""
    return dt_util.utcnow()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Served:
    """Say what all tokens have in common. One that is made anew has a token of its own."""

    token: str = field(default_factory=_token, repr=False)
    """A secret: 128 random bits, all the permission that a player has."""
    owner: str = field(repr=False)
    """The config entry that it is served for."""
    card_id: str | None = None
    """The card that its URL is on, once that is made."""
    created: datetime = field(default_factory=_now, repr=False)
    base_url: str | None = field(default=None, repr=False)
    """What the URL on the card begins with; None where that is not known."""
    outlives_card: bool = False
    """Whether its card has gone, and it stays for copies of that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamedFile(_Served):
    """Say what one token serves: one file."""

    path: Path = field(repr=False)
    content_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamedAudio(_Served):
    """Say what one token serves: one audio of the library, whatever file it has at that time."""

    audio_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamedList(_Served):
    """Say what one token serves: one stream, as a card's or, with `is_link`, as an address."""

    stream_id: str
    is_link: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveCardResource(_Served):
    """Say what one token serves: whatever is played on the live card of one player."""

    player_id: str
    published: str | None = None
    """A digest of what Yoto was sent last, so that it is sent again only when that has changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryCardResource(_Served):
    """Say what one token serves: a story, told on the live card of the player that has it."""

    story_id: str
    is_plain: bool = False
    """Whether the card is a plain one, by the turns of whose knob the story is told."""


type Resource = StreamedFile | StreamedAudio | StreamedList | LiveCardResource | StoryCardResource


def stored(resource: Resource) -> JsonObjectType:
    """Return the record of a resource; `created` in ISO 8601."""
    record: JsonObjectType = {
        "token": resource.token,
        "owner": resource.owner,
        "card_id": resource.card_id,
        "created": resource.created.isoformat(),
        "base_url": resource.base_url,
        "outlives_card": resource.outlives_card,
    }
    match resource:
        case StreamedFile(path=path, content_type=content_type):
            return {**record, "path": str(path), "content_type": content_type}
        case StreamedAudio(audio_id=audio_id):
            return {**record, "audio_id": audio_id}
        case StreamedList(stream_id=stream_id, is_link=is_link):
            return {**record, "stream_id": stream_id, "is_link": is_link}
        case LiveCardResource(player_id=player_id, published=published):
            return {**record, "player_id": player_id, "published": published}
        case StoryCardResource(story_id=story_id, is_plain=is_plain):
            return {**record, "story_id": story_id, "is_plain": is_plain}


class _Common(TypedDict):
    """What all records have in common."""

    token: str
    owner: str
    card_id: str | None
    created: datetime
    base_url: str | None
    outlives_card: bool


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
    # Before minor version 6 nobody wrote down why a token is on no card.
    outlives_card = record.get("outlives_card", card_id is None)
    if not isinstance(outlives_card, bool):
        raise TypeError("outlives_card is neither true nor false")
    common: _Common = {
        "token": _text(record, "token"),
        "owner": _text(record, "owner"),
        "card_id": card_id,
        "created": created,
        # Before minor version 4 it was not written down.
        "base_url": _text_or_none(record, "base_url") if "base_url" in record else None,
        "outlives_card": outlives_card,
    }
    if "audio_id" in record:
        return StreamedAudio(audio_id=_text(record, "audio_id"), **common)
    if "stream_id" in record:
        is_link = record["is_link"]
        if not isinstance(is_link, bool):
            raise TypeError("is_link is neither true nor false")
        return StreamedList(stream_id=_text(record, "stream_id"), is_link=is_link, **common)
    if "player_id" in record:
        published = _text_or_none(record, "published")
        return LiveCardResource(player_id=_text(record, "player_id"), published=published, **common)
    if "story_id" in record:
        # Before minor version 8 there were no plain ones.
        is_plain = record.get("is_plain", False)
        if not isinstance(is_plain, bool):
            raise TypeError("is_plain is neither true nor false")
        return StoryCardResource(story_id=_text(record, "story_id"), is_plain=is_plain, **common)
    path = Path(_text(record, "path"))
    if not path.is_absolute():
        raise ValueError("the path is not absolute")
    return StreamedFile(path=path, content_type=_text(record, "content_type"), **common)


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
