"""The player check in the options, with players that differ in each point."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from unittest.mock import PropertyMock, patch

from homeassistant.components.ffmpeg import get_ffmpeg_manager
from homeassistant.config_entries import ConfigFlowResult
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.yoto_smart_stream.checking.profiles import (
    PROFILES,
    STORE_KEY,
    async_setup_profiles,
)
from custom_components.yoto_smart_stream.delivery import check
from custom_components.yoto_smart_stream.delivery.profile import Interactive
from custom_components.yoto_smart_stream.streaming.views import CHECK_CARDS
from custom_components.yoto_smart_stream.sure_store import NotWrittenError
from simulator.simulation import Simulation
from simulator.traits import InteractiveStreams, StreamLength, Traits
from tests.reachability.strangers import Authority, handshakes

from . import Family, settle
from .diary import LIGHTHOUSE
from .examiner import Examiner, check_cards, give, lines_of

USUAL = {
    "delivery": "live",
    "interactive": "played",
    "unreached": "-",
    "reached": "yes",
    "secure": "no",
    "probes": "yes",
    "probes_ahead": "no",
    "ranges": "yes",
    "repeats": "no",
    "redirects": "yes",
    "prefetches": "no",
    "presses_told": "yes",
    "turns_told": "unknown",
    "length_told": "yes",
    "length_told_early": "no",
    "answers_shown": "yes",
}


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing that does not happen be waited for long."""
    for stage in check.ALLOWED:
        seconds = 2.0 if stage is check.Stage.FINISHING else 4.0
        monkeypatch.setitem(check.ALLOWED, stage, check.timedelta(seconds=seconds))


@pytest.fixture
async def simulation(
    socket_enabled: None, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Simulation]:
    """Run players that live slowly enough for a track not to end before the check."""
    async with Simulation(players=2, speed=3, at_noon=True) as simulation:
        simulation.world.faults.login_interval = 0.05
        monkeypatch.setenv("SSL_CERT_FILE", str(simulation.ca_file))
        yield simulation


async def found_out(family: Family, traits: Traits, *, patient: bool = True) -> ConfigFlowResult:
    """Check a player that behaves in a certain way; nothing is left at Yoto."""
    give(family, traits)
    result = await Examiner(family).check(patient=patient)
    assert check_cards(family) == []
    return result


@pytest.mark.parametrize(
    ("traits", "differs"),
    [
        pytest.param(Traits(), {}, id="usual"),
        pytest.param(Traits(repeats=2), {"repeats": "yes"}, id="repeats"),
        pytest.param(Traits(ranges=False), {"ranges": "no"}, id="ranges"),
        # Without a probe a simulated player does not know of ranges before it has the body.
        pytest.param(Traits(probes=False), {"probes": "no", "ranges": "no"}, id="probes"),
        pytest.param(Traits(probes_ahead=True), {"probes_ahead": "yes"}, id="probes_ahead"),
        pytest.param(Traits(prefetches=True), {"prefetches": "yes"}, id="prefetches"),
        pytest.param(
            Traits(redirects=False),
            {
                "redirects": "no",
                "length_told": "no",
                **dict.fromkeys(("prefetches", "probes_ahead"), "unknown"),
            },
            id="redirects",
        ),
        pytest.param(Traits(tells_presses=False), {"presses_told": "no"}, id="presses"),
        pytest.param(Traits(shows_answers=False), {"answers_shown": "no"}, id="answers"),
        pytest.param(
            Traits(stream_length=StreamLength.EARLY), {"length_told_early": "yes"}, id="early"
        ),
        pytest.param(Traits(stream_length=StreamLength.NEVER), {"length_told": "no"}, id="never"),
        pytest.param(
            Traits(
                repeats=3,
                probes_ahead=True,
                prefetches=True,
                tells_presses=False,
                shows_answers=False,
                stream_length=StreamLength.EARLY,
            ),
            {
                **dict.fromkeys(
                    ("repeats", "probes_ahead", "prefetches", "length_told_early"), "yes"
                ),
                **dict.fromkeys(("presses_told", "answers_shown"), "no"),
            },
            id="several",
        ),
    ],
)
async def test_a_player_is_found_out(
    family: Family, traits: Traits, differs: dict[str, str]
) -> None:
    """Each point is found, whatever the others are."""
    result = await found_out(family, traits)
    assert result["step_id"] == "check_live"
    lines = lines_of(result)
    assert {key: lines[key] for key in USUAL} == USUAL | differs


async def test_the_dialogue_asks_for_two_presses(family: Family) -> None:
    """And for nothing else; its end changes nothing of the account."""
    coordinator = family.entry.runtime_data
    examiner = Examiner(family)
    result = await examiner.check()
    assert examiner.asked == [
        *("check_starting", "check_press_left", "check_press_right", "check_finishing"),
    ]
    assert result["description_placeholders"] is not None
    report = result["description_placeholders"]["report"]
    player = coordinator.data[family.player_id].player
    address = str(family.client.make_url("")).rstrip("/")
    for secret in (player.name, family.player_id, player.mac, address, family.entry.title):
        assert secret
        assert secret not in report
    done = await examiner.look({})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert family.entry.runtime_data is coordinator
    assert family.state("media_player").state == "idle"


