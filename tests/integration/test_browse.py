"""The media browser of a player, through Home Assistant's websocket."""

from datetime import timedelta
from functools import partial
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.typing import (
    MockHAClientWebSocket,
    WebSocketGenerator,
)

from custom_components.yoto_smart_stream.playing import browser as media_browser
from simulator.world import Json

from . import Family, settle
from .bookcase import browse, make_group, put_card, reload_cards


@pytest.fixture
async def client(
    family: Family, hass: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> MockHAClientWebSocket:
    """Return a browser that is logged in."""
    return await hass_ws_client(hass)


async def opened(
    family: Family, client: MockHAClientWebSocket, media_id: str | None = None
) -> dict[str, Any]:
    """Open something in the media browser."""
    answer = await browse(family, client, media_id)
    assert answer["success"], answer
    result: dict[str, Any] = answer["result"]
    return result


def titles(node: dict[str, Any]) -> list[str]:
    """Return the titles of what is in something."""
    return [child["title"] for child in node["children"]]


def child(node: dict[str, Any], title: str) -> dict[str, Any]:
    """Return one of the things in something."""
    [found] = [child for child in node["children"] if child["title"] == title]
    return dict(found)


def plays(family: Family, card_id: str) -> bool:
    """Return whether the first player plays a card."""
    return bool(family.state("media_player").attributes["card_id"] == card_id)


async def test_the_root_has_what_the_family_has(
    family: Family, client: MockHAClientWebSocket
) -> None:
    """Lists that would be empty are not there."""
    assert titles(await opened(family, client)) == ["All cards", "Home Assistant"]
    put_card(family, "ownA1", "Ants")
    await make_group(family, "Bedtime", "6Moon")
    await reload_cards(family)
    root = await opened(family, client)
    assert titles(root) == ["All cards", "Make Your Own", "Groups", "Home Assistant"]
    assert all(node["can_expand"] and not node["can_play"] for node in root["children"])
    assert all(node["can_search"] for node in root["children"][:-1])


async def test_from_the_root_to_a_track_that_plays(
    family: Family, client: MockHAClientWebSocket
) -> None:
    """Every step is an id that the step before has given."""
    root = await opened(family, client)
    cards = await opened(family, client, child(root, "All cards")["media_content_id"])
    assert titles(cards) == [
        "Songs for a Rainy Day",
        "The Lighthouse Cat",
        "The Maze in the Garden",
        "Three Journeys to the Moon",
    ]
    listed = child(cards, "Three Journeys to the Moon")
    assert listed["can_play"]
    assert listed["thumbnail"].startswith(family.simulation.http_url)
    card = await opened(family, client, listed["media_content_id"])
    assert titles(card) == ["Ready", "Go", "Home again"]
    assert all(node["can_play"] for node in card["children"])
    assert [node["can_expand"] for node in card["children"]] == [True, False, False]
    chapter = await opened(family, client, child(card, "Ready")["media_content_id"])
    assert titles(chapter) == ["Ready", "Steady"]
    track = child(chapter, "Steady")
    assert track["media_class"] == "track"
    assert track["thumbnail"].startswith(f"{family.simulation.http_url}/media/icon/")
    await family.act(
        "media_player.play_media",
        media_content_id=track["media_content_id"],
        media_content_type=track["media_content_type"],
    )
    await family.shows("playing")
    assert family.state("media_player").attributes["track_key"] == "p0XyT7wLr2"


async def test_everything_playable_plays(family: Family, client: MockHAClientWebSocket) -> None:
    """The cards in a group, the group itself, and own cards."""
    group_id = await make_group(family, "Bedtime", "6Moon", "2Lght")
    await reload_cards(family)
    groups = await opened(family, client, "yoto-shelf:groups")
    group = child(groups, "Bedtime")
    assert group["media_content_id"] == f"yoto-group:{group_id}"
    cards = await opened(family, client, group["media_content_id"])
    assert titles(cards) == ["Three Journeys to the Moon", "The Lighthouse Cat"]
    for node, card_id in ((group, "6Moon"), (cards["children"][1], "2Lght")):
        assert node["can_play"]
        await family.act(
            "media_player.play_media",
            media_content_id=node["media_content_id"],
            media_content_type=node["media_content_type"],
        )
        await settle(partial(plays, family, card_id))


async def test_a_card_of_one_chapter_shows_its_tracks(
    family: Family, client: MockHAClientWebSocket
) -> None:
    """A level with one thing in it would be in the way."""
    tracks: list[Json] = [{"key": key, "title": key.upper()} for key in ("a/b", "ü%2F")]
    put_card(
        family,
        "ownA1",
        "Ants",
        content={"chapters": [{"key": "x#y", "title": "All", "tracks": tracks}]},
    )
    await reload_cards(family)
    card = await opened(family, client, "yoto-card:ownA1")
    assert titles(card) == ["A/B", "Ü%2F"]
    assert [node["media_content_id"] for node in card["children"]] == [
        "yoto-card:ownA1/x%23y/a%2Fb",
        "yoto-card:ownA1/x%23y/%C3%BC%252F",
    ]


async def test_odd_cards_break_no_list(family: Family, client: MockHAClientWebSocket) -> None:
    """Those that say enough are shown, and the others are left out."""
    put_card(family, "", "No id", own=False)
    put_card(family, "odd01", "", own=False, metadata={"cover": 5, "author": []})
    put_card(family, "odd02", "No chapters", content={"chapters": "none"})
    put_card(family, "odd03", "Odd chapters", content={"chapters": [None, {"key": []}, {}]})
    await make_group(family, "Odd", "odd01", "odd02")
    await reload_cards(family)
    cards = await opened(family, client, "yoto-shelf:all")
    assert len(cards["children"]) == 7
    assert "odd01" in titles(cards)
    assert titles(await opened(family, client, "yoto-shelf:own")) == ["No chapters", "Odd chapters"]
    assert titles(await opened(family, client, "yoto-card:odd02")) == []
    assert titles(await opened(family, client, "yoto-card:odd03")) == []
    assert len((await opened(family, client, "yoto-card:odd01"))["children"]) == 1


async def test_cards_from_the_app_are_there_without_waiting(
    family: Family, client: MockHAClientWebSocket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lists are fetched again when somebody looks through them after a while."""
    put_card(family, "ownA1", "Ants")
    assert "Ants" not in titles(await opened(family, client, "yoto-shelf:all"))
    monkeypatch.setattr(media_browser, "_FRESHNESS", timedelta(0))
    assert "Ants" in titles(await opened(family, client, "yoto-shelf:all"))


async def test_a_list_can_be_looked_through_while_yoto_is_away(
    family: Family, client: MockHAClientWebSocket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was there before still is."""
    monkeypatch.setattr(media_browser, "_FRESHNESS", timedelta(0))
    family.simulation.world.faults.server_errors = 100
    assert "The Lighthouse Cat" in titles(await opened(family, client, "yoto-shelf:all"))


@pytest.mark.parametrize(
    ("media_id", "said"),
    [
        ("yoto-card:zzzzz", "no card zzzzz"),
        ("yoto-card:2Lght/99", "nothing called yoto-card:2Lght/99"),
        ("yoto-group:nobody", "no group with the id nobody"),
        ("something else", "nothing called something else"),
    ],
)
async def test_what_is_not_there_is_explained(
    family: Family, client: MockHAClientWebSocket, media_id: str, said: str
) -> None:
    """In words, and not as an accident."""
    answer = await browse(family, client, media_id)
    assert not answer["success"]
    assert said in answer["error"]["message"]


async def test_a_card_that_cannot_be_had_is_explained(
    family: Family, client: MockHAClientWebSocket
) -> None:
    """Trying again later may help."""
    family.simulation.world.faults.server_errors = 100
    answer = await browse(family, client, "yoto-card:2Lght")
    assert "try again later" in answer["error"]["message"]
