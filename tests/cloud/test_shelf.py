"""The account's cards, against the simulator."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
import logging

import aiohttp
import pytest

from custom_components.yoto_smart_stream.cloud import shelf as shelf_module
from custom_components.yoto_smart_stream.cloud.account import YotoAccount
from custom_components.yoto_smart_stream.cloud.cards import Card
from custom_components.yoto_smart_stream.cloud.endpoints import Endpoints
from custom_components.yoto_smart_stream.cloud.errors import (
    CloudUnreachableError,
    NotFoundError,
    TokenRevokedError,
)
from custom_components.yoto_smart_stream.cloud.oauth import OAuth, Tokens
from custom_components.yoto_smart_stream.cloud.shelf import Shelf
from custom_components.yoto_smart_stream.cloud.tokens import TokenOwner
from simulator.cloud.cards import PUBLISHER, StoredCard
from simulator.cloud.tokens import ACCOUNT
from simulator.simulation import Simulation

NEW_YEAR = "2026-01-01T00:00:00.000Z"


@pytest.fixture
async def account(
    session: aiohttp.ClientSession,
    endpoints: Endpoints,
    oauth: OAuth,
    simulation: Simulation,
    tokens: Tokens,
) -> AsyncIterator[YotoAccount]:
    """Return a logged-in account."""

    async def save(_tokens: Tokens) -> None:
        """Keep nothing: these tests end before a restart."""

    owner = TokenOwner(oauth, simulation.client_id, tokens, save)
    account = YotoAccount(session, endpoints, owner, lambda _: None, lambda _: None)
    yield account
    await account.close()


@pytest.fixture
def shelf(account: YotoAccount) -> Shelf:
    """Return the shelf of the account, which knows nothing yet."""
    return account.shelf


def put(simulation: Simulation, card_id: str, title: str, owner: str = ACCOUNT) -> None:
    """Put a card into the simulated cloud, as the app would."""
    simulation.cloud.cards.put(
        StoredCard(
            card_id=card_id,
            owner=owner,
            title=title,
            content={"chapters": [{"key": "01", "title": title, "tracks": [{"key": "01"}]}]},
            metadata={},
            created_at=NEW_YEAR,
            updated_at=NEW_YEAR,
        )
    )


async def make_group(simulation: Simulation, tokens: Tokens, name: str, *cards: str) -> None:
    """Make a group, as the app would."""
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {tokens.access_token}"}) as app,
        app.post(
            f"{simulation.http_url}/card/family/library/groups",
            json={"name": name, "items": [{"contentId": card_id} for card_id in cards]},
        ) as response,
    ):
        assert response.status == 200


def ids(cards: tuple[Card, ...]) -> list[str]:
    """Return the ids of cards."""
    return [card.card_id for card in cards]


def asked(simulation: Simulation, path: str) -> int:
    """Return how often something has been asked for."""
    return sum(entry.get("path") == path for entry in simulation.world.log)


async def test_library_and_own_cards_are_one_list(shelf: Shelf, simulation: Simulation) -> None:
    """Own cards are in the library of some accounts only (protocol §4.1)."""
    put(simulation, "ownA1", "A card of ours")
    await shelf.load()
    assert ids(shelf.cards) == ["ownA1", "4Drum", "2Lght", "8Maze", "6Moon"]
    assert ids(shelf.own_cards) == ["ownA1"]


async def test_groups_show_their_cards_in_order(
    shelf: Shelf, simulation: Simulation, tokens: Tokens
) -> None:
    """As the family has put them."""
    await make_group(simulation, tokens, "Bedtime", "6Moon", "2Lght")
    await shelf.load()
    [group] = shelf.groups
    assert group.name == "Bedtime"
    assert ids(shelf.cards_of(group)) == ["6Moon", "2Lght"]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("2Lght", ["2Lght"]),
        ("the lighthouse cat", ["2Lght"]),
        ("  THE  LIGHTHOUSE CAT ", ["2Lght"]),
        ("twins", ["twin1", "twin2"]),
        ("2lght", []),
        ("lighthouse", []),
    ],
)
async def test_cards_are_found_by_id_and_title(
    shelf: Shelf, simulation: Simulation, name: str, found: list[str]
) -> None:
    """Capitals count in ids only, and two cards may have one title."""
    put(simulation, "twin2", "Twins")
    put(simulation, "twin1", "Twins")
    await shelf.load()
    assert ids(shelf.find(name)) == found


async def test_one_list_that_fails_leaves_the_others(
    shelf: Shelf, simulation: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was known of it stays."""
    put(simulation, "ownA1", "A card of ours")
    await shelf.load()
    put(simulation, "ownB1", "Bees")
    put(simulation, "newC1", "Cats", PUBLISHER)

    async def fail() -> None:
        raise CloudUnreachableError("not now")

    monkeypatch.setattr(shelf._rest, "own_cards", fail)
    with pytest.raises(CloudUnreachableError, match="not now"):
        await shelf.load()
    assert ids(shelf.own_cards) == ["ownA1"]
    assert shelf.find("Cats")