@pytest.mark.parametrize("told", [True, False])
async def test_streams_on_interactive_cards_are_refused(family: Family, told: bool) -> None:
    """Then a plain card is tried, and a turn of the knob."""
    result = await found_out(
        family, Traits(interactive_streams=InteractiveStreams.REFUSED, tells_turns=told)
    )
    assert result["step_id"] == "check_linear"
    lines = lines_of(result)
    assert (lines["delivery"], lines["interactive"]) == ("linear", "refused")
    assert lines["turns_told"] == ("yes" if told else "no")
    assert lines["presses_told"] == "unknown"


async def test_the_rules_of_an_interactive_card_are_ignored(family: Family) -> None:
    """The right knob pauses instead."""
    result = await found_out(family, Traits(interactive_streams=InteractiveStreams.LINEAR))
    assert result["step_id"] == "check_linear"
    assert lines_of(result)["interactive"] == "ignored"


async def test_nothing_is_fetched_at_all(family: Family) -> None:
    """The report says why, as far as Home Assistant can tell; here the player wants TLS."""
    result = await found_out(family, Traits(plain_http=False))
    assert result["step_id"] == "check_none"
    assert result["errors"] == {"base": "unreached_plain"}
    lines = lines_of(result)
    assert (lines["delivery"], lines["unreached"], lines["reached"]) == ("none", "plain", "no")


async def test_an_address_that_leads_nowhere_is_named(family: Family, silent_address: str) -> None:
    """Home Assistant does not reach itself there."""
    await family.hass.config.async_update(internal_url=silent_address)
    result = await found_out(family, Traits())
    assert result["errors"] == {"base": "unreached_address"}


@pytest.mark.parametrize("streams", [InteractiveStreams.REFUSED, InteractiveStreams.LINEAR])
async def test_the_other_points_do_not_matter_on_a_plain_card(
    family: Family, streams: InteractiveStreams
) -> None:
    """They are found there as well, as far as they can be."""
    traits = Traits(
        interactive_streams=streams,
        repeats=1,
        ranges=False,
        shows_answers=False,
        stream_length=StreamLength.EARLY,
    )
    result = await found_out(family, traits)
    assert result["step_id"] == "check_linear"
    lines = lines_of(result)
    assert (lines["repeats"], lines["ranges"], lines["answers_shown"]) == ("yes", "no", "no")
    assert lines["length_told_early"] == "yes"


async def test_there_is_no_ffmpeg(family: Family) -> None:
    """Nothing can be played then; the check says so before it begins."""
    manager = get_ffmpeg_manager(family.hass)
    with patch.object(type(manager), "binary", PropertyMock(return_value="/no/ffmpeg")):
        result = await Examiner(family).check()
    assert result["reason"] == "check_failed"
    assert result["description_placeholders"] is not None
    assert "sound of the check" in result["description_placeholders"]["reason"]
    assert check_cards(family) == []


async def test_nobody_presses(family: Family) -> None:
    """Then nothing is said of what a press would have shown."""
    result = await found_out(family, Traits(), patient=False)
    assert result["step_id"] == "check_unsure"
    lines = lines_of(result)
    assert (lines["delivery"], lines["interactive"]) == ("live", "unknown")
    assert (lines["redirects"], lines["ranges"]) == ("unknown", "yes")


async def test_the_dialogue_is_closed_in_the_middle(family: Family) -> None:
    """The player stops, the card goes, and another check can begin."""
    examiner = Examiner(family)
    await examiner.begin()
    await examiner.until("check_press_left")
    assert len(check_cards(family)) == 1
    assert (await Examiner(family).begin())["reason"] == "check_running"
    family.hass.config_entries.options.async_abort(examiner.flow_id)
    await settle(lambda: not family.hass.data[CHECK_CARDS])
    assert check_cards(family) == []
    await family.shows("idle")
    assert family.hass.data[PROFILES].profile(family.player_id) is None
    again = await Examiner(family).check()
    assert again["step_id"] == "check_live"


async def test_the_account_is_unloaded_in_the_middle(family: Family) -> None:
    """The card goes all the same."""
    examiner = Examiner(family)
    await examiner.begin()
    await examiner.until("check_press_left")
    assert await family.hass.config_entries.async_unload(family.entry.entry_id)
    assert check_cards(family) == []
    result = await examiner.look()
    assert result["reason"] == "check_not_loaded"
    assert (await Examiner(family).begin())["reason"] == "check_not_loaded"


