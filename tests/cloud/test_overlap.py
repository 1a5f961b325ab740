"""While two connections bring the same messages, each is taken once, and the last one counts."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st
import pytest

from custom_components.yoto_smart_stream.cloud.link import Delivery
from custom_components.yoto_smart_stream.cloud.overlap import Overlap

OLD, NEW = 1, 2
NOW = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)


def said(word: str, topic: str = "data/events", seconds: float = 0.0) -> Delivery:
    """Return a message that came after some seconds."""
    return Delivery(
        player_id="kitchen",
        topic=topic,
        payload=word.encode(),
        received_at=NOW + timedelta(seconds=seconds),
    )


def both() -> Overlap:
    """Return a comparison of two connections."""
    overlap = Overlap()
    overlap.begin(OLD)
    overlap.begin(NEW)
    return overlap


@given(words=st.lists(st.sampled_from("ab"), max_size=30), data=st.data())
def test_everything_is_taken_once_in_its_order(words: list[str], data: st.DataObject) -> None:
    """However the two interleave."""
    assert interleaved({OLD: list(words), NEW: list(words)}, data) == words


@given(
    words=st.lists(st.sampled_from("ab"), min_size=1, max_size=30),
    joined=st.integers(0, 30),
    data=st.data(),
)
def test_the_last_word_counts(words: list[str], joined: int, data: st.DataObject) -> None:
    """Wherever the new connection has begun. What the old one brought before comes by no other."""
    taken = interleaved({OLD: list(words), NEW: list(words[joined:])}, data)
    assert taken[-1] == words[-1]


def interleaved(queues: dict[int, list[str]], data: st.DataObject) -> list[str]:
    """Return what is taken of what two connections bring."""
    overlap = both()
    taken: list[str] = []
    while any(queues.values()):
        link = data.draw(st.sampled_from([link for link, queue in queues.items() if queue]))
        word = queues[link].pop(0)
        if not overlap.is_copy(link, said(word)):
            taken.append(word)
    return taken


@given(
    before=st.lists(st.sampled_from("abc"), max_size=10),
    after=st.lists(st.sampled_from("abc"), max_size=10),
    joined=st.integers(0, 10),
    ended=st.integers(0, 21),
)
def test_the_last_word_counts_when_the_old_connection_ends(
    before: list[str], after: list[str], joined: int, ended: int
) -> None:
    """What the new one brings late, all at once, never leads back.

    Whoever connects asks for everything, and the answer is like no other message.
    """
    words = [*before, "everything", *after]
    joined = min(joined, len(before))
    ended = max(joined, ended)
    overlap = both()
    taken = [word for word in words[:ended] if not overlap.is_copy(OLD, said(word))]
    overlap.end(OLD)
    taken += [word for word in words[joined:] if not overlap.is_copy(NEW, said(word))]
    assert taken[-1] == words[-1]


def test_one_connection_repeats_nothing() -> None:
    """The same words again are said again."""
    overlap = Overlap()
    overlap.begin(OLD)
    assert [overlap.is_copy(OLD, said("a")) for _ in range(3)] == [False] * 3


def test_topics_are_told_apart() -> None:
    """Order counts within a topic."""
    overlap = both()
    assert not overlap.is_copy(OLD, said("a", "presence"))
    assert not overlap.is_copy(NEW, said("a", "data/status"))
    assert overlap.is_copy(NEW, said("a", "presence"))


@pytest.mark.parametrize(
    ("topic", "seconds"),
    [pytest.param("response", 0.0, id="answers"), pytest.param("status", 31.0, id="long after")],
)
def test_what_may_have_been_said_anew_is_taken(topic: str, seconds: float) -> None:
    """An answer that was missed would fail a command."""
    overlap = both()
    overlap.is_copy(OLD, said("a", topic))
    overlap.end(OLD)
    assert not overlap.is_copy(NEW, said("a", topic, seconds))
