"""Logging in with a code that the account's owner approves."""

from demo.login import DOMAIN, approve, begin_login, outcome, pending_login, submit

from .home import Home


async def test_approved_login_becomes_an_account_with_live_players(new_home: Home) -> None:
    """The players are there and idle a moment after the owner has approved the code."""
    await new_home.log_in()
    await new_home.settle()
    assert [player.name for player in new_home.players] == [
        player.name for player in await new_home.simulation.players()
    ]


async def test_denied_login_says_so_and_can_be_tried_again(new_home: Home) -> None:
    """The owner refuses the first code and approves the second one."""
    pending = await begin_login(new_home.api, new_home.simulation.addresses.client_id)
    await new_home.simulation.post("/sim/login/deny", user_code=pending.user_code)
    step = await outcome(new_home.api, pending)
    assert step["errors"] == {"base": "login_denied"}

    again = pending_login(await submit(new_home.api, pending.flow_id, {}))
    assert again.user_code != pending.user_code
    await approve(new_home.simulation, again)
    assert (await outcome(new_home.api, again))["type"] == "create_entry"


async def test_expired_login_says_so(new_home: Home) -> None:
    """A code that nobody approves in time ends the waiting with its own message."""
    await new_home.faults(login_expires_in=2)
    pending = await begin_login(new_home.api, new_home.simulation.addresses.client_id)
    step = await outcome(new_home.api, pending)
    assert step["errors"] == {"base": "login_expired"}
    assert await new_home.api.entries(DOMAIN) == []


async def test_switched_off_device_login_says_so(new_home: Home) -> None:
    """An application that may not log in this way is told at once."""
    await new_home.faults(device_grant_off=True)
    form = await new_home.api.request(
        "POST", "/api/config/config_entries/flow", body={"handler": DOMAIN}
    )
    step = await submit(new_home.api, form["flow_id"], {})
    assert step["errors"] == {"base": "device_grant_off"}


async def test_login_slows_down_when_it_is_told_to(new_home: Home) -> None:
    """After a refusal for asking too often it waits five seconds longer, and still succeeds."""
    pending = await begin_login(new_home.api, new_home.simulation.addresses.client_id)
    await new_home.faults(slow_down=1)
    begun_at = (await new_home.noted("login_begun"))[-1]
    await approve(new_home.simulation, pending)
    assert (await outcome(new_home.api, pending))["type"] == "create_entry"
    assert (await new_home.noted("tokens_issued"))[-1] - begun_at >= 5
