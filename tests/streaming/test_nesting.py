"""Nesting: streams within streams."""

import pytest

from custom_components.yoto_smart_stream.streaming.nesting import (
    MAX_DEPTH,
    check_nesting,
    has_live,
    names_within,
)
from custom_components.yoto_smart_stream.streaming.stream import (
    LiveItem,
    Rule,
    Stream,
    StreamError,
    StreamErrorCode,
    StreamItem,
)

from .songs import Songs, items, stream, streams

RADIO = LiveItem(source="media-source://radio_browser/1")


@pytest.fixture(scope="module")
def songs(tmp_path_factory: pytest.TempPathFactory) -> Songs:
    """Return some songs."""
    return Songs(tmp_path_factory.mktemp("songs"))


def _chain(count: int) -> dict[str, Stream]:
    """Return streams each of which holds the next."""
    return streams(
        *(stream(f"S{at}", "a", items=(StreamItem(name=f"S{at + 1}"),)) for at in range(count - 1)),
        stream(f"S{count - 1}", "a"),
    )


@pytest.mark.parametrize(
    ("some", "names"),
    [
        ([stream("A", "aA")], ("A", "A")),
        ([stream("A", "aB"), stream("B", "C"), stream("C", "bB")], ("B", "C", "B")),
        ([stream("A", "B"), stream("B", "a", rules=(Rule(items=items("A")),))], ("A", "B", "A")),
    ],
)
def test_a_circle_is_named(some: list[Stream], names: tuple[str, ...]) -> None:
    """A stream that leads back to itself, by any list, is refused with the way it goes."""
    with pytest.raises(StreamError) as caught:
        check_nesting("A", streams(*some))
    assert caught.value.code is StreamErrorCode.CYCLE
    assert caught.value.names == names
    assert " > ".join(names) in str(caught.value)


def test_depth() -> None:
    """So many streams may lie within each other and no more, whichever is looked at first."""
    check_nesting("S0", _chain(MAX_DEPTH))
    for count in (MAX_DEPTH + 1, 5000):
        with pytest.raises(StreamError) as caught:
            check_nesting("S0", _chain(count))
        assert caught.value.code is StreamErrorCode.TOO_DEEP
    both = {**_chain(MAX_DEPTH), "A": stream("A", "", items=(*items("a"), StreamItem(name="S0")))}
    with pytest.raises(StreamError) as caught:
        check_nesting("A", both)
    assert caught.value.names == ("A", *(f"S{at}" for at in range(MAX_DEPTH)))


def test_a_long_circle_is_a_circle() -> None:
    """A circle of more streams than may lie within each other is still told as one."""
    some = _chain(20)
    some["S19"] = stream("S19", "", items=(StreamItem(name="S0"),))
    with pytest.raises(StreamError) as caught:
        check_nesting("S0", some)
    assert caught.value.code is StreamErrorCode.CYCLE
    assert len(caught.value.names) == 21


def test_the_same_stream_in_two_places_is_no_circle(songs: Songs) -> None:
    """A stream may be played more than once."""
    some = [stream("A", "BCB"), stream("B", "aC"), stream("C", "b")]
    check_nesting("A", streams(*some))
    size = {name: piece.total for name, piece in songs.pieces.items()}
    assert songs.edition(*some).longest == 2 * size["a"] + 3 * size["b"]


def test_streams_that_name_each_other_many_times_cost_little(songs: Songs) -> None:
    """Ten times ten times ten and so on are as many streams as there are."""
    some = [stream(name, after * 10) for name, after in zip("ABCDEF", "BCDEFa", strict=True)]
    edition = songs.edition(*some)
    assert edition.longest == 10**6 * songs.pieces["a"].total
    assert len(edition.streams) == 6


@pytest.mark.parametrize(
    ("some", "code", "names"),
    [
        ([stream("A", "ax")], StreamErrorCode.UNKNOWN_AUDIO, ("A", "x")),
        ([stream("A", "B"), stream("B", "x")], StreamErrorCode.UNKNOWN_AUDIO, ("A", "B", "x")),
        ([stream("A", "aB")], StreamErrorCode.UNKNOWN_STREAM, ("A", "B")),
        ([stream("A", "B"), stream("B", "")], StreamErrorCode.EMPTY, ("A", "B")),
        ([stream("A", "", items=(RADIO,))], StreamErrorCode.LIVE, ("A", RADIO.source)),
        (
            [stream(name, after * 1000) for name, after in zip("ABCDEF", "BCDEFa", strict=True)],
            StreamErrorCode.TOO_LONG,
            ("A", "B", "C"),
        ),
    ],
)
def test_what_cannot_be_played(
    songs: Songs, some: list[Stream], code: StreamErrorCode, names: tuple[str, ...]
) -> None:
    """An error says what is wrong and leads there."""
    with pytest.raises(StreamError) as caught:
        songs.edition(*some)
    assert caught.value.code is code
    assert caught.value.names == names


def test_what_a_stream_may_play() -> None:
    """All lists count, and circles do no harm."""
    some = streams(
        stream("A", "aB", rules=(Rule(items=items("C")),)),
        stream("B", "A"),
        stream("C", "", items=(RADIO,)),
        stream("D", "a"),
    )
    assert names_within("A", some) == {"A", "B", "C"}
    assert has_live("B", some)
    assert not has_live("D", some)
