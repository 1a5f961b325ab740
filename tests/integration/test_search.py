"""The search over a family's cards, as the media browser and voice assistants use it."""

from homeassistant.components.media_player import (
    INTENT_MEDIA_SEARCH_AND_PLAY,
    BrowseMedia,
    SearchError,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import intent
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.yoto_smart_stream.playing import search as media_search

from . import Family
from .bookcase import make_group, put_card, reload_cards, search


def titles(found: list[BrowseMedia]) -> list[str]:
    """Return the titles of what was found."""
    return [node.title for node in found]


@pytest.fixture
async def _voice(hass: HomeAssistant) -> None:
    """Have Home Assistant understand what is said."""
    assert await async_setup_component(hass, "intent", {})


@pytest.fixture
async def family(_voice: None, family: Family) -> Family:
    """Return a family with a series, a podcast and a group."""
    put_card(
        family,
        "tale1",
        "The Fog",
        metadata={"seriestitle": "Harbour Tales", "category": "stories", "author": "Ada Fenwick"},
    )
    put_card(family, "news1", "News for Mice", metadata={"category": "podcast"})
    await make_group(family, "Bedtime", "6Moon", "2Lght")
    await reload_cards(family)
    return family


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("the lighthouse cat", "The Lighthouse Cat"),
        ("juno marsh moon", "Three Journeys to the Moon"),
        ("the puddle band", "Songs for a Rainy Day"),
        ("harbour tales", "The Fog"),
        ("umbrella waltz", "Umbrella waltz"),
        ("steady", "Steady"),
        ("bedtime", "Bedtime"),
        ("lighthaus cat", "The Lighthouse Cat"),
    ],
)
async def test_titles_authors_series_chapters_and_tracks(
    family: Family, text: str, first: str
) -> None:
    """The first is what is meant."""
    assert titles(await search(family, text))[0] == first


async def test_everything_by_an_author(family: Family) -> None:
    """And nothing else."""
    assert titles(await search(family, "ada fenwick")) == ["The Fog", "The Lighthouse Cat"]


@pytest.mark.parametrize(
    ("text", "classes", "found"),
    [
        ("ada fenwick", ["artist"], ["The Fog", "The Lighthouse Cat"]),
        ("the lighthouse cat", ["artist"], []),
        ("the storm", ["track"], ["The storm"]),
        ("the storm", ["album"], []),
        ("news", ["podcast"], ["News for Mice"]),
        ("moon", ["podcast"], []),
        ("bedtime", ["playlist"], ["Bedtime"]),
    ],
)
async def test_a_kind_of_thing(
    family: Family, text: str, classes: list[str], found: list[str]
) -> None:
    """Voice assistants may know whether a song or an album is wanted."""
    assert titles(await search(family, text, media_filter_classes=classes)) == found


@pytest.mark.parametrize(
    ("within", "text", "found"),
    [
        ("yoto-shelf:own", "fog", ["The Fog", "The Fog"]),
        ("yoto-shelf:own", "lighthouse", []),
        ("yoto-shelf:all", "lighthouse", ["The Lighthouse Cat"]),
        ("yoto-shelf:groups", "bedtime", ["Bedtime"]),
        ("yoto-card:2Lght", "lamp", ["The lamp"]),
        ("yoto-card:2Lght", "umbrella", []),
    ],
)
async def test_searching_within_something(
    family: Family, within: str, text: str, found: list[str]
) -> None:
    """A list, or one card."""
    results = await search(family, text, media_content_id=within, media_content_type="music")
    assert titles(results) == found


async def test_searching_within_a_group(family: Family) -> None:
    """Its cards and their chapters."""
    group_id = family.entry.runtime_data.account.shelf.groups[0].group_id
    results = await search(
        family, "the", media_content_id=f"yoto-group:{group_id}", media_content_type="playlist"
    )
    assert "The Lighthouse Cat" in titles(results)
    assert "The Fog" not in titles(results)


@pytest.mark.parametrize(
    ("within", "said"),
    [
        ("yoto-card:zzzzz", "no card zzzzz"),
        ("yoto-group:nobody", "no group with the id nobody"),
        ("media-source://media_source", "nothing called media-source"),
    ],
)
async def test_searching_within_nothing_is_explained(
    family: Family, within: str, said: str
) -> None:
    """In words."""
    with pytest.raises(SearchError, match=said):
        await search(family, "x", media_content_id=within, media_content_type="music")


async def test_the_browser_searches_too(
    family: Family, hass: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> None:
    """Through the websocket."""
    client = await hass_ws_client(hass)
    await client.send_json_auto_id(
        {
            "type": "media_player/search_media",
            "entity_id": family.entity_id("media_player"),
            "search_query": "lighthouse",
        }
    )
    answer = await client.receive_json()
    assert answer["success"]
    assert answer["result"]["result"][0]["media_content_id"] == "yoto-card:2Lght"


async def test_play_something_by_voice(family: Family, hass: HomeAssistant) -> None:
    """Home Assistant searches and plays the first."""
    await intent.async_handle(
        hass,
        "test",
        INTENT_MEDIA_SEARCH_AND_PLAY,
        {"search_query": {"value": "lighthouse cat"}, "name": {"value": "Kitchen"}},
    )
    await family.shows("playing")
    assert family.state("media_player").attributes["media_album_name"] == "The Lighthouse Cat"


async def test_titles_are_found_while_chapters_cannot_be_had(family: Family) -> None:
    """A search does not fail because Yoto does."""
    family.simulation.world.faults.server_errors = 100
    assert titles(await search(family, "rainy day")) == ["Songs for a Rainy Day"]
    assert titles(await search(family, "umbrella waltz")) == []
    family.simulation.world.faults.server_errors = 0
    assert titles(await search(family, "umbrella waltz")) == ["Umbrella waltz"]


async def test_a_slow_cloud_does_not_hold_up_a_search(
    family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes without the chapters that did not come in time."""
    monkeypatch.setattr(media_search, "_PATIENCE", 0.05)
    family.simulation.world.faults.latency = 1
    assert titles(await search(family, "rainy day")) == ["Songs for a Rainy Day"]
