"""Everything that can go wrong on the way to the players, and that it is said once."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
import re

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed
from yoto_api.mqtt import YotoMqttClient

from custom_components.yoto_smart_stream.cloud.errors import CloudUnreachableError
from custom_components.yoto_smart_stream.cloud.rest import CloudRest
from custom_components.yoto_smart_stream.data import PlayerState
from custom_components.yoto_smart_stream.playback.occurrences import Kind, Occurrence
from simulator.control.faults import change_faults
from simulator.simulation import Simulation
from simulator.world import Json

from . import Family, settle

LIGHTHOUSE = "2Lght"
LOST = "There is no connection to the players of Simulated Family"
BACK = "The connection to the players of Simulated Family is back"
STILL = timedelta(seconds=31)
"""Longer than a connection may be away before what players have said is outdated."""


@dataclass(frozen=True, slots=True)
class Diary:
    """What our loggers have said since a test began, for everybody to read."""

    caplog: pytest.LogCaptureFixture

    def count(self, text: str) -> int:
        """Return how often something was said, at a level that people see.

        At which address Home Assistant is reached changes in tests, which is no fault of players.
        """
        return sum(
            bool(re.search(text, record.getMessage()))
            for record in self.caplog.records
            if record.name.startswith("custom_components.yoto_smart_stream")
            and record.levelname != "DEBUG"
            and not record.getMessage().startswith(("Players can use", "Players cannot use"))
        )


@pytest.fixture
def diary(caplog: pytest.LogCaptureFixture) -> Diary:
    """Return the diary of this test."""
    return Diary(caplog)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try to connect again at once, so that tests need not wait."""
    monkeypatch.setattr(YotoMqttClient, "_BACKOFF_MIN", 0.05)
    monkeypatch.setattr(YotoMqttClient, "_BACKOFF_MAX", 0.2)
    monkeypatch.setattr("custom_components.yoto_smart_stream.cloud.connection._RETRY", 0.2)
    monkeypatch.setattr("custom_components.yoto_smart_stream.cloud.connection._LONGEST_RETRY", 0.2)


async def fault(simulation: Simulation, **faults: Json) -> None:
    """Turn the simulator's knobs."""
    await change_faults(simulation.world, faults)


def volume(family: Family) -> float | None:
    """Return the volume that Home Assistant shows."""
    level = family.state("media_player").attributes.get("volume_level")
    return None if level is None else round(level * 16)


async def same_volume(family: Family) -> None:
    """Wait until Home Assistant shows the volume that the player has."""
    await settle(lambda: volume(family) == family.player.view()["volume"])


def occurrences(family: Family) -> list[Occurrence]:
    """Return a list that fills with what happens at the first player from now on."""
    happened: list[Occurrence] = []

    def note(_state: PlayerState, occurrence: Occurrence) -> None:
        if occurrence.player_id == family.player_id:
            happened.append(occurrence)

    family.entry.runtime_data.audience.async_listen(note)
    return happened


def states(family: Family) -> list[str]:
    """Return a list that fills with the states of the media player from now on."""
    shown: list[str] = []
    entity_id = family.entity_id("media_player")

    def note(_event: object) -> None:
        state = family.hass.states.get(entity_id)
        if state is not None:
            shown.append(state.state)

    family.hass.bus.async_listen("state_changed", note)
    return shown


def shown(hass: HomeAssistant, entity_id: str) -> str | None:
    """Return the state of an entity by its id."""
    state = hass.states.get(entity_id)
    return None if state is None else state.state


async def passes(hass: HomeAssistant, time: timedelta) -> None:
    """Let Home Assistant's clock run ahead."""
    async_fire_time_changed(hass, dt_util.utcnow() + time)
    await asyncio.sleep(0.05)


async def test_a_broker_that_restarts_is_no_reason_to_become_unavailable(
    family: Family, diary: Diary
) -> None:
    """What happened meanwhile shows as state, and nothing is invented from it."""
    await family.player.insert(LIGHTHOUSE)
    await family.shows("playing")
    happened, shown = occurrences(family), states(family)
    await fault(family.simulation, mqtt_restart=0.5)
    await settle(lambda: diary.count(LOST) == 1)
    await family.player.turn("left", -2)
    await settle(lambda: diary.count(BACK) == 1)
    await same_volume(family)
    await family.shows("playing")
    assert "unavailable" not in shown
    assert not [one for one in happened if one.kind is not Kind.TRACK_CHANGED]
    assert diary.count(LOST) == diary.count(BACK) == 1
    # And it is live again.
    await family.player.press("right")
    await family.shows("paused")


