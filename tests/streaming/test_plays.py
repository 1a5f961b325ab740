"""Plays: an edit applies to the next play and never inside a running one."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from http import HTTPStatus
from itertools import count
from random import Random

from aiohttp import ClientSession, TCPConnector
from hypothesis import given, settings, strategies as st
import pytest

from custom_components.yoto_smart_stream.streaming.plays import AGAIN, SLACK, Play, Plays
from custom_components.yoto_smart_stream.streaming.ranges import Conditions, decide
from custom_components.yoto_smart_stream.streaming.stream import PlayMode, SeedPolicy, Stream
from custom_components.yoto_smart_stream.streaming.virtual import Edition

from .conftest import PlanServer
from .songs import MONDAY, Songs, content_of_plan, stream

TOKEN = "a token"
SOON = timedelta(seconds=3)
LATER = timedelta(minutes=10)


@pytest.fixture(scope="module")
def songs(tmp_path_factory: pytest.TempPathFactory) -> Songs:
    """Return some songs."""
    return Songs(tmp_path_factory.mktemp("songs"))


class House:
    """A stream that is edited while it is asked for, and a clock."""

    def __init__(self, songs: Songs, **fields: object) -> None:
        """Start with a stream that is played in a new order each time."""
        self.songs = songs
        self.now: datetime = MONDAY
        self.revision = 1
        self.fields = {"play_mode": PlayMode.SHUFFLE, "gap": 0.2, **fields}
        self.stream: Stream = stream("A", "abcdef", **self.fields)
        self.plays = self.restarted()
        self.made = 0

    def restarted(self) -> Plays:
        """Return plays that know of none, and draw 0, 1, 2 and so on."""
        drawn: Iterator[int] = count()
        return Plays(lambda: str(next(drawn)))

    def edition(self) -> Edition:
        """Make the present edition."""
        self.made += 1
        return self.songs.edition(self.stream, revision=str(self.revision))

    def edit(self, names: str) -> None:
        """Change the items."""
        self.stream = stream("A", names, **self.fields)
        self.revision += 1

    def ask(self, listener: str = "kitchen", method: str = "GET", **fields: str) -> Play:
        """Ask for the stream."""
        return self.plays.serve(
            TOKEN,
            Conditions(method=method, **fields),
            listener=listener,
            now=self.now,
            revision=str(self.revision),
            edition=self.edition,
        )

    def content(self, listener: str = "kitchen", **fields: str) -> bytes:
        """Ask, and return the bytes of the answer."""
        file = self.ask(listener, **fields).file
        found = decide(
            Conditions(method="GET", **fields),
            total=file.total,
            etag=file.etag,
            modified=file.modified,
        )
        return content_of_plan(file, found.start, found.stop)


@pytest.fixture
def house(songs: Songs) -> House:
    """Return a house."""
    return House(songs)


def test_a_play_begins_with_its_first_byte(house: House) -> None:
    """Each play is drawn anew; asking again within seconds is the same play."""
    first = house.ask()
    house.now += SOON
    assert house.ask(range="bytes=0-1").file is first.file
    assert house.ask(range="bytes=0-").file is first.file
    house.now += AGAIN
    second = house.ask()
    assert second.file.etag != first.file.etag
    assert [play.began for play in house.plays.of(TOKEN, house.now)] == [first.began, second.began]


def test_an_edit_is_heard_from_the_next_play_on(house: House) -> None:
    """What is running stays as it is, however long; what begins, be it at once, is new."""
    first = house.ask()
    house.edit("ab")
    house.now += LATER
    assert house.ask(range="bytes=5000-").file is first.file
    second = house.ask()
    assert second.file.total < first.file.total
    house.edit("cd")
    house.now += SOON
    assert house.ask().file.edition.revision == "3"
    assert house.ask(range="bytes=900-", if_range=f'"{first.file.etag}"').file is first.file
    assert house.ask(range="bytes=900-", if_match=f'"{second.file.etag}"').file is second.file


def test_the_time_of_a_play_names_it_too(house: House) -> None:
    """A player that kept Last-Modified instead of the tag goes on with the same play."""
    first = house.ask()
    house.now += LATER
    second = house.ask()
    assert second.file.etag != first.file.etag
    date = f"{first.file.modified:%a, %d %b %Y %H:%M:%S} GMT"
    assert house.ask(range="bytes=900-", if_range=date).file is first.file
    assert house.ask(range="bytes=900-", if_unmodified_since=date).file is first.file


def test_a_tag_that_nobody_knows(house: House) -> None:
    """If-Range gets everything, which is a new play; If-Match is refused, and nothing begins."""
    first = house.ask()
    house.now += LATER
    refused = house.ask(range="bytes=9-", if_match='"unknown"')
    assert house.plays.of(TOKEN, house.now) == (first,)
    found = decide(
        Conditions(method="GET", if_match='"unknown"'),
        total=refused.file.total,
        etag=refused.file.etag,
        modified=refused.file.modified,
    )
    assert found.status is HTTPStatus.PRECONDITION_FAILED
    fresh = house.ask(range="bytes=9-", if_range='"unknown"')
    assert fresh.began == house.now
    assert fresh.file.etag == refused.file.etag


def test_a_probe_begins_nothing(house: House) -> None:
    """HEAD tells of the play that GET gets next, as often as it is asked."""
    told = {house.ask(method="HEAD").file.etag for _ in range(5)}
    assert house.plays.of(TOKEN, house.now) == ()
    first = house.ask()
    assert told == {first.file.etag}
    house.now += SOON
    assert house.ask(method="HEAD").file is first.file
    house.edit("ab")
    told = {house.ask(method="HEAD").file.etag for _ in range(5)}
    assert house.ask(range="bytes=800-").file is first.file
    assert house.ask().file.etag in told


def test_a_probe_keeps_nothing_going(house: House) -> None:
    """Only who fetches audio is listening."""
    first = house.ask()
    house.now = first.until
    house.ask(method="HEAD", range="bytes=10-")
    assert [play.until for play in house.plays.of(TOKEN, house.now)] == [first.until]
    house.now += SOON
    assert house.plays.of(TOKEN, house.now) == ()


def test_how_long_a_play_goes_on(house: House) -> None:
    """As long as what was asked for last can be heard, and the time of a pause."""
    first = house.ask()
    edition = first.file.edition
    lasts = timedelta(seconds=edition.profile.seconds_of(edition.longest))
    assert first.until == MONDAY + lasts + SLACK
    house.now = first.until - SOON
    again = house.ask(range=f"bytes={edition.longest - 100}-")
    assert again.file is first.file
    assert again.until > first.until
    house.now = again.until + SOON
    assert house.ask(range="bytes=100-").file is not first.file


def test_players_have_plays_of_their_own(house: House) -> None:
    """Two players with the same card do not disturb each other."""
    kitchen, bedroom = house.ask("kitchen"), house.ask("bedroom")
    assert kitchen.file.etag != bedroom.file.etag
    house.now += LATER
    assert house.ask("kitchen", range="bytes=700-").file is kitchen.file
    assert house.ask("bedroom", range="bytes=700-").file is bedroom.file
    # Somebody whose address has changed goes on with what began last.
    assert house.ask("garden", range="bytes=700-").file is bedroom.file


@pytest.mark.parametrize(
    ("policy", "same_day", "next_day"),
    [
        (SeedPolicy.EACH_PLAY, False, False),
        (SeedPolicy.DAILY, True, False),
        (SeedPolicy.FIXED, True, True),
    ],
)
def test_seeds(songs: Songs, policy: SeedPolicy, same_day: bool, next_day: bool) -> None:
    """A new day is for new plays, not for one that goes on over midnight."""
    house = House(songs, seed=policy)
    first = house.content()
    house.now += LATER
    assert (house.content() == first) is same_day
    house.now = MONDAY.replace(hour=23, minute=59)
    evening = house.ask()
    house.now += LATER
    assert house.ask(range="bytes=500-").file is evening.file
    assert (house.content() == first) is next_day


def test_a_restart_in_the_middle(house: House) -> None:
    """With what was kept a play goes on with the same bytes, unless the stream has changed."""
    first = house.ask()
    house.now += LATER
    records = house.plays.records(house.now)
    assert len(records) == 1
    house.plays = house.restarted()
    assert house.plays.restore(records[0], house.edition())
    resumed = house.ask(range="bytes=3000-")
    assert resumed.file.etag == first.file.etag
    assert content_of_plan(resumed.file) == content_of_plan(first.file)
    house.edit("ab")
    assert not house.restarted().restore(records[0], house.edition())


def test_a_range_without_a_play(house: House) -> None:
    """Whoever resumes what nobody remembers gets the present edition, and stays with it."""
    first = house.ask(range="bytes=3000-")
    assert first.began == MONDAY
    house.edit("ab")
    house.now += LATER
    assert house.ask(range="bytes=4000-").file is first.file


@pytest.mark.parametrize("field", ["bytes=-500", "bytes=-0", "bytes=99999999999999999999-"])
def test_the_end_is_not_the_start(house: House, field: str) -> None:
    """Asking for the last bytes, or for none, is for the play that goes on."""
    first = house.ask()
    house.edit("ab")
    house.now += LATER
    assert house.ask(range=field).file is first.file


def test_nothing_is_made_while_a_play_goes_on(house: House) -> None:
    """An edition costs time, and is made for plays that begin."""
    house.ask()
    house.edit("ab")
    for start in range(1, 20):
        house.ask(range=f"bytes={start}-")
    assert house.made == 1


def test_a_file_that_is_gone_ends_the_play(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A play that needs it at that place is over; one that does not goes on."""
    house = House(Songs(tmp_path_factory.mktemp("gone")), play_mode=PlayMode.SEQUENTIAL)
    first = house.ask()
    house.songs.pieces["f"].part.path.unlink()
    house.edit("abc")
    house.now += LATER
    assert house.ask(range="bytes=10-").file is first.file
    second = house.ask(range="bytes=-10")
    assert second.file.edition.revision == "2"
    assert house.plays.of(TOKEN, house.now) == (second,)


