"""Logging in through the dialogue, as a parent does."""

import asyncio
import itertools

from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_USER,
    ConfigFlowResult,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yoto_smart_stream.const import DEFAULT_CLIENT_ID, DOMAIN
from custom_components.yoto_smart_stream.reachability.watch import chosen
from simulator.simulation import Simulation

from . import Family, settle


async def begin(hass: HomeAssistant) -> ConfigFlowResult:
    """Open the dialogue."""
    return await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})


async def submit(
    hass: HomeAssistant, result: ConfigFlowResult, **fields: object
) -> ConfigFlowResult:
    """Choose Submit."""
    return await hass.config_entries.flow.async_configure(result["flow_id"], dict(fields))


async def outcome(hass: HomeAssistant, result: ConfigFlowResult) -> ConfigFlowResult:
    """Wait until the page goes on by itself, and return what it shows then."""
    manager = hass.config_entries.flow

    def moved_on() -> bool:
        open_flows = {flow["flow_id"]: flow for flow in manager.async_progress()}
        flow = open_flows.get(result["flow_id"])
        return flow is None or flow.get("step_id") != "approve"

    await settle(moved_on)
    await hass.async_block_till_done()
    if any(flow["flow_id"] == result["flow_id"] for flow in manager.async_progress()):
        return await manager.async_configure(result["flow_id"])
    return result


def user_code(result: ConfigFlowResult) -> str:
    """Return the code that the page shows."""
    assert result["type"] is FlowResultType.SHOW_PROGRESS
    placeholders = result["description_placeholders"]
    assert placeholders is not None
    assert placeholders["url"].startswith("http")
    return placeholders["user_code"]


async def test_a_parent_logs_in(hass: HomeAssistant, simulation: Simulation) -> None:
    """Submit, approve on Yoto's page, done: the entry bears the account's name."""
    form = await begin(hass)
    assert form["type"] is FlowResultType.FORM
    waiting = await submit(hass, form)
    assert simulation.logins.approve(user_code(waiting))
    await outcome(hass, waiting)
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    assert entry.title == "Simulated Family"
    assert entry.unique_id == "auth0|simulated-family"
    assert entry.data["client_id"] == DEFAULT_CLIENT_ID
    await settle(lambda: len(hass.states.async_all("media_player")) == 2)
    assert not any(issue.startswith("scope") for _, issue in ir.async_get(hass).issues)
    await hass.config_entries.async_unload(entry.entry_id)


async def test_a_page_that_asks_at_the_very_moment_of_the_approval_misses_nothing(
    hass: HomeAssistant, simulation: Simulation
) -> None:
    """Home Assistant goes on by itself just then; two steps at once would end in an error."""
    manager = hass.config_entries.flow
    waiting = await submit(hass, await begin(hass))
    (task,) = (task for task in asyncio.all_tasks() if task.get_name() == "Yoto login")
    simulation.logins.approve(user_code(waiting))
    async with asyncio.timeout(30):
        for _ in itertools.count():
            if task.done():
                break
            await asyncio.sleep(0)
    for _ in range(10):
        waiting = await manager.async_configure(waiting["flow_id"])
        if waiting["type"] is not FlowResultType.SHOW_PROGRESS:
            break
        await asyncio.sleep(0)
    assert waiting["type"] is FlowResultType.CREATE_ENTRY
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    await hass.async_block_till_done()
    assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize(
    ("fault", "value", "error"),
    [
        pytest.param("device_grant_off", True, "device_grant_off", id="grant off"),
        pytest.param("dropped_connections", 1, "cannot_connect", id="no network"),
        pytest.param("server_errors", 1, "cannot_connect", id="Yoto is down"),
        pytest.param(
            "refused_scopes", ["family:devices:control"], "scopes_refused", id="no permission"
        ),
    ],
)
async def test_what_goes_wrong_at_once_is_explained_and_can_be_tried_again(
    hass: HomeAssistant, simulation: Simulation, fault: str, value: object, error: str
) -> None:
    """Each failure has a text of its own, and Submit tries again."""
    setattr(simulation.world.faults, fault, value)
    failed = await submit(hass, await begin(hass))
    assert failed["type"] is FlowResultType.FORM
    assert failed["step_id"] == "failed"
    assert failed["errors"] == {"base": error}
    setattr(simulation.world.faults, fault, type(value)())
    again = await submit(hass, failed)
    assert user_code(again)


