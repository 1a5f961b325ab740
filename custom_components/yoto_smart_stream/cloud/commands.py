"""Commands that a player obeys (protocol §3.4) and the acknowledgements they get (§3.3)."""

from dataclasses import dataclass
import json
from math import ceil
from typing import Final

_STEPS: Final = 16
"""Steps of the volume knob above silence (protocol §3.9)."""


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


def set_volume(step: int) -> Command:
    """Set the volume to a step from 0 to 16.

    The player turns the percentage back into floor(percent / 6.25) (protocol §3.9).
    """
    return Command(
        path="volume/set",
        payload=json.dumps({"volume": ceil(min(max(step, 0), _STEPS) * 100 / _STEPS)}),
        acknowledged_as=frozenset({"set-volume", "volume", "volume/set"}),
    )
