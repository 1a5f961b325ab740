"""Sessions with everything in them, written and read."""

from dataclasses import replace
import json

import pytest

from custom_components.yoto_smart_stream.cards.live import LiveChapter
from custom_components.yoto_smart_stream.program.announcement import Announcement, Message
from custom_components.yoto_smart_stream.program.contract import State
from custom_components.yoto_smart_stream.program.editing import move, queue_of, with_shuffle
from custom_components.yoto_smart_stream.program.errors import StateError
from custom_components.yoto_smart_stream.program.fetching import Fetch, answer
from custom_components.yoto_smart_stream.program.item import (
    ReturnTo,
    SetVolume,
    Skipped,
    SkipReason,
    StopCard,
    TakeUp,
)
from custom_components.yoto_smart_stream.program.kinds import reader
from custom_components.yoto_smart_stream.program.queue import Queue
from custom_components.yoto_smart_stream.program.records import read_session, session_state
from custom_components.yoto_smart_stream.program.session import Session, begin
from custom_components.yoto_smart_stream.program.steering import (
    Told,
    to_announcement,
    to_program,
    told,
)

from .songs import at, heard, song, songs

EFFECTS = (
    StopCard(),
    ReturnTo(card_id="abcde", chapter_key="01", track_key="01", position=3.5, paused=True),
    TakeUp(LiveChapter.R1),
    SetVolume(7),
    SetVolume(7, was=9),
    Skipped(item=song("a"), reason=SkipReason.MISSING),
)


def full_session() -> Session:
    """Return a session in the middle of everything."""
    session = begin("token", "player", queue_of(songs("ab"), seed=1), at(0))
    session = answer(session, Fetch(chapter=LiveChapter.START, at=at(1))).session
    session = told(session, Told(chapter=LiveChapter.START, at=at(2), seconds=1))
    session = answer(session, Fetch(chapter=LiveChapter.R1, at=at(3))).session
    session = answer(session, Fetch(chapter=LiveChapter.E0, at=at(4))).session
    session = replace(session, due=EFFECTS, glimpsed=frozenset({LiveChapter.L0}), elsewhere="abcde")
    assert session.ahead is not None
    return replace(session, ahead=replace(session.ahead, effects=EFFECTS))


@pytest.mark.parametrize("staged", ["nothing", "program", "announcement"])
def test_a_session_is_read_as_it_was_written(staged: str) -> None:
    """With what is ahead, due, staged, glimpsed and past."""
    session = full_session()
    if staged == "program":
        session, _ = to_program(session, queue_of(songs("xy")))
    elif staged == "announcement":
        news = Announcement(messages=(Message(item=song("n"), volume=3),), volume=5)
        session, _ = to_announcement(session, news, at(5))
    stored = json.loads(json.dumps(session_state(session)))
    assert read_session(stored, reader()) == session


@pytest.mark.parametrize(
    "due",
    [
        [7],
        [{"effect": "set_volume", "volume": -1}],
        [{"effect": "skipped", "item": {"media": "m", "title": "t"}, "reason": "boredom"}],
        [{"effect": "return_to", "card_id": 5}],
        [{"effect": "take_up", "chapter": "attic"}],
    ],
)
def test_effects_that_make_no_sense_are_not_read(due: list[object]) -> None:
    """Nothing is done that nobody has asked for."""
    state: State = session_state(full_session())
    state["due"] = due  # type: ignore[assignment]
    with pytest.raises(StateError):
        read_session(state, reader())


def test_a_queue_that_has_not_begun_can_be_shuffled_and_back() -> None:
    """Then it begins with what was to come first."""
    queue = queue_of(songs("abcde"), first=2)
    shuffled = with_shuffle(queue, 4)
    assert sorted(shuffled.order) == sorted(queue.order)
    assert len(shuffled.coming) == 5
    straight = with_shuffle(shuffled, None)
    assert heard(straight.start()) == heard(shuffled.start())


def test_a_move_in_a_shuffled_order_leaves_the_other_order_alone() -> None:
    """Shuffling can be ended later."""
    step = queue_of(songs("abcde"), seed=2).start()
    assert isinstance(step.program, Queue)
    last = step.program.order[-1]
    moved = move(step.program, last, 1)
    assert moved.order[1] == last
    assert moved.current == step.program.current
    assert [entry.item.title for entry in with_shuffle(moved, None).in_order] == list("abcde")
    at_end = move(replace(moved, at=5, between=True), last, 0)
    assert at_end.at == 5
