"""An account's REST side and its connection, against the simulator."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
import json

import aiohttp
import pytest

from custom_components.yoto_smart_stream.cloud.account import YotoAccount
from custom_components.yoto_smart_stream.cloud.cards import read_card, read_library
from custom_components.yoto_smart_stream.cloud.commands import PAUSE, set_volume, start_card
from custom_components.yoto_smart_stream.cloud.endpoints import (
    API_VARIABLE,
    LOGIN_VARIABLE,
    MQTT_VARIABLE,
    Endpoints,
)
from custom_components.yoto_smart_stream.cloud.errors import (
    CloudError,
    CloudUnreachableError,
    CommandRefusedError,
    NotConnectedError,
    NotFoundError,
    RequestRefusedError,
    TokenRevokedError,
)
from custom_components.yoto_smart_stream.cloud.link import Delivery
from custom_components.yoto_smart_stream.cloud.oauth import OAuth, Tokens
from custom_components.yoto_smart_stream.cloud.silence import Silence
from custom_components.yoto_smart_stream.cloud.tokens import TokenOwner
from simulator.simulation import Simulation


@dataclass
class Ears:
    """What an account has heard."""

    heard: list[Delivery] = field(default_factory=list)
    troubles: list[CloudError] = field(default_factory=list)

    def volumes(self, player_id: str) -> list[int]:
        """Return the volumes that a player has told, in order."""
        bodies = [
            json.loads(delivery.payload)
            for delivery in self.heard
            if delivery.player_id == player_id and delivery.topic == "data/events"
        ]
        return [body["volume"] for body in bodies if "volume" in body]


@pytest.fixture
def ears() -> Ears:
    """Return ears that have heard nothing yet."""
    return Ears()


@pytest.fixture
async def account(
    session: aiohttp.ClientSession,
    endpoints: Endpoints,
    oauth: OAuth,
    simulation: Simulation,
    tokens: Tokens,
    ears: Ears,
) -> AsyncIterator[YotoAccount]:
    """Return a logged-in account that is not connected yet."""

    async def save(_tokens: Tokens) -> None:
        """Keep nothing: these tests end before a restart."""

    owner = TokenOwner(oauth, simulation.client_id, tokens, save)
    account = YotoAccount(session, endpoints, owner, ears.heard.append, ears.troubles.append)
    yield account
    await account.close()


async def until(happened: Callable[[], bool]) -> None:
    """Wait until something has happened."""
    async with asyncio.timeout(30):
        while not happened():  # noqa: ASYNC110 - there is no event to wait for
            await asyncio.sleep(0.01)


async def test_players_have_models_that_people_know(account: YotoAccount) -> None:
    """The type decides, the family may mislead (protocol §7)."""
    players = await account.players({})
    assert {player.model.name for player in players.values()} == {
        "Yoto Player (3rd generation)",
        "Yoto Mini",
    }
    assert all(player.firmware and player.mac for player in players.values())


async def test_details_that_cannot_be_had_stay_as_they_were(
    account: YotoAccount, simulation: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One player's trouble hides neither it nor the others."""
    known = await account.players({})

    async def fail(player_id: str) -> None:
        raise CloudUnreachableError(player_id)

    monkeypatch.setattr(account._rest, "player", fail)
    assert await account.players(known) == known


async def test_an_unknown_card_is_told_apart(account: YotoAccount) -> None:
    """It is no trouble with the network."""
    with pytest.raises(NotFoundError):
        await account.shelf.card("zzzzz")


async def test_a_card_that_yoto_refuses_comes_back_with_the_reason(account: YotoAccount) -> None:
    """The words are Yoto's."""
    with pytest.raises(RequestRefusedError, match="chapters"):
        await account.create_card({"title": "Empty", "content": {"chapters": []}})


@pytest.mark.parametrize("fault", ["server_errors", "too_many_requests", "dropped_connections"])
async def test_faults_of_the_cloud_are_transient(
    account: YotoAccount, simulation: Simulation, fault: str
) -> None:
    """Nobody is asked to log in because of them."""
    setattr(simulation.world.faults, fault, 10)
    with pytest.raises(CloudUnreachableError):
        await account.shelf.load()


