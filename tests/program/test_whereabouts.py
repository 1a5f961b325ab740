"""Where in its item a player is: shown, wound to, gone on with; and what comes next."""

from datetime import timedelta

from hypothesis import given, strategies as st
import pytest

from custom_components.yoto_smart_stream.cards.live import LiveChapter, Way
from custom_components.yoto_smart_stream.program.announcement import (
    Announcement,
    Interrupted,
    Message,
)
from custom_components.yoto_smart_stream.program.contract import Program
from custom_components.yoto_smart_stream.program.editing import clear, queue_of
from custom_components.yoto_smart_stream.program.item import Item, Play
from custom_components.yoto_smart_stream.program.learning import with_facts
from custom_components.yoto_smart_stream.program.queue import Repeat
from custom_components.yoto_smart_stream.program.session import Session, edited, queue_in
from custom_components.yoto_smart_stream.program.steering import Told, told
from custom_components.yoto_smart_stream.program.upcoming import upcoming
from custom_components.yoto_smart_stream.program.whereabouts import (
    DRIFT,
    to_go_on,
    to_second,
    where_left,
    whereabouts,
)

from .home import Home
from .songs import at, heard, queues, song, songs

NEWS = Message(item=song("news", 3))


def begun(program: Program) -> Home:
    """Return a home where a player has begun to play, and says so."""
    home = Home.of(program)
    home.get()
    home.unsaid.append(LiveChapter.START)
    home.now += 1
    home.hear()
    return home


def says(home: Home, seconds: float, *, is_playing: bool = True) -> Session:
    """Return the session after the player has said where it is."""
    said = Told(chapter=home.here, at=at(home.now), seconds=seconds, is_playing=is_playing)
    return told(home.session, said)


def leaves(home: Home) -> None:
    """Let the player be stopped."""
    home.session = told(home.session, Told(chapter=None, at=at(home.now)))
    home.session = where_left(home.session, at(home.now))


def test_what_is_shown_counts_on_by_itself() -> None:
    """Only what is not as expected is told anew."""
    home = begun(queue_of(songs("ab")))
    shown = whereabouts(home.session)
    assert shown is not None
    assert shown.item == song("a")
    home.now += 30
    for seconds, expected in ((31, True), (31 + DRIFT + 1, False), (28, False)):
        now = whereabouts(says(home, seconds))
        assert now is not None
        assert (now.seconds, now.at) == (seconds, at(home.now))
        assert now.is_as_expected(shown) is expected
    paused = whereabouts(says(home, 31, is_playing=False))
    assert paused is not None
    assert not paused.is_as_expected(shown)


@pytest.mark.parametrize(("asked", "begins"), [(0, 0), (42.5, 42.5), (99.9, 99), (5000, 99)])
def test_winding_lands_where_it_was_asked_to(asked: float, begins: float) -> None:
    """The player is served the item from there; a second of it is left at least."""
    home = begun(queue_of(songs("ab")))
    home.into = 30
    wound = to_second(home.session, asked)
    assert wound is not None
    home.session, chapter = wound
    assert home.command(chapter) == Play(item=song("a"), begin_at=begins)
    home.hear()
    home.into = 0.5
    home.tick()
    here = whereabouts(home.session)
    assert here is not None
    assert here.seconds == begins + 0.5
    home.restart_server()
    assert heard_item(home.press(Way.RIGHT)) == "b"


def heard_item(outcome: object) -> str:
    """Return the title of what is heard; a dash for silence."""
    return outcome.item.title if isinstance(outcome, Play) else "-"


def test_what_is_live_cannot_be_wound() -> None:
    """Neither can silence."""
    home = begun(queue_of([song("radio", None)]))
    assert to_second(home.session, 5) is None
    assert to_second(Home.of(queue_of([])).session, 5) is None


def test_a_player_goes_on_where_it_was_stopped() -> None:
    """However long that is ago."""
    home = begun(queue_of(songs("ab")))
    home.into = 40
    home.tick()
    home.now += 5
    leaves(home)
    home.now += 3600
    home.restart_server()
    home.session, chapter = to_go_on(home.session)
    assert home.command(chapter) == Play(item=song("a"), begin_at=45)


