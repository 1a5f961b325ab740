"""Play-throughs as they are kept: where each player has left each story, and endings found. Pure.

A record that cannot be read is set aside and kept as it is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ..json import Json, JsonObject
from ..library.fields import Fields, RecordError
from ..library.sifting import listed

VERSION: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedGame:
    """Where a player has left a story."""

    player_id: str
    story_id: str
    program: JsonObject
    """The state of the program, as live cards keep it."""
    node: str | None
    """The id of the node; None before the beginning."""
    ended: bool
    began: datetime
    changed: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingFound:
    """An ending that was reached on a player."""

    player_id: str
    story_id: str
    node: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Everything that is stored."""

    games: tuple[SavedGame, ...] = ()
    endings: tuple[EndingFound, ...] = ()
    set_aside: tuple[Json, ...] = ()


def read_kept(data: Json) -> Kept:
    """Read everything that is stored; whatever it is, nothing of it is lost."""
    if not isinstance(data, dict):
        return Kept(set_aside=() if data is None else (data,))
    games: list[SavedGame] = []
    endings: list[EndingFound] = []
    set_aside: list[Json] = []
    for record in (*listed(data.get("games")), *listed(data.get("endings"))):
        _sort(record, games, endings, set_aside)
    for record in listed(data.get("set_aside")):
        _sort(record, games, endings, set_aside)
    return Kept(games=tuple(games), endings=tuple(endings), set_aside=tuple(set_aside))


def write_kept(
    games: Iterable[SavedGame], endings: Iterable[EndingFound], set_aside: Iterable[Json]
) -> JsonObject:
    """Return what is to be stored."""
    return {
        "games": [
            {
                "player_id": one.player_id,
                "story_id": one.story_id,
                "program": one.program,
                "node": one.node,
                "ended": one.ended,
                "began": one.began.isoformat(),
                "changed": one.changed.isoformat(),
            }
            for one in games
        ],
        "endings": [
            {
                "player_id": one.player_id,
                "story_id": one.story_id,
                "node": one.node,
                "at": one.at.isoformat(),
            }
            for one in endings
        ],
        "set_aside": list(set_aside),
    }


def _sort(
    record: Json,
    games: list[SavedGame],
    endings: list[EndingFound],
    set_aside: list[Json],
) -> None:
    """Put a record where it belongs."""
    try:
        if isinstance(record, dict) and "program" in record:
            games.append(_game(record))
        else:
            endings.append(_ending(record))
    except ValueError:
        set_aside.append(record)


def _game(record: Json) -> SavedGame:
    """Read where a player has left a story."""
    fields = Fields(record)
    program = fields.mapping_or_none("program")
    if program is None:
        raise RecordError("program is missing")
    return SavedGame(
        player_id=fields.text("player_id"),
        story_id=fields.text("story_id"),
        program=program,
        node=fields.text_or_none("node"),
        ended=fields.flag("ended"),
        began=fields.moment("began"),
        changed=fields.moment("changed"),
    )


def _ending(record: Json) -> EndingFound:
    """Read an ending that was reached."""
    fields = Fields(record)
    return EndingFound(
        player_id=fields.text("player_id"),
        story_id=fields.text("story_id"),
        node=fields.text("node"),
        at=fields.moment("at"),
    )
