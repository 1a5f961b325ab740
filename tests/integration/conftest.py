"""A Home Assistant with an account on the simulator."""

from collections.abc import AsyncIterator
from pathlib import Path

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.yoto_smart_stream.cloud.endpoints import (
    API_VARIABLE,
    LOGIN_VARIABLE,
    MQTT_VARIABLE,
    Endpoints,
)
from custom_components.yoto_smart_stream.cloud.login import DeviceLogin
from custom_components.yoto_smart_stream.cloud.oauth import OAuth, Tokens
from custom_components.yoto_smart_stream.const import CONF_CLIENT_ID, CONF_TOKENS, DOMAIN
from custom_components.yoto_smart_stream.library.catalog import async_get_catalog
from custom_components.yoto_smart_stream.token_store import stored
from simulator.simulation import Simulation

from . import Family, settle
from .diary import Diary
from .shelf import Shelf


@pytest.fixture(autouse=True)
def _custom_integrations(enable_custom_integrations: None) -> None:
    """Let Home Assistant find the integration."""


@pytest.fixture
def hass_config_dir(hass_tmp_config_dir: str) -> str:
    """Give each Home Assistant a folder of its own, since the library keeps files there."""
    return hass_tmp_config_dir


@pytest.fixture
def silent_address(unused_tcp_port: int) -> str:
    """Return an address at which nobody listens."""
    return f"http://127.0.0.1:{unused_tcp_port}"


@pytest.fixture(autouse=True)
async def _endpoints(
    hass: HomeAssistant,
    simulation: Simulation,
    monkeypatch: pytest.MonkeyPatch,
    silent_address: str,
) -> None:
    """Point the integration at the simulator, in the way that developers do."""
    # The server that tests talk to begins after the views are in place.
    await hass.config.async_update(internal_url=silent_address)
    monkeypatch.setenv(API_VARIABLE, simulation.http_url)
    monkeypatch.setenv(LOGIN_VARIABLE, simulation.http_url)
    monkeypatch.setenv(MQTT_VARIABLE, f"wss://{simulation.mqtt_host}:{simulation.mqtt_port}/mqtt")


@pytest.fixture
async def tokens(hass: HomeAssistant, simulation: Simulation) -> Tokens:
    """Log in to the simulator."""
    from homeassistant.helpers.aiohttp_client import async_get_clientsession

    endpoints = Endpoints(api=simulation.http_url, login=simulation.http_url)
    login = DeviceLogin(OAuth(async_get_clientsession(hass), endpoints), simulation.client_id)
    code = await login.begin()
    simulation.logins.approve(code.user_code)
    return await login.wait(code)


@pytest.fixture
def entry(hass: HomeAssistant, tokens: Tokens, simulation: Simulation) -> MockConfigEntry:
    """Return an account that has been added and not been set up yet."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Simulated Family",
        unique_id=tokens.account_id,
        data={CONF_CLIENT_ID: simulation.client_id, CONF_TOKENS: stored(tokens)},
    )
    entry.add_to_hass(hass)
    return entry


@pytest.fixture
async def family(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulation: Simulation,
    hass_client_no_auth: ClientSessionGenerator,
    more_components: tuple[str, ...],
) -> AsyncIterator[Family]:
    """Return a family whose account is set up and whose players are live."""
    for component in ("http", "websocket_api", "diagnostics", "system_health", *more_components):
        assert await async_setup_component(hass, component, {})
    assert await hass.config_entries.async_setup(entry.entry_id)
    client = await hass_client_no_auth()
    await hass.config.async_update(internal_url=str(client.make_url("")).rstrip("/"))
    await settle(
        lambda: all(state.snapshot.volume is not None for state in entry.runtime_data.data.values())
    )
    yield Family(hass=hass, entry=entry, simulation=simulation, client=client)
    # A test may have ended while the entry was being loaded anew.
    await settle(lambda: entry.state.recoverable)
    assert await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()


@pytest.fixture
def more_components() -> tuple[str, ...]:
    """Name what Home Assistant has besides; a module may ask for more."""
    return ()


@pytest.fixture
async def shelf(
    hass: HomeAssistant,
    tmp_path: Path,
    hass_client: ClientSessionGenerator,
    more_components: tuple[str, ...],
) -> Shelf:
    """Return an audio library without any account."""
    folder = tmp_path / "given"
    folder.mkdir()
    hass.config.allowlist_external_dirs = {str(folder)}
    hass.config.media_dirs = {"local": str(folder)}
    for component in ("http", DOMAIN, *more_components):
        assert await async_setup_component(hass, component, {})
    client = await hass_client()
    catalog = await async_get_catalog(hass)
    return Shelf(hass=hass, catalog=catalog, folder=folder, client=client)


@pytest.fixture
def diary(hass: HomeAssistant) -> Diary:
    """Return an empty diary, which automations can keep."""
    return Diary(hass)
