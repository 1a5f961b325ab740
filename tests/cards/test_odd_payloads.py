"""Odd cards, as Yoto and other programs have made them, are read, judged, compared and kept."""

from dataclasses import replace
import json

import pytest

from custom_components.yoto_smart_stream.cards.builder import build, completed
from custom_components.yoto_smart_stream.cards.differences import differences, fingerprint, lost
from custom_components.yoto_smart_stream.cards.limits import faults_of
from custom_components.yoto_smart_stream.cards.reading import read
from custom_components.yoto_smart_stream.cards.writing import write
from custom_components.yoto_smart_stream.cloud.cards import read_card
from custom_components.yoto_smart_stream.json import Json, JsonObject

from .odd_payloads import ODD

EACH = pytest.mark.parametrize("payload", ODD.values(), ids=ODD)


def _text(value: Json) -> str:
    """Return JSON as text, so that true is not 1 and 1.0 is not 1."""
    return json.dumps(value, sort_keys=True)


def test_there_are_enough() -> None:
    """And no two of them are the same."""
    assert len({_text(payload) for payload in ODD.values()}) == len(ODD) > 60


@EACH
def test_nothing_is_lost(payload: JsonObject) -> None:
    """Neither by reading and writing, nor by a change of something else."""
    before = _text(payload)
    assert _text(write(read(payload))) == before
    changed = write(replace(read(payload), title="Other"))
    assert _text({**changed, "title": None}) == _text({**payload, "title": None})
    assert lost(payload, changed) == (["title"] if "title" in payload else [])
    assert [one.what for one in differences(read(payload), read(changed))] == ["title"]
    assert _text(payload) == before


@EACH
def test_it_is_judged(payload: JsonObject) -> None:
    """What is wrong with it is told, and is no accident; what is made complete stays readable."""
    card = completed(read(payload))
    places = {fault.chapter for fault in faults_of(card)} - {None}
    assert places <= {*range(1, len(card.chapters) + 1)}
    built = build(read(payload))
    assert _text(build(read(built))) == _text(built)
    assert fingerprint(payload, str) == fingerprint(json.loads(_text(payload)), str)


@EACH
def test_it_is_shown(payload: JsonObject) -> None:
    """With a title, and with every chapter and track that can be played by its key."""
    card = read_card("abc12", {"card": payload})
    assert card.title
    assert all(isinstance(key, str) and key for place in card.track_keys() for key in place)
    assert card.map().places == tuple(card.track_keys())


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("keys that are numbers", [("1", "1")]),
        ("keys without a leading zero", [("1", "1")]),
        ("keys with signs of addresses", [("ü%2F", "a/b#c?")]),
        ("a chapter that is null", [("01", "01")]),
        ("a track that is null", [("01", "01")]),
        ("a chapter whose tracks are null", [("02", "01")]),
        ("several tracks in a chapter", [("01", "01"), ("01", "02")]),
        ("no content", []),
        ("chapters that are an object", []),
    ],
)
def test_what_can_be_played(name: str, keys: list[tuple[str, str]]) -> None:
    """Keys stay as they are, and what has none is left out."""
    assert read_card("abc12", {"card": ODD[name]}).track_keys() == keys


@pytest.mark.parametrize(
    ("name", "length"),
    [
        ("a stream without a length", None),
        ("a stream with a length of null", None),
        ("a length with decimals", 119.987),
        ("a length that is text", None),
    ],
)
def test_lengths_that_nobody_knows(name: str, length: float | None) -> None:
    """They are unknown, and not zero."""
    [chapter] = read_card("abc12", {"card": ODD[name]}).chapters
    assert chapter.tracks[0].duration == length
