"""The queue, beside a plain list and an index."""

from dataclasses import dataclass, field
from itertools import chain, pairwise

from hypothesis import assume, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
import pytest

from custom_components.yoto_smart_stream.cards.live import Way
from custom_components.yoto_smart_stream.program import editing
from custom_components.yoto_smart_stream.program.contract import Step
from custom_components.yoto_smart_stream.program.errors import NoSuchEntryError
from custom_components.yoto_smart_stream.program.item import Skipped, SkipReason, StopCard
from custom_components.yoto_smart_stream.program.kinds import reader
from custom_components.yoto_smart_stream.program.queue import Queue, Repeat

from .songs import heard, song, songs

PLACES = st.integers(0, 7)


@dataclass
class Songbook:
    """What a person thinks of: a list of songs, a finger on one of them, and what is heard."""

    names: list[str] = field(default_factory=list)
    finger: int = 0
    on: bool = False
    """Whether the song under the finger plays; the finger points before it otherwise."""
    over: bool = False
    repeat: Repeat = Repeat.OFF

    def start(self) -> str:
        """Play what is under the finger, or the first song after the end."""
        if self.over:
            self.finger, self.over = 0, False
        return self._play(self.finger)

    def right(self) -> str:
        """Play the next song."""
        if self.over:
            return "-"
        return self._play(self.finger + 1 if self.on else self.finger)

    def end(self) -> str:
        """Play the next song, or this one again."""
        if self.repeat is Repeat.ONE and self.on and not self.over:
            return self._play(self.finger)
        return self.right()

    def left(self, seconds: float) -> str:
        """Play this song anew, or the one before."""
        if not self.names:
            return self._play(0)
        if self.over or (self.on and seconds > 5):
            self.over = False
            return self._play(self.finger)
        if self.finger == 0 and self.repeat is Repeat.OFF:
            return self._play(0)
        return self._play((self.finger - 1) % len(self.names))

    def put(self, place: int, names: str) -> None:
        """Put songs somewhere."""
        if not names:
            return
        if self.over:
            self.finger, self.on, self.over, place = len(self.names), False, False, len(self.names)
        self.names[place:place] = names

    def take(self, place: int) -> None:
        """Take a song out."""
        del self.names[place]
        if self.over:
            self.finger = min(self.finger, max(len(self.names) - 1, 0))
        elif place < self.finger:
            self.finger -= 1
        elif place == self.finger:
            self.on = False

    def move(self, old: int, new: int) -> None:
        """Put a song elsewhere. The finger stays on its song."""
        pointed = self.finger < len(self.names)
        marks = [False] * len(self.names)
        if pointed:
            marks[self.finger] = True
        for row in (self.names, marks):
            row.insert(new, row.pop(old))  # type: ignore[arg-type]
        if pointed:
            self.finger = marks.index(True)

    def _play(self, place: int) -> str:
        if place >= len(self.names) and self.names and self.repeat is not Repeat.OFF:
            place = 0
        if place >= len(self.names):
            self.finger, self.on, self.over = max(len(self.names) - 1, 0), True, True
            return "-"
        self.finger, self.on, self.over = place, True, False
        return self.names[place]