def test_nobody_knows_how_far_a_player_played_that_was_not_heard() -> None:
    """A few minutes count, and no more."""
    home = begun(queue_of([song("a", 10_000)]))
    home.into = 40
    home.tick()
    home.now += 3600
    leaves(home)
    home.session, chapter = to_go_on(home.session)
    assert home.command(chapter) == Play(item=song("a", 10_000), begin_at=160)


def test_a_player_goes_on_with_the_next_item_where_one_was_over() -> None:
    """And with the radio as it is by then; after the end, from the beginning."""
    home = begun(queue_of([song("a"), song("radio", None)]))
    home.into = 99.5
    home.tick()
    leaves(home)
    home.session, chapter = to_go_on(home.session)
    assert heard_item(home.command(chapter)) == "radio"
    home.into = 50
    home.tick()
    leaves(home)
    home.session, chapter = to_go_on(home.session)
    assert home.command(chapter) == Play(item=song("radio", None))
    assert heard_item(home.press(Way.RIGHT)) == "-"
    home.session, chapter = to_go_on(home.session)
    assert heard_item(home.command(chapter)) == "a"


def test_what_becomes_known_is_known_everywhere() -> None:
    """In the queue and in what plays, and of nothing else."""
    home = begun(queue_of([Item(media="x", title="x.ogg", length=50), song("b"), song("x")]))
    home.ask(LiveChapter.E1)
    known = Item(media="x", title="A tune", length=20, artist="Ann", cover="picture")
    session = with_facts(home.session, known)
    queue = queue_in(session.standing.program)
    assert queue is not None
    assert [entry.item for entry in queue.entries] == [known, song("b"), song("x")]
    assert session.playing == Play(item=known)
    again = with_facts(session, Item(media="x", title="", length=21))
    assert again.playing is not None
    assert again.playing.item == Item(
        media="x", title="A tune", length=21, artist="Ann", cover="picture"
    )


def test_an_announcement_keeps_the_name_that_it_was_given() -> None:
    """Engines write names of their own into what they speak."""
    dinner = Item(media="x", title="Dinner", length=2)
    home = begun(Announcement(messages=(Message(item=dinner),)))
    session = with_facts(home.session, Item(media="x", title="Speech", length=2, artist="Engine"))
    assert session.playing == Play(item=dinner)


@given(queues(), st.lists(st.sampled_from([Way.LEFT, Way.RIGHT]), max_size=8))
def test_what_is_made_ready_is_what_the_right_knob_leads_to(
    queue: Program, presses: list[Way]
) -> None:
    """Wherever in the queue, and whatever repeats."""
    home = begun(queue)
    for way in presses:
        home.press(way)
        home.hear()
    ready = upcoming(home.session)
    if home.session.playing is None:
        assert ready is None
    else:
        expected = ready.title if ready else "-"
        assert heard(home.session.current.program.right(0.0)) == expected
        assert heard_item(home.press(Way.RIGHT)) == expected


def test_nothing_is_made_ready_for_nobody() -> None:
    """A player that has left its card; a queue whose rest was taken out."""
    home = begun(queue_of(songs("ab")))
    assert upcoming(home.session) == song("b")
    cleared = home.session.with_program(edited(clear))
    assert upcoming(cleared) is None
    home.now += 10
    home.session = told(home.session, Told(chapter=None, at=at(home.now)))
    assert upcoming(home.session) is None


def test_after_an_announcement_comes_what_it_has_interrupted() -> None:
    """Unless there is another announcement."""
    queue = queue_of(songs("a"), repeat=Repeat.ALL)
    waiting = Interrupted(program=queue, outcome=Play(item=song("a")))
    home = begun(Announcement(messages=(NEWS,), interrupted=waiting))
    assert upcoming(home.session) == song("a")
    home = begun(Announcement(messages=(NEWS, Message(item=song("late", 2))), interrupted=waiting))
    assert upcoming(home.session) == song("late", 2)
    assert upcoming(begun(Announcement(messages=(NEWS,))).session) is None


def test_a_position_is_frozen_once() -> None:
    """Leaving twice adds nothing."""
    home = begun(queue_of(songs("a")))
    home.into = 10
    home.tick()
    leaves(home)
    before = home.session
    assert where_left(before, at(home.now) + timedelta(seconds=60)) == before