async def test_what_yoto_did_not_delete_is_deleted_later(
    family: Family, hass_storage: dict[str, Any]
) -> None:
    """When the account is loaded again, as after Home Assistant was killed in the middle."""
    examiner = Examiner(family)
    await examiner.begin()
    await examiner.until("check_press_left")
    family.simulation.world.faults.server_errors = 1_000
    family.hass.config_entries.options.async_abort(examiner.flow_id)
    await settle(lambda: not family.hass.data[CHECK_CARDS])
    await family.shows("idle")
    family.simulation.world.faults.server_errors = 0
    assert len(check_cards(family)) == 1
    assert len(hass_storage[STORE_KEY]["data"]["cards"]) == 1
    await async_setup_profiles(family.hass)
    await family.hass.config_entries.async_reload(family.entry.entry_id)
    await settle(lambda: check_cards(family) == [])
    await settle(lambda: hass_storage[STORE_KEY]["data"]["cards"] == [])


async def test_something_else_is_played_in_the_middle(family: Family) -> None:
    """A child goes first; its card plays on."""
    examiner = Examiner(family)
    await examiner.begin()
    await examiner.until("check_press_left")
    await family.player.insert(LIGHTHOUSE)
    result = await examiner.done()
    assert result["reason"] == "check_failed"
    assert result["description_placeholders"] is not None
    assert "Something else was played" in result["description_placeholders"]["reason"]
    assert check_cards(family) == []
    await family.shows("playing")


async def test_the_player_is_switched_off_in_the_middle(family: Family) -> None:
    """The check says so, and nobody can be checked afterwards."""
    examiner = Examiner(family)
    await examiner.begin()
    await examiner.until("check_press_left")
    for player in family.simulation.players.values():
        await player.power(False)
    result = await examiner.done()
    assert result["description_placeholders"] is not None
    assert "was switched off" in result["description_placeholders"]["reason"]
    await settle(lambda: not any(one.online for one in family.entry.runtime_data.data.values()))
    assert (await Examiner(family).begin())["reason"] == "check_no_player"


async def test_yoto_does_not_take_the_card(family: Family) -> None:
    """The check says so."""
    examiner = Examiner(family)
    family.simulation.world.faults.server_errors = 1_000
    await examiner.begin()
    result = await examiner.done()
    family.simulation.world.faults.server_errors = 0
    assert result["reason"] == "check_failed"


async def test_the_player_refuses_to_play(family: Family) -> None:
    """All cards, so that nothing reaches it."""
    family.simulation.world.faults.refuse_commands = True
    result = await Examiner(family).check()
    assert result["step_id"] == "check_none"
    assert check_cards(family) == []


@pytest.mark.parametrize(
    ("outside", "error", "secure"),
    [(False, "unreached_certificate", "unknown"), (True, "unreached_other", "no")],
)
async def test_the_certificate_is_a_private_one(
    family: Family, tmp_path: Path, outside: bool, error: str, secure: str
) -> None:
    """The report says so, or that the other address of Home Assistant would do."""
    authority = await asyncio.to_thread(Authority.new)
    context = authority.server(tmp_path, host="127.0.0.1", valid_for=check.timedelta(days=1))
    config, address = family.hass.config, family.hass.config.internal_url
    async with handshakes(context) as port:
        await config.async_update(
            internal_url=f"https://127.0.0.1:{port}", external_url=address if outside else None
        )
        result = await found_out(family, Traits())
    assert result["step_id"] == "check_none"
    assert result["errors"] == {"base": error}
    lines = lines_of(result)
    assert (lines["reached"], lines["secure"]) == ("no", secure)


async def test_a_profile_outlives_a_restart(
    family: Family, hass_storage: dict[str, Any], hass_client: ClientSessionGenerator
) -> None:
    """It is in the diagnostics, and one that cannot be read takes no other with it."""
    await found_out(family, Traits(interactive_streams=InteractiveStreams.REFUSED))
    kept = hass_storage[STORE_KEY]["data"]
    kept["players"].insert(0, {"player_id": "odd"})
    kept["cards"].append("odd")
    profiles = await async_setup_profiles(family.hass)
    assert profiles.set_aside_count == 2
    profile = profiles.profile(family.player_id)
    assert profile is not None
    assert profile.interactive is Interactive.REFUSED
    told = await get_diagnostics_for_config_entry(family.hass, hass_client, family.entry)
    players = told["players"]
    assert isinstance(players, list)
    assert players[0]["profile"]["interactive"] == "refused"
    assert players[1]["profile"] is None
    await profiles.async_keep("other", profile, owner="other")
    assert {"player_id": "odd"} in hass_storage[STORE_KEY]["data"]["set_aside"]
    await profiles.async_forget("other")
    assert profiles.profile("other") is None
    assert profiles.profile(family.player_id) == profile


async def test_a_profile_that_cannot_be_written_changes_nothing(family: Family) -> None:
    """The report is of no use then; the check says so."""
    profiles = family.hass.data[PROFILES]
    with patch.object(profiles._store, "async_write", side_effect=NotWrittenError):
        result = await Examiner(family).check()
    assert result["reason"] == "check_failed"
    assert profiles.profile(family.player_id) is None
    assert check_cards(family) == []
