"""The queue: items one after the other, with knobs, shuffle and repeat.

The left knob begins the item anew once more than a few seconds of it have been heard, and leads to
the one before until then, as on most things that play music. With `repeat` one, the end plays the
item again; the knobs still lead on, and around at both ends.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from ..cards.live import Way
from .contract import State, Step
from .errors import NoSuchEntryError, StateError
from .item import Effect, Item, Play, Skipped, SkipReason, Stop, StopCard
from .reading import item_from, item_state, member, records, whole, whole_or_none, wholes
from .shuffling import lap_order

KIND: Final = "queue"
RESTART_AFTER: Final = 5.0
"""Seconds of an item after which the left knob begins it anew."""


class Repeat(StrEnum):
    """What happens at the end."""

    OFF = "off"
    ONE = "one"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An item in a queue. The number is its own for as long as the queue exists."""

    number: int
    item: Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Entries, an order of playing, and where in it the player is. A program."""

    entries: tuple[Entry, ...] = ()
    """As they were put in."""
    order: tuple[int, ...] = ()
    """The numbers of the entries, as they are played."""
    at: int = 0
    """Which place of the order plays, or is next where none does."""
    between: bool = True
    """Whether no entry plays: nothing has begun, or what plays has been taken out of the queue."""
    over: bool = False
    """Whether it has come to its end. `at` is what played last then."""
    repeat: Repeat = Repeat.OFF
    seed: int | None = None
    """What the shuffled order comes from; None for the order of the entries."""
    lap: int = 0
    """How often the shuffled order has been played to its end."""
    pinned: int | None = None
    """The entry that played when shuffling began: the first of lap 0."""
    unplayable: frozenset[int] = frozenset()
    """Entries that could not be played since the queue was last started."""
    next_number: int = 1

    @property
    def current(self) -> Entry | None:
        """Return the entry that plays."""
        return None if self.between or self.over else self.entry(self.order[self.at])

    @property
    def coming(self) -> tuple[Entry, ...]:
        """Return the entries that follow in this lap."""
        begin = self.at if self.between else self.at + 1
        return () if self.over else self.in_order[begin:]

    @property
    def in_order(self) -> tuple[Entry, ...]:
        """Return all entries as they are played."""
        by_number = {entry.number: entry for entry in self.entries}
        return tuple(by_number[number] for number in self.order)

    def entry(self, number: int) -> Entry:
        """Return an entry by its number.

        Raises:
            NoSuchEntryError: there is none.
        """
        for entry in self.entries:
            if entry.number == number:
                return entry
        raise NoSuchEntryError(number)

    @property
    def state(self) -> State:
        """Return it as JSON."""
        return {
            "kind": KIND,
            "entries": [
                {"number": entry.number} | item_state(entry.item) for entry in self.entries
            ],
            "order": [*self.order],
            "at": self.at,
            "between": self.between,
            "over": self.over,
            "repeat": self.repeat,
            "seed": self.seed,
            "lap": self.lap,
            "pinned": self.pinned,
            "unplayable": [*sorted(self.unplayable)],
            "next_number": self.next_number,
        }

    def start(self) -> Step:
        """Play the entry at hand, or the first one after the end."""
        fresh = replace(self, unplayable=frozenset())
        if not self.over:
            return _seek(fresh, self.at, 1)
        return _seek(replace(fresh.with_lap(0, None), over=False), 0, 1)

    def left(self, heard: float) -> Step:
        """Begin the item anew, or play the one before."""
        if self.over:
            return _seek(replace(self, over=False), self.at, -1)
        if not self.between and heard > RESTART_AFTER:
            return _seek(self, self.at, 1)
        return _seek(self, self.at - 1, -1)

    def right(self, heard: float) -> Step:  # noqa: ARG002 - the contract of programs
        """Play the item after this one."""
        return _on(self)

    def end(self) -> Step:
        """Play the item after this one, or this one again."""
        if self.repeat is Repeat.ONE and not (self.between or self.over):
            return _seek(self, self.at, 1)
        return _on(self)

    def missing(self, way: Way) -> Step:
        """Note that the entry cannot be played, and go on in the same direction."""
        entry = self.current
        if entry is None:
            return _stop(self)
        noted = replace(self, unplayable=self.unplayable | {entry.number})
        by = -1 if way is Way.LEFT else 1
        going = _seek(noted, self.at + by, by)
        effects: tuple[Effect, ...] = (Skipped(item=entry.item, reason=SkipReason.MISSING),)
        return replace(going, effects=effects + going.effects)

    def with_lap(self, lap: int, pinned: int | None) -> Queue:
        """Return the queue at the beginning of a lap."""
        numbers = tuple(entry.number for entry in self.entries)
        order = numbers if self.seed is None else lap_order(numbers, self.seed, lap, pinned)
        return replace(self, order=order, lap=lap, pinned=pinned, at=0)


def _on(queue: Queue) -> Step:
    if queue.over:
        return _stop(queue)
    return _seek(queue, queue.at if queue.between else queue.at + 1, 1)


def _seek(queue: Queue, place: int, by: int) -> Step:
    """Play the first entry from a place on that can be played, in a direction."""
    if all(number in queue.unplayable for number in queue.order):
        return _stop(queue)
    while not (0 <= place < len(queue.order)) or queue.order[place] in queue.unplayable:
        if 0 <= place < len(queue.order):
            place += by
        elif queue.repeat is not Repeat.OFF:
            queue, place = _lap_after(queue) if place > 0 else _lap_before(queue)
        elif place > 0:
            return _stop(replace(queue, at=len(queue.order) - 1))
        else:
            # There is nothing before the first entry, so that begins anew.
            place, by = 0, 1
    found = replace(queue, at=place, between=False, over=False)
    return Step(program=found, outcome=Play(item=found.entry(found.order[place]).item))


def _stop(queue: Queue) -> Step:
    at = min(queue.at, max(len(queue.order) - 1, 0))
    over = replace(queue, at=at, between=False, over=True)
    return Step(program=over, outcome=Stop(), effects=(StopCard(),))


def _lap_after(queue: Queue) -> tuple[Queue, int]:
    """Return the queue in its next lap, and the first place of that."""
    if queue.seed is None:
        return queue, 0
    last = None if queue.between else queue.order[queue.at]
    queue = queue.with_lap(queue.lap + 1, queue.pinned)
    if len(queue.order) > 1 and queue.order[0] == last:
        # The same item does not come twice in a row where laps meet.
        first, second, *rest = queue.order
        queue = replace(queue, order=(second, first, *rest))
    return queue, 0


def _lap_before(queue: Queue) -> tuple[Queue, int]:
    """Return the queue in its lap before, and the last place of that; of lap 0, itself."""
    if queue.seed is None or not queue.lap:
        return queue, len(queue.order) - 1
    return queue.with_lap(queue.lap - 1, queue.pinned), len(queue.order) - 1


def read_queue(state: State) -> Queue:
    """Read the state of a queue.

    Raises:
        StateError: it is none.
    """
    entries = tuple(
        Entry(number=whole(entry, "number"), item=item_from(entry))
        for entry in records(state, "entries")
    )
    queue = Queue(
        entries=entries,
        order=wholes(state, "order"),
        at=whole(state, "at"),
        between=member(state, "between", bool),
        over=member(state, "over", bool),
        repeat=Repeat(member(state, "repeat", str)),
        seed=whole_or_none(state, "seed"),
        lap=whole(state, "lap"),
        pinned=whole_or_none(state, "pinned"),
        unplayable=frozenset(wholes(state, "unplayable")),
        next_number=whole(state, "next_number"),
    )
    numbers = [entry.number for entry in entries]
    if sorted(numbers) != sorted(queue.order) or len(set(numbers)) != len(numbers):
        raise StateError("the order of a queue does not name its entries")
    if not 0 <= queue.at <= max(len(numbers) - (not queue.between), 0):
        raise StateError("a queue is at a place that it does not have")
    if not numbers and not (queue.between or queue.over):
        raise StateError("an empty queue plays")
    if any(number >= queue.next_number for number in numbers):
        raise StateError("a queue would give a number twice")
    return queue
