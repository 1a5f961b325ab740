"""The index of streams, edits of lists, and what is chosen when a play begins."""

from collections.abc import Callable
from dataclasses import replace

from hypothesis import given, strategies as st
import pytest

from custom_components.yoto_smart_stream.audio.profile import Profile
from custom_components.yoto_smart_stream.library.errors import UnknownAudioError
from custom_components.yoto_smart_stream.library.item import AudioItem as LibraryAudio
from custom_components.yoto_smart_stream.streaming.choosing import Circumstances
from custom_components.yoto_smart_stream.streaming.editing import (
    NoSuchPlaceError,
    added,
    moved,
    removed,
    without,
)
from custom_components.yoto_smart_stream.streaming.index import StreamIndex, StreamInUseError
from custom_components.yoto_smart_stream.streaming.naming import ItemNames, UnknownItemError
from custom_components.yoto_smart_stream.streaming.pinning import Pinned, pin
from custom_components.yoto_smart_stream.streaming.stream import (
    Item,
    LiveItem,
    Rule,
    Stream,
    StreamError,
    StreamErrorCode,
)

from .songs import MONDAY, items, stream, streams


def defined(names: str, rule: str = "") -> Callable[[Stream], Stream]:
    """Return what fills in a stream, as `items` does."""
    rules = (Rule(items=items(rule), template="no"),) if rule else ()
    return lambda plain: replace(plain, items=items(names), rules=rules)


def index_of(**lists: str) -> StreamIndex:
    """Return an index of streams, set one after the other."""
    index = StreamIndex()
    for name, names in lists.items():
        index.set(name, defined(names), MONDAY)
    return index


def test_a_stream_is_found_by_what_people_call_it() -> None:
    """By its id, its name in whatever case, and its slug."""
    index = StreamIndex()
    made = index.set("The Owl's songs", defined("a"), MONDAY)
    assert made.slug == "the-owls-songs"
    for key in (made.stream_id, made.name, " the owl's SONGS ", "the-owls-songs"):
        assert index.get(key) is made
    assert index.by_id(made.stream_id) is made
    assert index.set("THE OWL'S SONGS", defined("b"), MONDAY).name == made.name
    with pytest.raises(StreamError) as err:
        index.get("an owl")
    assert err.value.code is StreamErrorCode.UNKNOWN_STREAM


def test_every_edit_is_a_new_revision() -> None:
    """Also of what plays the stream; the id stays, and the mapping of before does not change."""
    index = index_of(A="a", B="bA", C="c")
    before, mapping = index.facts("B").revision, index.streams
    other = index.facts("C").revision
    edited = index.edit("A", lambda known: added(known, items("b")))
    assert (edited.revision, edited.items) == (2, items("ab"))
    assert mapping["A"].items == items("a")
    assert index.facts("B").revision != before
    assert index.facts("C").revision == other
    index.reset(mapping)
    assert index.facts("B").revision == before


def test_a_refused_edit_changes_nothing() -> None:
    """A circle, one stream too deep, an unknown one; told once only where something changed."""
    told: list[int] = []
    index = StreamIndex(on_change=lambda: told.append(1))
    index.set("A", defined("a"), MONDAY)
    index.set("B", defined("b", rule="A"), MONDAY)
    before = dict(index.streams)
    for wanted in ("B", "A", "E"):
        with pytest.raises(StreamError):
            index.set("A", defined(wanted), MONDAY)
    assert dict(index.streams) == before
    assert len(told) == 2


def test_a_stream_that_is_played_by_others_is_kept() -> None:
    """Force takes it out of all their lists."""
    index = index_of(A="a", B="bA", C="cBA")
    index.set("D", defined("d", rule="AdA"), MONDAY)
    with pytest.raises(StreamInUseError) as err:
        index.delete("A")
    assert err.value.streams == ("B", "C", "D")
    gone, changed = index.delete("a", force=True)
    assert (gone.name, changed) == ("A", ("B", "C", "D"))
    assert index.streams["C"].items == items("cB")
    assert index.streams["D"].rules[0].items == items("d")
    assert index.streams["B"].revision == 2
    last = index.get("C")
    assert index.delete("C") == (last, ())
    assert index.find("C") is None


