"""Announcements in the middle of other things."""

import pytest

from custom_components.yoto_smart_stream.cards.live import Way
from custom_components.yoto_smart_stream.program.announcement import (
    Announcement,
    Message,
    interrupt,
)
from custom_components.yoto_smart_stream.program.contract import Step
from custom_components.yoto_smart_stream.program.editing import queue_of
from custom_components.yoto_smart_stream.program.item import (
    Play,
    ReturnTo,
    SetVolume,
    Skipped,
    SkipReason,
    Stop,
    StopCard,
)
from custom_components.yoto_smart_stream.program.kinds import reader

from .songs import heard, song, songs

NEWS = Message(item=song("news", 3))
LOUD = Message(item=song("loud", 3), volume=12)
PLACE = ReturnTo(card_id="abcde", chapter_key="02", track_key="01", position=61.5)


def over(*messages: Message, seconds: float = 40.0, volume: int | None = None) -> Step:
    """Return an announcement in the middle of the second of three songs."""
    step = queue_of(songs("abc"), first=1).start()
    announcement = Announcement(messages=messages, volume=volume)
    return interrupt(announcement, step.program, step.outcome, seconds)


def test_what_was_playing_goes_on_where_it_was() -> None:
    """At the second."""
    step = over(NEWS)
    assert heard(step) == "news"
    step = step.program.end()
    assert step.outcome == Play(item=song("b"), begin_at=40)
    assert heard(step.program.end()) == "c"


def test_several_come_one_after_the_other() -> None:
    """Also those that come while one is on, which is not begun anew for them."""
    step = over(NEWS)
    later = interrupt(Announcement(messages=(LOUD,)), step.program, step.outcome, 2)
    assert later.outcome == Play(item=NEWS.item, begin_at=2)
    step = later.program.end()
    assert heard(step) == "loud"
    assert step.program.end().outcome == Play(item=song("b"), begin_at=40)


@pytest.mark.parametrize(
    ("press", "seconds", "expected"),
    [("left", 40.0, "b"), ("left", 3.0, "a"), ("right", 40.0, "c")],
)
def test_a_child_who_presses_a_knob_wins(press: str, seconds: float, expected: str) -> None:
    """The press counts for what was interrupted, and what still waits is dropped."""
    step = over(NEWS, LOUD, seconds=seconds)
    step = step.program.left(1) if press == "left" else step.program.right(1)
    assert heard(step) == expected
    assert isinstance(step.outcome, Play)
    assert step.outcome.begin_at == 0
    assert step.effects == (Skipped(item=LOUD.item, reason=SkipReason.OVERRULED),)


def test_the_volume_is_put_back() -> None:
    """After the announcement that changed it, whatever ends it."""
    step = over(NEWS, LOUD, NEWS, volume=5)
    assert step.effects == ()
    step = step.program.end()
    assert step.effects == (SetVolume(12),)
    assert step.program.end().effects == (SetVolume(5),)
    assert SetVolume(5) in step.program.right(0).effects
    assert step.program.end().program.end().effects == ()


def test_another_card_is_gone_back_to() -> None:
    """After a short silence on this one. A queue that was left on this card is kept."""
    queue = queue_of(songs("abc"))
    step = interrupt(Announcement(messages=(NEWS,), place=PLACE), queue, Stop(), 0)
    for back in (step.program.end(), step.program.left(0), step.program.right(0)):
        assert back.outcome == Stop()
        assert back.effects == (PLACE,)
        assert heard(back.program.start()) == "a"


def test_after_nothing_comes_nothing() -> None:
    """The card is stopped, and does not go back to a place again later."""
    step = Announcement(messages=(NEWS,)).start().program.end()
    assert (step.outcome, step.effects) == (Stop(), (StopCard(),))
    gone = Announcement(messages=(NEWS,), place=PLACE).start().program.end()
    assert gone.effects == (PLACE,)
    assert gone.program.start().effects == (StopCard(),)


def test_what_is_nearly_over_is_not_gone_on_with() -> None:
    """The next thing comes at once."""
    assert heard(over(NEWS, seconds=99.5).program.end()) == "c"


def test_radio_is_joined_as_it_is_by_then() -> None:
    """What has no length has no place to go back to."""
    step = queue_of([song("radio", None)]).start()
    step = interrupt(Announcement(messages=(NEWS,)), step.program, step.outcome, 4000)
    assert step.program.end().outcome == Play(item=song("radio", None))


def test_a_message_that_cannot_be_played_is_left_out() -> None:
    """And it is said."""
    step = over(NEWS, LOUD).program.missing(Way.END)
    assert heard(step) == "loud"
    assert step.effects == (
        Skipped(item=NEWS.item, reason=SkipReason.MISSING),
        SetVolume(12),
    )


def test_it_is_read_as_it_was_written() -> None:
    """With what it has interrupted."""
    for step in (over(NEWS, LOUD, volume=3), Announcement(messages=(NEWS,), place=PLACE).start()):
        assert reader()(step.program.state) == step.program
