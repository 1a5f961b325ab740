"""The commands that a player understands (protocol §3.4). Pure."""

from dataclasses import dataclass
from enum import Enum, auto
import json
import re
from typing import Final

from simulator.world import JsonObject

_ADDRESS: Final = re.compile(r"https?://[^/]+/(?:[^?#]*/)?([A-Za-z0-9]+)/?(?:[?#].*)?")


class UnusableError(Exception):
    """A command that a player refuses because of its body."""


class Simple(Enum):
    """Commands without a body that matters."""

    REQUEST_EVENTS = auto()
    REQUEST_STATUS = auto()
    REQUEST_FULL_STATUS = auto()
    PAUSE = auto()
    RESUME = auto()
    STOP = auto()
    REBOOT = auto()
    BLUETOOTH_ON = auto()
    BLUETOOTH_OFF = auto()
    BLUETOOTH_CONNECT = auto()
    BLUETOOTH_DISCONNECT = auto()
    BLUETOOTH_FORGET = auto()
    BLUETOOTH_STATE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class StartCard:
    """Play a card."""

    card_id: str
    chapter_key: str | None = None
    track_key: str | None = None
    seconds: float | None = None
    cut_off: float | None = None
    any_button_stops: bool = False


@dataclass(frozen=True, slots=True)
class SetVolume:
    """Set the volume, 0 to 100."""

    percent: float


@dataclass(frozen=True, slots=True)
class SetSleepTimer:
    """Stop after a number of seconds; 0 ends the timer."""

    seconds: float


@dataclass(frozen=True, slots=True)
class SetAmbient:
    """Show a colour with the night-light until something else changes it."""

    red: int
    green: int
    blue: int


@dataclass(frozen=True, slots=True)
class PreviewIcon:
    """Show an icon on the display for a number of seconds."""

    uri: str
    seconds: float


type Command = Simple | StartCard | SetVolume | SetSleepTimer | SetAmbient | PreviewIcon

_SIMPLE: Final = {
    "events/request": Simple.REQUEST_EVENTS,
    "events": Simple.REQUEST_EVENTS,
    "status/request": Simple.REQUEST_STATUS,
    "status": Simple.REQUEST_FULL_STATUS,
    "card/pause": Simple.PAUSE,
    "card/resume": Simple.RESUME,
    "card/stop": Simple.STOP,
    "reboot": Simple.REBOOT,
    "bluetooth/on": Simple.BLUETOOTH_ON,
    "bluetooth/off": Simple.BLUETOOTH_OFF,
    "bluetooth/connect": Simple.BLUETOOTH_CONNECT,
    "bluetooth/disconnect": Simple.BLUETOOTH_DISCONNECT,
    "bluetooth/delete-bonds": Simple.BLUETOOTH_FORGET,
    "bluetooth/state": Simple.BLUETOOTH_STATE,
}
_ANSWERED_AS: Final = {
    "card/start": "card-play",
    "card/pause": "card-pause",
    "card/resume": "card-resume",
    "card/stop": "card-stop",
    "volume/set": "set-volume",
    "ambients/set": "ambients",
    "ambients": "ambients",
    "sleep-timer/set": "sleep-timer",
    "display/preview": "display",
    "events/request": "events",
    "status/request": "status",
}


def answered_as(path: str) -> str:
    """Return the word under which a command is acknowledged (protocol §3.3).

    `card-play`, `card-pause` and `events` are on record; the others follow their pattern.
    """
    return _ANSWERED_AS.get(path, path.split("/", maxsplit=1)[0])


def read_command(path: str, payload: str) -> Command:
    """Read a command.

    Args:
        path: the part of the topic after `command/`.
        payload: the body as text.

    Raises:
        UnusableError: there is no such command, or its body lacks something.
    """
    if path in _SIMPLE:
        return _SIMPLE[path]
    body = _object(payload)
    match path:
        case "card/start":
            return _start_card(body)
        case "volume/set":
            return SetVolume(_number(body, "volume"))
        case "sleep-timer/set":
            return SetSleepTimer(max(_number(body, "seconds"), 0.0))
        case "ambients/set" | "ambients":
            red, green, blue = (int(_number(body, key)) & 255 for key in "rgb")
            return SetAmbient(red, green, blue)
        case "display/preview":
            return PreviewIcon(_text(body, "uri") or "", _optional_number(body, "timeout") or 0.0)
        case _:
            raise UnusableError(f"there is no command {path}")


def _start_card(body: JsonObject) -> StartCard:
    address = _ADDRESS.fullmatch(_text(body, "uri") or "")
    if address is None:
        raise UnusableError("the uri names no card")
    chapter_key, track_key = _text(body, "chapterKey"), _text(body, "trackKey")
    if track_key is not None and chapter_key is None:
        raise UnusableError("a track key needs a chapter key")
    return StartCard(
        card_id=address[1],
        chapter_key=chapter_key,
        track_key=track_key,
        seconds=_optional_number(body, "secondsIn"),
        cut_off=_optional_number(body, "cutOff") or None,
        any_button_stops=body.get("anyButtonStop") is True,
    )


def _object(payload: str) -> JsonObject:
    try:
        body = json.loads(payload)
    except ValueError as err:
        raise UnusableError("the body is not JSON") from err
    if not isinstance(body, dict):
        raise UnusableError("the body is not an object")
    return body


def _text(body: JsonObject, key: str) -> str | None:
    """Read text that may be left out. A number is not taken for a key: `8` is not `"08"`."""
    value = body.get(key)
    if value is not None and not isinstance(value, str):
        raise UnusableError(f"{key} is not text")
    return value


def _optional_number(body: JsonObject, key: str) -> float | None:
    value = body.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise UnusableError(f"{key} is not a number of at least 0")
    return float(value)


def _number(body: JsonObject, key: str) -> float:
    value = _optional_number(body, key)
    if value is None:
        raise UnusableError(f"{key} is missing")
    return value
