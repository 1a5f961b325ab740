"""An account over time: tokens, connection, restarts, reports."""

import asyncio
from datetime import timedelta
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
    get_system_health_info,
)
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.yoto_smart_stream.cloud.oauth import Tokens
from custom_components.yoto_smart_stream.const import DOMAIN
from custom_components.yoto_smart_stream.streaming.registry import STORE_KEY
from custom_components.yoto_smart_stream.token_store import TokenStore
from simulator.simulation import Simulation

from . import Family, settle

LIGHTHOUSE = "2Lght"


@pytest.fixture
async def short_lived(simulation: Simulation) -> None:
    """Let tokens last for fifteen seconds, of which the last three are kept for the hand-over."""
    simulation.world.faults.token_expires_in = 15


async def test_no_turn_of_the_knob_is_lost_around_the_expiry_of_a_token(
    short_lived: None, family: Family
) -> None:
    """The next connection is up before the broker closes the old one (protocol §3.1)."""
    seen: set[float] = set()
    entity_id = family.entity_id("media_player")

    def note(event: object) -> None:
        state = family.hass.states.get(entity_id)
        if state and "volume_level" in state.attributes:
            seen.add(state.attributes["volume_level"])

    family.hass.bus.async_listen("state_changed", note)
    tokens = family.entry.runtime_data.account.owner.tokens
    cap = family.player.view()["volume_max"]
    assert isinstance(cap, int)
    turned = set()
    while dt_util.utcnow() < tokens.expires_at + timedelta(seconds=3):
        volume = family.player.view()["volume"]
        assert isinstance(volume, int)
        await family.player.turn("left", -volume if volume >= cap else 1)
        turned.add(family.player.view()["volume"])
        await asyncio.sleep(0.15)
    expected = {step / 16 for step in turned if isinstance(step, int)}
    await settle(lambda: expected <= seen)
    assert family.entry.runtime_data.account.owner.tokens != tokens
    assert family.state("media_player").state == "idle"


async def test_a_dropped_connection_comes_back(family: Family) -> None:
    """And the state is right again, without anybody doing anything."""
    drop = family.simulation.world.drop_app_connections
    assert drop is not None
    assert await drop() == 1
    await family.player.turn("left", -1)
    volume = family.player.view()["volume"]
    assert isinstance(volume, int)
    await settle(lambda: family.state("media_player").attributes.get("volume_level") == volume / 16)


async def test_a_connection_that_carries_nothing_is_replaced(
    family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Being connected is no proof: silence after questions is what counts."""
    account = family.entry.runtime_data.account
    link = account.connection._link
    assert link is not None
    monkeypatch.setattr(link, "_receive", lambda _delivery: None)
    for minute in range(1, 4):
        async_fire_time_changed(family.hass, dt_util.utcnow() + timedelta(seconds=61 * minute))
        await asyncio.sleep(0.05)
    monkeypatch.setattr(
        "custom_components.yoto_smart_stream.coordinator.dt_util.utcnow",
        lambda: dt_util.dt.datetime.now(dt_util.UTC) + timedelta(minutes=5),
    )
    async_fire_time_changed(family.hass, dt_util.utcnow() + timedelta(minutes=6))
    await settle(lambda: account.connection._link is not link)
    await family.player.turn("left", -1)
    volume = family.player.view()["volume"]
    assert isinstance(volume, int)
    await settle(lambda: family.state("media_player").attributes.get("volume_level") == volume / 16)


async def test_refreshed_tokens_survive_a_restart(
    family: Family, hass: HomeAssistant, tokens: Tokens
) -> None:
    """The entry holds the first login; what was refreshed since is newer (capabilities L-07)."""
    owner = family.entry.runtime_data.account.owner
    fresh = await owner.replace(owner.tokens.access_token)
    assert await hass.config_entries.async_reload(family.entry.entry_id)
    assert family.entry.runtime_data.account.owner.tokens == fresh
    assert await TokenStore(hass, family.entry.entry_id).async_load(family.entry.data) == fresh


async def test_yoto_out_of_reach_at_the_start_is_tried_again(
    hass: HomeAssistant, entry: MockConfigEntry, simulation: Simulation
) -> None:
    """It is not the login's fault, so nobody is asked to log in."""
    simulation.world.faults.server_errors = 100
    await hass.config_entries.async_setup(entry.entry_id)
    assert _state(entry) is ConfigEntryState.SETUP_RETRY
    assert not hass.config_entries.flow.async_progress()
    simulation.world.faults.server_errors = 0
    await hass.config_entries.async_reload(entry.entry_id)
    assert _state(entry) is ConfigEntryState.LOADED
    await hass.config_entries.async_unload(entry.entry_id)


async def test_a_login_revoked_while_home_assistant_was_off_asks_for_a_new_one(
    hass: HomeAssistant, entry: MockConfigEntry, simulation: Simulation
) -> None:
    """Setup says so at once."""
    simulation.world.faults.revoked = True
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert [flow["step_id"] for flow in hass.config_entries.flow.async_progress()] == [
        "reauth_confirm"
    ]


async def test_what_the_cloud_believes_does_not_overrule_the_player(family: Family) -> None:
    """REST lags by minutes (protocol §2.1)."""
    family.simulation.world.faults.stale_online = True
    await family.player.wifi(up=False)
    await family.shows("off", "binary_sensor", "online")
    await family.entry.runtime_data.async_refresh()
    assert family.state("binary_sensor", "online").state == "off"


async def test_a_damaged_record_of_a_stream_is_reported_and_kept(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulation: Simulation,
    hass_storage: dict[str, Any],
) -> None:
    """One bad record never takes the others down."""
    hass_storage[STORE_KEY] = {
        "version": 1,
        "minor_version": 1,
        "key": STORE_KEY,
        "data": {"files": [{"token": "half a record"}], "rejected": []},
    }
    assert await hass.config_entries.async_setup(entry.entry_id)
    issue = ir.async_get(hass).async_get_issue(DOMAIN, "streams_set_aside")
    assert issue is not None
    assert issue.translation_placeholders == {"count": "1"}
    await hass.config_entries.async_unload(entry.entry_id)


async def test_diagnostics_hold_no_secret(
    family: Family, hass: HomeAssistant, hass_client: ClientSessionGenerator
) -> None:
    """What is attached to a bug report tells the state and nothing private."""
    await family.player.insert(LIGHTHOUSE)
    await family.shows("playing")
    report = await get_diagnostics_for_config_entry(hass, hass_client, family.entry)
    text = str(report)
    tokens = family.entry.runtime_data.account.owner.tokens
    device = family.simulation.world.devices[family.player_id]
    for secret in (tokens.access_token, tokens.refresh_token, device.mac, device.device_id):
        assert secret not in text
    assert "Kitchen" in text
    assert LIGHTHOUSE in text


async def test_system_health_counts_players(family: Family, hass: HomeAssistant) -> None:
    """A glance tells whether it works."""
    info = await get_system_health_info(hass, DOMAIN)
    info["can_reach_login"].close()
    assert info["players"] == 2
    assert info["online_players"] == 2
    assert info["connected_accounts"] == 1


def _state(entry: MockConfigEntry) -> ConfigEntryState:
    """Return the state of an entry, which changes behind the type checker's back."""
    state: ConfigEntryState = entry.state
    return state
