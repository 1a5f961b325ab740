"""What the right knob plays while no card is in (protocol §2.5)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
import hashlib
import json
from typing import Final

from ..json import Json

TODAY: Final = "<yyyymmdd>"
"""Stands for a track that is named after the day; the player puts the day in."""

_PLAY: Final = "track-play"


class Mode(StrEnum):
    """When shortcuts count."""

    DAY = "day"
    NIGHT = "night"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortcut:
    """A place on a card where a press on the right knob begins to play."""

    card_id: str
    chapter_key: str
    track_key: str


def read_shortcuts(block: Json) -> frozenset[str]:
    """Return the ids of all cards that shortcuts play, by day or by night."""
    return frozenset(shortcut.card_id for mode in Mode for shortcut in shortcuts_of(block, mode))


def shortcuts_of(block: Json, mode: Mode) -> tuple[Shortcut, ...]:
    """Return the shortcuts by day or by night, in the order in which presses go through them."""
    return tuple(_read(_content(_mapping(_mapping(block).get("modes")).get(mode))))


def with_shortcuts(block: Json, new: Mapping[Mode, Iterable[Shortcut]]) -> dict[str, Json]:
    """Return a player's shortcuts with those of some modes replaced, and all else as it was.

    How Yoto makes the version id is not known; it has the form of a SHA-1, and a new one tells
    that something has changed.
    """
    modes = dict(_mapping(_mapping(block).get("modes")))
    for mode, shortcuts in new.items():
        content: list[Json] = [_write(shortcut) for shortcut in shortcuts]
        modes[mode] = {**_mapping(modes.get(mode)), "content": content}
    version = hashlib.sha1(json.dumps(modes).encode(), usedforsecurity=False)
    return {**_mapping(block), "modes": modes, "versionId": version.hexdigest()}


def _read(content: list[Json]) -> Iterator[Shortcut]:
    """Yield the shortcuts in a list, leaving out what plays nothing that has a name."""
    for item in content:
        params = _mapping(_mapping(item).get("params"))
        if params.get("card"):
            yield Shortcut(
                card_id=str(params["card"]),
                chapter_key=str(params.get("chapter", "")),
                track_key=str(params.get("track", "")),
            )


def _write(shortcut: Shortcut) -> Json:
    """Write a shortcut."""
    return {
        "cmd": _PLAY,
        "params": {
            "card": shortcut.card_id,
            "chapter": shortcut.chapter_key,
            "track": shortcut.track_key,
        },
    }


def _content(block: Json) -> list[Json]:
    """Return the list of a mode."""
    content = _mapping(block).get("content")
    return content if isinstance(content, list) else []


def _mapping(value: Json) -> dict[str, Json]:
    """Return a JSON object, or an empty one where something else stands."""
    return value if isinstance(value, dict) else {}