def test_what_cannot_be_made_begins_nothing(house: House) -> None:
    """An error of the edition is told, and the plays that go on are left alone."""
    first = house.ask()

    def broken() -> Edition:
        raise LookupError

    house.now += LATER
    with pytest.raises(LookupError):
        house.plays.serve(
            TOKEN,
            Conditions(method="GET"),
            listener="kitchen",
            now=house.now,
            revision="1",
            edition=broken,
        )
    assert house.plays.of(TOKEN, house.now) == (first,)


def test_revoked(house: House) -> None:
    """A token that is taken back has no plays any more."""
    house.ask()
    house.plays.forget(TOKEN)
    assert house.plays.of(TOKEN, house.now) == ()


def test_there_are_never_too_many(house: House) -> None:
    """Neither listeners nor probes fill the memory."""
    edition = house.edition()
    for number in range(6000):
        house.plays.serve(
            f"token {number % 300}",
            Conditions(method="HEAD" if number % 7 == 1 else "GET"),
            listener=str(number),
            now=house.now,
            revision="1",
            edition=lambda: edition,
        )
    records = house.plays.records(house.now)
    assert len({record.token for record in records}) == 256
    assert len(records) <= 256 * 16
    assert records[-1].listener == "5999"


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    mode=st.sampled_from(PlayMode),
    policy=st.sampled_from(SeedPolicy),
    keeps_tags=st.booleans(),
)
def test_a_player_that_drops_twenty_times(
    songs: Songs, seed: int, mode: PlayMode, policy: SeedPolicy, keeps_tags: bool
) -> None:
    """It hears exactly the play that it began, whatever is edited and probed meanwhile."""
    chance = Random(seed)
    house = House(songs, play_mode=mode, seed=policy)
    begun = house.ask().file
    total = min(begun.total, 60_000)
    expected = content_of_plan(begun, 0, total)
    drops = sorted(chance.sample(range(1, total), 20))
    heard = house.content()[: drops[0]] if begun.total == total else expected[: drops[0]]
    for upto in [*drops[1:], total]:
        house.now += chance.random() * LATER
        if chance.random() < 0.5:
            house.edit("".join(chance.choices("abcdef", k=4)))
        house.ask(chance.choice(["kitchen", "garden"]), method="HEAD")
        if chance.random() < 0.3:
            house.ask("garden")
        fields = {"range": f"bytes={len(heard)}-{upto - 1}"}
        if keeps_tags:
            fields["if_range"] = f'"{begun.etag}"'
        heard += house.content(**fields)
    assert heard == expected