async def test_an_unknown_client_id_is_explained(hass: HomeAssistant) -> None:
    """It was mistyped under Advanced."""
    failed = await submit(hass, await begin(hass), advanced={"client_id": "nobody"})
    assert failed["errors"] == {"base": "unknown_client"}


async def test_a_denied_login_can_be_tried_again_with_fewer_permissions(
    hass: HomeAssistant, simulation: Simulation
) -> None:
    """The page may refuse a permission instead of the person (protocol §1.1)."""
    waiting = await submit(hass, await begin(hass))
    simulation.logins.deny(user_code(waiting))
    failed = await outcome(hass, waiting)
    assert failed["errors"] == {"base": "login_denied"}
    again = await submit(hass, failed, fewer_permissions=True)
    simulation.logins.approve(user_code(again))
    await outcome(hass, again)
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    await settle(lambda: len(hass.states.async_all("media_player")) == 2)
    issue = ir.async_get(hass).async_get_issue(
        DOMAIN, f"scope_missing_content_manage_{entry.entry_id}"
    )
    assert issue is not None
    assert issue.translation_placeholders == {
        "account": "Simulated Family",
        "scope": "user:content:manage",
    }
    await hass.config_entries.async_unload(entry.entry_id)


async def test_an_expired_code_can_be_replaced(hass: HomeAssistant, simulation: Simulation) -> None:
    """Nobody came; Submit gets a new code."""
    simulation.world.faults.login_expires_in = 0.3
    waiting = await submit(hass, await begin(hass))
    failed = await outcome(hass, waiting)
    assert failed["errors"] == {"base": "login_expired"}
    simulation.world.faults.login_expires_in = None
    again = await submit(hass, failed)
    assert user_code(again) != user_code(waiting)


async def test_closing_the_dialogue_stops_polling(
    hass: HomeAssistant, simulation: Simulation
) -> None:
    """No request follows."""
    waiting = await submit(hass, await begin(hass))
    await asyncio.sleep(0.2)
    hass.config_entries.flow.async_abort(waiting["flow_id"])
    await hass.async_block_till_done()

    def polls() -> int:
        return sum("/oauth/token" in str(entry) for entry in simulation.world.log)

    before = polls()
    assert before
    await asyncio.sleep(0.3)
    assert polls() == before


async def test_an_account_is_added_once(
    hass: HomeAssistant, entry: MockConfigEntry, simulation: Simulation
) -> None:
    """The second time says so."""
    waiting = await submit(hass, await begin(hass))
    simulation.logins.approve(user_code(waiting))
    ended = await outcome(hass, waiting)
    assert ended["reason"] == "already_configured"