class QueueBesideSongbook(RuleBasedStateMachine):
    """Do the same things to both."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__()
        self.queue = Queue()
        self.book = Songbook()
        self.written = 0

    def _take(self, step: Step, expected: str) -> None:
        assert heard(step) == expected
        assert (step.effects == (StopCard(),)) is (expected == "-")
        assert isinstance(step.program, Queue)
        self.queue = step.program

    def _names(self, count: int) -> str:
        """Return songs that nobody has had yet."""
        self.written += count
        return "".join(chr(0x100 + self.written - count + number) for number in range(count))

    @rule()
    def start(self) -> None:
        """Start."""
        self._take(self.queue.start(), self.book.start())

    @rule()
    def right(self) -> None:
        """Press right."""
        self._take(self.queue.right(3), self.book.right())

    @rule()
    def end(self) -> None:
        """Come to the end."""
        self._take(self.queue.end(), self.book.end())

    @rule(seconds=st.sampled_from([0.0, 4.9, 5.1, 60.0]))
    def left(self, seconds: float) -> None:
        """Press left."""
        self._take(self.queue.left(seconds), self.book.left(seconds))

    @rule(count=st.integers(0, 3))
    def add(self, count: int) -> None:
        """Put songs at the end."""
        names = self._names(count)
        self.queue = editing.add(self.queue, songs(names))
        self.book.put(len(self.book.names), names)

    @rule(count=st.integers(0, 3))
    def add_next(self, count: int) -> None:
        """Put songs behind what plays."""
        names = self._names(count)
        self.queue = editing.add_next(self.queue, songs(names))
        self.book.put(self.book.finger + 1 if self.book.on else self.book.finger, names)

    @precondition(lambda self: self.book.names)
    @rule(place=PLACES)
    def remove(self, place: int) -> None:
        """Take a song out."""
        assume(place < len(self.book.names))
        self.queue = editing.remove(self.queue, [self.queue.order[place]])
        self.book.take(place)

    @precondition(lambda self: self.book.names)
    @rule(old=PLACES, new=PLACES)
    def move(self, old: int, new: int) -> None:
        """Put a song elsewhere."""
        assume(old < len(self.book.names))
        self.queue = editing.move(self.queue, self.queue.order[old], new)
        self.book.move(old, min(new, len(self.book.names) - 1))

    @rule(repeat=st.sampled_from(Repeat))
    def repeat(self, repeat: Repeat) -> None:
        """Say what happens at the end."""
        self.queue = editing.with_repeat(self.queue, repeat)
        self.book.repeat = repeat

    @rule()
    def store(self) -> None:
        """Write it down and read it."""
        again = reader()(self.queue.state)
        assert again == self.queue
        assert isinstance(again, Queue)
        self.queue = again

    @invariant()
    def both_are_the_same(self) -> None:
        """Compare everything that can be seen."""
        assert [entry.item.title for entry in self.queue.in_order] == self.book.names
        playing = self.queue.current
        name = self.book.names[self.book.finger] if self.book.on and not self.book.over else None
        assert (playing.item.title if playing else None) == name
        after = self.book.finger + 1 if self.book.on else self.book.finger
        coming = [] if self.book.over else self.book.names[after:]
        assert [entry.item.title for entry in self.queue.coming] == coming


TestQueueBesideSongbook = QueueBesideSongbook.TestCase


def laps(queue: Queue, count: int) -> list[list[str]]:
    """Return what is heard in so many laps, without a knob."""
    step = queue.start()
    found: list[list[str]] = []
    for _ in range(count):
        lap = []
        for _ in queue.entries:
            lap.append(heard(step))
            step = step.program.end()
        found.append(lap)
    return found


@pytest.mark.parametrize("count", [1, 2, 3, 10])
@pytest.mark.parametrize("seed", range(5))
def test_a_shuffled_queue_plays_everything_once_a_lap(count: int, seed: int) -> None:
    """No item comes twice in a row, and the same seed gives the same order."""
    names = "abcdefghij"[:count]
    queue = editing.queue_of(songs(names), repeat=Repeat.ALL, seed=seed)
    found = laps(queue, 6)
    assert all(sorted(lap) == sorted(names) for lap in found)
    assert count == 1 or all(one != two for one, two in pairwise(chain(*found)))
    assert laps(queue, 6) == found


def test_laps_and_seeds_differ() -> None:
    """Otherwise it would be no shuffling."""
    found = [
        laps(editing.queue_of(songs("abcdefgh"), repeat=Repeat.ALL, seed=seed), 3)
        for seed in (1, 2)
    ]
    assert len({tuple(lap) for laps_ in found for lap in laps_}) == 6


def test_the_left_knob_goes_back_through_the_same_order() -> None:
    """Also into the lap before."""
    queue = editing.queue_of(songs("abcde"), repeat=Repeat.ALL, seed=3)
    step = queue.start()
    forth = [heard(step)]
    for _ in range(9):
        step = step.program.right(0)
        forth.append(heard(step))
    back = [heard(step)]
    for _ in range(9):
        step = step.program.left(0)
        back.append(heard(step))
    assert back == forth[::-1]


def test_shuffling_keeps_what_plays() -> None:
    """What plays is the first of the new order, and has its old place when shuffling ends."""
    step = editing.queue_of(songs("abcde"), first=2).start()
    assert isinstance(step.program, Queue)
    shuffled = editing.with_shuffle(step.program, 7)
    assert shuffled.current == step.program.current
    assert len(shuffled.coming) == 4
    straight = editing.with_shuffle(shuffled, None)
    assert straight == step.program


def test_a_shuffled_queue_can_begin_with_an_item() -> None:
    """The one that was picked in the media browser."""
    queue = editing.queue_of(songs("abcde"), seed=1, first=3)
    assert heard(queue.start()) == "d"


def test_added_items_of_a_shuffled_queue_come_where_they_were_put() -> None:
    """Next is next."""
    step = editing.queue_of(songs("abc"), seed=1).start()
    assert isinstance(step.program, Queue)
    queue = editing.add(editing.add_next(step.program, songs("n")), songs("z"))
    assert heard(queue.end()) == "n"
    assert queue.in_order[-1].item.title == "z"


def test_an_item_that_cannot_be_played_is_left_out() -> None:
    """In the direction in which the child was going, and it is said."""
    step = editing.queue_of(songs("abc"), first=1).start()
    forth = step.program.missing(Way.RIGHT)
    assert heard(forth) == "c"
    assert forth.effects == (Skipped(item=song("b"), reason=SkipReason.MISSING),)
    assert heard(step.program.missing(Way.LEFT)) == "a"
    # It stays left out until the queue is started anew.
    assert heard(forth.program.left(0)) == "a"
    assert isinstance(forth.program, Queue)
    assert heard(editing.at_entry(forth.program, 2).start()) == "b"


@pytest.mark.parametrize("repeat", Repeat)
@pytest.mark.parametrize("way", Way)
def test_a_queue_of_nothing_that_can_be_played_ends(repeat: Repeat, way: Way) -> None:
    """Nothing goes round for ever."""
    step = editing.queue_of(songs("ab"), repeat=repeat, seed=1).start()
    step = step.program.missing(way).program.missing(way)
    assert heard(step) == "-"
    assert step.effects[-1] == StopCard()


def test_clearing_lets_what_plays_play_on() -> None:
    """What comes next is nothing, or what is added."""
    step = editing.queue_of(songs("abc")).start()
    assert isinstance(step.program, Queue)
    empty = editing.clear(step.program)
    assert heard(empty.end()) == "-"
    assert heard(editing.add(empty, songs("z")).end()) == "z"
    assert heard(editing.replaced(step.program, songs("xy")).start()) == "x"


@pytest.mark.parametrize(
    "edit",
    [
        lambda queue: editing.remove(queue, [1, 9]),
        lambda queue: editing.move(queue, 9, 0),
        lambda queue: editing.at_entry(queue, 9),
    ],
)
def test_an_entry_that_is_not_there_is_an_error(edit: object) -> None:
    """It is named."""
    assert callable(edit)
    with pytest.raises(NoSuchEntryError) as caught:
        edit(editing.queue_of(songs("abc")))
    assert caught.value.number == 9
