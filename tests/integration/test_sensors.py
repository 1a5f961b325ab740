"""What a family reads of its players: sensors and binary sensors."""

from datetime import timedelta
from pathlib import Path

from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity import Entity
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.yoto_smart_stream.cloud.commands import (
    BLUETOOTH_OFF,
    set_sleep_timer,
    switch_bluetooth_on,
)
from custom_components.yoto_smart_stream.const import DOMAIN
from simulator.cloud.silence import make_silence

from . import Family, settle

LIGHTHOUSE = "2Lght"
"""A card of the simulated library with three chapters."""
JOURNEYS = "6Moon"
"""One whose first chapter has two tracks."""


@pytest.fixture
def _all_enabled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every sensor enabled from the start."""
    monkeypatch.setattr(Entity, "entity_registry_enabled_default", True)


async def refresh(family: Family) -> None:
    """Have the player asked how it is."""
    await family.hass.services.async_call(
        "button", "press", {"entity_id": family.entity_id("button", "refresh")}, blocking=True
    )


@pytest.mark.usefixtures("_all_enabled")
async def test_readings(family: Family) -> None:
    """Every reading of a player is shown in its own unit."""
    await refresh(family)
    await family.shows("24.0", "sensor", "temperature")
    await family.shows("24.0", "sensor", "battery_temperature")
    await family.shows("-55", "sensor", "wifi_signal")
    await family.shows("87", "sensor", "battery")
    # Darkness is a reading too.
    await family.shows("0", "sensor", "ambient_light")
    await family.shows("v2.23.4", "sensor", "firmware")
    await family.shows("day" if family.player.view()["day"] else "night", "sensor", "day_mode")
    storage = family.state("sensor", "free_storage")
    assert float(storage.state) == pytest.approx(25_160_368 * 1024 / 1e9)
    assert storage.attributes["unit_of_measurement"] == "GB"
    seen = dt_util.parse_datetime(family.state("sensor", "last_seen").state)
    assert seen is not None
    assert timedelta(0) <= dt_util.utcnow() - seen < timedelta(minutes=2)


@pytest.mark.usefixtures("_all_enabled")
async def test_a_player_has_the_sensors_of_its_model(family: Family) -> None:
    """The Mini has neither a thermometer nor an eye for light (protocol §7)."""
    registry = er.async_get(family.hass)
    kitchen, bedroom = family.simulation.players
    for key in ("ambient_light", "temperature"):
        assert registry.async_get_entity_id("sensor", DOMAIN, f"{kitchen}_{key}")
        assert registry.async_get_entity_id("sensor", DOMAIN, f"{bedroom}_{key}") is None
    assert registry.async_get_entity_id("sensor", DOMAIN, f"{bedroom}_battery_temperature")


async def test_noisy_sensors_are_off_until_wanted(family: Family) -> None:
    """A database grows by what changes all the time."""
    registry = er.async_get(family.hass)
    disabled = {
        entry.unique_id.removeprefix(f"{family.player_id}_")
        for entry in er.async_entries_for_config_entry(registry, family.entry.entry_id)
        if entry.unique_id.startswith(family.player_id)
        and entry.domain == "sensor"
        and entry.disabled
    }
    assert disabled == {
        "ambient_light",
        "battery_temperature",
        "free_storage",
        "last_seen",
        "temperature",
        "wifi_signal",
    }
    for key in ("battery", "firmware"):
        found = registry.async_get(family.entity_id("sensor", key))
        assert found is not None
        assert found.entity_category is EntityCategory.DIAGNOSTIC


async def test_the_card_in_play(family: Family) -> None:
    """Card, chapter and track by name, with their keys for automations."""
    for key in ("card", "chapter", "track", "card_source"):
        await family.shows("none", "sensor", key)
    await family.shows("off", "binary_sensor", "card_inserted")
    await family.player.insert(JOURNEYS)
    await family.shows("Three Journeys to the Moon", "sensor", "card")
    await family.shows("Ready", "sensor", "track")
    card = family.state("sensor", "card").attributes
    assert card["card_id"] == JOURNEYS
    assert card["author"] == "Juno Marsh"
    assert card["cover_url"].startswith("http")
    assert card["inserted"] == "physical"
    assert family.state("sensor", "track").attributes["track_key"] == "k3Vd9QmZ1a"
    assert family.state("sensor", "chapter").state == "Ready"
    assert family.state("sensor", "chapter").attributes["chapter_key"]
    await family.shows("physical", "sensor", "card_source")
    await family.shows("on", "binary_sensor", "card_inserted")
    await family.player.turn("right", 1)
    await family.shows("Go", "sensor", "track")
    await family.player.remove()
    for key in ("card", "chapter", "track", "card_source"):
        await family.shows("none", "sensor", key)
    await family.shows("off", "binary_sensor", "card_inserted")


async def test_a_card_played_from_afar(family: Family) -> None:
    """It is in play though the slot is empty."""
    await family.act("yoto_smart_stream.play_card", card_id=LIGHTHOUSE)
    await family.shows("remote", "sensor", "card_source")
    assert family.state("binary_sensor", "card_inserted").state == "off"
    await family.act("media_player.media_stop")
    await family.shows("none", "sensor", "card_source")


async def test_a_stream_from_home_assistant(
    family: Family, hass: HomeAssistant, tmp_path: Path
) -> None:
    """Whether something streams, and whether Home Assistant is where it comes from."""
    hass.config.allowlist_external_dirs = {str(tmp_path)}
    tune = tmp_path / "tune.mp3"
    tune.write_bytes(make_silence("a tune", 60.0))
    made = await hass.services.async_call(
        DOMAIN,
        "create_streaming_card",
        {"title": "Bedtime", "media": [str(tune)]},
        blocking=True,
        return_response=True,
    )
    assert made is not None
    assert family.state("binary_sensor", "playing_stream").state == "off"
    await family.act("yoto_smart_stream.play_card", card_id=made["card_id"])
    await family.shows("on", "binary_sensor", "playing_stream")
    await family.shows("streaming", "sensor", "card_source")
    await settle(
        lambda: family.state("binary_sensor", "playing_stream").attributes["from_home_assistant"]
    )
    await family.act("media_player.media_pause")
    await family.shows("off", "binary_sensor", "playing_stream")


async def test_plugs(family: Family) -> None:
    """The charger, headphones and Bluetooth follow the next status."""
    for key in ("charging", "headphones", "bluetooth_audio", "background_download"):
        await family.shows("off", "binary_sensor", key)
    await family.player.battery(37, charging=True)
    await family.player.headphones(connected=True)
    coordinator = family.entry.runtime_data
    await coordinator.async_command(family.player_id, switch_bluetooth_on())
    await refresh(family)
    for key in ("charging", "headphones", "bluetooth_audio"):
        await family.shows("on", "binary_sensor", key)
    await family.shows("37", "sensor", "battery")
    await family.player.battery(37, charging=False)
    await family.player.headphones(connected=False)
    await coordinator.async_command(family.player_id, BLUETOOTH_OFF)
    await refresh(family)
    for key in ("charging", "headphones", "bluetooth_audio"):
        await family.shows("off", "binary_sensor", key)


async def test_the_sleep_timer(family: Family) -> None:
    """When it ends is a moment, not a number that runs down."""
    await family.player.insert(LIGHTHOUSE)
    await family.shows("playing")
    await family.shows("off", "binary_sensor", "sleep_timer")
    assert family.state("sensor", "sleep_timer_end").state == "unknown"
    coordinator = family.entry.runtime_data
    await coordinator.async_command(family.player_id, set_sleep_timer(600))
    await family.shows("on", "binary_sensor", "sleep_timer")
    await settle(lambda: family.state("sensor", "sleep_timer_end").state != "unknown")
    ends_at = dt_util.parse_datetime(family.state("sensor", "sleep_timer_end").state)
    assert ends_at is not None
    left = (ends_at - dt_util.utcnow()).total_seconds()
    assert left == pytest.approx(600, abs=60)
    await coordinator.async_command(family.player_id, set_sleep_timer(0))
    await family.shows("off", "binary_sensor", "sleep_timer")
    await family.shows("unknown", "sensor", "sleep_timer_end")


@pytest.mark.usefixtures("_all_enabled")
async def test_what_stays_known_without_the_player(family: Family) -> None:
    """Readings need the player; who it is and what it did does not."""
    await refresh(family)
    await family.shows("v2.23.4", "sensor", "firmware")
    await family.player.power(on=False)
    await family.shows("off", "binary_sensor", "online")
    for key in ("battery", "card", "wifi_signal", "day_mode", "free_storage"):
        await family.shows("unavailable", "sensor", key)
    for key in ("card_inserted", "charging", "headphones", "sleep_timer"):
        await family.shows("unavailable", "binary_sensor", key)
    for key in ("firmware", "last_seen", "listened_today"):
        assert family.state("sensor", key).state not in {"unavailable", "unknown"}


async def reload(family: Family) -> None:
    """Load the account anew, as a restart does."""
    assert await family.hass.config_entries.async_reload(family.entry.entry_id)
    await family.hass.async_block_till_done()


@pytest.mark.usefixtures("_all_enabled")
async def test_when_a_player_was_last_seen_survives_a_restart(family: Family) -> None:
    """Of a player that is off nobody says anything any more."""
    await family.player.power(on=False)
    await family.shows("off", "binary_sensor", "online")
    seen = family.state("sensor", "last_seen").state
    assert dt_util.parse_datetime(seen) is not None
    await reload(family)
    assert family.state("sensor", "last_seen").state == seen


def minutes_listened(family: Family) -> float:
    """Return what the sensor shows."""
    state = family.state("sensor", "listened_today")
    assert state.attributes["unit_of_measurement"] == "min"
    return float(state.state)


async def test_listening_is_counted(family: Family) -> None:
    """While it plays and only then, even if the player says nothing, and over a restart."""
    assert minutes_listened(family) == 0
    midnight = dt_util.parse_datetime(
        family.state("sensor", "listened_today").attributes["last_reset"]
    )
    assert midnight == dt_util.start_of_local_day()
    await family.player.insert(LIGHTHOUSE)
    await family.shows("playing")
    now = dt_util.utcnow()
    async_fire_time_changed(family.hass, now + timedelta(seconds=60))
    await settle(lambda: minutes_listened(family) == pytest.approx(1, abs=0.2))
    await family.player.press("right")
    await family.shows("paused")
    listened = minutes_listened(family)
    async_fire_time_changed(family.hass, now + timedelta(seconds=120))
    await family.hass.async_block_till_done(wait_background_tasks=True)
    assert minutes_listened(family) == listened
    await reload(family)
    assert minutes_listened(family) == pytest.approx(listened, abs=0.02)


async def test_a_new_day_begins_at_nought(family: Family) -> None:
    """At the family's own midnight, even if nobody touches the player."""
    await family.player.insert(LIGHTHOUSE)
    await family.shows("playing")
    async_fire_time_changed(family.hass, dt_util.utcnow() + timedelta(seconds=60))
    await settle(lambda: minutes_listened(family) > 0)
    await family.player.remove()
    await family.shows("idle")
    tomorrow = dt_util.start_of_local_day(dt_util.now() + timedelta(days=1))
    async_fire_time_changed(family.hass, tomorrow)
    await settle(lambda: minutes_listened(family) == 0)
    shown = family.state("sensor", "listened_today").attributes["last_reset"]
    assert dt_util.parse_datetime(shown) == tomorrow
