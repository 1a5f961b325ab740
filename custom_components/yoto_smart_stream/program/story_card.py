"""The story card: it plays what a player's live card plays, and begins its story where need be.

Every player has one session, whichever of these cards it takes a step on. So a child that changes
from one to the other is where it was, and two children with the same card are each in their own
place.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from ..cards.live import LiveChapter, Way
from .contract import Program
from .fetching import Fetch
from .session import Session, Staged
from .telling import story_in

_LATE: Final = timedelta(seconds=30)
"""For how long a player may still ask for pieces of the other card that it has left."""


def tells(session: Session, story_id: str, chapter: LiveChapter) -> bool:
    """Return whether a story is told, or begins with the fetch of a chapter."""
    staged = session.staged
    programs = [session.current.program]
    if staged is not None and staged.chapter is chapter and staged.program is not None:
        programs.append(staged.program)
    told = (story_in(program) for program in programs)
    return any(one is not None and one.telling.story_id == story_id for one in told)


def repeats(session: Session, card_id: str | None, chapter: LiveChapter) -> bool:
    """Return whether a fetch is for more of what a card was asked for last, whatever that is."""
    is_here = session.card_id == card_id and not session.departed
    return is_here and session.current.chapter is chapter


def goes_on(session: Session, story_id: str) -> bool:
    """Return whether what is laid out, or plays where nothing is, belongs to a story."""
    staged = session.staged
    laid_out = None if staged is None else staged.program
    told = story_in(laid_out or session.current.program)
    return told is not None and told.telling.story_id == story_id


def come_by(
    session: Session, fetch: Fetch, card_id: str | None, program: Program | None = None
) -> Session:
    """Return the session as a fetch finds it that comes by a card.

    Args:
        session: as the last fetch has left it.
        fetch: the request.
        card_id: the story card that it is of; None for the live card.
        program: what begins with it, None where something goes on.
    """
    staged = session.staged
    if program is not None:
        begun = Staged(chapter=fetch.chapter, program=program, way=Way.START)
        return replace(session, staged=begun, card_id=card_id)
    if session.card_id == card_id:
        return session
    if staged is not None and staged.chapter is fetch.chapter:
        return replace(session, card_id=card_id)
    if _is_late(session, fetch):
        return session
    # What was played is taken up again, wherever on the card.
    return replace(session, departed=True, card_id=card_id)


def looked_at(before: Session, after: Session) -> Session:
    """Return the session after a mere look at a chapter: the player has not come to a card yet."""
    return replace(after, departed=before.departed, card_id=before.card_id)


def _is_late(session: Session, fetch: Fetch) -> bool:
    """Return whether a fetch is for a piece of what was just left, on the card before."""
    if fetch.head or not fetch.offset or not session.history:
        return False
    left = session.history[-1]
    return fetch.chapter is left.chapter and fetch.at - session.standing.since < _LATE
