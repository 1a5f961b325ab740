"""Which messages are news, by the player's own clock (protocol §3.2, §3.5).

The clock counts whole seconds and may be set back. The same message may come by two topics, each of
which keeps its order, and one payload may come in parts.
"""

from dataclasses import fields
from datetime import datetime, timedelta
from typing import Final

from .memory import Memory, Said
from .messages import Events
from .record import Changes, changed

LATE: Final = timedelta(seconds=10)
"""By how much a message may be late. One that is older than that is no older: the player's clock
has been set back."""
TWIN: Final = timedelta(seconds=0.35)
"""Within which a message comes by the other topic too; they are 0.16 s apart (protocol §3.2)."""
_KEPT: Final = 8
_PARTS: Final = tuple(field.name for field in fields(Events) if field.compare)


def is_outdated(memory: Memory, known: int | None, message: Events, now: datetime) -> bool:
    """Return whether a message is older than what the other topic has said, and only late.

    Args:
        memory: what came before.
        known: the newest time by the player's clock, epoch seconds.
        message: the message.
        now: when it has come.
    """
    said, newest = message.event_utc, memory.newest
    if said is None or known is None or not newest or said >= known:
        return False
    if any(entry.message.legacy is message.legacy for entry in newest):
        # A topic keeps its order: it is the clock that has been set back.
        return False
    return timedelta(seconds=known - said) <= LATE and now - newest[-1].at <= LATE


def echo(memory: Memory, message: Events, now: datetime) -> int | None:
    """Return which message this one repeats, counted from 1; None if it is new.

    Twins come in the order of what they repeat, and each message has one at most. The same words
    once more by the same topic are said anew, unless nothing else was said meanwhile.
    """
    newest = memory.newest
    for number in range(memory.echoed, len(newest)):
        said = newest[number]
        if said.message != message:
            continue
        later = newest[number + 1 :]
        if said.message.legacy is message.legacy:
            is_repeated = all(each.message.legacy is not message.legacy for each in later)
        else:
            is_repeated = not later or now - said.at < TWIN
        if is_repeated:
            return number + 1
    return None


def remembered(
    memory: Memory, known: int | None, message: Events, now: datetime
) -> tuple[Changes, Events]:
    """Return how a new message changes what is remembered, and what this moment says."""
    entry = Said(message=message, at=now)
    if message.event_utc is None or message.event_utc != known or memory.moment is None:
        return {"newest": (entry,), "moment": message, "echoed": 0}, message
    newest = (*memory.newest, entry)[-_KEPT:]
    dropped = len(memory.newest) + 1 - len(newest)
    moment = _together(memory.moment, message)
    echoed = max(memory.echoed - dropped, 0)
    return {"newest": newest, "moment": moment, "echoed": echoed}, moment


def _together(moment: Events, message: Events) -> Events:
    """Return what both say, if they can be parts of one payload: else the newer one alone."""
    added: Changes = {}
    for name in _PARTS:
        value = getattr(message, name)
        if value is None:
            continue
        known = getattr(moment, name)
        if known is None:
            added[name] = value
        elif known != value:
            return message
    return changed(moment, added) if added else moment