def test_the_facts_of_a_stream_are_those_of_all_within_it() -> None:
    """A live source or a template far down counts."""
    index = index_of(A="a", B="A")
    assert not index.facts("B").is_live
    live = (LiveItem(source="http://radio.example"),)
    rule = Rule(items=live, template="night", players=frozenset({"p"}))
    index.set("A", lambda plain: replace(plain, items=items("a"), rules=(rule,)), MONDAY)
    facts = index.facts("B")
    assert (facts.is_live, facts.templates, facts.asks_for_player) == (
        True,
        frozenset({"night"}),
        True,
    )
    assert [one.name for one in facts.within] == ["A", "B"]


@given(st.lists(st.integers(), max_size=6), st.lists(st.integers(), max_size=3), st.data())
def test_lists_are_edited_like_lists(
    before: list[int], new: list[int], data: st.DataObject
) -> None:
    """As a person counts, from 1; a place that is not there is refused."""

    def named(numbers: list[int]) -> tuple[Item, ...]:
        return tuple(LiveItem(source=str(number)) for number in numbers)

    place = data.draw(st.integers(-1, len(before) + 2))
    to = data.draw(st.integers(-1, len(before) + 2))
    assert added(named(before), named(new)) == named(before + new)
    if 1 <= place <= len(before) + 1:
        expected = before[: place - 1] + new + before[place - 1 :]
        assert added(named(before), named(new), place) == named(expected)
    if not 1 <= place <= len(before):
        with pytest.raises(NoSuchPlaceError):
            removed(named(before), place)
        return
    left = before[: place - 1] + before[place:]
    assert removed(named(before), place) == named(left)
    if 1 <= to <= len(before):
        result = moved(named(before), place, to)
        assert result[to - 1] == named(before)[place - 1]
        assert removed(result, to) == named(left)
    else:
        with pytest.raises(NoSuchPlaceError):
            moved(named(before), place, to)
    gone = before[place - 1]
    assert without(named(before), named([gone])) == named([one for one in before if one != gone])


def test_what_is_no_name_means_nothing() -> None:
    """An address is a live source, whatever is called so."""

    def no_audio(key: str) -> LibraryAudio:
        raise UnknownAudioError(key)

    names = ItemNames(lambda _: None, no_audio)
    assert names.item("media-source://x/y") == LiveItem(source="media-source://x/y")
    assert names.item({"media_content_id": "https://radio.example/a"}) == LiveItem(
        source="https://radio.example/a"
    )
    # As the keyboard of a phone writes it.
    assert names.item("Https://Radio.example/A") == LiveItem(source="https://Radio.example/A")
    for wrong in ("nothing", {"audio": "x"}, {"what": "x"}):
        with pytest.raises((UnknownItemError, UnknownAudioError)):
            names.item(wrong)


def pinned(*some: Stream, missing: str = "", other: str = "") -> Pinned:
    """Pin the first of some streams, while songs are missing or of another profile."""

    def profile_of(name: str) -> Profile | None:
        return None if name in missing else Profile(bit_rate=96 if name in other else 128)

    circumstances = Circumstances(moment=MONDAY, truths={"yes": True, "no": False})
    return pin(some[0].name, streams(*some), circumstances, profile_of, revision="r")


def test_only_what_is_there_and_fits_is_played() -> None:
    """Songs and streams that are gone, and songs that cannot be joined to the first."""
    found = pinned(stream("A", "abBCc"), stream("B", "cd"), missing="a", other="cd")
    assert found.streams["A"].items == items("b")
    assert "C" not in found.streams
    found = pinned(stream("A", "Bab"), stream("B", "c"), other="ab")
    assert (found.profile, found.streams["A"].items) == (Profile(bit_rate=96), items("ab"))


def test_what_has_nothing_left_is_left_out() -> None:
    """However many streams lie between."""
    inner = (stream("B", "C"), stream("C", "D"), stream("D", "a"))
    assert pinned(stream("A", "bB"), *inner, missing="a").streams["A"].items == items("b")
    assert pinned(stream("A", "B"), *inner, missing="a").streams["A"].items == ()


def test_rules_are_decided_when_it_is_pinned() -> None:
    """Those of streams within it, too; nothing that was not chosen is kept."""
    rules = (Rule(items=items("c"), template="no"), Rule(items=items("D"), template="yes"))
    found = pinned(stream("A", "aB"), stream("B", "bC", rules=rules), stream("D", "d"))
    assert found.streams["B"].items == items("D")
    assert found.streams["B"].rules == ()
    assert sorted(found.streams) == ["A", "B", "D"]
