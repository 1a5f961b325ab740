"""Commands that a player obeys (protocol §3.4) and the acknowledgements they get (§3.3)."""

from dataclasses import dataclass
import json
from math import ceil
from typing import Final

_STEPS: Final = 16
"""Steps of the volume knob above silence (protocol §3.9)."""


_BLUETOOTH: Final = frozenset(
    {
        "bluetooth",
        *(
            f"bluetooth{separator}{word}"
            for separator in "-/"
            for word in ("on", "off", "connect", "disconnect", "delete-bonds")
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One message to `device/{id}/command/{path}`."""

    path: str
    payload: str = ""
    acknowledged_as: frozenset[str]
    """The keys under which a player may acknowledge it. Only `card-play`, `card-pause`,
    `set-volume`, `volume`, `card` and `reboot` are on record; the others are variants of the
    topic's name (protocol §3.3)."""


def start_card(
    card_id: str,
    *,
    chapter_key: str | None = None,
    track_key: str | None = None,
    seconds: float | None = None,
) -> Command:
    """Play a card, from where it was left unless chapter, track or seconds say otherwise."""
    payload: dict[str, str | int] = {"uri": f"https://yoto.io/{card_id}"}
    if chapter_key is not None:
        payload["chapterKey"] = chapter_key
    if track_key is not None:
        payload["trackKey"] = track_key
    if seconds is not None:
        payload["secondsIn"] = int(seconds)
    return Command(
        path="card/start",
        payload=json.dumps(payload),
        acknowledged_as=frozenset({"card-play", "card-start", "card/start", "card"}),
    )


PAUSE: Final = Command(
    path="card/pause",
    acknowledged_as=frozenset({"card-pause", "card/pause", "card"}),
)
RESUME: Final = Command(
    path="card/resume",
    acknowledged_as=frozenset({"card-resume", "card/resume", "card-play", "card"}),
)
STOP: Final = Command(
    path="card/stop",
    acknowledged_as=frozenset({"card-stop", "card/stop", "card"}),
)
RESTART: Final = Command(
    path="reboot",
    acknowledged_as=frozenset({"reboot"}),
)


BLUETOOTH_OFF: Final = Command(path="bluetooth/off", acknowledged_as=_BLUETOOTH)
BLUETOOTH_DISCONNECT: Final = Command(path="bluetooth/disconnect", acknowledged_as=_BLUETOOTH)
BLUETOOTH_FORGET: Final = Command(path="bluetooth/delete-bonds", acknowledged_as=_BLUETOOTH)


def switch_bluetooth_on(*, name: str | None = None, mac: str | None = None) -> Command:
    """Look for headphones or a speaker to play on: these ones, or any.

    The other mode, in which the player is itself a speaker, is left out: a player in it obeys no
    command until somebody holds its left knob.
    """
    return _bluetooth("bluetooth/on", {"action": "on", "mode": True}, name, mac)


def connect_bluetooth(*, name: str | None = None, mac: str | None = None) -> Command:
    """Play on headphones or a speaker that the player knows."""
    return _bluetooth("bluetooth/connect", {}, name, mac)


def set_sleep_timer(seconds: int) -> Command:
    """Have the player stop after a number of seconds; 0 ends the timer."""
    return Command(
        path="sleep-timer/set",
        payload=json.dumps({"seconds": seconds}),
        acknowledged_as=frozenset({"sleep-timer", "sleep-timer-set", "sleep-timer/set"}),
    )


def set_light(colour: tuple[int, int, int]) -> Command:
    """Show a colour with the night-light, until day or night begins. Black is off."""
    return Command(
        path="ambients/set",
        payload=json.dumps(dict(zip("rgb", colour, strict=True))),
        acknowledged_as=frozenset({"ambients", "ambients-set", "ambients/set"}),
    )


def show_icon(uri: str, *, seconds: int, animated: bool) -> Command:
    """Show an icon of 16 by 16 pixels on the display for a while."""
    return Command(
        path="display/preview",
        payload=json.dumps({"uri": uri, "timeout": seconds, "animated": int(animated)}),
        acknowledged_as=frozenset({"display", "display-preview", "display/preview"}),
    )


def _bluetooth(
    path: str, payload: dict[str, str | bool], name: str | None, mac: str | None
) -> Command:
    """Make a command about Bluetooth. An address counts more than a name."""
    if name is not None:
        payload["name"] = name
    if mac is not None:
        payload["mac"] = mac
    return Command(
        path=path,
        payload=json.dumps(payload) if payload else "",
        acknowledged_as=_BLUETOOTH,
    )


def set_volume(step: int) -> Command:
    """Set the volume to a step from 0 to 16.

    The player turns the percentage back into floor(percent / 6.25) (protocol §3.9).
    """
    return Command(
        path="volume/set",
        payload=json.dumps({"volume": ceil(min(max(step, 0), _STEPS) * 100 / _STEPS)}),
        acknowledged_as=frozenset({"set-volume", "volume", "volume/set"}),
    )