async def test_it_is_served(songs: Songs, server: PlanServer) -> None:
    """Over a real socket: a player that hangs up twenty times hears the play that it began."""
    chance = Random(7)
    house = House(songs, play_mode=PlayMode.ENDLESS_SHUFFLE)
    asked: dict[str, str] = {}
    server.load = lambda: house.ask(**asked).file
    connector = TCPConnector(ssl=server.client_tls or True)
    async with ClientSession(server.url, connector=connector) as session:
        heard = b""
        for number in range(21):
            asked = {"range": f"bytes={len(heard)}-"} if heard else {}
            async with session.get("/", headers={"Range": f"bytes={len(heard)}-"}) as response:
                assert response.status == HTTPStatus.PARTIAL_CONTENT
                heard += await response.content.readexactly(chance.randint(1, 90_000))
                response.close()
            house.edit("abcdef"[: number % 5 + 1])
            house.now += SOON
    [play] = house.plays.of(TOKEN, house.now)
    assert heard == content_of_plan(play.file, 0, len(heard))


async def test_a_stream_that_cannot_be_played_is_not_found(
    songs: Songs, server: PlanServer
) -> None:
    """A stream whose audio is gone is answered like one that never was, and then is well again."""
    house = House(songs)
    server.load = lambda: house.ask().file
    connector = TCPConnector(ssl=server.client_tls or True)
    async with ClientSession(server.url, connector=connector) as session:
        for names, status in (("x", HTTPStatus.NOT_FOUND), ("a", HTTPStatus.OK)):
            house.edit(names)
            async with session.get("/") as response:
                assert response.status == status
