"""The player check in the options, with players that differ in each point."""

from collections.abc import AsyncIterator

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.data_entry_flow import FlowResultType
import pytest

from custom_components.yoto_smart_stream.delivery import check
from simulator.simulation import Simulation
from simulator.traits import InteractiveStreams, StreamLength, Traits

from . import Family
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
    async with Simulation(players=2, speed=3) as simulation:
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


async def test_nobody_presses(family: Family) -> None:
    """Then nothing is said of what a press would have shown."""
    result = await found_out(family, Traits(), patient=False)
    assert result["step_id"] == "check_unsure"
    lines = lines_of(result)
    assert (lines["delivery"], lines["interactive"]) == ("live", "unknown")
    assert (lines["redirects"], lines["ranges"]) == ("unknown", "yes")
