"""Sessions: what players say and what was asked for, put side by side."""

from datetime import timedelta
from itertools import accumulate

from hypothesis import given, strategies as st
import pytest

from custom_components.yoto_smart_stream.streaming.live_play import LivePlace, LivePlay
from custom_components.yoto_smart_stream.streaming.pieces import Draw, Place
from custom_components.yoto_smart_stream.streaming.sessions import (
    GRACE,
    NEAR,
    Hearer,
    Listening,
    Session,
    sessions,
)
from custom_components.yoto_smart_stream.streaming.stream import AudioItem, LiveItem, PlayMode
from custom_components.yoto_smart_stream.streaming.virtual import VirtualFile
from custom_components.yoto_smart_stream.streaming.watched import WatchedFile

from .songs import MONDAY, PROFILE, Songs, content_of_plan, stream

SECOND = timedelta(seconds=1)
LONG_AGO = timedelta(hours=1)


@pytest.fixture(scope="module")
def songs(tmp_path_factory: pytest.TempPathFactory) -> Songs:
    """Return some songs."""
    return Songs(tmp_path_factory.mktemp("songs"))


def play(songs: Songs, names: str, draw: str = "x", **fields: object) -> VirtualFile:
    """Return a play of a stream."""
    edition = songs.edition(stream("A", names, **fields), stream("B", "ef", gap=0.1), seconds=20)
    return VirtualFile(edition, Draw(play=draw, day="2026-11-23"), MONDAY)


def asked(
    file: VirtualFile, ago: timedelta = SECOND, listener: str = "kitchen", reach: int = 0
) -> Listening:
    """Return what somebody asked for, some time ago, from the start."""
    return Listening(
        file=file, listener=listener, asked_at=MONDAY - ago, start=0, reach=reach or file.total
    )


def hearer(
    player_id: str = "p", ago: timedelta | None = SECOND, seconds: float | None = 0.0
) -> Hearer:
    """Return a player that began some time ago; None for before we listened."""
    since = None if ago is None else MONDAY - ago
    return Hearer(player_id=player_id, since=since, seconds=seconds)


def _named(place: Place | LivePlace | None) -> str | None:
    if place is None:
        return None
    item = place.item
    return item.audio_id if isinstance(item, AudioItem) else item.source


def told(session: Session) -> tuple[str | None, str | None, bool]:
    """Return player, song, and whether it is certain."""
    place = session.place
    return session.player_id, _named(place), session.is_certain


@given(st.data())
def test_each_byte_belongs_to_the_song_that_is_heard(songs: Songs, data: st.DataObject) -> None:
    """A gap belongs to the song before it, the lead-in to the first; nested songs too."""
    mode = data.draw(st.sampled_from(PlayMode))
    names = data.draw(st.text("abcdB", min_size=1, max_size=6))
    file = play(songs, names, gap=0.1, lead_in=0.2, play_mode=mode)
    position = data.draw(st.integers(0, file.total - 1))
    place = file.place_at(position)
    assert place is not None
    assert place.start <= position < place.stop
    begins = place.start + (file.edition.lead_in.total if place.start == 0 else 0)
    length = min(place.audio.total, file.total - begins)
    content = place.audio.part.path.read_bytes()
    assert content_of_plan(file, begins, begins + length) == content[:length]
    # The next place begins where this one stops.
    following = file.place_at(place.stop)
    assert following is None or following.start == place.stop


def test_nothing_is_heard_beyond_the_end(songs: Songs) -> None:
    """Nor before the beginning."""
    file = play(songs, "ab")
    assert file.place_at(file.total) is None
    assert file.place_at(-1) is None


def test_a_player_that_has_begun_hears_what_was_asked_for(songs: Songs) -> None:
    """At the position that it tells itself."""
    file = play(songs, "abc")
    sizes = [songs.pieces[name].total for name in "abc"]
    for name, end in zip("abc", accumulate(sizes), strict=True):
        seconds = PROFILE.seconds_of(end - 100)
        [found] = sessions([hearer(seconds=seconds)], [asked(file)], MONDAY)
        assert told(found) == ("p", name, True)


def test_the_order_of_word_and_request_does_not_matter(songs: Songs) -> None:
    """Either may be first by some seconds; what is much older is another play."""
    file, old = play(songs, "a"), play(songs, "b")
    early = asked(file, ago=NEAR)
    [found] = sessions([hearer(ago=timedelta())], [early], MONDAY)
    assert told(found) == ("p", "a", True)
    [found] = sessions([hearer(ago=GRACE)], [asked(old, ago=LONG_AGO)], MONDAY)
    assert told(found) == ("p", None, False)


def test_a_player_that_has_just_begun_is_waited_for(songs: Songs) -> None:
    """And so is one that has just asked."""
    assert sessions([hearer()], [], MONDAY) == ()
    assert sessions([], [asked(play(songs, "a"))], MONDAY) == ()


def test_the_newest_play_of_one_listener_counts(songs: Songs) -> None:
    """A player that begins again has asked again."""
    first, second = play(songs, "a"), play(songs, "b")
    both = [asked(second, ago=SECOND), asked(first, ago=5 * SECOND)]
    [found] = sessions([hearer(ago=6 * SECOND)], both, MONDAY)
    assert told(found) == ("p", "b", True)


def test_two_listeners_for_one_player_are_not_guessed(songs: Songs) -> None:
    """One of them may be a player that is not heard of. What both have is certain all the same."""
    both = [asked(play(songs, "ab"), listener="x"), asked(play(songs, "ac"), listener="y")]
    [found] = sessions([hearer(seconds=0)], both, MONDAY)
    assert told(found) == ("p", "a", True)
    later = PROFILE.seconds_of(songs.pieces["a"].total + 100)
    [found] = sessions([hearer(seconds=later)], both, MONDAY)
    assert told(found) == ("p", None, False)
    assert found.file is None


