"""The library and the cards in Home Assistant's media browser, for any media player."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from homeassistant.components.http.auth import async_sign_path
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    MockHAClientWebSocket,
    WebSocketGenerator,
)

from custom_components.yoto_smart_stream.catalogue.media_ids import CardPlace
from custom_components.yoto_smart_stream.library.catalog import Catalog, async_get_catalog
from custom_components.yoto_smart_stream.library.importing import Import
from custom_components.yoto_smart_stream.library.item import Source, SourceKind
from custom_components.yoto_smart_stream.media.views import track_path
from tests.audio.sound import decode, make

from . import Family
from .bookcase import put_card, reload_cards

ROOT = "media-source://yoto_smart_stream"
LIGHTHOUSE = "2Lght"


@pytest.fixture
async def catalog(family: Family) -> Catalog:
    """Return the family's library, with a song that has a cover."""
    catalog = await async_get_catalog(family.hass)
    folder = Path(family.hass.config.config_dir)
    picture = await asyncio.to_thread(
        make, folder / "cover.png", "-frames:v", "1", source="color=red:s=16x16:d=1"
    )
    attached = ("-i", str(picture), "-map", "0", "-map", "1", "-disposition:v", "attached_pic")
    path = await asyncio.to_thread(make, folder / "Moon song.flac", *attached)
    await catalog.importer().run(Import(path=path, source=Source(kind=SourceKind.FILE)))
    return catalog


