"""What Yoto or players would not take of a card."""

from dataclasses import replace

from hypothesis import given, strategies as st
import pytest

from custom_components.yoto_smart_stream.cards.builder import completed, new_card, streamed
from custom_components.yoto_smart_stream.cards.limits import Fault, FaultCode, faults_of
from custom_components.yoto_smart_stream.cards.model import (
    AUDIO,
    Card,
    Chapter,
    Config,
    ShuffleRange,
    Track,
)


def card(chapters: int = 2) -> Card:
    """Return a card with which nothing is wrong."""
    every = [
        streamed(title=f"Song {number}", url="https://example.com/a.mp3", duration=1, size=1)
        for number in range(chapters)
    ]
    return completed(new_card(title="Songs", chapters=every))


def uploaded(size: float, duration: float = 60.0) -> Chapter:
    """Return a chapter of which Yoto has the audio."""
    track = Track(title="a", url="yoto:#x", kind=AUDIO, format="aac", size=size, duration=duration)
    return Chapter(title="a", tracks=(track,))


def places(faults: list[Fault]) -> list[tuple[FaultCode, int | None, int | None]]:
    """Return what is wrong, and where."""
    return [(fault.code, fault.chapter, fault.track) for fault in faults]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param({"title": ""}, FaultCode.TITLE_LENGTH, id="no title"),
        pytest.param({"title": " "}, FaultCode.TITLE_LENGTH, id="blank title"),
        pytest.param({"title": "x" * 101}, FaultCode.TITLE_LENGTH, id="long title"),
        pytest.param({"category": "lullaby"}, FaultCode.CATEGORY, id="category"),
        pytest.param({"languages": ("en", "tlh")}, FaultCode.LANGUAGE, id="language"),
        pytest.param({"min_age": -1}, FaultCode.AGE, id="age"),
        pytest.param({"max_age": 100}, FaultCode.AGE, id="old age"),
        pytest.param({"min_age": 9, "max_age": 3}, FaultCode.AGES_SWAPPED, id="ages"),
        pytest.param({"chapters": ()}, FaultCode.NO_CHAPTERS, id="empty"),
        pytest.param({"config": Config(resume_seconds=-1)}, FaultCode.RESUME, id="resume"),
        pytest.param({"config": Config(autoadvance="x")}, FaultCode.AUTOADVANCE, id="advance"),
    ],
)
def test_a_fault_of_the_card_is_found(change: dict[str, object], code: FaultCode) -> None:
    """It is the only one."""
    assert places(faults_of(replace(card(), **change))) == [(code, None, None)]  # type: ignore[arg-type]


@given(st.integers(-2, 5), st.integers(-2, 5), st.integers(-2, 5))
def test_what_is_shuffled_has_to_be_there(start: int, end: int, limit: int) -> None:
    """From 0, both ends included (protocol §4.2)."""
    config = Config(shuffle=(ShuffleRange(start=start, end=end, limit=limit),))
    found = places(faults_of(replace(card(3), config=config)))
    chosen = len([number for number in range(3) if start <= number <= end])
    is_right = 0 <= start <= end <= 2 and 1 <= limit <= chosen
    assert found == ([] if is_right else [(FaultCode.SHUFFLE, None, None)])


@pytest.mark.parametrize("count", [100, 101])
def test_a_card_has_room_for_a_hundred_tracks(count: int) -> None:
    """Streams count too (protocol §4.3)."""
    found = places(faults_of(card(count)))
    assert found == ([] if count == 100 else [(FaultCode.TOO_MANY_TRACKS, None, None)])


def test_what_yoto_keeps_has_limits_and_streams_have_none() -> None:
    """Each track of 100 MB and 60 minutes, and 500 MB of all (protocol §4.3)."""
    big = streamed(title="a", url="https://example.com", duration=43200, size=700_000_000)
    assert faults_of(completed(new_card(title="x", chapters=[big]))) == []
    kept = [uploaded(100_000_000, 3600)] * 5
    assert faults_of(completed(new_card(title="x", chapters=kept))) == []
    over = [*kept, uploaded(100_000_001, 3601)]
    assert places(faults_of(completed(new_card(title="x", chapters=over)))) == [
        (FaultCode.CARD_TOO_BIG, None, None),
        (FaultCode.TRACK_TOO_BIG, 6, 1),
        (FaultCode.TRACK_TOO_LONG, 6, 1),
    ]


def test_a_fault_of_a_track_has_its_place() -> None:
    """All of them at once."""
    chapters = (
        Chapter(key="01", title="a", tracks=(Track(key="1", kind="stream", url="ftp://x"),)),
        Chapter(key="01", title="b", tracks=()),
        Chapter(
            key="02",
            tracks=(
                Track(key="1", kind="elevenlabs", url="Once"),
                Track(key="1", kind="audio", url="https://example.com", format="midi"),
            ),
        ),
    )
    assert places(faults_of(replace(card(), chapters=chapters))) == [
        (FaultCode.NO_ADDRESS, 1, 1),
        (FaultCode.CHAPTER_EMPTY, 2, None),
        (FaultCode.KEY_TWICE, 2, None),
        (FaultCode.NO_TITLE, 3, None),
        (FaultCode.KIND, 3, 1),
        (FaultCode.KEY_TWICE, 3, 2),
        (FaultCode.NOT_UPLOADED, 3, 2),
        (FaultCode.FORMAT, 3, 2),
    ]
