"""An account full of odd cards: each is listed, and none of them takes another one along."""

from typing import Any

from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from simulator.cloud.cards import ACCOUNT, StoredCard
from tests.cards.odd_payloads import ODD

from . import Family
from .bookcase import LONG_AGO, browse, reload_cards

TITLES = {f"odd{number:02}": title for number, title in enumerate(ODD)}


def _put_all(family: Family) -> None:
    """Put all odd cards into the simulated cloud, each called by what is odd about it."""
    for (card_id, title), payload in zip(TITLES.items(), ODD.values(), strict=True):
        # The simulated cloud has an object for these two, as Yoto's schema does.
        parts = {part: payload.get(part) or {} for part in ("content", "metadata")}
        family.simulation.cloud.cards.put(
            StoredCard(
                card_id=card_id,
                owner=ACCOUNT,
                title=title,
                created_at=LONG_AGO,
                updated_at=LONG_AGO,
                **parts,  # type: ignore[arg-type]
            )
        )


async def test_each_is_listed_and_opened(
    family: Family, hass_ws_client: WebSocketGenerator
) -> None:
    """In the media browser."""
    _put_all(family)
    await reload_cards(family)
    client = await hass_ws_client(family.hass)
    listed: dict[str, Any] = (await browse(family, client, "yoto-shelf:own"))["result"]
    assert {node["title"] for node in listed["children"]} == set(TITLES.values())
    for node in listed["children"]:
        answer = await browse(family, client, node["media_content_id"])
        assert answer["success"], node["title"]
