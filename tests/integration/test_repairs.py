"""What a family is asked to mend, when, and when no more."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from types import SimpleNamespace
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed
from yoto_api.mqtt import YotoMqttClient

from custom_components.yoto_smart_stream.const import DOMAIN
from simulator.cloud.tokens import AccessClaims, TokenRefusedError
from simulator.control.faults import change_faults
from simulator.simulation import Simulation

from . import Family, settle

WHILE = timedelta(minutes=4)
LONG = timedelta(hours=1, minutes=2)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try to connect again at once, so that tests need not wait."""
    monkeypatch.setattr(YotoMqttClient, "_BACKOFF_MIN", 0.05)
    monkeypatch.setattr(YotoMqttClient, "_BACKOFF_MAX", 0.2)
    monkeypatch.setattr("custom_components.yoto_smart_stream.cloud.connection._RETRY", 0.2)
    monkeypatch.setattr("custom_components.yoto_smart_stream.cloud.connection._LONGEST_RETRY", 0.2)


def issues(hass: HomeAssistant) -> Mapping[str, ir.IssueEntry]:
    """Return what is shown under Repairs because of us, by translation key."""
    return {
        str(issue.translation_key): issue
        for (domain, _), issue in ir.async_get(hass).issues.items()
        if domain == DOMAIN and issue.active
    }


async def passes(hass: HomeAssistant, time: timedelta) -> None:
    """Let Home Assistant's clock run ahead for a moment."""
    future = dt_util.utcnow() + time
    with patch("homeassistant.util.dt.utcnow", return_value=future):
        async_fire_time_changed(hass, future)
    await asyncio.sleep(0.1)


async def test_a_firewall_is_named_with_host_and_port(family: Family, hass: HomeAssistant) -> None:
    """After a while, and until the way is free."""
    simulation = family.simulation
    await change_faults(simulation.world, {"mqtt_blocked": True})
    connection = family.entry.runtime_data.account.connection
    await settle(lambda: connection.lost_at is not None)
    await passes(hass, timedelta(seconds=61))
    assert "mqtt_blocked" not in issues(hass)
    await passes(hass, WHILE)
    placeholders = issues(hass)["mqtt_blocked"].translation_placeholders
    assert placeholders is not None
    assert placeholders["host"] == simulation.mqtt_host
    assert placeholders["port"] == str(simulation.mqtt_port)
    assert placeholders["account"] == "Simulated Family"
    await change_faults(simulation.world, {"mqtt_blocked": False})
    await settle(lambda: "mqtt_blocked" not in issues(hass))
    await family.shows("idle")


async def test_a_network_that_is_away_altogether_is_no_firewall(
    family: Family, hass: HomeAssistant
) -> None:
    """Nobody is sent to search a firewall because the internet is down."""
    await change_faults(family.simulation.world, {"mqtt_blocked": True, "server_errors": 10_000})
    connection = family.entry.runtime_data.account.connection
    await settle(lambda: connection.lost_at is not None)
    await family.entry.runtime_data.async_refresh()
    await passes(hass, WHILE)
    assert not {"mqtt_blocked", "mqtt_refused"} & issues(hass).keys()
    await change_faults(family.simulation.world, {"reset": True})


async def test_a_login_without_the_permission_to_listen_is_no_firewall(
    hass: HomeAssistant, entry: MockConfigEntry, simulation: Simulation
) -> None:
    """The account is there, and what is missing is the permission."""
    tokens = entry.data["tokens"]
    scopes = [scope for scope in tokens["scopes"] if scope != "family:devices:control"]
    hass.config_entries.async_update_entry(
        entry, data={**entry.data, "tokens": {**tokens, "scopes": scopes}}
    )
    await change_faults(simulation.world, {"mqtt_blocked": True})
    assert await hass.config_entries.async_setup(entry.entry_id)
    await passes(hass, WHILE)
    assert "scope_missing_devices_control" in issues(hass)
    assert not {"mqtt_blocked", "mqtt_refused"} & issues(hass).keys()
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_broker_that_refuses_is_told_apart(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulation: Simulation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A firewall would be searched in vain."""

    def refuse(_token: str) -> AccessClaims:
        raise TokenRefusedError("not today")

    with monkeypatch.context() as strict:
        strict.setattr(simulation.broker, "_tokens", SimpleNamespace(check=refuse))
        assert await hass.config_entries.async_setup(entry.entry_id)
        await passes(hass, WHILE)
        assert "mqtt_refused" in issues(hass)
        assert "mqtt_blocked" not in issues(hass)
    await settle(lambda: "mqtt_refused" not in issues(hass))
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_player_that_stays_out_of_reach_is_named(
    family: Family, hass: HomeAssistant
) -> None:
    """Until it is back."""
    await family.player.wifi(up=False)
    await family.shows("off", "binary_sensor", "online")
    await passes(hass, timedelta(minutes=50))
    assert "player_offline" not in issues(hass)
    await passes(hass, LONG)
    placeholders = issues(hass)["player_offline"].translation_placeholders
    assert placeholders == {"account": "Simulated Family", "hours": "1", "player": "Kitchen"}
    await family.player.wifi(up=True)
    await family.shows("on", "binary_sensor", "online")
    await passes(hass, timedelta(minutes=2))
    assert "player_offline" not in issues(hass)


async def test_a_player_that_was_switched_off_is_left_in_peace(
    family: Family, hass: HomeAssistant
) -> None:
    """That is what a family does at night."""
    await family.player.power(on=False)
    await family.shows("off", "binary_sensor", "online")
    await passes(hass, LONG)
    assert "player_offline" not in issues(hass)


@pytest.mark.parametrize(
    ("hours", "after", "named"),
    [
        pytest.param(0, timedelta(days=30), False, id="never"),
        pytest.param(24, timedelta(hours=20), False, id="not yet"),
        pytest.param(24, timedelta(hours=25), True, id="at last"),
        pytest.param(0.5, timedelta(minutes=40), True, id="soon"),
    ],
)
async def test_the_family_says_when_it_wants_to_know(
    family: Family, hass: HomeAssistant, hours: float, after: timedelta, *, named: bool
) -> None:
    """With the gear of the entry."""
    form = await family.options("account")
    await hass.config_entries.options.async_configure(form["flow_id"], {"offline_after": hours})
    await hass.async_block_till_done()
    await family.shows("on", "binary_sensor", "online")
    await family.player.wifi(up=False)
    await family.shows("off", "binary_sensor", "online")
    await passes(hass, after)
    assert ("player_offline" in issues(hass)) is named


async def test_a_removed_account_leaves_nothing_to_mend(
    family: Family, hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """Nobody could withdraw it any more."""
    await family.player.wifi(up=False)
    await family.shows("off", "binary_sensor", "online")
    await passes(hass, LONG)
    assert "player_offline" in issues(hass)
    await hass.config_entries.async_unload(entry.entry_id)
    assert "player_offline" not in issues(hass)
