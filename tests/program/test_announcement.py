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
    later = interrupt(Announcement(messages=(LOUD,)), step.program, step.outcome, 1)
    assert later.outcome == Play(item=NEWS.item, begin_at=1)
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
    back = SetVolume(5, was=12)
    assert step.program.end().effects == (back,)
    assert back in step.program.right(0).effects
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


def test_what_has_no_end_is_gone_on_with_too() -> None:
    """An endless stream has seconds; radio is joined as it is by then by those who open it."""
    step = queue_of([song("radio", None)]).start()
    step = interrupt(Announcement(messages=(NEWS,)), step.program, step.outcome, 4000)
    assert step.program.end().outcome == Play(item=song("radio", None), begin_at=4000)


def test_what_was_paused_stays_silent_until_somebody_goes_on() -> None:
    """At the second then, by playing the card again; a knob does what it would have done."""
    step = queue_of(songs("abc"), first=1).start()
    paused = Announcement(messages=(NEWS,), paused=True)
    step = interrupt(paused, step.program, step.outcome, 40.0).program.end()
    assert (step.outcome, step.effects) == (Stop(), (StopCard(),))
    assert step.program.end() == step
    assert step.program.start().outcome == Play(item=song("b"), begin_at=40)
    assert heard(step.program.right(1)) == "c"
    again = interrupt(Announcement(messages=(NEWS,)), step.program, step.outcome, 0.5)
    assert again.program.end() == step


def test_what_was_kept_outlives_another_card() -> None:
    """An announcement over a story does not forget what is paused on the live card."""
    step = queue_of(songs("abc"), first=1).start()
    paused = Announcement(messages=(NEWS,), paused=True)
    step = interrupt(paused, step.program, step.outcome, 40.0).program.end()
    over_story = Announcement(messages=(NEWS,), place=PLACE)
    back = interrupt(over_story, step.program, step.outcome, 0).program.end()
    assert back.effects == (PLACE,)
    assert back.program.start().outcome == Play(item=song("b"), begin_at=40)


def test_a_player_that_is_taken_away_gets_its_volume_back() -> None:
    """And what was interrupted waits on the card for the next time."""
    step = over(LOUD, NEWS, volume=5)
    assert isinstance(step.program, Announcement)
    left = step.program.left_alone()
    assert left.outcome == Play(item=song("b"), begin_at=40)
    assert left.effects == (
        Skipped(item=NEWS.item, reason=SkipReason.OVERRULED),
        SetVolume(5, was=12),
    )


def test_what_comes_after_the_end_of_a_message_is_announced_at_once() -> None:
    """Nothing of the message before is repeated."""
    step = over(NEWS)
    assert heard(interrupt(Announcement(messages=(LOUD,)), step.program, step.outcome, 3)) == "loud"


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
    paused = Announcement(messages=(NEWS,), place=PLACE, paused=True)
    for step in (over(NEWS, LOUD, volume=3), paused.start()):
        assert reader()(step.program.state) == step.program
