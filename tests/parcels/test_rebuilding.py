"""Streams of a parcel become streams of a family that has some already."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from custom_components.yoto_smart_stream.library.errors import ParcelError, ParcelFault
from custom_components.yoto_smart_stream.parcels.manifest import portable
from custom_components.yoto_smart_stream.parcels.rebuilding import rebuild
from custom_components.yoto_smart_stream.streaming.index import StreamIndex
from custom_components.yoto_smart_stream.streaming.nesting import MAX_DEPTH
from custom_components.yoto_smart_stream.streaming.stream import (
    LONGEST_NAME,
    AudioItem,
    Item,
    PlayMode,
    Rule,
    Stream,
    StreamItem,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PLAIN = Stream(
    stream_id="01ARZ3NDEKTSV4RRFFQ69G5FAV", slug="a", name="A", revision=1, items=(), gap=1.0
)


def stream(name: str, *items: Item | str) -> Stream:
    """Return a stream of a parcel, of audio and of other streams by their names."""
    every = (StreamItem(name=one) if isinstance(one, str) else one for one in items)
    return replace(PLAIN, name=name, items=tuple(every))


def audio(sha256: str) -> AudioItem:
    """Return audio."""
    return AudioItem(audio_id=sha256)


def test_what_is_within_others_comes_first() -> None:
    """In whatever order they are in the parcel."""
    index = StreamIndex()
    packed = [stream("Outer", "Inner", audio("x")), stream("Inner", audio("y"))]
    rebuilt = rebuild(index, packed, {"x": "X", "y": "Y"}, NOW)
    assert [one.name for one in rebuilt.made] == ["Inner", "Outer"]
    assert index.get("Outer").items == (StreamItem(name="Inner"), audio("X"))
    assert index.get("Inner").gap == 1.0
    again = rebuild(index, packed, {"x": "X", "y": "Y"}, NOW)
    assert again.made == []
    assert again.streams == rebuilt.streams


def test_rules_of_the_home_make_no_other_stream() -> None:
    """They were left out of the parcel, so that they are no difference."""
    index = StreamIndex()
    rebuild(index, [stream("A", audio("x"))], {"x": "X"}, NOW)
    rule = Rule(items=(), players=frozenset({"player"}))
    there = index.set("A", lambda plain: replace(plain, rules=(rule,)), NOW)
    assert portable(there) == (replace(there, rules=()), 1)
    rebuilt = rebuild(index, [stream("A", audio("x"))], {"x": "X"}, NOW)
    assert rebuilt.streams["A"] is there


def test_another_stream_of_the_name_is_left_alone() -> None:
    """Also if the name is as long as it can be; those that play it follow."""
    index, name = StreamIndex(), "x" * LONGEST_NAME
    packed = [stream(name, audio("x")), stream("Outer", name)]
    there = index.set(name, lambda plain: replace(plain, play_mode=PlayMode.LOOP), NOW)
    rebuilt = rebuild(index, packed, {"x": "X"}, NOW)
    assert index.get(name) is there
    made = rebuilt.streams[name]
    assert made.name.endswith(" (2)")
    assert len(made.name) <= LONGEST_NAME
    assert index.get("Outer").items == (StreamItem(name=made.name),)


@pytest.mark.parametrize(
    "packed",
    [
        pytest.param([stream("A", "A")], id="itself"),
        pytest.param([stream("A", "B"), stream("B", "A")], id="a circle"),
        pytest.param(
            [stream(f"S{number}", f"S{number + 1}") for number in range(MAX_DEPTH + 1)]
            + [stream(f"S{MAX_DEPTH + 1}")],
            id="too deep",
        ),
    ],
)
def test_streams_without_an_end_are_refused(packed: list[Stream]) -> None:
    """Whoever has made them."""
    with pytest.raises(ParcelError) as caught:
        rebuild(StreamIndex(), packed, {}, NOW)
    assert caught.value.fault is ParcelFault.BROKEN