async def test_a_slow_cloud_is_given_up(account: YotoAccount, simulation: Simulation) -> None:
    """A request does not wait for ever."""
    account._rest.timeout = aiohttp.ClientTimeout(total=0.1)
    simulation.world.faults.latency = 1
    with pytest.raises(CloudUnreachableError, match="timed out"):
        await account.shelf.load()


async def test_a_token_that_is_rejected_early_is_replaced(
    account: YotoAccount, tokens: Tokens, simulation: Simulation
) -> None:
    """The request succeeds, and nobody notices."""
    simulation.cloud.tokens.revoke_access(tokens.access_token)
    await account.shelf.load()
    assert account.shelf.known("2Lght") is not None
    assert account.owner.tokens != tokens


async def test_a_revoked_login_is_told_apart_from_a_rejected_request(
    account: YotoAccount, simulation: Simulation
) -> None:
    """Only then does a new login help."""
    simulation.world.faults.revoked = True
    with pytest.raises(TokenRevokedError):
        await account.shelf.load()


async def test_a_refused_start_is_an_error(account: YotoAccount, ears: Ears) -> None:
    """An unpadded key makes a player refuse (protocol §3.4)."""
    players = await account.players({})
    await account.connection.open(players)
    player_id = next(iter(players))
    await account.connection.command(player_id, set_volume(3))
    await until(lambda: 3 in ears.volumes(player_id))
    with pytest.raises(CommandRefusedError):
        await account.connection.command(player_id, start_card("2Lght", chapter_key="1"))


