"""What meets an announcement: music, a restart of Home Assistant, other cards. Told as stories."""

from dataclasses import replace

import pytest

from custom_components.yoto_smart_stream.cards.live import LiveChapter, Way
from custom_components.yoto_smart_stream.program.announcement import Announcement, Message
from custom_components.yoto_smart_stream.program.editing import queue_of
from custom_components.yoto_smart_stream.program.item import (
    Outcome,
    Play,
    ReturnTo,
    SetVolume,
    Skipped,
    SkipReason,
    Stop,
    TakeUp,
)
from custom_components.yoto_smart_stream.program.session import Session
from custom_components.yoto_smart_stream.program.steering import (
    Told,
    to_announcement,
    to_program,
    to_program_in_turn,
    told,
    unannounced,
    unstaged,
)
from custom_components.yoto_smart_stream.program.whereabouts import to_second

from .home import Home
from .songs import at, song, songs

NEWS = Announcement(messages=(Message(item=song("news", 3)),))
STORY = ReturnTo(card_id="story", chapter_key="02", track_key="01", position=61.5)


def name(outcome: Outcome) -> str:
    """Return the title of what is heard; a dash for silence."""
    return outcome.item.title if isinstance(outcome, Play) else "-"


@pytest.fixture
def home() -> Home:
    """Return a home where a player has begun with the first of five songs."""
    home = Home.of(queue_of(songs("abcde")))
    assert name(home.get()) == "a"
    home.unsaid.append(LiveChapter.START)
    home.now += 1
    home.hear()
    return home


def test_music_that_is_quicker_than_an_announcement_comes_after_it(home: Home) -> None:
    """The announcement is heard all the same; what had been playing is not gone back to."""
    news = replace(NEWS, place=STORY, paused=True)
    home.session, chapter = to_announcement(home.session, news, at(home.now))
    again = to_program_in_turn(home.session, queue_of(songs("xyz")), at(home.now + 1))
    home.session = again[0]
    assert again[1] is chapter
    assert name(home.command(chapter)) == "news"
    home.hear()
    home.now, home.into = home.now + 3, 3
    assert home.press(Way.END) == Play(item=song("x"))
    assert home.done == []


def test_an_announcement_that_nobody_has_come_for_is_not_made_hours_later(home: Home) -> None:
    """Then there is music at once."""
    home.session, _ = to_announcement(home.session, NEWS, at(home.now))
    later = at(home.now + 11)
    home.session, chapter = to_program_in_turn(home.session, queue_of(songs("xyz")), later)
    assert name(home.command(chapter)) == "x"


def test_what_was_wound_just_before_an_announcement_goes_on_there(home: Home) -> None:
    """At the second that somebody has wound to."""
    wound = to_second(home.session, 42)
    assert wound is not None
    home.session, chapter = to_announcement(wound[0], NEWS, at(home.now))
    assert name(home.command(chapter)) == "news"
    home.hear()
    home.now, home.into = home.now + 3, 3
    assert home.press(Way.END) == Play(item=song("a"), begin_at=42)


def test_a_command_that_fails_takes_back_its_own_step_only(home: Home) -> None:
    """What the player has obeyed before stays laid out."""
    music, chapter = to_program(home.session, queue_of(songs("xyz")))
    both, _ = to_announcement(music, NEWS, at(home.now))
    assert unannounced(both) == music
    assert unannounced(music) == music
    alone, _ = to_announcement(home.session, NEWS, at(home.now))
    assert unannounced(alone) == home.session
    after, _ = to_program_in_turn(alone, queue_of(songs("xyz")), at(home.now))
    home.session = unstaged(after, alone.staged)
    assert name(home.command(chapter)) == "news"


def announced(home: Home, announcement: Announcement) -> Session:
    """Return the session while something is announced, and the player has said so."""
    home.session, chapter = to_announcement(home.session, announcement, at(home.now))
    assert name(home.command(chapter)) == "news"
    home.hear()
    home.tick()
    home.done.clear()
    return home.session


def silent(session: Session, seconds: float, *, is_first: bool = True) -> Session:
    """Return a session after a player has said that it plays nothing."""
    return told(session, Told(chapter=None, at=at(seconds), is_first=is_first))


def test_a_queue_goes_on_though_nobody_was_there_at_the_end(home: Home) -> None:
    """The player is sent there; messages that waited are dropped, and it is as loud as before."""
    home.now = home.into = 41
    more = Message(item=song("more", 3))
    loud = Announcement(messages=(Message(item=song("news", 3), volume=12), more), volume=5)
    session = announced(home, loud)
    home.session = silent(session, home.now + 90)
    *others, take_up = home.session.due
    assert others == [
        Skipped(item=more.item, reason=SkipReason.OVERRULED),
        SetVolume(5, was=12),
    ]
    assert isinstance(take_up, TakeUp)
    home.session = home.session.settled()
    home.now += 91
    outcome = home.command(take_up.chapter)
    assert isinstance(outcome, Play)
    assert outcome.item == song("a")
    assert 41 <= outcome.begin_at <= 43
    assert name(home.press(Way.RIGHT)) == "b"


@pytest.mark.parametrize("paused", [False, True])
def test_a_card_goes_on_though_nobody_was_there_at_the_end(home: Home, *, paused: bool) -> None:
    """Where it was, and paused if it was."""
    place = replace(STORY, paused=paused)
    session = silent(announced(home, replace(NEWS, place=place)), home.now + 90)
    assert session.due == (place,)
    assert session.current.outcome == Stop()


def test_nothing_begins_by_itself_long_after_an_announcement(home: Home) -> None:
    """Or where it was heard that somebody has stopped it, or nothing had been playing."""
    session = announced(home, replace(NEWS, place=STORY))
    assert silent(session, home.now + 400).due == ()
    assert silent(session, home.now + 90, is_first=False).due == ()
    assert silent(session, home.now + 0.5).due == ()
    assert silent(announced(Home.of(queue_of([])), NEWS), 90).due == ()


def test_what_was_paused_stays_so_though_nobody_was_there_at_the_end(home: Home) -> None:
    """Playing the card again leads to the second."""
    session = silent(announced(home, replace(NEWS, paused=True)), home.now + 90)
    assert session.due == ()
    assert session.playing is None


def test_the_card_that_was_played_last_is_known(home: Home) -> None:
    """Announcements do not count; once the queue plays it is forgotten."""
    other = told(home.session, Told(chapter=None, at=at(20), elsewhere="story"))
    assert other.elsewhere == "story"
    assert silent(other, 30, is_first=False).elsewhere == "story"
    home.session, home.now = other, 40
    home.unsaid.append(None)
    ahead_of_its_fetch = Told(chapter=LiveChapter.R1, at=at(home.now))
    home.session = told(home.session, ahead_of_its_fetch)
    home.session = announced(home, NEWS)
    assert home.session.elsewhere == "story"
    home.into = 3
    home.now += 3
    assert name(home.press(Way.END)) == "-"
    home.hear()
    assert home.session.elsewhere == "story"
    home.session, chapter = to_program(home.session, queue_of(songs("xyz")))
    home.command(chapter)
    home.hear()
    assert home.session.elsewhere is None


def test_a_card_that_was_left_for_an_announcement_was_played_last(home: Home) -> None:
    """Also where the announcement is stopped."""
    session = announced(home, replace(NEWS, place=STORY))
    assert silent(session, home.now + 1, is_first=False).elsewhere == "story"
