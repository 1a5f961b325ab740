"""Reading what comes off the wire, which is loosely typed (protocol §2.2, §8)."""

from collections.abc import Mapping
import json
from typing import Final

from .messages import CardInsertion, Events, Message, PlaybackStatus, Presence, Status


class MalformedMessageError(Exception):
    """A payload that is no JSON object."""


_STATUS_TOPICS: Final = {"data/status", "status/full", "status"}


def parse(topic: str, payload: bytes) -> Message | None:
    """Read a message from the topic after `device/{id}/`; None for topics of no interest.

    Raises:
        MalformedMessageError: the payload cannot be read at all. A single odd field is left out.
    """
    if topic == "data/events":
        return _events(_body(payload))
    if topic in _STATUS_TOPICS:
        body = _body(payload)
        block = body.get("status")
        return _status(block if isinstance(block, dict) else body)
    if topic == "presence":
        return Presence(online=_body(payload).get("state") == "online")
    return None


def _body(payload: bytes) -> Mapping[str, object]:
    """Read a JSON object."""
    try:
        body: object = json.loads(payload)
    except ValueError as err:
        raise MalformedMessageError(str(err)) from err
    if not isinstance(body, dict):
        raise MalformedMessageError(f"a {type(body).__name__} instead of an object")
    return body


def _events(body: Mapping[str, object]) -> Events:
    """Read `data/events`."""
    card_id = _text(body.get("cardId"))
    return Events(
        event_utc=_integer(body.get("eventUtc")),
        status=_playback_status(body.get("playbackStatus")),
        waiting=_boolean(body.get("playbackWait")),
        card_id="" if card_id == "none" else card_id,
        chapter_key=_text(body.get("chapterKey")),
        chapter_title=_text(body.get("chapterTitle")),
        track_key=_text(body.get("trackKey")),
        track_title=_text(body.get("trackTitle")),
        track_length=_integer(body.get("trackLength")),
        position=_integer(body.get("position")),
        source=_text(body.get("source")),
        streaming=_boolean(body.get("streaming")),
        volume=_integer(body.get("volume")),
        volume_max=_integer(body.get("volumeMax")),
    )


def _status(block: Mapping[str, object]) -> Status:
    """Read a status block."""
    return Status(
        battery_level=_integer(block.get("batteryLevel")),
        charging=_boolean(block.get("charging")),
        card_insertion=_card_insertion(block.get("cardInserted")),
        firmware=_text(block.get("fwVersion")),
        shutdown=_text(block.get("shutDown")),
    )


def _playback_status(value: object) -> PlaybackStatus | None:
    """Read a playback status, leaving out words that nobody has documented."""
    try:
        return PlaybackStatus(str(value))
    except ValueError:
        return None


def _card_insertion(value: object) -> CardInsertion | None:
    """Read where the content comes from."""
    number = _integer(value)
    return CardInsertion(number) if number in list(CardInsertion) else None


def _text(value: object) -> str | None:
    """Read text. Keys may come as numbers and are text all the same."""
    return None if value is None or isinstance(value, dict | list) else str(value)


def _integer(value: object) -> int | None:
    """Read a whole number, be it written as a number or as text."""
    if not isinstance(value, int | float | str):
        return None
    try:
        return int(float(value))
    except ValueError, OverflowError:
        return None


def _boolean(value: object) -> bool | None:
    """Read a boolean, be it written as true, 1, "1" or "true"."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return value != 0
    if isinstance(value, str):
        return {"1": True, "true": True, "0": False, "false": False}.get(value.lower())
    return None
