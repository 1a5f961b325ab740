"""Sessions as JSON and back, so that they outlive a restart of Home Assistant."""

from collections.abc import Callable
from datetime import datetime

from ..cards.live import LiveChapter, Way
from .announcement import Announcement
from .contract import Program, State
from .errors import StateError
from .kinds import ReadProgram
from .reading import (
    effect_from,
    effect_state,
    member,
    number,
    outcome_from,
    outcome_state,
    record,
    record_or_none,
    records,
    text_or_none,
    texts,
)
from .session import Ahead, Position, Session, Staged, Standing, Visit


def session_state(session: Session) -> State:
    """Return a session as JSON."""
    ahead, staged = session.ahead, session.staged
    return {
        "token": session.token,
        "player_id": session.player_id,
        "standing": _standing_state(session.standing),
        "ahead": None
        if ahead is None
        else {
            "standing": _standing_state(ahead.standing),
            "likely": ahead.likely,
            "effects": [effect_state(effect) for effect in ahead.effects],
        },
        "staged": None if staged is None else _staged_state(staged),
        "glimpsed": [chapter.value for chapter in sorted(session.glimpsed)],
        "departed": session.departed,
        "elsewhere": session.elsewhere,
        "card_id": session.card_id,
        "due": [effect_state(effect) for effect in session.due],
        "history": [
            {
                "chapter": visit.chapter.value,
                "outcome": outcome_state(visit.outcome),
                "since": visit.since.isoformat(),
            }
            for visit in session.history
        ],
    }


def read_session(state: State, read_program: ReadProgram) -> Session:
    """Read a session.

    Args:
        state: as it was stored.
        read_program: see `kinds.reader`.

    Raises:
        StateError: it is none.
    """
    try:
        return _read(state, read_program)
    except ValueError as err:
        raise StateError("a session has a word or a time that is none") from err


def _read(state: State, read_program: ReadProgram) -> Session:
    ahead = record_or_none(state, "ahead")
    staged = record_or_none(state, "staged")
    return Session(
        token=member(state, "token", str),
        player_id=member(state, "player_id", str),
        standing=_standing(record(state, "standing"), read_program),
        ahead=None
        if ahead is None
        else Ahead(
            standing=_standing(record(ahead, "standing"), read_program),
            likely=member(ahead, "likely", bool),
            effects=tuple(map(effect_from, records(ahead, "effects"))),
        ),
        staged=None if staged is None else _staged(staged, read_program),
        glimpsed=frozenset(map(LiveChapter, texts(state, "glimpsed"))),
        departed=member(state, "departed", bool),
        elsewhere=text_or_none(state, "elsewhere"),
        card_id=text_or_none(state, "card_id"),
        due=tuple(map(effect_from, records(state, "due"))),
        history=tuple(
            Visit(
                chapter=_chapter(visit),
                outcome=outcome_from(record_or_none(visit, "outcome")),
                since=_time(visit, "since"),
            )
            for visit in records(state, "history")
        ),
    )


def _standing_state(standing: Standing) -> State:
    position = standing.position
    return {
        "chapter": standing.chapter.value,
        "program": standing.program.state,
        "outcome": outcome_state(standing.outcome),
        "since": standing.since.isoformat(),
        "told": standing.told,
        "position": None
        if position is None
        else {
            "seconds": position.seconds,
            "at": position.at.isoformat(),
            "is_playing": position.is_playing,
        },
    }


def _standing(state: State, read_program: ReadProgram) -> Standing:
    position = record_or_none(state, "position")
    return Standing(
        chapter=_chapter(state),
        program=read_program(record(state, "program")),
        outcome=outcome_from(record_or_none(state, "outcome")),
        since=_time(state, "since"),
        told=member(state, "told", bool),
        position=None
        if position is None
        else Position(
            seconds=number(position, "seconds"),
            at=_time(position, "at"),
            is_playing=member(position, "is_playing", bool),
        ),
    )


def _staged_state(staged: Staged) -> State:
    return {
        "chapter": staged.chapter.value,
        "program": None if staged.program is None else staged.program.state,
        "way": staged.way.value,
        "announcement": None if staged.announcement is None else staged.announcement.state,
        "at": None if staged.at is None else staged.at.isoformat(),
    }


def _staged(state: State, read_program: ReadProgram) -> Staged:
    announcement = _program(state, "announcement", read_program)
    if announcement is not None and not isinstance(announcement, Announcement):
        raise StateError("something else than an announcement is to be announced")
    return Staged(
        chapter=_chapter(state),
        program=_program(state, "program", read_program),
        way=Way(member(state, "way", str)),
        announcement=announcement,
        at=None if state.get("at") is None else _time(state, "at"),
    )


def _program(state: State, key: str, read_program: Callable[[State], Program]) -> Program | None:
    found = record_or_none(state, key)
    return None if found is None else read_program(found)


def _chapter(state: State) -> LiveChapter:
    return LiveChapter(member(state, "chapter", str))


def _time(state: State, key: str) -> datetime:
    time = datetime.fromisoformat(member(state, key, str))
    if time.tzinfo is None:
        raise StateError(f"{key} has no time zone")
    return time