@pytest.fixture
async def client(
    family: Family, catalog: Catalog, hass: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> MockHAClientWebSocket:
    """Return a page that is logged in."""
    return await hass_ws_client(hass)


async def asked(client: MockHAClientWebSocket, what: str, **data: object) -> dict[str, Any]:
    """Ask the media source something."""
    await client.send_json_auto_id({"type": f"media_source/{what}", **data})
    answer: dict[str, Any] = await client.receive_json()
    return answer


async def opened(client: MockHAClientWebSocket, media_id: str) -> dict[str, Any]:
    """Open something."""
    answer = await asked(client, "browse_media", media_content_id=media_id)
    assert answer["success"], answer
    result: dict[str, Any] = answer["result"]
    return result


async def found(client: MockHAClientWebSocket, media_id: str, query: str) -> list[str]:
    """Search in something."""
    answer = await asked(client, "search_media", media_content_id=media_id, search_query=query)
    assert answer["success"], answer
    return [node["title"] for node in answer["result"]["result"]]


def child(node: dict[str, Any], title: str) -> dict[str, Any]:
    """Return one of the things in something."""
    [one] = [child for child in node["children"] if child["title"] == title]
    return dict(one)


async def heard(
    family: Family, client: MockHAClientWebSocket, media_id: str, **headers: str
) -> tuple[int, bytes]:
    """Fetch something as a speaker does, without a login."""
    answer = await asked(client, "resolve_media", media_content_id=media_id)
    assert answer["success"], answer
    assert answer["result"]["mime_type"] == "audio/mpeg"
    url = answer["result"]["url"]
    assert url.startswith("/api/yoto_smart_stream/")
    response = await family.client.get(url, headers=headers)
    unsigned = await family.client.get(url.partition("?")[0])
    assert unsigned.status == 401
    return response.status, await response.read()


async def test_from_the_root_to_a_song(
    family: Family, client: MockHAClientWebSocket, catalog: Catalog
) -> None:
    """Every step is an id that the step before has given; the song is what the library has."""
    root = await opened(client, ROOT)
    assert [one["title"] for one in root["children"]] == ["Audio library", "Simulated Family"]
    library = await opened(client, root["children"][0]["media_content_id"])
    song = child(library, "Moon song")
    assert song["can_play"]
    assert song["media_content_type"] == "audio/mpeg"
    status, content = await heard(family, client, song["media_content_id"])
    assert status == 200
    item = catalog.collection.index.get("moon-song")
    assert content == catalog.collection.path(item).read_bytes()
    assert await heard(family, client, song["media_content_id"], Range="bytes=10-19") == (
        206,
        content[10:20],
    )
    assert (await opened(client, song["media_content_id"]))["title"] == "Moon song"
    assert song["thumbnail"].endswith("/cover")
    signed = async_sign_path(
        family.hass, song["thumbnail"], timedelta(minutes=1), use_content_user=True
    )
    cover = await family.client.get(signed)
    assert cover.status == 200
    assert cover.content_type == "image/png"


async def test_from_the_root_to_a_track_of_a_card(
    family: Family, client: MockHAClientWebSocket
) -> None:
    """Its address is fetched when it is asked for, and Yoto's own one stays here."""
    root = await opened(client, ROOT)
    shelf = await opened(client, child(root, "Simulated Family")["media_content_id"])
    cards = await opened(client, child(shelf, "All cards")["media_content_id"])
    card = next(one for one in cards["children"] if LIGHTHOUSE in one["media_content_id"])
    assert not card["can_play"]
    chapters = await opened(client, card["media_content_id"])
    track = chapters["children"][0]
    assert track["can_play"]
    assert track["media_content_type"] == "audio/mpeg"
    # Older addresses are of no use.
    family.simulation.world.faults.media_expires_in = 0
    answer = await asked(client, "resolve_media", media_content_id=track["media_content_id"])
    family.simulation.world.faults.media_expires_in = None
    response = await family.client.get(answer["result"]["url"])
    assert response.status == 200
    content = await response.read()
    assert len(decode(content)) > 44_100
    assert await heard(family, client, track["media_content_id"], Range="bytes=5-9") == (
        206,
        content[5:10],
    )


async def test_a_stream_is_fetched_from_where_it_is(
    family: Family, client: MockHAClientWebSocket
) -> None:
    """A radio on an own card needs nobody in between; what is no address is not played."""
    track = {"key": "01", "title": "Radio", "type": "stream", "format": "aac"}
    chapters: list[Any] = [
        {"key": "01", "title": "Radio", "tracks": [{**track, "trackUrl": "https://radio.test/a"}]},
        {"key": "02", "title": "Lost", "tracks": [{**track, "trackUrl": "ftp://radio.test/a"}]},
    ]
    put_card(family, "radio", "Radio", content={"chapters": chapters})
    await reload_cards(family)
    card = f"{ROOT}/cards/{family.entry.entry_id}/yoto-card:radio"
    answer = await asked(client, "resolve_media", media_content_id=f"{card}/01")
    assert answer["result"] == {"url": "https://radio.test/a", "mime_type": "audio/aac"}
    for nothing in (f"{card}/02", f"{card}/03", f"{ROOT}/cards/x/yoto-card:radio", ROOT):
        answer = await asked(client, "resolve_media", media_content_id=nothing)
        assert not answer["success"]
        assert "cannot be played" in answer["error"]["message"]


async def test_a_stream_of_the_family_is_heard(
    family: Family, client: MockHAClientWebSocket, catalog: Catalog, hass: HomeAssistant
) -> None:
    """As a file with ranges, with its items one after the other; one without a length is not."""
    for name, items in (("Evening", ["Moon song"]), ("Radio", ["https://radio.test/a"])):
        await hass.services.async_call(
            "yoto_smart_stream", "set_stream", {"name": name, "items": items}, blocking=True
        )
    root = await opened(client, ROOT)
    streams = await opened(client, child(root, "Streams")["media_content_id"])
    assert [one["title"] for one in streams["children"]] == ["Evening"]
    stream = streams["children"][0]["media_content_id"]
    assert (await opened(client, stream))["title"] == "Evening"
    item = catalog.collection.index.get("moon-song")
    content = catalog.collection.path(item).read_bytes()
    assert await heard(family, client, stream) == (200, content)
    assert await heard(family, client, stream, Range="bytes=100-199") == (206, content[100:200])
    assert await found(client, ROOT, "evening") == ["Evening"]
    assert await found(client, f"{ROOT}/streams", "radio") == []


async def test_odd_cards_do_not_break_a_list(family: Family, client: MockHAClientWebSocket) -> None:
    """Whatever a card looks like, the others are there."""
    odd: list[Any] = [7, {"key": None}, {"key": "01", "tracks": "none"}, {"tracks": [{}]}]
    put_card(family, "odd01", "Odd", content={"chapters": odd})
    put_card(family, "odd02", "Odder", content={"chapters": "none"})
    put_card(family, "good1", "Zebra")
    await reload_cards(family)
    shelf = f"{ROOT}/cards/{family.entry.entry_id}"
    cards = await opened(client, f"{shelf}/yoto-shelf:own")
    assert [one["title"] for one in cards["children"]] == ["Odd", "Odder", "Zebra"]
    for one in cards["children"]:
        await opened(client, one["media_content_id"])
    # Once its chapters are known, a card of one track is played as a whole.
    cards = await opened(client, f"{shelf}/yoto-shelf:own")
    assert [one["can_play"] for one in cards["children"]] == [False, False, True]
    assert "Zebra" in await found(client, ROOT, "zebra")


async def test_the_search_looks_everywhere(family: Family, client: MockHAClientWebSocket) -> None:
    """Or where it is told to."""
    put_card(family, "moon1", "Moon stories")
    await reload_cards(family)
    everywhere = await found(client, ROOT, "moon")
    assert everywhere[0] == "Moon song"
    assert "Moon stories" in everywhere
    assert await found(client, f"{ROOT}/library", "moon") == ["Moon song"]
    shelf = f"{ROOT}/cards/{family.entry.entry_id}"
    assert "Moon song" not in await found(client, shelf, "moon")
    answer = await asked(
        client, "search_media", media_content_id=f"{ROOT}/cards/x", search_query="moon"
    )
    assert not answer["success"]


async def test_addresses_that_lead_nowhere(
    family: Family, catalog: Catalog, hass_client: ClientSessionGenerator
) -> None:
    """They are not there, whoever asks, and a card without audio is none."""
    visitor = await hass_client()
    put_card(family, "empty", "Empty", content={"chapters": []})
    catalog.collection.index.update("moon-song", lambda one: replace(one, cover=None))
    item = catalog.collection.index.get("moon-song")
    entry_id = family.entry.entry_id
    for path in (
        "library/nobody.mp3",
        "library/nobody/cover",
        f"library/{item.audio_id}/cover",
        "stream/nobody.mp3",
        f"track/{entry_id}/x",
        "track/nobody/x",
        track_path(entry_id, CardPlace(card_id="empty")).partition("smart_stream/")[2],
        track_path(entry_id, CardPlace(card_id="no/id")).partition("smart_stream/")[2],
    ):
        response = await visitor.get(f"/api/yoto_smart_stream/{path}")
        assert response.status == 404, path
    head = await visitor.head(f"/api/yoto_smart_stream/library/{item.audio_id}.mp3")
    assert head.content_length == item.file.size_bytes


@pytest.mark.parametrize(
    "media_id", ["nothing", "streams/x", "library/01ARZ3NDEKTSV4RRFFQ69G5FAV", "cards/x"]
)
async def test_what_is_not_there_is_said(client: MockHAClientWebSocket, media_id: str) -> None:
    """Neither opened nor played."""
    for what in ("browse_media", "resolve_media"):
        answer = await asked(client, what, media_content_id=f"{ROOT}/{media_id}")
        assert not answer["success"]
        assert media_id in answer["error"]["message"]


async def test_trouble_at_yoto_is_an_error_of_the_gateway(
    family: Family, client: MockHAClientWebSocket
) -> None:
    """The speaker is told that it may try again; a track that is gone is gone."""
    track = f"{ROOT}/cards/{family.entry.entry_id}/yoto-card:{LIGHTHOUSE}"
    answer = await asked(client, "resolve_media", media_content_id=track)
    url = answer["result"]["url"]
    family.simulation.world.faults.server_errors = 10
    assert (await family.client.get(url)).status == 502
    family.simulation.world.faults.server_errors = 0
    family.simulation.world.faults.media_expires_in = 0
    assert (await family.client.get(url)).status == 502
    family.simulation.world.faults.media_expires_in = None
    assert (await family.client.get(url)).status == 200