async def test_a_revoked_login_counts_more_than_other_trouble(
    shelf: Shelf, simulation: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only that needs a person."""

    async def fail() -> None:
        raise CloudUnreachableError("not now")

    monkeypatch.setattr(shelf._rest, "library", fail)
    simulation.world.faults.revoked = True
    with pytest.raises(TokenRevokedError):
        await shelf.load()


async def test_odd_records_are_told_once(
    shelf: Shelf, simulation: Simulation, caplog: pytest.LogCaptureFixture
) -> None:
    """And again only when there are others."""
    caplog.set_level(logging.DEBUG, shelf_module.__name__)
    put(simulation, "", "No id", PUBLISHER)
    await shelf.load()
    await shelf.load()
    assert caplog.text.count("the library: 1 records that cannot be read") == 1
    assert "2Lght" in ids(shelf.cards)


async def test_a_card_that_has_been_made_is_there_at_once(account: YotoAccount) -> None:
    """With its chapters, and without asking."""
    card_id = await account.create_card(
        {
            "title": "Made just now",
            "content": {
                "chapters": [
                    {
                        "key": "01",
                        "title": "One",
                        "overlayLabel": "1",
                        "tracks": [
                            {
                                "key": "01",
                                "title": "One",
                                "overlayLabel": "1",
                                "type": "stream",
                                "format": "mp3",
                                "trackUrl": "http://192.0.2.1/01.mp3",
                            }
                        ],
                    }
                ]
            },
        }
    )
    [card] = account.shelf.find("made just now")
    assert card.card_id == card_id
    assert card.track_keys() == [("01", "01")]
    assert ids(account.shelf.own_cards) == [card_id]
    assert account.shelf.maps[card_id].places == (("01", "01"),)


async def test_a_card_is_asked_for_once_in_a_while(
    shelf: Shelf, simulation: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be changed in the app."""
    first = await shelf.card("2Lght")
    assert await shelf.card("2Lght") is first
    monkeypatch.setattr(shelf_module, "_FRESHNESS", timedelta(0))
    stored = simulation.cloud.cards.find("2Lght")
    assert stored is not None
    stored.title = "The Lighthouse Dog"
    assert (await shelf.card("2Lght")).title == "The Lighthouse Dog"


async def test_what_cannot_be_an_id_is_never_asked_for(
    shelf: Shelf, simulation: Simulation
) -> None:
    """It would become part of the address."""
    with pytest.raises(NotFoundError):
        await shelf.card("family/library")
    assert asked(simulation, "/card/family/library") == 0


async def test_filling_fetches_what_is_lacking_only(shelf: Shelf, simulation: Simulation) -> None:
    """Chapters of all cards, and later of those that have been changed."""
    await shelf.load()
    await shelf.fill()
    assert all(card.chapters for card in shelf.cards)
    await shelf.fill()
    assert [asked(simulation, f"/card/{card.card_id}") for card in shelf.cards] == [1, 1, 1, 1]
    stored = simulation.cloud.cards.find("6Moon")
    assert stored is not None
    stored.updated_at = NEW_YEAR
    await shelf.load()
    await shelf.fill()
    assert asked(simulation, "/card/6Moon") == 2
    assert asked(simulation, "/card/2Lght") == 1


async def test_filling_goes_on_after_trouble(shelf: Shelf, simulation: Simulation) -> None:
    """A card that Yoto refuses is not asked for again; one that could not be had is."""
    put(simulation, "theirs", "Somebody else's", "somebody")
    await shelf.load()
    shelf._library["theirs"] = Card(card_id="theirs", title="Somebody else's")
    simulation.world.faults.server_errors = 2
    await shelf.fill()
    assert sum(not card.chapters for card in shelf.cards) >= 2
    await shelf.fill()
    assert [card.card_id for card in shelf.cards if not card.chapters] == ["theirs"]
    before = asked(simulation, "/card/theirs")
    await shelf.fill()
    assert asked(simulation, "/card/theirs") == before


async def test_fillings_at_the_same_time_share_the_work(
    shelf: Shelf, simulation: Simulation
) -> None:
    """Somebody types, and each letter is a search."""
    await shelf.load()
    await asyncio.gather(shelf.fill(), shelf.fill(), shelf.fill())
    assert asked(simulation, "/card/2Lght") == 1
