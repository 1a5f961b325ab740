"""The live card: its ways, and the shape that Yoto's own tools give to interactive cards."""

from collections.abc import Callable
from dataclasses import replace

from hypothesis import given, strategies as st
import pytest

from custom_components.yoto_smart_stream.cards.builder import DEFAULT_ICON
from custom_components.yoto_smart_stream.cards.linear import build_linear, build_plain_story
from custom_components.yoto_smart_stream.cards.live import (
    LiveCard,
    LiveChapter,
    Way,
    build_live,
    live_map,
)
from custom_components.yoto_smart_stream.json import Json
from simulator.player.card import read_card
from simulator.player.moves import Go, Signal, react

from .shape import chapters_of, tracks_in, tracks_of

CARD = LiveCard(
    title="Home Assistant: Kitchen", address=lambda chapter: f"http://192.0.2.1/{chapter.value}.mp3"
)
SIGNALS = {Way.LEFT: Signal.LEFT, Way.RIGHT: Signal.RIGHT, Way.END: Signal.END}


def content(card: LiveCard = CARD) -> dict[str, Json]:
    """Return the content of the payload."""
    found = build_live(card)["content"]
    assert isinstance(found, dict)
    return found


def test_the_shape_is_that_of_interactive_cards() -> None:
    """As Yoto's own tool makes them, and only to be played online (protocol §4.5)."""
    assert content()["playbackType"] == "interactive"
    assert content()["editSettings"] == {
        "autoOverlayLabels": "chapters",
        "editKeys": False,
        "interactiveContent": True,
    }
    assert content()["config"] == {
        "resumeTimeout": 2592000,
        "disableTrackNav": True,
        "disableChapterNav": True,
        "autoadvance": "none",
        "onlineOnly": True,
    }


def test_every_chapter_is_one_labelled_stream() -> None:
    """With the chapter in its address."""
    chapters = content()["chapters"]
    assert isinstance(chapters, list)
    keys = []
    for chapter in chapters:
        assert isinstance(chapter, dict)
        tracks = chapter["tracks"]
        assert isinstance(tracks, list)
        (track,) = tracks
        assert isinstance(track, dict)
        keys.append(chapter["key"])
        assert track["key"] == chapter["key"]
        assert track["type"] == "stream"
        assert track["trackUrl"] == f"http://192.0.2.1/{chapter['key']}.mp3"
        assert track["overlayLabel"]
        assert chapter["overlayLabel"]
    assert keys == ["start", "L0", "R0", "E0", "L1", "R1", "E1"]


@pytest.mark.parametrize("build", [build_live, build_linear, build_plain_story])
def test_each_chapter_has_an_icon(build: Callable[[LiveCard], dict[str, Json]]) -> None:
    """One that is always the same, or instead an address of what it plays (protocol §5.3)."""

    def displays(card: LiveCard) -> list[Json]:
        chapters = chapters_of(build(card))
        return [part["display"] for one in chapters for part in (one, *tracks_in(one))]

    fixed, shown = displays(CARD), displays(replace(CARD, icon_address=icon_of))
    assert fixed == [{"icon16x16": DEFAULT_ICON}] * len(fixed)
    names = [str(track["trackUrl"]).replace(".mp3", ".png") for track in tracks_of(build(CARD))]
    assert shown == [{"iconUrl16x16": name} for name in names for _ in range(2)]


def icon_of(chapter: LiveChapter) -> str:
    """Return where the icon of a chapter is."""
    return f"http://192.0.2.1/{chapter.value}.png"


def test_a_cover_is_named_where_there_is_one() -> None:
    """A card without one has none, instead of an empty one."""
    metadata = build_live(CARD)["metadata"]
    assert isinstance(metadata, dict)
    assert "cover" not in metadata
    covered = build_live(LiveCard(title="a", address=CARD.address, cover="https://a.test/b.png"))
    assert isinstance(covered["metadata"], dict)
    assert covered["metadata"]["cover"] == {"imageL": "https://a.test/b.png"}


@given(st.lists(st.sampled_from([Way.LEFT, Way.RIGHT, Way.END])))
def test_what_was_pressed_is_in_the_key_and_the_phase_alternates(ways: list[Way]) -> None:
    """For a player that follows the card, and for the map by which presses are told apart."""
    card = read_card({"cardId": "live0", **build_live(CARD)})
    exits = live_map().exits
    spot, chapter = card.spots[0], LiveChapter.START
    for way in ways:
        move = react(card, spot, SIGNALS[way], repeat_all=True)
        assert isinstance(move, Go)
        before, spot = chapter, move.spot
        chapter = LiveChapter(card.chapter(spot).key)
        assert before.leads_to(chapter)
        assert chapter.phase != before.phase
        assert chapter.way is way
        assert chapter is before.after(way)
        assert getattr(exits[before.place], way.value) == chapter.place


def test_nothing_leads_to_the_start() -> None:
    """But beginning the card."""
    assert LiveChapter.R1.after(Way.START) is LiveChapter.START
    assert not any(chapter.leads_to(LiveChapter.START) for chapter in LiveChapter)
    assert live_map().interactive


@pytest.mark.parametrize("chapter", LiveChapter)
def test_a_chapter_leads_to_three_others(chapter: LiveChapter) -> None:
    """One for each knob and one for the end."""
    assert sum(chapter.leads_to(other) for other in LiveChapter) == 3
