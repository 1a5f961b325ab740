"""What happens when a connection ends: tokens that expire, Wi-Fi that fails, a restart."""

import itertools

import pytest

from demo.login import DOMAIN, approve, loaded_entry, outcome, pending_login, submit
from demo.waiting import until

from .home import BOUGHT, SHORT, SONG, Home


async def test_expired_token_loses_no_event(home: Home) -> None:
    """A knob that is turned while the broker ends the connection shows its last volume."""
    await home.faults(token_expires_in=8)
    await home.log_in()
    await home.live()
    connected_at = (await home.noted("mqtt_connected"))[-1]
    clicks = itertools.cycle((-1, 1))

    async def reconnected() -> bool:
        await home.operate("turn", knob="left", clicks=next(clicks))
        return (await home.noted("mqtt_connected"))[-1] > connected_at

    await until(reconnected, "the integration has a new connection")
    await home.volume_becomes((await home.device())["volume"])
    # And what comes after it arrives too.
    await home.operate("turn", knob="left", clicks=-3)
    await home.volume_becomes((await home.device())["volume"])


@pytest.mark.timeout(300)
async def test_cut_connection_is_made_again_and_shows_what_happened_meanwhile(home: Home) -> None:
    """A knob that is turned right after the broker has cut everybody off shows its last volume."""
    middle = await home.middle_volume()
    connected_at = (await home.noted("mqtt_connected"))[-1]
    await home.faults(mqtt_drop=True)
    await home.operate("turn", knob="left", clicks=-2)

    async def reconnected() -> bool:
        return (await home.noted("mqtt_connected"))[-1] > connected_at

    await until(reconnected, "the integration has a new connection")
    # Where a hand-over was under way, a minute may pass until it is begun again.
    await home.volume_becomes(middle - 2, seconds=150)
    await home.operate("turn", knob="left", clicks=2)
    await home.volume_becomes(middle)


async def test_player_without_wifi_is_unavailable_and_comes_back(home: Home) -> None:
    """Home Assistant notices by the last will, and sees what the player does after its return."""
    await home.operate("wifi", up=False)
    await home.becomes("unavailable")
    await home.operate("wifi", up=True)
    await home.becomes("idle")
    await home.operate("turn", knob="left", clicks=-1)
    await home.volume_becomes((await home.device())["volume"])


async def test_player_that_was_switched_off_comes_back(home: Home) -> None:
    """A player that starts is idle, and what is done at it then is seen."""
    card_id, _ = await home.new_card(SONG)
    await home.operate("power", on=False)
    await home.becomes("unavailable")
    await home.operate("power", on=True)
    await home.becomes("idle")
    await home.hear(card_id)
    await home.operate("press", button="right")
    await home.becomes("paused")


async def test_restart_keeps_players_and_cards(home: Home) -> None:
    """After a restart the players are live, and a card made before still plays from its URL."""
    card_id, (url,) = await home.new_card(SHORT)
    await home.stack.home_assistant.restart()
    await loaded_entry(home.api)
    await home.settle()
    await home.hear(card_id)
    played = await home.played(url)
    assert played["error"] is None
    assert played["sha256"] == home.sha256(SHORT)


async def test_player_that_plays_is_shown_as_playing_after_a_restart(home: Home) -> None:
    """A restart of Home Assistant does not hide what a player is doing."""
    await home.hear(BOUGHT)
    await home.stack.home_assistant.restart()
    await home.becomes("playing")


async def test_revoked_login_asks_to_log_in_again(home: Home) -> None:
    """Home Assistant starts the flow for it by itself, and the account works again after it."""
    entry = await loaded_entry(home.api)
    await home.faults(revoked=True)
    await home.api.request(
        "POST", f"/api/config/config_entries/entry/{entry.entry_id}/reload", body={}
    )

    async def asked() -> str | None:
        flows = await home.api.flows(DOMAIN)
        asking = [each["flow_id"] for each in flows if each["context"]["source"] == "reauth"]
        return asking[0] if asking else None

    flow_id: str = await until(asked, "Home Assistant asks to log in again")
    await home.faults()
    pending = pending_login(await submit(home.api, flow_id, {}))
    await approve(home.simulation, pending)
    step = await outcome(home.api, pending)
    assert (step["type"], step["reason"]) == ("abort", "reauth_successful")
    assert (await loaded_entry(home.api)).entry_id == entry.entry_id
    await home.live()
