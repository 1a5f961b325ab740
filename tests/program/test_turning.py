"""Turns of the knob on a plain card: they lead to a chapter that is not meant."""

from datetime import timedelta

import pytest

from custom_components.yoto_smart_stream.cards.live import LiveChapter, Way
from custom_components.yoto_smart_stream.program.editing import queue_of
from custom_components.yoto_smart_stream.program.fetching import Fetch, Verdict, answer
from custom_components.yoto_smart_stream.program.item import Item, Play, TakeUp
from custom_components.yoto_smart_stream.program.session import Session, begin
from custom_components.yoto_smart_stream.program.steering import Told, to_program, told

from .songs import NOON

LENGTH = 60.0
SOON = NOON + timedelta(seconds=20)


def playing(length: float | None = LENGTH) -> Session:
    """Return a session in which one of three items plays, in the chapter `R1`."""
    items = [Item(media=name, title=name, length=length) for name in ("a", "b", "c")]
    queue = queue_of(items, first=1)
    session, chapter = to_program(begin("token", "player", queue, NOON), queue)
    session = fetched(session, chapter)
    return told(session, Told(chapter=chapter, at=NOON, seconds=0.0))


def fetched(session: Session, chapter: LiveChapter, seconds: float = 0.0) -> Session:
    """Return a session after a fetch."""
    return answer(session, Fetch(chapter=chapter, at=NOON + timedelta(seconds=seconds))).session


def title(session: Session) -> str | None:
    """Return what plays."""
    return None if session.playing is None else session.playing.item.title


def is_sent(session: Session) -> LiveChapter:
    """Return where the player is sent."""
    (effect,) = session.due
    assert isinstance(effect, TakeUp)
    return effect.chapter


@pytest.mark.parametrize("asked_before", [True, False])
@pytest.mark.parametrize(("way", "expected"), [(Way.RIGHT, "c"), (Way.LEFT, "b")])
def test_a_turn_is_the_step_that_is_meant(way: Way, expected: str, asked_before: bool) -> None:
    """Whether the neighbour was fetched before the player told of it, or is fetched after that."""
    session = playing()
    if asked_before:
        session = fetched(session, LiveChapter.E0, 20)
    session = told(session, Told(chapter=LiveChapter.E0, at=SOON, seconds=0.0, turn=way))
    chapter = is_sent(session)
    assert title(session) == "b"
    # Until it has come, what it does is no step.
    looked = answer(session, Fetch(chapter=LiveChapter.E0, at=SOON))
    assert looked.verdict is Verdict.OUT_OF_PHASE
    session = told(looked.session, Told(chapter=LiveChapter.E0, at=SOON, seconds=1.0))
    session = fetched(session, chapter, 21)
    assert title(session) == expected
    if way is Way.LEFT:
        # Twenty seconds into it, it begins anew, as a press on the left knob does.
        assert session.playing == Play(item=Item(media="b", title="b", length=LENGTH))


def test_the_end_is_none() -> None:
    """Whoever comes to the next chapter when the item is over has not turned."""
    over = NOON + timedelta(seconds=LENGTH)
    session = fetched(playing(), LiveChapter.E0, LENGTH)
    session = told(session, Told(chapter=LiveChapter.E0, at=over, seconds=0.0, turn=Way.RIGHT))
    assert not session.due
    assert title(session) == "c"


def test_the_end_never_leads_back() -> None:
    """So a turn back is one even where nobody knows how long the item is."""
    session = fetched(playing(length=None), LiveChapter.E0, 1)
    session = told(session, Told(chapter=LiveChapter.E0, at=SOON, seconds=0.0, turn=Way.LEFT))
    assert title(fetched(session, is_sent(session), 21)) == "b"


def test_a_second_turn_is_none_until_the_player_has_come() -> None:
    """Two quick ones are one; if it never comes, the next one counts."""
    session = told(playing(), Told(chapter=LiveChapter.E0, at=SOON, turn=Way.RIGHT))
    chapter = is_sent(session)
    soon = SOON + timedelta(seconds=1)
    assert told(session, Told(chapter=LiveChapter.E1, at=soon, turn=Way.LEFT)) == session
    late = SOON + timedelta(seconds=15)
    session = told(session.settled(), Told(chapter=LiveChapter.E1, at=late, turn=Way.LEFT))
    assert is_sent(session) is chapter
    assert session.staged is not None
    assert session.staged.way is Way.LEFT


def test_what_home_assistant_wants_goes_first() -> None:
    """A player that is on its way to something else has not turned."""
    session, _ = to_program(playing(), queue_of([Item(media="d", title="d", length=LENGTH)]))
    assert told(session, Told(chapter=LiveChapter.E0, at=SOON, turn=Way.RIGHT)).due == ()