async def test_a_command_on_a_connection_that_ends_fails_at_once(family: Family) -> None:
    """Nobody waits for a confirmation that cannot come."""
    await fault(family.simulation, mqtt_silent=True)
    acting = asyncio.create_task(family.act("media_player.volume_set", volume_level=0.25))
    await asyncio.sleep(0.2)
    await fault(family.simulation, mqtt_restart=0)
    with pytest.raises(HomeAssistantError, match="no connection to Yoto"):
        async with asyncio.timeout(2):
            await acting
    await family.shows("idle")


@pytest.mark.parametrize("how", ["refused", "unanswered"])
async def test_a_long_outage_makes_unavailable_what_needs_the_connection(
    family: Family, diary: Diary, how: str
) -> None:
    """Settings come from the web API and stay."""
    await fault(family.simulation, mqtt_blocked=how)
    await settle(lambda: diary.count(LOST) == 1)
    assert family.state("media_player").state == "idle"
    await passes(family.hass, STILL)
    await family.shows("unavailable")
    await family.shows("unavailable", "sensor", "battery")
    assert family.state("binary_sensor", "online").state == "on"
    await fault(family.simulation, mqtt_blocked=False)
    await family.shows("idle")
    await family.player.turn("left", -1)
    await same_volume(family)
    assert diary.count(LOST) == diary.count(BACK) == 1


async def test_an_account_is_set_up_without_a_connection(
    hass: HomeAssistant, entry: MockConfigEntry, simulation: Simulation, diary: Diary
) -> None:
    """A firewall takes the live part only; it comes by itself once the way is free."""
    await fault(simulation, mqtt_blocked=True)
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.LOADED
    assert shown(hass, "media_player.kitchen") == "unavailable"
    assert diary.count(LOST) == 1
    await fault(simulation, mqtt_blocked=False)
    await settle(lambda: shown(hass, "media_player.kitchen") == "idle")
    assert diary.count(LOST) == diary.count(BACK) == 1
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_connection_that_carries_nothing_is_replaced(family: Family, diary: Diary) -> None:
    """It looks alive, but nobody answers: that is said once, and so is the end of it."""
    await fault(family.simulation, mqtt_silent=True)
    await family.player.turn("left", -2)
    await passes(family.hass, timedelta(seconds=61))
    await same_volume(family)
    assert diary.count("Nothing is heard from the players") == 1
    await settle(lambda: diary.count("are heard again") == 1)
    assert diary.count(LOST) == 0


@pytest.fixture
async def short_lived(simulation: Simulation) -> None:
    """Let tokens last for 25 seconds, of which the last five are kept for the hand-over."""
    simulation.world.faults.token_expires_in = 25


async def test_a_token_that_expires_in_a_burst_of_messages_costs_none(
    short_lived: None, family: Family, diary: Diary
) -> None:
    """The broker ends the old connection while both knobs of both players are turned."""
    happened = occurrences(family)
    tokens = family.entry.runtime_data.account.owner.tokens
    steps: list[Json] = [family.player.view()["volume"]]
    click = 1
    while dt_util.utcnow() < tokens.expires_at + timedelta(seconds=1):
        for player in family.simulation.players.values():
            await player.turn("left", click)
        click = -click
        steps.append(family.player.view()["volume"])
        await asyncio.sleep(0.04)
    await same_volume(family)
    changes = sum(before != after for before, after in pairwise(steps))
    await settle(lambda: bool(happened))
    turned = [one for one in happened if one.kind is Kind.VOLUME_CHANGED]
    # Messages may be put together by the player, but none may be counted twice.
    assert len(turned) <= changes
    assert {one.volume for one in turned} <= set(steps)
    assert diary.count(LOST) == 0
    assert diary.count("warning|error") == 0


