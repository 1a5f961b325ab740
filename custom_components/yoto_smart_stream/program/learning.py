"""What becomes known of an item once it has been opened: its length, its names, its picture."""

from collections.abc import Callable
from dataclasses import replace

from .announcement import Announcement
from .contract import Program
from .item import Item, Play
from .queue import Queue
from .session import Session, Standing, edited, queue_in


def learnt(item: Item, known: Item) -> Item:
    """Return an item with what is known of it; names stay where it has none of its own."""
    return replace(
        item,
        title=known.title or item.title,
        length=known.length,
        artist=known.artist or item.artist,
        cover=known.cover or item.cover,
    )


def with_facts(session: Session, known: Item) -> Session:
    """Return the session after something has become known of an item, wherever it comes up."""

    def learn(standing: Standing) -> Standing:
        outcome, program = standing.outcome, standing.program
        # What is announced was opened before, and bears the name that it was given.
        is_named = isinstance(program, Announcement) and program.is_on
        if isinstance(outcome, Play) and not is_named and _is_of(outcome.item, known):
            outcome = replace(outcome, item=learnt(outcome.item, known))
        return replace(standing, outcome=outcome, program=_in_program(standing.program, known))

    ahead = session.ahead
    return replace(
        session,
        standing=learn(session.standing),
        ahead=None if ahead is None else replace(ahead, standing=learn(ahead.standing)),
    )


def _is_of(item: Item, known: Item) -> bool:
    """Return whether what is known is of an item: a chime makes another one of it."""
    return (item.media, item.chime) == (known.media, known.chime)


def _in_program(program: Program, known: Item) -> Program:
    """Return a program in whose queue the entries of an item are up to date."""
    if queue_in(program) is None:
        return program
    return edited(_in_queue(known))(program)


def _in_queue(known: Item) -> Callable[[Queue], Queue]:
    def change(queue: Queue) -> Queue:
        entries = tuple(
            replace(entry, item=learnt(entry.item, known)) if _is_of(entry.item, known) else entry
            for entry in queue.entries
        )
        return replace(queue, entries=entries)

    return change
