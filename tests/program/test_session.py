"""Single turns of a session, told as stories."""

import pytest

from custom_components.yoto_smart_stream.cards.live import LiveChapter, Way
from custom_components.yoto_smart_stream.program.announcement import Announcement, Message
from custom_components.yoto_smart_stream.program.editing import add_next, queue_of
from custom_components.yoto_smart_stream.program.errors import NoQueueError, StateError
from custom_components.yoto_smart_stream.program.fetching import Fetch, Verdict, answer
from custom_components.yoto_smart_stream.program.item import (
    Item,
    Outcome,
    Play,
    SetVolume,
    Skipped,
    SkipReason,
    StopCard,
)
from custom_components.yoto_smart_stream.program.kinds import reader
from custom_components.yoto_smart_stream.program.learning import with_facts
from custom_components.yoto_smart_stream.program.records import read_session, session_state
from custom_components.yoto_smart_stream.program.session import begin, edited, queue_in
from custom_components.yoto_smart_stream.program.steering import (
    Told,
    to_announcement,
    to_program,
    to_step,
    told,
    unstaged,
    with_announcement,
    without_missing,
)

from .home import Home
from .songs import at, song, songs

L0, R0, E0 = LiveChapter.L0, LiveChapter.R0, LiveChapter.E0
L1, R1, E1 = LiveChapter.L1, LiveChapter.R1, LiveChapter.E1
START = LiveChapter.START
NEWS = Announcement(messages=(Message(item=song("news", 3)),))


def name(outcome: Outcome) -> str:
    """Return the title of what is heard; a dash for silence."""
    return outcome.item.title if isinstance(outcome, Play) else "-"


@pytest.fixture
def home() -> Home:
    """Return a home where a player has begun with the first of five songs."""
    home = Home.of(queue_of(songs("abcde")))
    assert name(home.get()) == "a"
    home.unsaid.append(START)
    home.now += 1
    home.hear()
    return home


def test_an_early_end_is_open_until_the_player_says_that_it_is_there(home: Home) -> None:
    """Until then what plays is what played before."""
    given = home.ask(E1)
    assert given.verdict is Verdict.PROVISIONAL
    assert name(given.outcome) == "b"
    assert home.session.playing == Play(item=song("a"))
    home.drift()
    home.hear()
    assert home.session.playing == Play(item=song("b"))


def test_a_knob_overtakes_what_was_asked_for_ahead(home: Home) -> None:
    """The next song after the one that plays is meant, not the one after that."""
    home.ask(E1)
    home.hear()
    home.into = 50
    assert name(home.press(Way.RIGHT)) == "b"


def test_a_timely_end_is_a_step(home: Home) -> None:
    """It is so when the item can have ended, by the clock or by what the player says."""
    home.hear()
    home.into = 99
    home.tick()
    assert home.ask(E1).verdict is Verdict.STEP
    assert name(home.session.current.outcome) == "b"


def test_a_prefetch_of_the_end_does_not_stop_the_player() -> None:
    """The command that ends the card is given once the item is over."""
    home = Home.of(queue_of(songs("a")))
    home.get()
    home.now = 10
    assert name(home.get(E1)) == "-"
    assert home.done == []
    home.now, home.into = 100, 100
    home.drift()
    home.hear()
    assert home.done == [StopCard()]


def test_a_look_takes_no_step(home: Home) -> None:
    """A probe of the header fields and a look at the last bytes show what would come."""
    assert home.ask(R1, head=True).verdict is Verdict.LOOK
    assert name(home.head(L1)) == "a"
    assert name(home.get(R1, offset=-1)) == "b"
    assert home.session.playing == Play(item=song("a"))


def test_a_late_piece_is_of_the_chapter_that_was_left(home: Home) -> None:
    """It is never a step back into it."""
    home.press(Way.RIGHT)
    home.press(Way.RIGHT)
    given = home.ask(R1, offset=262144)
    assert (given.verdict, name(given.outcome)) == (Verdict.LATE, "b")
    assert name(home.get()) == "c"