def test_players_are_told_apart_by_when_they_began(songs: Songs) -> None:
    """There is only one way to give each a play of its own."""
    early = asked(play(songs, "a"), ago=LONG_AGO, listener="x")
    late = asked(play(songs, "b"), listener="y")
    two = [hearer("late"), hearer("early", ago=LONG_AGO)]
    found = {told(one) for one in sessions(two, [late, early], MONDAY)}
    assert found == {("early", "a", True), ("late", "b", True)}


def test_players_that_began_together_are_not_guessed(songs: Songs) -> None:
    """Both may hear either."""
    both = [asked(play(songs, "a"), listener="x"), asked(play(songs, "b"), listener="y")]
    found = sessions([hearer("p"), hearer("q")], both, MONDAY)
    assert [told(one) for one in found] == [("p", None, False), ("q", None, False)]


def test_players_that_share_a_play_both_hear_it(songs: Songs) -> None:
    """Behind one address they cannot be told apart, and need not be."""
    one = asked(play(songs, "a"))
    found = sessions([hearer("p"), hearer("q", ago=None)], [one], MONDAY)
    assert [told(one) for one in found] == [("p", "a", True), ("q", "a", True)]


def test_a_player_that_does_not_say_where_it_is_hears_something(songs: Songs) -> None:
    """Which song that is, is not known."""
    [found] = sessions([hearer(seconds=None)], [asked(play(songs, "a"))], MONDAY)
    assert told(found) == ("p", None, False)


def test_what_a_player_has_ended_is_nobody_elses(songs: Songs) -> None:
    """Another one that begins with the same card a second later has not asked yet."""
    ended = asked(play(songs, "abcdef" * 10), ago=GRACE)
    ended.is_over = True
    assert sessions([hearer()], [ended], MONDAY) == ()
    assert sessions([], [ended], MONDAY) == ()
    [found] = sessions([hearer()], [ended, asked(play(songs, "b"))], MONDAY)
    assert told(found) == ("p", "b", True)


def test_somebody_unknown_hears_what_was_sent(songs: Songs) -> None:
    """As it comes, which is only likely; no more than was sent, and not for ever."""
    file = play(songs, "abcdef" * 10)
    heard = sessions([], [asked(file, ago=GRACE)], MONDAY)
    position = PROFILE.bytes_per_second * 10
    place = file.place_at(position)
    assert place is not None
    assert [told(one) for one in heard] == [(None, place.audio.kind, False)]
    assert heard[0].position == position
    assert sessions([], [asked(file, ago=GRACE, reach=position)], MONDAY) == ()
    assert sessions([], [asked(file, ago=LONG_AGO)], MONDAY) == ()


def live(*seconds: int) -> LivePlay:
    """Return what was sent so far of a song, a station, and songs again."""
    items: tuple[AudioItem | LiveItem, ...] = (
        AudioItem(audio_id="a"),
        LiveItem(source="radio"),
        AudioItem(audio_id="b"),
    )
    play = LivePlay(PROFILE)
    for turn, (item, length) in enumerate(zip(items, seconds, strict=False)):
        play.note(turn, item, length * PROFILE.bytes_per_second)
    return play


def test_a_live_play_is_followed_by_where_the_player_is() -> None:
    """Not by how far it was sent; who is where nothing was sent hears something unknown."""
    play = live(10, 20, 5)
    for seconds, name in ((9.9, "a"), (10.0, "radio"), (29.9, "radio"), (30.0, "b")):
        [found] = sessions([hearer(seconds=seconds)], [asked_live(play)], MONDAY)
        assert told(found) == ("p", name, True)
    [found] = sessions([hearer(seconds=40.0)], [asked_live(play)], MONDAY)
    assert told(found) == ("p", None, False)


def asked_live(play: LivePlay, ago: timedelta = SECOND) -> Listening:
    """Return what somebody asked for, some time ago."""
    return Listening(file=play, listener="kitchen", asked_at=MONDAY - ago, start=0, reach=play.sent)


def test_somebody_unknown_hears_what_comes_live_as_it_comes() -> None:
    """Late, if it comes late; and once all was sent, until that was heard."""
    play = live(10, 20)
    late = asked_live(play, ago=60 * SECOND)
    [found] = sessions([], [late], MONDAY)
    assert told(found) == (None, "radio", False)
    play.ended_at = MONDAY
    assert sessions([], [late], MONDAY) == ()
    [found] = sessions([], [asked_live(play, ago=15 * SECOND)], MONDAY)
    assert told(found) == (None, "radio", False)


def test_a_live_play_is_forgotten_a_while_after_its_end() -> None:
    """A player may pause meanwhile."""
    play = live(10)
    assert play.goes_on(MONDAY + LONG_AGO)
    play.ended_at = MONDAY
    assert play.goes_on(MONDAY + LONG_AGO)
    assert not play.goes_on(MONDAY + 24 * LONG_AGO)


def test_what_is_sent_is_noted(songs: Songs) -> None:
    """From where, and how far; asking for the header fields is not listening."""
    file = play(songs, "abc")
    noted: list[Listening] = []
    watched = WatchedFile(file, listener="x", moment=MONDAY, asked=noted.append)
    assert (watched.total, watched.etag, watched.modified) == (file.total, file.etag, MONDAY)
    assert watched.content_type == "audio/mpeg"
    assert watched.is_current()
    assert noted == []
    parts = watched.slices(100, file.total)
    next(parts)
    assert (noted[0].start, noted[0].reach) == (100, songs.pieces["a"].total)
    assert len([*parts]) == 2
    assert noted[0].reach == file.total
