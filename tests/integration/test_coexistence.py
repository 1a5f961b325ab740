"""Home Assistant's own Yoto integration beside this one: same account, same machine."""

from collections.abc import AsyncIterator
import time

from homeassistant.components.application_credentials import (
    ClientCredential,
    async_import_client_credential,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from yoto_api.mqtt import YotoMqttClient
from yoto_api.rest import endpoints

from custom_components.yoto_smart_stream.cloud.endpoints import Endpoints
from custom_components.yoto_smart_stream.cloud.login import DeviceLogin
from custom_components.yoto_smart_stream.cloud.oauth import OAuth
from simulator.simulation import Simulation

from . import Family, settle

LIGHTHOUSE = "2Lght"


@pytest.fixture(autouse=True)
async def _credentials(hass: HomeAssistant) -> None:
    """Set up what core's integration needs, before the web server of a family begins."""
    assert await async_setup_component(hass, "application_credentials", {})


@pytest.fixture
async def theirs(
    hass: HomeAssistant, simulation: Simulation, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[MockConfigEntry]:
    """Return core's integration, set up with a login of its own to the same account."""
    monkeypatch.setattr(endpoints, "BASE_URL", simulation.http_url)
    monkeypatch.setattr(YotoMqttClient, "URL", simulation.mqtt_host)
    monkeypatch.setattr(YotoMqttClient, "PORT", simulation.mqtt_port)
    # What a login gives; how core logs in is not the point here.
    at = Endpoints(api=simulation.http_url, login=simulation.http_url)
    login = DeviceLogin(OAuth(async_get_clientsession(hass), at), simulation.client_id)
    code = await login.begin()
    simulation.logins.approve(code.user_code)
    tokens = await login.wait(code)
    await async_import_client_credential(
        hass, "yoto", ClientCredential(simulation.client_id, "secret"), "core"
    )
    entry = MockConfigEntry(
        domain="yoto",
        title="Core",
        unique_id=tokens.account_id,
        data={
            "auth_implementation": "core",
            "token": {
                "access_token": tokens.access_token,
                "refresh_token": tokens.refresh_token,
                "expires_in": 86_400,
                "expires_at": time.time() + 86_400,
                "token_type": "Bearer",
            },
        },
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    client = entry.runtime_data.client
    yield entry
    assert await hass.config_entries.async_unload(entry.entry_id)
    # Core leaves requests of its client running, which the harness would complain about.
    await client.close()


def shown(hass: HomeAssistant, entity_id: str) -> str:
    """Return the state of an entity."""
    state = hass.states.get(entity_id)
    assert state is not None
    return state.state


def pages(hass: HomeAssistant, entry: MockConfigEntry) -> dict[str, str]:
    """Return an integration's players in the device registry: their ids by MAC address."""
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    return {
        value: device.id
        for device in devices
        for kind, value in device.connections
        if kind == dr.CONNECTION_NETWORK_MAC
    }


@pytest.fixture
def both(hass: HomeAssistant, family: Family, theirs: MockConfigEntry) -> tuple[str, str]:
    """Return the first player's media player: ours, and core's."""
    (core,) = (
        entity.entity_id
        for entity in er.async_entries_for_config_entry(er.async_get(hass), theirs.entry_id)
        if entity.domain == "media_player" and family.player_id in entity.unique_id
    )
    return family.entity_id("media_player"), core


async def test_both_show_the_same_player_and_command_it(
    hass: HomeAssistant, family: Family, theirs: MockConfigEntry, both: tuple[str, str]
) -> None:
    """Neither takes the other's connection away (protocol §3.1)."""
    ours, core = both
    await settle(lambda: shown(hass, ours) == shown(hass, core) == "idle")
    await family.player.insert(LIGHTHOUSE)
    await settle(lambda: shown(hass, ours) == shown(hass, core) == "playing")
    target = {"entity_id": core}
    await hass.services.async_call("media_player", "media_pause", target, blocking=True)
    await settle(lambda: shown(hass, ours) == shown(hass, core) == "paused")
    await family.act("media_player.media_play")
    await settle(lambda: shown(hass, ours) == shown(hass, core) == "playing")
    kicked = [entry for entry in family.simulation.world.log if "mqtt_disconnected" in str(entry)]
    assert kicked == []
    assert pages(hass, family.entry).keys() == pages(hass, theirs).keys()


async def test_removing_ours_leaves_theirs(
    hass: HomeAssistant, family: Family, theirs: MockConfigEntry, both: tuple[str, str]
) -> None:
    """Its pages stay, and it goes on working."""
    _, core = both
    before = pages(hass, theirs)
    assert len(before) == 2
    assert await hass.config_entries.async_unload(family.entry.entry_id)
    registry = er.async_get(hass)
    dr.async_get(hass).async_clear_config_entry(family.entry.entry_id)
    registry.async_clear_config_entry(family.entry.entry_id)
    assert pages(hass, theirs) == before
    assert pages(hass, family.entry) == {}
    await family.player.insert(LIGHTHOUSE)
    await settle(lambda: shown(hass, core) == "playing")
    target = {"entity_id": core}
    await hass.services.async_call("media_player", "media_pause", target, blocking=True)
    await settle(lambda: family.player.view()["status"] == "paused")
    # The family goes on with ours, for the fixture's sake.
    assert await hass.config_entries.async_setup(family.entry.entry_id)


async def test_a_player_that_leaves_the_family_leaves_each_by_itself(
    hass: HomeAssistant, family: Family, theirs: MockConfigEntry, both: tuple[str, str]
) -> None:
    """Ours removes its own page, and never theirs."""
    before = pages(hass, theirs)
    left = family.simulation.world.devices.pop(family.player_id)
    await family.entry.runtime_data.async_refresh()
    await hass.async_block_till_done()
    assert left.mac not in pages(hass, family.entry)
    assert pages(hass, theirs) == before
    family.simulation.world.devices[left.device_id] = left


async def test_a_volume_that_is_set_in_one_is_shown_in_both(
    hass: HomeAssistant, family: Family, both: tuple[str, str]
) -> None:
    """They speak of the same sixteen steps."""
    ours, core = both
    await family.act("media_player.volume_set", volume_level=0.25)

    def levels() -> set[float]:
        states = [hass.states.get(entity_id) for entity_id in (ours, core)]
        return {round(state.attributes.get("volume_level", -1), 2) for state in states if state}

    await settle(lambda: levels() == {0.25})