async def test_a_fifth_of_all_commands_is_refused(family: Family, diary: Diary) -> None:
    """Each refusal is an error to whoever asked, and the state is what the player shows."""
    before = family.entry.runtime_data.account.connection.counters
    await fault(family.simulation, refuse_commands=0.2)
    refused = 0
    for step in range(30):
        try:
            await family.act("media_player.volume_set", volume_level=(step % 8) / 16)
        except HomeAssistantError:
            refused += 1
    await same_volume(family)
    after = family.entry.runtime_data.account.connection.counters
    assert after.commands - before.commands == 30
    assert after.refused - before.refused == refused
    assert after.acknowledged - before.acknowledged == 30 - refused
    assert 0 < refused < 30
    assert diary.count(".") == 0


async def test_a_player_that_the_cloud_wrongly_believes_online(
    hass: HomeAssistant, entry: MockConfigEntry, simulation: Simulation
) -> None:
    """Its own last word is retained, and counts from the start (protocol §2.1)."""
    kitchen = next(iter(simulation.players.values()))
    simulation.world.faults.stale_online = True
    await kitchen.power(on=False)
    await asyncio.sleep(0.3)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await settle(lambda: shown(hass, "binary_sensor.kitchen_online") == "off")
    assert shown(hass, "media_player.kitchen") == "unavailable"
    assert shown(hass, "media_player.bedroom") == "idle"
    assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("kind", ["server_errors", "too_many_requests", "dropped_connections"])
async def test_a_web_api_in_trouble_takes_nothing_live_away(
    family: Family, diary: Diary, kind: str
) -> None:
    """Players go on being heard and obey; the trouble is said once, and so is its end."""
    coordinator = family.entry.runtime_data
    await fault(family.simulation, **{kind: 10_000})
    for _ in range(3):
        await coordinator.async_refresh()
    await family.player.turn("left", -2)
    await same_volume(family)
    await family.act("media_player.volume_set", volume_level=3 / 16)
    await settle(lambda: volume(family) == 3)
    assert family.state("binary_sensor", "online").state == "unavailable"
    assert diary.count("Error fetching yoto_smart_stream data") == 1
    await fault(family.simulation, **{kind: 0})
    await passes(family.hass, timedelta(seconds=61))
    await family.shows("on", "binary_sensor", "online")
    assert diary.count("Error fetching yoto_smart_stream data") == 1
    assert diary.count("Fetching yoto_smart_stream data recovered") == 1


async def test_a_library_out_of_reach_is_said_once_and_fetched_later(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    diary: Diary,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Players work without titles."""

    async def unreachable(_rest: CloudRest) -> None:
        raise CloudUnreachableError("HTTP 500")

    with monkeypatch.context() as broken:
        broken.setattr(CloudRest, "library", unreachable)
        assert await hass.config_entries.async_setup(entry.entry_id)
        await entry.runtime_data.async_refresh()
        await entry.runtime_data.async_refresh()
        assert diary.count("card library cannot be loaded") == 1
    await entry.runtime_data.async_refresh()
    await entry.runtime_data.async_refresh()
    assert diary.count("card library has been loaded") == 1
    assert entry.runtime_data.account.shelf.known(LIGHTHOUSE)
    assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize(
    ("leave", "come_back", "said"),
    [
        pytest.param(
            lambda family: family.player.wifi(up=False),
            lambda family: family.player.wifi(up=True),
            "Kitchen is offline: it is out of reach",
            id="lost",
        ),
        pytest.param(
            lambda family: family.player.power(on=False),
            lambda family: family.player.power(on=True),
            "Kitchen is offline: it was switched off",
            id="switched off",
        ),
    ],
)
async def test_a_player_that_goes_and_comes_back_is_said_once(
    family: Family,
    diary: Diary,
    leave: Callable[[Family], asyncio.Future[None]],
    come_back: Callable[[Family], asyncio.Future[None]],
    said: str,
) -> None:
    """With the reason, as far as anybody knows it."""
    await leave(family)
    await family.shows("off", "binary_sensor", "online")
    await family.entry.runtime_data.async_refresh()
    await come_back(family)
    await family.shows("idle")
    await settle(lambda: diary.count("Kitchen is online again") == 1)
    assert diary.count(said) == 1
    assert diary.count("Kitchen is offline") == 1
