"""What tests of browsing, searching and playing do with the family's cards, as the app would."""

from typing import Any

import aiohttp
from homeassistant.components.media_player import BrowseMedia
from pytest_homeassistant_custom_component.typing import MockHAClientWebSocket

from simulator.cloud.cards import PUBLISHER, StoredCard
from simulator.cloud.tokens import ACCOUNT
from simulator.world import JsonObject

from . import Family

LONG_AGO = "2026-01-01T00:00:00.000Z"


def put_card(
    family: Family,
    card_id: str,
    title: str,
    *,
    own: bool = True,
    metadata: JsonObject | None = None,
    content: JsonObject | None = None,
) -> None:
    """Put a card into the simulated cloud, by default one with a track that can be heard."""
    cards = family.simulation.cloud.cards
    if content is None:
        lighthouse = cards.find("2Lght")
        assert lighthouse is not None
        chapters = lighthouse.content["chapters"]
        assert isinstance(chapters, list)
        track = {"key": "01", "title": title}
        content = {
            "chapters": [
                {**chapter, **track, "tracks": [{**heard, **track}]}
                for chapter in chapters[:1]
                if isinstance(chapter, dict) and isinstance(chapter["tracks"], list)
                for heard in chapter["tracks"]
                if isinstance(heard, dict)
            ]
        }
    cards.put(
        StoredCard(
            card_id=card_id,
            owner=ACCOUNT if own else PUBLISHER,
            title=title,
            content=content,
            metadata=metadata or {},
            created_at=LONG_AGO,
            updated_at=LONG_AGO,
        )
    )


async def make_group(family: Family, name: str, *card_ids: str) -> str:
    """Make a group of cards and return its id."""
    token = family.entry.runtime_data.account.owner.tokens.access_token
    url = f"{family.simulation.http_url}/card/family/library/groups"
    body = {"name": name, "items": [{"contentId": card_id} for card_id in card_ids]}
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as app,
        app.post(url, json=body) as response,
    ):
        assert response.status == 200
        return str((await response.json())["id"])


async def reload_cards(family: Family) -> None:
    """Have the lists of cards fetched again."""
    await family.entry.runtime_data.account.shelf.load()


async def browse(
    family: Family, client: MockHAClientWebSocket, media_id: str | None = None
) -> dict[str, Any]:
    """Look into the media browser, and return its answer, whether it is good or bad."""
    request = {
        "type": "media_player/browse_media",
        "entity_id": family.entity_id("media_player"),
    }
    if media_id is not None:
        request |= {"media_content_id": media_id, "media_content_type": "music"}
    await client.send_json_auto_id(request)
    answer: dict[str, Any] = await client.receive_json()
    return answer


async def search(family: Family, text: str, **within: object) -> list[BrowseMedia]:
    """Search, as voice assistants do."""
    entity_id = family.entity_id("media_player")
    answer = await family.hass.services.async_call(
        "media_player",
        "search_media",
        {"entity_id": entity_id, "search_query": text, **within},
        blocking=True,
        return_response=True,
    )
    assert answer is not None
    found = answer[entity_id]
    return list(found.result)  # type: ignore[union-attr]
