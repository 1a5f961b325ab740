"""What comes next, so that it can be made ready."""

from .announcement import Announcement, Interrupted
from .contract import Program
from .item import Item, Outcome, Play
from .session import Session


def upcoming(session: Session) -> Item | None:
    """Return what the right knob leads to, None where nothing plays or nothing follows."""
    if session.departed or session.playing is None:
        return None
    outcome = _next(session.current.program)
    return outcome.item if isinstance(outcome, Play) else None


def _next(program: Program) -> Outcome | None:
    """Return what a program plays next, where nobody interferes."""
    match program:
        case Announcement(messages=(_, following, *_)):
            return Play(item=following.item)
        case Announcement(interrupted=Interrupted(outcome=outcome)):
            return outcome
        case Announcement():
            return None
        case _:
            return program.right(0.0).outcome