async def test_commands_at_the_same_time_get_their_own_answers(
    account: YotoAccount, ears: Ears
) -> None:
    """A refusal of one is not taken for the others'."""
    players = await account.players({})
    await account.connection.open(players)
    player_id = next(iter(players))
    results = await asyncio.gather(
        account.connection.command(player_id, set_volume(2)),
        account.connection.command(player_id, start_card("nobody")),
        account.connection.command(player_id, set_volume(5)),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [
        type(None),
        CommandRefusedError,
        type(None),
    ]
    await until(lambda: ears.volumes(player_id)[-1:] == [5])


async def test_without_a_connection_a_command_says_so(account: YotoAccount) -> None:
    """It does not wait for an answer that cannot come."""
    with pytest.raises(NotConnectedError):
        await account.connection.command("anybody", PAUSE)
    with pytest.raises(NotConnectedError):
        await account.connection.ask_status("anybody")


async def test_following_the_roster(
    account: YotoAccount, ears: Ears, simulation: Simulation
) -> None:
    """Players that join are heard, those that leave are not."""
    first, second = await account.players({})
    await account.connection.open([first])
    await account.connection.follow([second])
    ears.heard.clear()
    await simulation.players[first].turn("left", 1)
    await simulation.players[second].turn("left", 1)
    await until(lambda: bool(ears.volumes(second)))
    assert not ears.volumes(first)


async def test_the_broker_refuses_a_stale_token_once(
    account: YotoAccount, ears: Ears, simulation: Simulation, tokens: Tokens
) -> None:
    """A fresh one is got, and the connection comes back."""
    players = await account.players({})
    await account.connection.open(players)
    simulation.cloud.tokens.revoke_access(tokens.access_token)
    drop = simulation.world.drop_app_connections
    assert drop is not None
    await drop()
    await until(lambda: account.owner.tokens != tokens and account.connection.connected)
    player_id = next(iter(players))
    await account.connection.command(player_id, set_volume(1))
    await until(lambda: ears.volumes(player_id)[-1:] == [1])
    assert not ears.troubles


async def test_a_revoked_login_ends_the_connection_with_a_word(
    account: YotoAccount, ears: Ears, simulation: Simulation
) -> None:
    """Somebody has to ask the family to log in again."""
    await account.connection.open(await account.players({}))
    simulation.world.faults.revoked = True
    drop = simulation.world.drop_app_connections
    assert drop is not None
    await drop()
    await until(lambda: bool(ears.troubles))
    assert isinstance(ears.troubles[0], TokenRevokedError)


@pytest.mark.parametrize("after", [0.0, 0.02, 0.1, 0.4])
async def test_opening_that_is_given_up_leaves_nothing_running(
    account: YotoAccount, after: float
) -> None:
    """Home Assistant may be stopped at any moment."""
    opening = asyncio.create_task(account.connection.open(await account.players({})))
    await asyncio.sleep(after)
    opening.cancel()
    await asyncio.wait([opening])
    await account.close()
    assert not [task for task in asyncio.all_tasks() if "YotoMqttClient" in repr(task)]


async def test_a_broker_out_of_reach_is_transient(
    account: YotoAccount,
    session: aiohttp.ClientSession,
    endpoints: Endpoints,
    ears: Ears,
    unused_tcp_port: int,
) -> None:
    """It goes on trying, and says why meanwhile."""
    silent = replace(endpoints, mqtt=f"wss://127.0.0.1:{unused_tcp_port}/mqtt")
    lonely = YotoAccount(session, silent, account.owner, ears.heard.append, ears.troubles.append)
    await lonely.connection.open(["anybody"])
    assert isinstance(lonely.connection.failure, CloudUnreachableError)
    assert not lonely.connection.connected
    await lonely.connection.close()


def test_production_is_the_default() -> None:
    """Only developers set the variables, and only all that they set is changed."""
    production = Endpoints.from_environment({})
    assert production == Endpoints()
    assert (production.mqtt_port, production.mqtt_path) == (443, "/mqtt")
    assert production.mqtt_host.endswith("amazonaws.com")
    local = Endpoints.from_environment(
        {
            API_VARIABLE: "http://127.0.0.1:1/",
            LOGIN_VARIABLE: "http://127.0.0.1:2",
            MQTT_VARIABLE: "wss://127.0.0.1:3/mqtt",
        }
    )
    assert local.api == "http://127.0.0.1:1"
    assert (local.mqtt_host, local.mqtt_port) == ("127.0.0.1", 3)


def test_an_odd_card_does_not_break_the_library() -> None:
    """Everything else is listed."""
    library = read_library(
        {
            "cards": [
                {"cardId": "abc12", "card": {"title": "Good", "metadata": {"author": "Ann"}}},
                {"cardId": "def34", "card": None},
                {"card": {"title": "No id"}},
                "nonsense",
            ]
        }
    )
    assert {card.card_id: card.title for card in library.values()} == {
        "abc12": "Good",
        "def34": "def34",
    }


def test_keys_are_text_to_the_letter() -> None:
    """Numbers and padding stay what they are (protocol §4.2)."""
    card = read_card(
        "abc12",
        {
            "card": {
                "content": {
                    "chapters": [
                        {"key": "01", "tracks": [{"key": "k3Vd9QmZ1a"}, {"title": "no key"}]},
                        {"key": 2, "tracks": [{"key": "2"}]},
                        {"title": "no key"},
                    ]
                }
            }
        },
    )
    assert card.track_keys() == [("01", "k3Vd9QmZ1a"), ("2", "2")]
    assert card.neighbour("01", "k3Vd9QmZ1a", 1) == ("2", "2")
    assert card.neighbour("2", "2", 1) is None
    assert card.neighbour("nowhere", "", 1) is None


def test_silence_is_noticed_and_then_given_more_time() -> None:
    """A player that is really gone is not answered with a new connection every minute."""
    silence = Silence()
    start = datetime(2026, 11, 21, 7, tzinfo=UTC)
    assert not silence.overdue(start)
    assert not silence.overdue(start + timedelta(seconds=120))
    assert silence.overdue(start + timedelta(seconds=180))
    assert not silence.overdue(start + timedelta(seconds=400))
    assert silence.overdue(start + timedelta(seconds=500))
    silence.heard(start + timedelta(seconds=510))
    assert not silence.overdue(start + timedelta(seconds=600))
    assert silence.overdue(start + timedelta(seconds=670))