async def test_a_revoked_login_asks_for_a_new_one(family: Family, hass: HomeAssistant) -> None:
    """Reauthentication keeps the entry and everything that hangs on it."""
    simulation = family.simulation
    simulation.world.faults.revoked = True
    drop = simulation.world.drop_app_connections
    assert drop is not None
    await drop()
    await settle(lambda: bool(hass.config_entries.flow.async_progress_by_handler(DOMAIN)))
    (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert flow["context"]["source"] == SOURCE_REAUTH
    simulation.world.faults.revoked = False
    waiting = await hass.config_entries.flow.async_configure(flow["flow_id"], {})
    simulation.logins.approve(user_code(waiting))
    await outcome(hass, waiting)
    await family.shows("idle")
    assert hass.config_entries.async_entries(DOMAIN) == [family.entry]


async def test_another_account_is_not_taken_for_this_one(
    hass: HomeAssistant, simulation: Simulation, entry: MockConfigEntry
) -> None:
    """Reauthentication with a wrong account changes nothing."""
    hass.config_entries.async_update_entry(entry, unique_id="auth0|somebody-else")
    before = entry.data
    started = await entry.start_reauth_flow(hass)
    waiting = await submit(hass, started)
    simulation.logins.approve(user_code(waiting))
    ended = await outcome(hass, waiting)
    assert ended["reason"] == "wrong_account"
    assert entry.data == before


async def test_reconfiguring_logs_in_again(family: Family, hass: HomeAssistant) -> None:
    """The login is replaced, players and entry stay."""
    token = family.entry.data["tokens"]["access_token"]
    form = await family.entry.start_reconfigure_flow(hass)
    assert form["step_id"] == "reconfigure"
    waiting = await submit(hass, form)
    family.simulation.logins.approve(user_code(waiting))
    ended = await outcome(hass, waiting)
    assert ended["reason"] == "reconfigure_successful"
    await settle(lambda: family.entry.data["tokens"]["access_token"] != token)
    await family.shows("idle")


@pytest.mark.parametrize(
    ("filled_in", "kept"),
    [
        pytest.param(
            {"address": "own", "base_url": "http://127.0.0.1:2/"},
            {"address": "own", "base_url": "http://127.0.0.1:2"},
            id="its own",
        ),
        pytest.param({"address": "external"}, {"address": "external"}, id="from outside"),
        pytest.param({}, {"address": "automatic"}, id="as it is"),
    ],
)
async def test_the_address_for_players_can_be_chosen(
    family: Family, hass: HomeAssistant, filled_in: dict[str, str], kept: dict[str, str]
) -> None:
    """With the gear of the entry, which names those that there are."""
    form = await family.options("account")
    told = form["description_placeholders"]
    assert told == {"internal": hass.config.internal_url, "external": "-"}
    flows = hass.config_entries.options
    done = await flows.async_configure(form["flow_id"], filled_in)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    options = family.entry.options
    assert {key: options[key] for key in ("address", "base_url") if key in options} == kept


async def test_an_own_address_from_before_there_was_a_choice_is_still_used(
    family: Family, hass: HomeAssistant
) -> None:
    """It stays in the field when another one is chosen, and is asked for when it is needed."""
    old = "http://127.0.0.1:3"
    hass.config_entries.async_update_entry(family.entry, options={"base_url": old})
    await hass.async_block_till_done()
    assert chosen(family.entry) == ("own", old)
    flows = hass.config_entries.options
    form = await family.options("account")
    assert form["data_schema"] is not None
    assert form["data_schema"]({})["address"] == "own"
    missing = await flows.async_configure(form["flow_id"], {"address": "own"})
    assert missing["errors"] == {"base_url": "base_url_needed"}
    other = {"address": "internal", "base_url": "http://127.0.0.1:4"}
    unused = await flows.async_configure(form["flow_id"], other)
    assert unused["errors"] == {"address": "base_url_not_chosen"}
    done = await flows.async_configure(form["flow_id"], {"address": "internal", "base_url": old})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    assert chosen(family.entry) == ("internal", old)


@pytest.mark.parametrize("typed", ["homeassistant", "ftp://192.0.2.7", "http://192.0.2.7/?a=b"])
async def test_an_address_that_is_none_is_refused(
    family: Family, hass: HomeAssistant, typed: str
) -> None:
    """With a text that says how one looks, and what was typed still there."""
    form = await family.options("account")
    again = await hass.config_entries.options.async_configure(
        form["flow_id"], {"address": "own", "base_url": typed}
    )
    assert again["type"] is FlowResultType.FORM
    assert again["errors"] == {"base_url": "invalid_base_url"}
