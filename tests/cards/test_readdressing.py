"""Other addresses on cards: nothing else on them changes, whatever they hold."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.yoto_smart_stream.cards.readdressing import (
    addresses,
    is_as_sent,
    readdressed,
)
from custom_components.yoto_smart_stream.json import Json

SCALARS = st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
URLS = st.sampled_from(["http://old/1", "http://old/2", "http://radio/", "yoto:#abc"])
DISPLAYS = st.fixed_dictionaries(
    {}, optional={"iconUrl16x16": URLS | SCALARS, "icon16x16": URLS, "extra": ANYTHING}
)
TRACKS = st.fixed_dictionaries(
    {"key": st.text(max_size=3)},
    optional={
        "type": st.sampled_from(["stream", "audio"]) | SCALARS,
        "trackUrl": URLS | SCALARS,
        "display": DISPLAYS | SCALARS,
        "extra": ANYTHING,
    },
)
CHAPTERS = st.fixed_dictionaries(
    {"title": SCALARS},
    optional={
        "display": DISPLAYS | SCALARS,
        "tracks": st.lists(TRACKS | SCALARS, max_size=4) | SCALARS,
    },
)
CARDS = st.fixed_dictionaries(
    {"title": SCALARS, "metadata": ANYTHING},
    optional={
        "content": st.fixed_dictionaries(
            {"config": ANYTHING},
            optional={"chapters": st.lists(CHAPTERS | SCALARS, max_size=3) | SCALARS},
        )
        | SCALARS
    },
)


def to_new(url: str) -> str:
    """Return the new address in the place of an old one."""
    return url.replace("http://old/", "https://new/")


def back(url: str) -> str:
    """Return the old address again."""
    return url.replace("https://new/", "http://old/")


@given(CARDS)
def test_only_addresses_change_and_they_change_back(card: dict[str, Any]) -> None:
    """There and back again is the same card; a second time there is nothing to do."""
    before = deepcopy(card)
    old = [url for url in addresses(card) if url.startswith("http://old/")]
    moved, changed = readdressed(card, to_new)
    assert card == before
    assert changed == len(old)
    assert addresses(moved) == [to_new(url) for url in addresses(card)]
    assert readdressed(moved, to_new) == (moved, 0)
    assert readdressed(moved, back) == (before, len(old))
    assert is_as_sent(moved, moved)
    assert is_as_sent(moved, card) == (not old)


@pytest.mark.parametrize(
    ("track", "found"),
    [
        ({"type": "stream", "trackUrl": "http://old/1"}, ["http://old/1"]),
        ({"type": "audio", "trackUrl": "http://old/1"}, []),
        ({"type": "stream", "trackUrl": None}, []),
        ({"type": "stream"}, []),
        ({"type": "audio", "display": {"iconUrl16x16": "http://old/2"}}, ["http://old/2"]),
        ({"display": {"icon16x16": "http://old/2", "iconUrl16x16": 2}}, []),
    ],
)
def test_streams_have_addresses_and_so_may_icons(track: Json, found: list[str]) -> None:
    """Uploaded audio and icons are Yoto's own."""
    assert addresses({"content": {"chapters": [{"tracks": [track]}]}}) == found


def test_what_yoto_says_of_a_card_is_not_sent_back() -> None:
    """Nobody writes that; whatever else is there goes with the card."""
    card: Mapping[str, Json] = {
        "cardId": "abc12",
        "slug": "a-card",
        "sortkey": "a card",
        "tags": ["x"],
        "title": "A card",
        "createdAt": "2026-01-01T00:00:00Z",
        "updatedAt": "2026-01-01T00:00:00Z",
        "deleted": False,
        "userId": "auth0|1",
        "creatorEmail": "family@example.com",
        "shareLimit": 0,
    }
    payload, changed = readdressed(card, to_new)
    assert changed == 0
    assert payload.keys() == {"cardId", "slug", "sortkey", "tags", "title"}
