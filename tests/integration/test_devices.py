"""Players that come and go, several accounts, and what players fetch from Home Assistant."""

from collections.abc import AsyncIterator
from pathlib import Path

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.aiohttp_client import async_get_clientsession
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yoto_smart_stream.cloud.endpoints import (
    API_VARIABLE,
    LOGIN_VARIABLE,
    MQTT_VARIABLE,
    Endpoints,
)
from custom_components.yoto_smart_stream.cloud.login import DeviceLogin
from custom_components.yoto_smart_stream.cloud.oauth import OAuth, Tokens
from custom_components.yoto_smart_stream.const import CONF_CLIENT_ID, CONF_TOKENS, DOMAIN
from custom_components.yoto_smart_stream.data import PlayerState
from custom_components.yoto_smart_stream.playback.occurrences import Occurrence
from custom_components.yoto_smart_stream.streaming.addresses import stream_path
from custom_components.yoto_smart_stream.streaming.registry import StreamedFile, async_get_registry
from custom_components.yoto_smart_stream.token_store import stored
from simulator.cloud.silence import make_silence
from simulator.simulation import Simulation

from . import Family, settle

LIGHTHOUSE = "2Lght"
PLAYER = {"User-Agent": "Yoto v2 FW; version v2.23.4"}


async def test_a_player_that_joins_is_live_at_once(family: Family, hass: HomeAssistant) -> None:
    """Entities, messages and commands, without a restart."""
    devices = family.simulation.world.devices
    bedroom = list(devices)[1]
    left = devices.pop(bedroom)
    await family.entry.runtime_data.async_refresh()
    await hass.async_block_till_done()
    assert er.async_get(hass).async_get_entity_id("media_player", DOMAIN, bedroom) is None
    devices[bedroom] = left
    await family.entry.runtime_data.async_refresh()
    await hass.async_block_till_done()
    entity_id = er.async_get(hass).async_get_entity_id("media_player", DOMAIN, bedroom)
    assert entity_id is not None

    def shown(state: str) -> bool:
        found = hass.states.get(entity_id)
        return found is not None and found.state == state

    await settle(lambda: shown("idle"))
    await family.simulation.players[bedroom].insert(LIGHTHOUSE)
    await settle(lambda: shown("playing"))
    target = {"entity_id": entity_id}
    await hass.services.async_call("media_player", "media_pause", target, blocking=True)
    await settle(lambda: shown("paused"))


async def test_a_player_that_cannot_be_heard_yet_is_tried_again(
    family: Family, hass: HomeAssistant
) -> None:
    """The broker may be away at the moment at which somebody joins."""
    devices = family.simulation.world.devices
    outages = family.simulation.world.outages
    assert outages is not None
    bedroom = list(devices)[1]
    left = devices.pop(bedroom)
    await family.entry.runtime_data.async_refresh()
    devices[bedroom] = left
    await outages.restart(0.5)
    await family.entry.runtime_data.async_refresh()
    assert family.entry.runtime_data.last_update_success
    await settle(lambda: family.entry.runtime_data.account.connection.connected)
    await family.entry.runtime_data.async_refresh()
    await family.simulation.players[bedroom].insert(LIGHTHOUSE)
    data = family.entry.runtime_data.data
    await settle(lambda: data[bedroom].snapshot.card_id == LIGHTHOUSE)


@pytest.fixture
async def neighbours(
    family: Family, hass: HomeAssistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Family]:
    """Return a second family on the same Home Assistant, whose cloud is another one."""
    simulation = Simulation(players=2, speed=10, at_noon=True)
    ours = list(family.simulation.world.devices.values())
    for number, device in enumerate(simulation.world.devices.values()):
        device.device_id = f"{ours[number].device_id[:-1]}{number}"
        device.mac = f"02:00:00:00:00:0{number}"
        device.name = f"Neighbour {number}"
    simulation.world.devices = {
        device.device_id: device for device in simulation.world.devices.values()
    }
    async with simulation:
        simulation.world.faults.login_interval = 0.05
        both = tmp_path / "both.pem"
        both.write_text(family.simulation.ca_file.read_text() + simulation.ca_file.read_text())
        monkeypatch.setenv("SSL_CERT_FILE", str(both))
        monkeypatch.setenv(API_VARIABLE, simulation.http_url)
        monkeypatch.setenv(LOGIN_VARIABLE, simulation.http_url)
        monkeypatch.setenv(
            MQTT_VARIABLE, f"wss://{simulation.mqtt_host}:{simulation.mqtt_port}/mqtt"
        )
        at = Endpoints(api=simulation.http_url, login=simulation.http_url)
        login = DeviceLogin(OAuth(async_get_clientsession(hass), at), simulation.client_id)
        code = await login.begin()
        simulation.logins.approve(code.user_code)
        tokens = await login.wait(code)
        entry = MockConfigEntry(
            domain=DOMAIN,
            title="Neighbours",
            unique_id="auth0|neighbours",
            data={CONF_CLIENT_ID: simulation.client_id, CONF_TOKENS: stored(tokens)},
        )
        entry.add_to_hass(hass)
        assert await hass.config_entries.async_setup(entry.entry_id)
        await settle(
            lambda: all(
                state.snapshot.volume is not None for state in entry.runtime_data.data.values()
            )
        )
        yield Family(hass=hass, entry=entry, simulation=simulation, client=family.client)
        assert await hass.config_entries.async_unload(entry.entry_id)
        await hass.async_block_till_done()


