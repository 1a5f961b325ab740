"""The plain live card: whichever way a player goes on it, it is a step."""

from itertools import pairwise

import pytest

from custom_components.yoto_smart_stream.cards.limits import TRACKS
from custom_components.yoto_smart_stream.cards.linear import (
    CHAPTERS,
    FRONT,
    LAST,
    RUN,
    build_linear,
    build_plain_story,
    chapter_of,
    leads_on,
    linear_key,
    turned,
)
from custom_components.yoto_smart_stream.cards.live import LiveCard, LiveChapter, Way

from .shape import tracks_of


def test_each_chapter_may_follow_the_one_before() -> None:
    """Around the card too; within a run by the end."""
    front, *runs = CHAPTERS
    for number, (one, other) in enumerate(pairwise((*runs, front)), 1):
        assert one.leads_to(other)
        assert (other.way is Way.END) is (number % RUN != 0 or other is front)


def test_the_keys_say_where_a_player_is() -> None:
    """They are none of an interactive card's, so that both can be read without knowing which."""
    keys = [f"{number:02}" for number in range(1, len(CHAPTERS) + 1)]
    assert [chapter_of(key) for key in keys] == list(CHAPTERS)
    assert [chapter_of(key.value) for key in LiveChapter] == list(LiveChapter)
    assert chapter_of("99") is None
    assert chapter_of(linear_key(LiveChapter.R0)) is LiveChapter.R0
    assert chapter_of(linear_key(LiveChapter.R1)) is LiveChapter.R1
    ends = {key: leads_on(key) for key in keys if leads_on(key) is not None}
    assert ends == {FRONT: LiveChapter.R0, f"{RUN + 1:02}": LiveChapter.R1, LAST: LiveChapter.R0}
    assert (keys[0], keys[-1]) == (FRONT, LAST)


def test_a_story_card_begins_in_front_of_the_story() -> None:
    """All else is as on a live card; nothing on it has rules."""
    card = LiveCard(title="The sea", address=lambda chapter: f"https://home/{chapter.value}")
    live, story = (tracks_of(build(card)) for build in (build_linear, build_plain_story))
    assert [one["trackUrl"] for one in story[:2]] == ["https://home/start", "https://home/R0"]
    assert story[1:] == live[1:]
    assert all("events" not in one for one in story)


@pytest.mark.parametrize(
    ("key", "other", "expected"),
    [
        (linear_key(LiveChapter.R0), FRONT, Way.LEFT),
        (linear_key(LiveChapter.R1), f"{RUN + 1:02}", Way.LEFT),
        (linear_key(LiveChapter.R0), "03", Way.RIGHT),
        ("04", "06", Way.RIGHT),
        (LAST, FRONT, Way.RIGHT),
        (FRONT, linear_key(LiveChapter.R0), None),
        ("04", linear_key(LiveChapter.R1), None),
        ("04", "04", None),
        ("04", "99", None),
        ("E0", "L1", None),
    ],
)
def test_a_turn_leads_to_a_neighbour(key: str, other: str, expected: Way | None) -> None:
    """In front of each run there is one; a run is where Home Assistant sends a player."""
    assert turned(key, other) is expected


@pytest.mark.parametrize("cover", [None, "a picture"])
def test_the_card_is_a_plain_one(cover: str | None) -> None:
    """With everything that players and Yoto want, and not too much of it."""
    card = LiveCard(title="Home", address=lambda one: f"http://home/{one.value}.mp3", cover=cover)
    payload = build_linear(card)
    tracks = tracks_of(payload)
    assert len(tracks) == len(CHAPTERS) <= TRACKS
    assert [track["trackUrl"] for track in tracks] == [card.address(one) for one in CHAPTERS]
    assert all(track["overlayLabel"] and "events" not in track for track in tracks)
    content, metadata = payload["content"], payload["metadata"]
    assert isinstance(content, dict)
    assert isinstance(metadata, dict)
    assert content["playbackType"] == "linear"
    assert metadata.get("cover") == ({"imageL": cover} if cover else None)
