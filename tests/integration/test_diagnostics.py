"""What a family can attach to a bug report, and what it sees at a glance."""

import json
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import get_system_health_info
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
    get_diagnostics_for_device,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.yoto_smart_stream.const import DOMAIN
from custom_components.yoto_smart_stream.streaming.registry import async_get_registry

from . import Family, settle

LIGHTHOUSE = "2Lght"


@pytest.fixture
async def evening(family: Family) -> Family:
    """Return a family with a card in play, a volume that was set, and audio that is served."""
    await family.player.insert(LIGHTHOUSE)
    await family.shows("playing")
    await family.act("media_player.volume_set", volume_level=0.25)
    registry = await async_get_registry(family.hass)
    song = Path(family.hass.config.path("song.mp3"))
    await registry.async_add([(song, "audio/mpeg")], owner=family.entry.entry_id)
    await settle(lambda: bool(family.entry.runtime_data.recent(family.player_id)))
    return family


async def secrets(family: Family) -> set[str]:
    """Return everything that nobody else may read."""
    tokens = family.entry.runtime_data.account.owner.tokens
    registry = await async_get_registry(family.hass)
    return {
        tokens.access_token,
        tokens.refresh_token,
        str(family.entry.unique_id),
        *(file.token for file in registry.of_owner(family.entry.entry_id)),
        *(device.mac for device in family.simulation.world.devices.values()),
        *(device.device_id for device in family.simulation.world.devices.values()),
    }


async def test_the_report_of_an_account_holds_the_state_and_no_secret(
    evening: Family, hass: HomeAssistant, hass_client: ClientSessionGenerator
) -> None:
    """Everything that a developer asks for, and nothing private."""
    report: dict[str, Any] = await get_diagnostics_for_config_entry(
        hass, hass_client, evening.entry
    )
    text = json.dumps(report)
    for secret in await secrets(evening):
        assert secret not in text
    kitchen = next(each for each in report["players"] if each["player"]["name"] == "Kitchen")
    assert kitchen["player"]["device_type"] == "v3e"
    assert kitchen["player"]["settings"]["raw"]["maxVolumeLimit"]
    assert kitchen["snapshot"]["card_id"] == LIGHTHOUSE
    assert "card_inserted" in {each["kind"] for each in kitchen["occurrences"]}
    counters = report["connection"]["counters"]
    assert counters["commands"] == counters["acknowledged"] == 1
    assert counters["messages"] > 10
    assert report["streams"] == 1


async def test_the_report_of_a_player_is_about_that_one(
    evening: Family, hass: HomeAssistant, hass_client: ClientSessionGenerator
) -> None:
    """The other players of the family are no business of whoever reads it."""
    device = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, evening.player_id), evening.entry.entry_id
    )
    assert device is not None
    report: dict[str, Any] = await get_diagnostics_for_device(
        hass, hass_client, evening.entry, device
    )
    text = json.dumps(report)
    for secret in await secrets(evening):
        assert secret not in text
    assert "Kitchen" in text
    assert "Bedroom" not in text
    assert report["players"][0]["occurrences"]


async def test_the_report_of_an_account_without_a_connection_says_why(
    family: Family, hass: HomeAssistant, hass_client: ClientSessionGenerator
) -> None:
    """This is what most reports are about."""
    outages = family.simulation.world.outages
    assert outages is not None
    await outages.block(how=True)
    connection = family.entry.runtime_data.account.connection
    await settle(lambda: connection.lost_at is not None)
    report: dict[str, Any] = await get_diagnostics_for_config_entry(hass, hass_client, family.entry)
    assert report["connection"]["connected"] is False
    assert report["connection"]["failure"]
    assert report["connection"]["lost_at"]


async def test_a_glance_counts_what_has_passed(evening: Family, hass: HomeAssistant) -> None:
    """For all accounts together."""
    info = await get_system_health_info(hass, DOMAIN)
    info.pop("can_reach_login").close()
    messages = info.pop("messages")
    assert messages > 10
    assert info == {
        "acknowledged": 1,
        "audio": 0,
        "audio_hours": 0,
        "audio_in_trash": 0,
        "cards_elsewhere": 0,
        "commands": 1,
        "connected_accounts": 1,
        "jobs_failed": 0,
        "jobs_running": 0,
        "jobs_waiting": 0,
        "online_players": 2,
        "player_address": "automatic, http: reached",
        "players": 2,
        "reconnects": 0,
        "refused": 0,
        "unanswered": 0,
    }
