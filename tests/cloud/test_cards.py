"""What Yoto says of cards is read without trust: one odd record never breaks anything."""

from hypothesis import given, strategies as st
import pytest

from custom_components.yoto_smart_stream.cloud.cards import (
    Card,
    Group,
    read_card,
    read_groups,
    read_library,
    read_own,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
GOOD = {
    "cardId": "abc12",
    "title": "Good",
    "updatedAt": "2026-01-06T09:30:00.000Z",
    "metadata": {
        "author": "Ann",
        "seriestitle": "Good things",
        "category": "stories",
        "cover": {"imageL": "https://example.org/cover.png"},
    },
    "content": {"playbackType": "interactive"},
}
READ = Card(
    card_id="abc12",
    title="Good",
    author="Ann",
    series="Good things",
    category="stories",
    cover_url="https://example.org/cover.png",
    interactive=True,
    updated_at="2026-01-06T09:30:00.000Z",
)


@given(JSON)
def test_an_odd_record_hides_no_other(odd: object) -> None:
    """Whatever it is, the good one is listed."""
    assert read_library({"cards": [odd, {"cardId": "abc12", "card": GOOD}]})["abc12"] == READ
    assert read_own({"cards": [odd, GOOD]})["abc12"] == READ
    groups, cards = read_groups([odd, {"id": "g", "name": "Bed", "cards": [odd, GOOD]}])
    assert groups[-1] == Group(group_id="g", name="Bed")
    assert cards["abc12"] == READ


@given(JSON)
def test_an_odd_answer_is_an_empty_one(odd: object) -> None:
    """It may be anything at all."""
    assert read_library({"cards": odd}) == read_own({"cards": odd}) or isinstance(odd, list)
    assert isinstance(read_library(odd), dict)
    assert isinstance(read_own(odd), dict)
    assert isinstance(read_groups(odd), tuple)


@given(st.sampled_from(["title", "metadata", "content", "updatedAt"]), JSON)
def test_an_odd_detail_hides_no_card(key: str, odd: object) -> None:
    """The rest of it is shown."""
    card = read_own({"cards": [{**GOOD, key: odd}]})["abc12"]
    assert card.title
    assert read_card("abc12", {"card": {**GOOD, key: odd}}).card_id == "abc12"


@given(JSON)
def test_an_odd_chapter_hides_no_other(odd: object) -> None:
    """A part without a key cannot be played, so it is left out."""
    chapters = [odd, {"key": "01", "tracks": [odd, {"key": "01", "display": odd}]}]
    card = read_card("abc12", {"card": {"content": {"chapters": chapters}}})
    assert ("01", "01") in card.track_keys()


def test_what_is_left_out_is_handed_over() -> None:
    """So that somebody can be told."""
    odd: list[object] = []
    read_library(
        {"cards": [{"cardId": "abc12", "card": GOOD}, "nonsense", {"card": GOOD}]}, odd.append
    )
    assert odd == ["nonsense", {"card": GOOD}]


def test_deleted_cards_are_not_listed() -> None:
    """Yoto may still know them (protocol §4.1)."""
    assert read_own({"cards": [{**GOOD, "deleted": True}]}) == {}


def test_a_group_keeps_the_order_of_the_family() -> None:
    """Items without an id are left out."""
    items = [{"contentId": "b"}, {"addedAt": "today"}, {"contentId": "a"}]
    groups, _ = read_groups([{"id": "g", "items": items, "imageUrl": "https://example.org/g.png"}])
    [group] = groups
    assert group.card_ids == ("b", "a")
    assert group.name == "g"
    assert group.image_url == "https://example.org/g.png"


@pytest.mark.parametrize(
    ("chapter_key", "track_key", "icon"),
    [
        ("01", "01", "https://example.org/track.png"),
        ("01", "02", "https://example.org/chapter.png"),
        ("02", "01", None),
        ("03", "01", None),
        (None, None, None),
    ],
)
def test_the_icon_of_a_place(
    chapter_key: str | None, track_key: str | None, icon: str | None
) -> None:
    """The track's own, or else the chapter's."""
    chapters = [
        {
            "key": "01",
            "display": {"icon16x16": "https://example.org/chapter.png"},
            "tracks": [
                {"key": "01", "display": {"icon16x16": "https://example.org/track.png"}},
                {"key": "02", "display": {"icon16x16": None}},
            ],
        },
        {"key": "02", "tracks": [{"key": "01"}]},
    ]
    card = read_card("abc12", {"card": {"content": {"chapters": chapters}}})
    assert card.icon_url(chapter_key, track_key) == icon