def test_two_quick_presses_are_two_steps_if_the_first_was_seen(home: Home) -> None:
    """The player probes the chapter that it passes through, or says that it is there."""
    home.head(R1)
    given = home.ask(R0)
    assert (given.verdict, name(given.outcome)) == (Verdict.STEP, "c")

    home.session = told(home.session, Told(chapter=R0, at=at(home.now)))
    home.session = told(home.session, Told(chapter=L1, at=at(home.now)))
    assert name(home.get(R0)) == "c"


@pytest.mark.parametrize("seen", [[], [R1, L1, E1]])
def test_what_nobody_can_know_advances_nothing(home: Home, seen: list[LiveChapter]) -> None:
    """What plays is played, and the next press counts."""
    for chapter in seen:
        home.head(chapter)
    given = home.ask(R0)
    assert (given.verdict, name(given.outcome)) == (Verdict.OUT_OF_PHASE, "a")
    assert name(home.get(R1)) == "b"


def test_a_card_that_is_taken_up_again_goes_on(home: Home) -> None:
    """Wherever the player begins, and whether its memory is older than ours."""
    home.press(Way.RIGHT)
    home.press(Way.RIGHT)
    for chapter in (START, R1, R0, E1):
        home.now += 10
        home.session = told(home.session, Told(chapter=None, at=at(home.now)))
        assert home.ask(chapter, head=True).verdict is Verdict.LOOK
        given = home.ask(chapter)
        assert (given.verdict, name(given.outcome)) == (Verdict.ENTRY, "c")
        home.player.chapter = chapter.value
    assert name(home.press(Way.RIGHT)) == "d"


def test_a_card_that_is_begun_again_goes_on_although_nothing_was_heard(home: Home) -> None:
    """Half a minute after the first chapter was left, nobody asks for it for another reason."""
    home.press(Way.RIGHT)
    assert home.ask(START).verdict is Verdict.OUT_OF_PHASE
    home.now += 31
    given = home.ask(START)
    assert (given.verdict, name(given.outcome)) == (Verdict.ENTRY, "b")
    assert name(home.get(R1)) == "c"


def test_the_player_says_that_it_has_begun_the_card_again(home: Home) -> None:
    """Then a press on the same knob is a step, and none without."""
    home.press(Way.RIGHT)
    home.hear()
    home.session = told(home.session, Told(chapter=START, at=at(home.now)))
    assert name(home.get(R1)) == "c"


def test_a_queue_that_is_over_begins_anew_with_the_card() -> None:
    """A card is never dead."""
    home = Home.of(queue_of(songs("a")))
    home.get()
    home.now, home.into = 100, 100
    home.press(Way.END)
    home.now += 60
    assert name(home.get(START)) == "a"


def test_home_assistant_plays_something_else(home: Home) -> None:
    """The player is told to go to a chapter for which that is laid out."""
    home.session, chapter = to_program(home.session, queue_of(songs("xyz")))
    assert name(home.head(chapter)) == "x"
    assert name(home.get()) == "a"
    assert name(home.command(chapter)) == "x"
    assert name(home.get(chapter)) == "x"
    assert name(home.press(Way.RIGHT)) == "y"


def test_a_press_that_is_quicker_than_a_command_counts_too(home: Home) -> None:
    """What was announced interrupts what the press has led to."""
    home.hear()
    home.into = 1
    home.session, chapter = to_announcement(home.session, NEWS)
    home.session, chapter = to_announcement(unstaged(home.session), NEWS)
    assert name(home.press(Way.LEFT)) == "a"
    home.hear()
    home.into = 30
    assert name(home.command(chapter)) == "news"
    home.hear()
    home.into = 3
    assert home.press(Way.END) == Play(item=song("a"), begin_at=30)


def test_a_card_that_is_not_in_play_is_not_taken_up_after_an_announcement(home: Home) -> None:
    """The player was on another card, or silent. What the queue was at is kept."""
    home.press(Way.RIGHT)
    home.now += 100
    home.session = told(home.session, Told(chapter=None, at=at(home.now)))
    home.session, chapter = to_announcement(home.session, NEWS)
    assert name(home.command(chapter)) == "news"
    home.hear()
    home.into = 3
    assert name(home.press(Way.END)) == "-"
    assert home.done == [StopCard()]
    home.now += 100
    assert name(home.get(START)) == "b"