async def test_accounts_do_not_mix(family: Family, neighbours: Family, hass: HomeAssistant) -> None:
    """What happens to one account's players, connection and entry is none of the other's."""
    heard: list[str] = []

    def note(state: PlayerState, _occurrence: Occurrence) -> None:
        heard.append(state.player.name)

    neighbours.entry.runtime_data.audience.async_listen(note)
    assert not family.entry.runtime_data.data.keys() & neighbours.entry.runtime_data.data.keys()
    await family.player.insert(LIGHTHOUSE)
    await family.shows("playing")
    assert neighbours.state("media_player").state == "idle"
    assert heard == []
    await neighbours.act("media_player.volume_set", volume_level=2 / 16)
    assert neighbours.player.view()["volume"] == 2
    assert family.player.view()["volume"] != 2
    # One account in trouble, or gone: the other works.
    neighbours.simulation.world.faults.server_errors = 10_000
    await neighbours.entry.runtime_data.async_refresh()
    assert neighbours.state("binary_sensor", "online").state == "unavailable"
    await family.entry.runtime_data.async_refresh()
    assert family.state("binary_sensor", "online").state == "on"
    neighbours.simulation.world.faults.server_errors = 0
    assert await hass.config_entries.async_unload(neighbours.entry.entry_id)
    await family.act("media_player.media_pause")
    await family.shows("paused")
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), family.entry.entry_id)
    players = [one for one in devices if one.entry_type is not dr.DeviceEntryType.SERVICE]
    assert len(players) == 2
    assert await hass.config_entries.async_setup(neighbours.entry.entry_id)


async def test_two_parents_of_one_family(
    family: Family, hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    """Each player is there once, whichever of the accounts shows it."""
    other = MockConfigEntry(
        domain=DOMAIN,
        title="The other parent",
        unique_id="auth0|other",
        data={**family.entry.data, CONF_TOKENS: stored(await log_in(family))},
    )
    other.add_to_hass(hass)
    assert await hass.config_entries.async_setup(other.entry_id)
    await hass.async_block_till_done()
    assert other.runtime_data.data == {}
    assert "unique" not in caplog.text.lower()
    assert await hass.config_entries.async_remove(family.entry.entry_id)
    await other.runtime_data.async_refresh()
    assert other.runtime_data.data.keys() == family.simulation.players.keys()
    await hass.async_block_till_done()
    assert family.state("media_player").state != "unavailable"
    assert await hass.config_entries.async_unload(other.entry_id)
    await hass.config_entries.async_add(family.entry)


async def log_in(family: Family) -> Tokens:
    """Log in to the family's cloud once more."""
    simulation = family.simulation
    at = Endpoints(api=simulation.http_url, login=simulation.http_url)
    session = async_get_clientsession(family.hass)
    login = DeviceLogin(OAuth(session, at), simulation.client_id)
    code = await login.begin()
    simulation.logins.approve(code.user_code)
    return await login.wait(code)


@pytest.fixture
async def song(family: Family, tmp_path: Path) -> StreamedFile:
    """Return audio that is served, and is on the card with the lighthouse."""
    path = tmp_path / "song.mp3"
    path.write_bytes(make_silence("song", 5))
    registry = await async_get_registry(family.hass)
    (file,) = await registry.async_add([(path, "audio/mpeg")], owner=family.entry.entry_id)
    await registry.async_bind([file.token], LIGHTHOUSE, "http://192.0.2.7:8123")
    found = registry.find(file.token)
    assert isinstance(found, StreamedFile)
    return found


def from_home(family: Family) -> bool:
    """Return whether audio of the card in play is known to come from Home Assistant."""
    snapshot = family.entry.runtime_data.data[family.player_id].snapshot
    return bool(snapshot.fetched_here)


@pytest.mark.parametrize("agent", ["Yoto v2 FW; version v2.23.4", "ESP32 HTTP Client/1.0"])
async def test_a_player_that_fetches_a_stream_plays_from_here(
    family: Family, song: StreamedFile, agent: str
) -> None:
    """Nothing says which player it is, but a card is played by one that has it (protocol §6.2)."""
    await family.player.insert(LIGHTHOUSE)
    await family.shows("playing")
    assert not from_home(family)
    answer = await family.client.get(stream_path(song.token, "song"), headers={"User-Agent": agent})
    assert answer.status == 200
    await answer.read()
    await settle(lambda: from_home(family))
    await family.player.remove()
    await settle(lambda: not from_home(family))


@pytest.mark.parametrize(
    ("method", "agent"),
    [
        pytest.param("GET", "Yoto/3 CFNetwork/1 Darwin/23", id="the app on an iPhone"),
        pytest.param("GET", "Dalvik/2.1.0 (Linux)", id="the app on Android"),
        pytest.param("GET", "Mozilla/5.0", id="a browser"),
        pytest.param("HEAD", "ESP32 HTTP Client/1.0", id="a probe"),
    ],
)
async def test_others_who_fetch_a_stream_are_no_players(
    family: Family, song: StreamedFile, method: str, agent: str
) -> None:
    """A parent who listens at work is not a player at home."""
    await family.player.insert(LIGHTHOUSE)
    await family.shows("playing")
    answer = await family.client.request(
        method, stream_path(song.token, "song"), headers={"User-Agent": agent}
    )
    assert answer.status == 200
    await answer.read()
    assert not from_home(family)


async def test_a_stream_of_another_card_says_nothing_about_this_one(
    family: Family, song: StreamedFile
) -> None:
    """The other player may be playing it."""
    await family.player.insert("4Drum")
    await family.shows("playing")
    answer = await family.client.get(stream_path(song.token, "song"), headers=PLAYER)
    await answer.read()
    assert not from_home(family)
