"""Reading what comes off the wire, which is loosely typed (protocol §2.2, §8)."""

from collections.abc import Mapping
from enum import IntEnum
import json
from math import isfinite
from typing import Final

from .messages import (
    Acknowledgement,
    Armed,
    CardInsertion,
    Colour,
    Control,
    DayMode,
    Events,
    Message,
    OwnCommand,
    PlaybackStatus,
    PowerSource,
    Presence,
    Status,
)


class MalformedMessageError(Exception):
    """A payload that is no JSON object."""


_LEGACY: Final = "events"
_EVENT_TOPICS: Final = {"data/events", _LEGACY}
_STATUS_TOPICS: Final = {"data/status", "status/full", "status"}
_OURS: Final = "command/"
_ARMING: Final = {"events/request", "events"}
_CONTROLS: Final = {
    "card": Control.PLAYBACK,
    "volume": Control.VOLUME,
    "set-volume": Control.VOLUME,
    "sleep-timer": Control.SLEEP_TIMER,
    "ambients": Control.LIGHT,
    "bluetooth": Control.BLUETOOTH,
    "reboot": Control.RESTART,
}
"""By the first part of the word under which a command is answered (protocol §3.3)."""


def parse(topic: str, payload: bytes) -> Message | None:
    """Read a message from the topic after `device/{id}/`; None for topics of no interest.

    Topics that begin with `command/` are what Home Assistant itself has sent.

    Raises:
        MalformedMessageError: the payload cannot be read at all. A single odd field is left out.
    """
    if topic in _EVENT_TOPICS:
        return _events(_body(payload), legacy=topic == _LEGACY)
    if topic in _STATUS_TOPICS:
        body = _body(payload)
        block = body.get("status")
        return _status(block if isinstance(block, dict) else body)
    if topic == "presence":
        return Presence(online=_body(payload).get("state") == "online")
    if topic == "response":
        return _acknowledgement(_body(payload))
    if topic.startswith(_OURS):
        word = topic.removeprefix(_OURS)
        if word in _ARMING:
            return Armed()
        request = payload.decode(errors="replace")
        return OwnCommand(control=control_of(word), request=request, word=word)
    return None


def control_of(word: str) -> Control:
    """Return what a command is about, by its topic's name or the word of its answer."""
    topic = word.partition("/")[0]
    return _CONTROLS.get(topic, _CONTROLS.get(topic.partition("-")[0], Control.OTHER))


def _body(payload: bytes) -> Mapping[str, object]:
    """Read a JSON object."""
    try:
        body: object = json.loads(payload)
    except ValueError as err:
        raise MalformedMessageError(str(err)) from err
    if not isinstance(body, dict):
        raise MalformedMessageError(f"a {type(body).__name__} instead of an object")
    return body


def _events(body: Mapping[str, object], *, legacy: bool) -> Events:
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
        repeat_all=_boolean(body.get("repeatAll")),
        volume=_integer(body.get("volume")),
        volume_max=_integer(body.get("volumeMax")),
        sleep_timer_active=_boolean(body.get("sleepTimerActive")),
        sleep_timer_seconds=_integer(body.get("sleepTimerSeconds")),
        legacy=legacy,
    )


def _status(block: Mapping[str, object]) -> Status:
    """Read a status block."""
    battery, player = _temperatures(block.get("temp"))
    active = _text(block.get("activeCard"))
    return Status(
        battery_level=_integer(block.get("batteryLevel")),
        charging=_boolean(block.get("charging")),
        power_source=_member(PowerSource, block.get("powerSrc")),
        card_insertion=_member(CardInsertion, block.get("cardInserted")),
        active_card="" if active == "none" else active,
        headphones=_boolean(block.get("headphones")),
        bluetooth_audio=_boolean(block.get("bluetoothHp")),
        day_mode=_member(DayMode, block.get("day")),
        ambient_light=_integer(block.get("als")),
        nightlight=_colour(block.get("nightlightMode")),
        display_brightness=_integer(block.get("dnowBrightness")),
        temperature=player,
        battery_temperature=_first(_decimal(block.get("batteryTemp")), battery),
        wifi_strength=_integer(block.get("wifiStrength")),
        free_disk=_integer(block.get("freeDisk")),
        total_disk=_integer(block.get("totalDisk")),
        background_download=_boolean(block.get("bgDownload")),
        firmware=_text(block.get("fwVersion")),
        up_time=_integer(block.get("upTime")),
        shutdown=_text(block.get("shutDown")),
    )


def _acknowledgement(body: Mapping[str, object]) -> Acknowledgement | None:
    """Read an answer to a command (protocol §3.3)."""
    status = body.get("status")
    if not isinstance(status, dict):
        return None
    for word, verdict in status.items():
        if verdict in {"OK", "FAIL"}:
            return Acknowledgement(
                control=control_of(word),
                accepted=verdict == "OK",
                request=_text(status.get("req_body")),
                word=word,
            )
    return None


def _playback_status(value: object) -> PlaybackStatus | None:
    """Read a playback status, leaving out words that nobody has documented."""
    try:
        return PlaybackStatus(str(value))
    except ValueError:
        return None


def _member[E: IntEnum](kind: type[E], value: object) -> E | None:
    """Read a number that stands for something, leaving out what nobody has documented."""
    number = _integer(value)
    return kind(number) if number in list(kind) else None


def _temperatures(value: object) -> tuple[float | None, float | None]:
    """Read `battery:player[:x]`, whose parts may be "notSupported" (protocol §3.7)."""
    parts = [_decimal(part) for part in (_text(value) or "").split(":")]
    return (*parts, None, None)[0], (*parts, None, None)[1]


def _colour(value: object) -> Colour | None:
    """Read `0xRRGGBB` or `off`."""
    text = _text(value)
    if text is None:
        return None
    if text == "off":
        return 0, 0, 0
    try:
        number = int(text, 16)
    except ValueError:
        return None
    return number >> 16 & 255, number >> 8 & 255, number & 255


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


def _decimal(value: object) -> float | None:
    """Read a number, be it written as a number or as text."""
    if not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except ValueError, OverflowError:
        return None
    return number if isfinite(number) else None


def _first(said: float | None, otherwise: float | None) -> float | None:
    """Return the first of two that is known."""
    return otherwise if said is None else said


def _boolean(value: object) -> bool | None:
    """Read a boolean, be it written as true, 1, "1" or "true"."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return value != 0
    if isinstance(value, str):
        return {"1": True, "true": True, "0": False, "false": False}.get(value.lower())
    return None
