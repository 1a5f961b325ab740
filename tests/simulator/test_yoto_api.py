"""The simulator judged from outside: `yoto_api`'s own client uses every endpoint it knows."""

from collections.abc import AsyncGenerator
import datetime as dt
from typing import override

import aiohttp
import pytest
from yoto_api import (
    AbstractAuth,
    Alarm,
    AuthenticationError,
    CardInsertionState,
    PlaybackStatus,
    YotoAPIError,
    YotoClient,
)
from yoto_api.mqtt import YotoMqttClient
from yoto_api.rest import endpoints

from simulator.simulation import Simulation

from .conftest import ALL_SCOPES, LogIn, post, until


@pytest.fixture(autouse=True)
def _endpoints(simulation: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point the client at the simulation (protocol §8) and let it trust its authority."""
    monkeypatch.setattr(endpoints, "BASE_URL", simulation.http_url)
    monkeypatch.setattr(endpoints, "AUTH_URL", f"{simulation.http_url}/oauth/device/code")
    monkeypatch.setattr(endpoints, "TOKEN_URL", f"{simulation.http_url}/oauth/token")
    monkeypatch.setattr(YotoMqttClient, "URL", simulation.mqtt_host)
    monkeypatch.setattr(YotoMqttClient, "PORT", simulation.mqtt_port)
    monkeypatch.setattr(YotoMqttClient, "_BACKOFF_MIN", 0.1)
    monkeypatch.setenv("SSL_CERT_FILE", str(simulation.ca_file))


@pytest.fixture
async def newcomer(simulation: Simulation) -> AsyncGenerator[YotoClient]:
    """Return a client that is not logged in."""
    async with YotoClient(client_id=simulation.client_id) as client:
        yield client


@pytest.fixture
async def client(
    simulation: Simulation, newcomer: YotoClient, http: aiohttp.ClientSession
) -> YotoClient:
    """Return a client that is logged in by its own device-code flow.

    yoto_api begins a login for `offline_access` only (protocol §1.7), so the beginning, which
    names the scopes, is ours.
    """
    form = {
        "client_id": simulation.client_id,
        "scope": ALL_SCOPES,
        "audience": endpoints.BASE_URL,
    }
    begun = await post(http, "/oauth/device/code", form)
    assert simulation.logins.approve(begun["user_code"])
    await newcomer.device_code_flow_complete(begun)
    await newcomer.update_player_list()
    return newcomer


@pytest.fixture
async def live(simulation: Simulation, client: YotoClient) -> YotoClient:
    """Return a client that follows all players by MQTT and has heard from each."""
    await client.connect_events(list(client.players))
    await until(
        lambda: all(
            player.is_online and player.status.updated_at and player.extended_status.updated_at
            for player in client.players.values()
        )
    )
    return client


def kitchen(client: YotoClient) -> str:
    """Return the id of the first player."""
    return next(id_ for id_, player in client.players.items() if player.name == "Kitchen")


async def test_device_code_flow(simulation: Simulation, newcomer: YotoClient) -> None:
    """The flow as yoto_api runs it gives a token that opens no part of the API."""
    simulation.world.faults.login_interval = 0
    begun = await newcomer.device_code_flow_start()
    assert simulation.logins.approve(begun["user_code"])
    token = await newcomer.device_code_flow_complete(begun)
    assert token.refresh_token
    assert token.scope == "offline_access"
    with pytest.raises(YotoAPIError) as caught:
        await newcomer.update_player_list()
    assert caught.value.status_code == 403


@pytest.mark.parametrize("approved", [True, False], ids=["approved", "denied"])
async def test_device_code_flow_waits_for_the_person(
    simulation: Simulation, newcomer: YotoClient, monkeypatch: pytest.MonkeyPatch, *, approved: bool
) -> None:
    """The client polls while the decision is pending and obeys it."""
    simulation.world.faults.login_interval = 0
    begun = await newcomer.device_code_flow_start()
    waits: list[float] = []

    async def decide_meanwhile(seconds: float) -> None:
        waits.append(seconds)
        if approved:
            simulation.logins.approve(begun["user_code"])
        else:
            simulation.logins.deny(begun["user_code"])

    monkeypatch.setattr("yoto_api.auth.asyncio.sleep", decide_meanwhile)
    if approved:
        assert (await newcomer.device_code_flow_complete(begun)).access_token
    else:
        with pytest.raises(AuthenticationError):
            await newcomer.device_code_flow_complete(begun)
    assert waits == [0]


async def test_device_code_flow_is_slowed_down(
    simulation: Simulation, newcomer: YotoClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client that polls too fast is told so, and the interval that it then needs is longer."""
    begun = await newcomer.device_code_flow_start()
    begun["interval"] = 0
    waits: list[float] = []

    async def never_wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            raise TimeoutError

    monkeypatch.setattr("yoto_api.auth.asyncio.sleep", never_wait)
    with pytest.raises(TimeoutError):
        await newcomer.device_code_flow_complete(begun)
    assert waits == [0, 5, 10]


async def test_refresh_rotates_and_reuse_is_refused(
    simulation: Simulation, client: YotoClient
) -> None:
    """The client refreshes by itself when it has no access token."""
    assert client.token is not None
    first = client.token.refresh_token
    assert first is not None
    client.set_refresh_token(first)
    renewed = await client.check_and_refresh_token()
    assert renewed.refresh_token != first
    await client.update_player_list()
    client.set_refresh_token(first)
    with pytest.raises(AuthenticationError):
        await client.check_and_refresh_token()


async def test_players(client: YotoClient) -> None:
    """The roster, with everything that yoto_api reads of it."""
    players = list(client.players.values())
    assert [player.name for player in players] == ["Kitchen", "Bedroom"]
    assert [player.model for player in players] == ["Yoto Player", "Yoto Mini"]
    assert players[0].device.device_family == "v3"
    assert players[0].device.generation == "gen3"
    assert players[1].device.form_factor == "mini"


async def test_player_info(client: YotoClient) -> None:
    """The config, parsed from the cloud's loose typing."""
    info = await client.update_player_info(kitchen(client))
    assert info.name == "Kitchen"
    assert info.firmware_version is not None
    assert info.mac is not None
    assert info.config.day_time == dt.time(6, 30)
    assert info.config.night_max_volume_limit == 8
    assert info.config.day_display_brightness_auto is True
    assert info.config.bluetooth_enabled is True
    assert info.config.repeat_all is True
    await client.refresh()
    assert all(player.info_refreshed_at for player in client.players.values())


async def test_settings(client: YotoClient) -> None:
    """A change of one setting leaves the others, because the client merges (protocol §2.3)."""
    device_id = kitchen(client)
    await client.set_player_config(
        device_id,
        day_max_volume_limit=12,
        night_time=dt.time(19, 15),
        day_display_brightness_auto=False,
        day_ambient_preset="lilac",
    )
    config = (await client.update_player_info(device_id)).config
    assert config.day_max_volume_limit == 12
    assert config.night_time == dt.time(19, 15)
    assert config.day_display_brightness == 100
    assert config.day_ambient_colour == "#f57399"
    assert config.night_max_volume_limit == 8


async def test_alarms_are_kept_as_text(client: YotoClient) -> None:
    """The cloud stores what it is sent (protocol §2.6)."""
    device_id = kitchen(client)
    alarm = Alarm(days_enabled="1111100", time=dt.time(7), sound_id="4OD25", volume=5, enabled=True)
    await client.update_player_info(device_id)
    await client.set_alarms(device_id, [alarm])
    await client.set_alarm_enabled(device_id, 0, enabled=False)
    (read,) = (await client.update_player_info(device_id)).config.alarms
    assert read == Alarm(
        days_enabled="1111100", time=dt.time(7), sound_id="4OD25", volume=5, enabled=False
    )


async def test_library_and_cards(client: YotoClient) -> None:
    """The bought cards, then the chapters of one."""
    await client.update_library()
    card = client.library["2Lght"]
    assert card.title == "The Lighthouse Cat"
    assert card.author == "Ada Fenwick"
    assert card.category == "stories"
    assert card.cover_image_large is not None
    await client.update_card_detail("2Lght")
    assert [chapter.title for chapter in card.chapters.values()] == [
        "The storm",
        "The lamp",
        "The morning",
    ]
    track = card.chapters["01"].tracks["01"]
    assert (track.type, track.format, track.duration) == ("audio", "mp3", 40)
    assert f"{endpoints.BASE_URL}/media/yoto/" in (track.trackUrl or "")
    with pytest.raises(YotoAPIError) as caught:
        await client.update_card_detail("zzzzz")
    assert caught.value.status_code == 404


async def test_groups(client: YotoClient, http: aiohttp.ClientSession) -> None:
    """Groups appear and disappear."""
    assert client.token is not None
    headers = {"Authorization": f"Bearer {client.token.access_token}"}
    body = {"name": "Bedtime", "items": [{"contentId": "2Lght"}, {"contentId": "4Drum"}]}
    async with http.post("/card/family/library/groups", json=body, headers=headers) as response:
        group_id = (await response.json())["id"]
    await client.update_groups()
    group = client.groups[group_id]
    assert group.name == "Bedtime"
    assert group.card_ids == ["2Lght", "4Drum"]
    assert group.created_at is not None
    async with http.delete(f"/card/family/library/groups/{group_id}", headers=headers):
        pass
    await client.update_groups()
    assert client.groups == {}


async def test_live_status(live: YotoClient) -> None:
    """Connecting brings presence, both status blocks and a snapshot."""
    for player in live.players.values():
        assert player.status.battery_level_percentage is not None
        assert player.extended_status.wifi_strength is not None
    device_id = kitchen(live)
    await until(lambda: live.players[device_id].last_event.volume_max is not None)
    shadow = await live.update_player_extended_status(device_id)
    assert shadow.battery_level_percentage is not None


async def test_status_by_rest_command(live: YotoClient) -> None:
    """The cloud asks the player over MQTT; the answer arrives there, too."""
    device_id = kitchen(live)
    player = live.players[device_id]
    before = player.extended_status.updated_at
    assert before is not None
    player.extended_status.updated_at = None
    assert live.token is not None
    await live._rest.request_player_status(live.token, device_id)
    await until(lambda: player.extended_status.updated_at is not None)


async def test_playing_a_card(live: YotoClient, simulation: Simulation) -> None:
    """Start at a chapter, pause, resume, skip, seek, stop: every command that yoto_api has."""
    device_id = kitchen(live)
    event = live.players[device_id].last_event
    await live.play_card(device_id, "2Lght", chapter_key="02", track_key="02", seconds_in=0)
    await until(lambda: event.playback_status is PlaybackStatus.PLAYING)
    assert (event.card_id, event.chapter_key, event.chapter_title) == ("2Lght", "02", "The lamp")
    await until(
        lambda: live.players[device_id].status.card_insertion_state is CardInsertionState.REMOTE
    )
    await live.pause(device_id)
    await until(lambda: event.playback_status is PlaybackStatus.PAUSED)
    await live.resume(device_id)
    await until(lambda: event.playback_status is PlaybackStatus.PLAYING)
    await live.previous_track(device_id)
    await until(lambda: event.chapter_key == "01")
    await live.next_track(device_id)
    await until(lambda: event.chapter_key == "02")
    await live.seek(device_id, 20)
    await until(lambda: (event.position or 0) >= 20)
    await live.stop(device_id)
    await until(lambda: event.playback_status is PlaybackStatus.STOPPED)
    assert event.card_id is None


async def test_other_commands(live: YotoClient) -> None:
    """Volume, sleep timer, night-light, status requests and a restart."""
    device_id = kitchen(live)
    player = live.players[device_id]
    await live.set_volume(device_id, 25)
    await until(lambda: player.last_event.volume == 4)
    await live.set_sleep_timer(device_id, 600)
    await until(lambda: player.last_event.sleep_timer_active)
    await live.set_ambients(device_id, 255, 0, 0)
    await live.request_player_status(device_id)
    await live.request_player_extended_status(device_id)
    await until(lambda: player.extended_status.nightlight_mode == "0xff0000")
    await live.restart(device_id)
    await until(lambda: not player.is_online)
    await until(lambda: player.is_online)


async def test_the_client_comes_back_after_a_drop(live: YotoClient, simulation: Simulation) -> None:
    """yoto_api reconnects with a token and asks for everything again."""
    drop = simulation.world.drop_app_connections
    assert drop is not None
    assert await drop() == 1
    await until(lambda: not live.is_mqtt_connected)
    await until(lambda: live.is_mqtt_connected)


async def test_token_of_another_owner(simulation: Simulation, log_in: LogIn) -> None:
    """As Home Assistant does it: somebody else keeps the token."""

    class Owner(AbstractAuth):
        @override
        async def async_get_access_token(self) -> str:
            return str((await log_in())["access_token"])

    async with YotoClient(auth=Owner()) as client:
        await client.update_player_list()
        await client.connect_events(list(client.players))
        await until(lambda: all(player.is_online for player in client.players.values()))


async def test_errors_are_what_the_client_expects(
    client: YotoClient, simulation: Simulation
) -> None:
    """A lost token is an authentication error, a broken server is not."""
    simulation.world.faults.server_errors = 1
    with pytest.raises(YotoAPIError) as caught:
        await client.update_player_list()
    assert caught.value.status_code == 500
    simulation.world.faults.revoked = True
    with pytest.raises(AuthenticationError):
        await client.update_player_list()
