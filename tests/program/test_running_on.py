"""The ends of the runs of a plain card."""

from dataclasses import replace
from datetime import timedelta

import pytest

from custom_components.yoto_smart_stream.cards.live import LiveChapter, Way
from custom_components.yoto_smart_stream.program.editing import queue_of
from custom_components.yoto_smart_stream.program.fetching import Fetch, Verdict, answer
from custom_components.yoto_smart_stream.program.item import Item, Play
from custom_components.yoto_smart_stream.program.queue import Repeat
from custom_components.yoto_smart_stream.program.running_on import (
    is_to_run_on,
    with_end_laid_out,
)
from custom_components.yoto_smart_stream.program.session import Session, begin
from custom_components.yoto_smart_stream.program.steering import to_step

from .songs import NOON

LENGTH = 60.0


def playing(length: float | None = LENGTH) -> Session:
    """Return a session in which one of two items plays, which is to be repeated."""
    items = [Item(media=name, title=name, length=length) for name in ("a", "b")]
    queue = replace(queue_of(items), repeat=Repeat.ONE)
    session = begin("token", "player", queue, NOON)
    return answer(session, Fetch(chapter=LiveChapter.E0, at=NOON)).session


def test_the_end_of_a_run_is_an_end() -> None:
    """The chapter says that a knob was pressed, but the item is repeated, as after its end."""
    later = NOON + timedelta(seconds=LENGTH)
    session = with_end_laid_out(playing(), LiveChapter.R1)
    given = answer(session, Fetch(chapter=LiveChapter.R1, at=later))
    assert given.verdict is Verdict.STAGED
    assert isinstance(given.outcome, Play)
    assert given.outcome.item.title == "a"
    without = answer(playing(), Fetch(chapter=LiveChapter.R1, at=later)).outcome
    assert isinstance(without, Play)
    assert without.item.title == "b"


def test_what_home_assistant_wants_goes_first() -> None:
    """It is laid out already, or takes the place of the end."""
    wanted, chapter = to_step(playing(), Way.RIGHT)
    assert with_end_laid_out(wanted, chapter) == wanted
    instead, _ = to_step(with_end_laid_out(playing(), chapter), Way.RIGHT)
    assert instead.staged == wanted.staged


@pytest.mark.parametrize(
    ("length", "seconds", "expected"),
    [(LENGTH, LENGTH, True), (LENGTH, 20.0, False), (None, LENGTH, False)],
)
def test_who_stops_a_player_has_stopped_it(
    length: float | None, seconds: float, expected: bool
) -> None:
    """Only an item that can be over is gone on from."""
    session = with_end_laid_out(playing(length), LiveChapter.R0)
    now = NOON + timedelta(seconds=seconds)
    assert is_to_run_on(session, LiveChapter.R0, now) is expected
    assert not is_to_run_on(session, LiveChapter.R1, now)
    assert not is_to_run_on(playing(length), LiveChapter.R0, now)
