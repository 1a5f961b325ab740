"""The ends of the runs of a plain card, where a chapter does not say by itself what has happened.

A step by the end is laid out before, so that it is one.
"""

from dataclasses import replace
from datetime import datetime

from ..cards.live import LiveChapter, Way
from .fetching import can_have_ended
from .item import Play
from .session import Session, Staged


def with_end_laid_out(session: Session, chapter: LiveChapter) -> Session:
    """Have the end of what plays lead to a chapter, unless another step is laid out already."""
    if session.staged is not None:
        return session
    return replace(session, staged=Staged(chapter=chapter, way=Way.END))


def is_to_run_on(session: Session, chapter: LiveChapter, now: datetime) -> bool:
    """Return whether a player that has stopped has come to the end of the card, and nobody to it.

    What has no known length is not gone on with, since somebody may have stopped it.
    """
    staged, here = session.staged, session.current
    if staged is None or staged.chapter is not chapter or staged.way is not Way.END:
        return False
    outcome = here.outcome
    known = isinstance(outcome, Play) and outcome.remaining is not None
    return known and can_have_ended(here, now)