def test_commands_step_like_knobs(home: Home) -> None:
    """Next and previous of Home Assistant."""
    home.session, chapter = to_step(home.session, Way.RIGHT)
    assert name(home.command(chapter)) == "b"
    home.session, chapter = to_step(home.session, Way.LEFT)
    assert name(home.command(chapter)) == "a"


def test_a_change_of_the_queue_reaches_what_was_asked_for_ahead(home: Home) -> None:
    """The player plays what it has been given, and the new item after that."""
    home.ask(E1)
    home.session = home.session.with_program(edited(lambda queue: add_next(queue, songs("n"))))
    home.drift()
    home.hear()
    home.hear()
    home.into = 100
    assert name(home.press(Way.END)) == "n"
    queue = queue_in(home.session.current.program)
    assert queue is not None
    assert queue.current is not None
    assert queue.current.item.title == "n"


def test_a_queue_is_found_under_an_announcement(home: Home) -> None:
    """And changed there."""
    home.session, chapter = to_announcement(home.session, NEWS)
    home.command(chapter)
    home.session = home.session.with_program(edited(lambda queue: add_next(queue, songs("n"))))
    home.hear()
    home.into = 3
    home.press(Way.END)
    assert name(home.press(Way.RIGHT)) == "n"
    with pytest.raises(NoQueueError):
        edited(lambda queue: queue)(NEWS)
    assert queue_in(NEWS) is None


def test_what_cannot_be_opened_gives_way(home: Home) -> None:
    """In the chapter that was fetched, and a repeated fetch gets the same."""
    home.press(Way.RIGHT)
    home.session = without_missing(home.session, R1, at(home.now))
    assert name(home.get()) == "c"
    assert home.done == [Skipped(item=song("b"), reason=SkipReason.MISSING)]
    home.ask(E0)
    home.session = without_missing(home.session, E0, at(home.now))
    assert name(home.get(E0)) == "e"
    assert without_missing(home.session, L1, at(home.now)) == home.session
    home.hear()
    home.into = 50
    assert name(home.press(Way.LEFT)) == "c"
    assert len(home.done) == 1


def test_a_length_that_becomes_known_counts(home: Home) -> None:
    """For whether the item can have ended."""
    home.session = with_facts(home.session, song("a", 20))
    home.hear()
    home.into = 19
    home.tick()
    assert home.ask(E1).verdict is Verdict.STEP
    assert home.session.standing.outcome == Play(item=song("a", 20))


def test_what_has_no_length_can_always_have_ended() -> None:
    """Radio ends when the station does."""
    home = Home.of(queue_of([Item(media="radio", title="radio"), song("b")]))
    home.get()
    assert home.ask(E1).verdict is Verdict.STEP


def test_a_session_does_not_show_its_token(home: Home) -> None:
    """Whoever has the token can listen."""
    session = begin("secret-token", "player", queue_of(songs("a")), at(0))
    assert "secret-token" not in repr(session)
    assert "secret-token" not in repr(answer(session, Fetch(chapter=START, at=at(0))))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("token", 7),
        ("glimpsed", ["X1"]),
        ("glimpsed", [1]),
        ("due", [{"effect": "explode"}]),
        ("history", {}),
        ("departed", "yes"),
        ("standing.since", "2026-11-26T12:00:00"),
        ("standing.since", "yesterday"),
        ("standing.outcome", 1),
        ("standing.outcome", {"item": {"media": "m", "title": "t", "length": -1}}),
        ("standing.program.kind", "opera"),
        ("standing.program.repeat", "twice"),
        ("standing.program.at", 9),
        ("standing.program.at", True),
        ("standing.program.order", [1, 1, 2]),
        ("standing.program.next_number", 2),
        ("standing.program.entries", []),
        ("staged", {"chapter": "R1", "way": "up"}),
        ("staged", {"chapter": "R1", "way": "start", "announcement": "queue"}),
    ],
)
def test_what_was_written_otherwise_is_not_read(home: Home, path: str, value: object) -> None:
    """A record that makes no sense is an error of its own kind."""
    state = session_state(home.session)
    if path == "staged" and isinstance(value, dict) and value.get("announcement") == "queue":
        value["announcement"] = home.session.standing.program.state
    *parents, last = path.split(".")
    inner: object = state
    for parent in parents:
        assert isinstance(inner, dict)
        inner = inner[parent]
    assert isinstance(inner, dict)
    inner[last] = value
    with pytest.raises(StateError):
        read_session(state, reader())


