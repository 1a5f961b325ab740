"""Stored records of streams and plays: whatever is written is read again, and nothing is lost."""

from datetime import UTC, datetime, timedelta
import json
from random import Random
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.yoto_smart_stream.audio.profile import Profile
from custom_components.yoto_smart_stream.json import Json
from custom_components.yoto_smart_stream.library.sifting import Sifted
from custom_components.yoto_smart_stream.streaming.pieces import Draw
from custom_components.yoto_smart_stream.streaming.pinning import Pinned
from custom_components.yoto_smart_stream.streaming.play_records import read_plays, write_plays
from custom_components.yoto_smart_stream.streaming.plays import PlayRecord
from custom_components.yoto_smart_stream.streaming.records import (
    read_contents,
    read_stream,
    write_contents,
    write_stream,
)
from custom_components.yoto_smart_stream.streaming.stream import (
    AudioItem,
    LiveItem,
    PlayMode,
    Rule,
    SeedPolicy,
    Stream,
    StreamItem,
    is_name,
)

from ..library.samples import JSON

ULIDS = st.from_regex(r"[0-7][0-9A-HJKMNP-TV-Z]{25}", fullmatch=True)
SLUGS = st.from_regex(r"[a-z][0-9a-z]{0,8}(-[0-9a-z]{1,8}){0,2}", fullmatch=True)
TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)
NAMES = TEXTS.map(str.strip).filter(is_name)
ITEMS = st.lists(
    st.builds(AudioItem, audio_id=TEXTS)
    | st.builds(StreamItem, name=TEXTS)
    | st.builds(LiveItem, source=TEXTS),
    max_size=5,
).map(tuple)
TIMES = st.none() | st.times()
RULES = st.builds(
    Rule,
    items=ITEMS,
    start=TIMES,
    end=TIMES,
    weekdays=st.frozensets(st.integers(0, 6)),
    players=st.frozensets(TEXTS, max_size=3),
    template=st.none() | TEXTS,
)
PAUSES = st.floats(0, 10)
STREAMS = st.builds(
    Stream,
    stream_id=ULIDS,
    slug=SLUGS,
    name=NAMES,
    revision=st.integers(1, 1 << 40),
    items=ITEMS,
    play_mode=st.sampled_from(PlayMode),
    seed=st.sampled_from(SeedPolicy),
    gap=PAUSES,
    lead_in=PAUSES,
    rules=st.lists(RULES, max_size=3).map(tuple),
    endless_hours=st.floats(0.1, 24),
    unknown=st.dictionaries(TEXTS.map(lambda text: f"new {text}"), JSON, max_size=2),
)
GOOD = write_stream(
    Stream(stream_id="01ARZ3NDEKTSV4RRFFQ69G5FAV", slug="a", name="A", revision=1, items=())
)


def through_text(value: object) -> Json:
    """Return what is left of a value once it has been a file."""
    found: Json = json.loads(json.dumps(value))
    return found


@given(STREAMS)
def test_a_stream_is_read_as_it_was_written(stream: Stream) -> None:
    """With the fields that only a newer version knows."""
    assert read_stream(through_text(write_stream(stream))) == stream


@given(st.lists(JSON, max_size=4), st.lists(STREAMS, max_size=3), st.randoms())
def test_nothing_is_lost(bad: list[Json], good: list[Stream], random: Random) -> None:
    """Every record is a stream or set aside, and is written again, whatever it is."""
    records: list[Json] = [*bad, *map(write_stream, good)]
    random.shuffle(records)
    contents = read_contents(through_text({"streams": records, "more": 1}))
    assert len(contents.records) + len(contents.set_aside) == len(records)
    again = read_contents(through_text(write_contents(contents)))
    assert again == contents
    assert again.unknown == {"more": 1}


@given(JSON)
def test_anything_can_be_in_the_store(data: Json) -> None:
    """What is no object is set aside whole."""
    contents = read_contents(data)
    if not isinstance(data, dict):
        assert contents == Sifted(set_aside=() if data is None else (data,))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "short"),
        ("slug", "With Blanks"),
        ("name", ""),
        ("name", "a" * 101),
        ("revision", 0),
        ("revision", True),
        ("items", None),
        ("items", [{"audio": "a", "stream": "b"}]),
        ("items", [{"audio": ""}]),
        ("items", ["a"]),
        ("play_mode", "backwards"),
        ("gap", 11),
        ("gap", "1"),
        ("endless_hours", 0),
        ("rules", [{"items": [], "weekdays": [7]}]),
        ("rules", [{"items": [], "weekdays": ["mon"]}]),
        ("rules", [{"items": [], "start": "25:00"}]),
        ("rules", [{"items": [], "moon": "full"}]),
    ],
)
def test_a_record_that_is_none_is_refused(field: str, value: Json) -> None:
    """A condition that is not known is a fault, too: the rule might hold when it should not."""
    with pytest.raises(ValueError, match=r"."):
        read_stream({**GOOD, field: value})


def test_names_are_there_once() -> None:
    """Whatever the case; the second is set aside."""
    other = {**GOOD, "id": "01ARZ3NDEKTSV4RRFFQ69G5FAW", "slug": "b", "name": "a"}
    contents = read_contents({"streams": [GOOD, other]})
    assert [stream.name for stream in contents.records] == ["A"]
    assert contents.set_aside == (other,)


MOMENTS = st.integers(0, 2_000_000_000).map(lambda at: datetime.fromtimestamp(at, UTC))
PINNED = STREAMS.map(
    lambda stream: Pinned(
        name=stream.name,
        revision="1 2",
        profile=Profile(bit_rate=96),
        streams={stream.name: stream},
    )
)


@given(PINNED, MOMENTS, TEXTS, TEXTS)
def test_a_play_is_read_as_it_was_written(
    pinned: Pinned, began: datetime, token: str, draw: str
) -> None:
    """With what it is made of. One whose edition is not known is over."""
    play = PlayRecord(
        token=token,
        listener="127.0.0.1",
        digest="digest",
        draw=Draw(play=draw, day="2026-11-26"),
        began=began,
        until=began + timedelta(hours=9),
    )
    stored = write_plays([play], {"digest": pinned, "other": pinned})
    kept = read_plays(through_text(stored))
    assert kept.plays == (play,)
    assert kept.editions == {"digest": pinned}
    assert write_plays([play], {}) == {"plays": [], "editions": {}}


@given(JSON, JSON, JSON)
def test_plays_that_cannot_be_read_are_over(data: Json, plays: Json, edition: Json) -> None:
    """The next request begins another."""
    assert read_plays(data).plays == ()
    assert read_plays({"plays": plays, "editions": {"x": edition}}).plays == ()
    assert read_plays({"plays": [plays], "editions": edition}).plays == ()


def test_an_edition_without_its_stream_is_none() -> None:
    """It would not be known what to play."""
    pinned = Pinned(
        name="A", revision="1", profile=Profile(), streams={"A": read_stream(dict(GOOD))}
    )
    play = PlayRecord(
        token="t",
        listener="l",
        digest="d",
        draw=Draw(play="", day=""),
        began=datetime(2026, 1, 1, tzinfo=UTC),
        until=datetime(2026, 1, 2, tzinfo=UTC),
    )
    stored: Any = through_text(write_plays([play], {"d": pinned}))
    stored["editions"]["d"]["streams"] = []
    assert read_plays(stored).plays == ()
    stored["editions"]["d"]["streams"] = None
    assert read_plays(stored).plays == ()
