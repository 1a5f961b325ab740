"""Items, queues and moments for tests."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from custom_components.yoto_smart_stream.program.contract import Step
from custom_components.yoto_smart_stream.program.editing import queue_of
from custom_components.yoto_smart_stream.program.item import Item, Play
from custom_components.yoto_smart_stream.program.queue import Queue, Repeat

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    """Return a moment so many seconds after noon."""
    return NOON + timedelta(seconds=seconds)


def song(name: str, length: float | None = 100.0) -> Item:
    """Return an item."""
    return Item(media=f"media:{name}", title=name, length=length)


def songs(names: str) -> list[Item]:
    """Return an item for each letter."""
    return [song(name) for name in names]


def heard(step: Step) -> str:
    """Return the title of what a step plays; a dash for silence."""
    return step.outcome.item.title if isinstance(step.outcome, Play) else "-"


ITEMS = st.builds(
    Item,
    media=st.text(min_size=1, max_size=3),
    title=st.text(max_size=3),
    length=st.none() | st.floats(0.5, 600),
    cover=st.none() | st.text(max_size=2),
    chime=st.booleans(),
)


@st.composite
def queues(draw: st.DrawFn) -> Queue:
    """Draw a queue that has not begun."""
    lengths = draw(st.lists(st.none() | st.integers(20, 600), max_size=6))
    return queue_of(
        [song(str(number), length) for number, length in enumerate(lengths)],
        repeat=draw(st.sampled_from(Repeat)),
        seed=draw(st.none() | st.integers(0, 9)),
        first=draw(st.integers(0, 6)),
    )