def test_kinds_that_come_from_elsewhere_are_read_too() -> None:
    """Stories will be such."""
    queue = queue_of(songs("a"))
    read = reader({"opera": lambda _: queue})
    assert read({"kind": "opera"}) is queue
    assert read(NEWS.state) == NEWS


def test_an_announcement_waits_for_the_one_that_is_heard(home: Home) -> None:
    """It comes by itself, and the player is not told anything."""
    assert with_announcement(home.session, NEWS, at(home.now)) is None
    home.session, chapter = to_announcement(home.session, NEWS)
    more = Announcement(messages=(Message(item=song("more", 3)),))
    waiting = with_announcement(home.session, more, at(home.now))
    assert waiting is not None
    home.session = waiting
    assert name(home.command(chapter)) == "news"
    joined = with_announcement(home.session, NEWS, at(home.now))
    assert joined is not None
    home.session = joined
    for expected in ("more", "news", "a"):
        home.hear()
        home.now, home.into = home.now + 3, 3
        assert name(home.press(Way.END)) == expected


def test_what_was_to_be_played_is_interrupted_when_it_comes(home: Home) -> None:
    """A player that was told of both in a row begins with the announcement."""
    home.session, _ = to_program(home.session, queue_of(songs("xyz")))
    assert with_announcement(home.session, NEWS, at(home.now)) is None
    home.session, chapter = to_announcement(home.session, NEWS)
    assert name(home.command(chapter)) == "news"
    home.hear()
    home.into = 3
    assert home.press(Way.END) == Play(item=song("x"))


def test_music_in_place_of_an_announcement_is_as_loud_as_before(home: Home) -> None:
    """What was interrupted is not gone back to."""
    loud = Announcement(messages=(Message(item=song("news", 3), volume=12),), volume=5)
    home.session, chapter = to_announcement(home.session, loud)
    home.command(chapter)
    home.session, chapter = to_program(home.session, queue_of(songs("xyz")))
    assert name(home.command(chapter)) == "x"
    assert home.done == [SetVolume(12), SetVolume(5, was=12)]


def test_a_player_that_is_away_goes_on_with_an_announcement_or_has_left_it(home: Home) -> None:
    """Switched off, it may ask for it again; on another card, it is over and no longer loud."""
    loud = Announcement(messages=(Message(item=song("news", 30), volume=12),), volume=5)
    home.session, chapter = to_announcement(home.session, loud)
    home.command(chapter)
    home.hear()
    home.now += 10
    off = told(home.session, Told(chapter=None, at=at(home.now), is_off=True))
    assert name(answer(off, Fetch(chapter=chapter, at=at(home.now))).outcome) == "news"
    left = told(home.session, Told(chapter=None, at=at(home.now)))
    assert left.due == (SetVolume(5, was=12),)
    again = answer(left, Fetch(chapter=START, at=at(home.now + 100)))
    assert name(again.outcome) == "a"
    assert told(left, Told(chapter=None, at=at(home.now + 1))).due == left.due


def test_a_step_that_is_quicker_than_the_player_loses_nothing(home: Home) -> None:
    """What it was told to play just before is what the step is taken in."""
    home.session, _ = to_program(home.session, queue_of(songs("xyz")))
    home.session, chapter = to_step(home.session, Way.RIGHT)
    assert name(home.command(chapter)) == "x"
    assert name(home.press(Way.RIGHT)) == "y"
