"""What the control API can break between applications and the broker."""

import asyncio
from collections.abc import AsyncGenerator
import json
import time

import aiohttp
import aiomqtt
import pytest

from simulator.cloud.family import make_devices
from simulator.simulation import Simulation
from simulator.world import Json

from .conftest import LogIn, MakeMqtt, bearer, noted, until

PATIENCE = 30.0


@pytest.fixture
async def simulation(socket_enabled: None) -> AsyncGenerator[Simulation]:
    """Run a simulation with one player."""
    async with Simulation(players=1, speed=10, at_noon=True) as running:
        yield running


@pytest.fixture
async def token(log_in: LogIn) -> str:
    """Return an access token that may do everything."""
    return str((await log_in())["access_token"])


@pytest.fixture
def player_id(simulation: Simulation) -> str:
    """Return the player's id."""
    return next(iter(simulation.players))


async def fault(http: aiohttp.ClientSession, **faults: Json) -> dict[str, Json]:
    """Set faults and return all of them."""
    async with http.post("/sim/faults", json=faults) as response:
        assert response.status == 200, await response.text()
        answer: dict[str, Json] = await response.json()
        return answer


async def presence(client: aiomqtt.Client, player_id: str) -> None:
    """Subscribe to what is retained, and wait until it has come: the connection works."""
    await client.subscribe(f"device/{player_id}/presence", qos=1)
    message = await asyncio.wait_for(anext(client.messages), PATIENCE)
    assert isinstance(message.payload, bytes)
    assert json.loads(message.payload)["state"] == "online"


async def connects(make_mqtt: MakeMqtt, token: str) -> bool:
    """Return whether an application gets into the broker at the moment."""
    try:
        async with make_mqtt(token):
            return True
    except aiomqtt.MqttError:
        return False


async def test_a_silent_connection_stays_open_and_carries_nothing(
    simulation: Simulation,
    http: aiohttp.ClientSession,
    player_id: str,
    token: str,
    make_mqtt: MakeMqtt,
) -> None:
    """Nothing arrives on either side; a new connection works at once."""
    async with make_mqtt(token) as old:
        await presence(old, player_id)
        assert (await fault(http, mqtt_silent=True))["mqtt_silent"] is True
        await simulation.players[player_id].power(on=False)
        with pytest.raises(aiomqtt.MqttError):
            await old.publish(f"device/{player_id}/command/reboot", qos=1, timeout=0.5)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(old.messages), 0.3)
        assert not noted(simulation, "command")
        await simulation.players[player_id].power(on=True)
        async with make_mqtt(token) as new:
            await presence(new, player_id)
    await until(lambda: len(noted(simulation, "mqtt_disconnected")) == 2)
    assert [entry["kicked"] for entry in noted(simulation, "mqtt_disconnected")] == [None, None]


async def test_a_silence_ends_by_itself(
    simulation: Simulation,
    http: aiohttp.ClientSession,
    player_id: str,
    token: str,
    make_mqtt: MakeMqtt,
) -> None:
    """After its seconds, or when it is switched off; what was lost is lost."""
    async with make_mqtt(token) as client:
        for faults in ({"mqtt_silent": 0.3}, {"mqtt_silent": True}):
            await fault(http, **faults)
            with pytest.raises(aiomqtt.MqttError):
                await client.publish(f"device/{player_id}/command/reboot", qos=1, timeout=0.2)
            if faults["mqtt_silent"] is True:
                await fault(http, reset=True)
            await until(lambda: simulation.world.faults.mqtt_silent is False)
            await client.publish(f"device/{player_id}/command/card/pause", qos=1, timeout=PATIENCE)

    def commands() -> list[str]:
        return [entry["command"] for entry in noted(simulation, "command") if "by" in entry]

    await until(lambda: len(commands()) == 2)
    assert commands() == ["card/pause"] * 2


async def test_the_broker_restarts_on_the_same_port(
    simulation: Simulation,
    http: aiohttp.ClientSession,
    player_id: str,
    token: str,
    make_mqtt: MakeMqtt,
) -> None:
    """Whoever is connected is cut off, nobody gets in meanwhile, and then it is as before."""
    port = simulation.mqtt_port
    async with make_mqtt(token) as client:
        await presence(client, player_id)
        await fault(http, mqtt_restart=0.5)
        with pytest.raises(aiomqtt.MqttError):
            await asyncio.wait_for(anext(client.messages), PATIENCE)
        assert not await connects(make_mqtt, token)
    await until(lambda: noted(simulation, "broker_restarted"))
    assert simulation.mqtt_port == port
    async with make_mqtt(token) as client:
        await presence(client, player_id)
    assert not noted(simulation, "player_disconnected")


async def test_restarts_may_overlap(
    simulation: Simulation, http: aiohttp.ClientSession, token: str, make_mqtt: MakeMqtt
) -> None:
    """The port is open again after the last one."""
    await fault(http, mqtt_restart=0.6)
    await fault(http, mqtt_restart=0.0)
    await until(lambda: noted(simulation, "broker_restarted"))
    assert not await connects(make_mqtt, token)
    await until(lambda: len(noted(simulation, "broker_restarted")) == 2)
    assert await connects(make_mqtt, token)


@pytest.mark.parametrize("how", [True, "refused"])
async def test_a_blocked_port_refuses_while_rest_answers(
    simulation: Simulation,
    http: aiohttp.ClientSession,
    log_in: LogIn,
    make_mqtt: MakeMqtt,
    how: bool | str,
) -> None:
    """As behind a firewall that lets only web traffic out; a restart does not open it."""
    login = await log_in()
    token = login["access_token"]
    async with make_mqtt(token) as client:
        await fault(http, mqtt_blocked=how)
        with pytest.raises(aiomqtt.MqttError):
            await asyncio.wait_for(anext(client.messages), PATIENCE)
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection(simulation.mqtt_host, simulation.mqtt_port)
    async with http.get("/device-v2/devices/mine", headers=bearer(login)) as response:
        assert response.status == 200
    await fault(http, mqtt_restart=0)
    await until(lambda: noted(simulation, "broker_restarted"))
    assert not await connects(make_mqtt, token)
    assert (await fault(http, reset=True))["mqtt_blocked"] is False
    assert await connects(make_mqtt, token)


async def test_a_blocked_port_may_leave_everybody_waiting(
    simulation: Simulation, http: aiohttp.ClientSession, token: str, make_mqtt: MakeMqtt
) -> None:
    """As behind a firewall that drops what it does not like."""
    await fault(http, mqtt_blocked="unanswered")
    reader, writer = await asyncio.open_connection(simulation.mqtt_host, simulation.mqtt_port)
    writer.write(b"hello")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.read(), 0.3)
    await fault(http, mqtt_blocked=False)
    writer.close()
    assert await connects(make_mqtt, token)


async def test_some_commands_are_refused(
    simulation: Simulation,
    http: aiohttp.ClientSession,
    player_id: str,
    token: str,
    make_mqtt: MakeMqtt,
) -> None:
    """A share between none and all means that some are obeyed and some are not."""
    assert (await fault(http, refuse_commands=0.5))["refuse_commands"] == 0.5
    answers = []
    async with make_mqtt(token) as client:
        await client.subscribe(f"device/{player_id}/response", qos=1)
        for _ in range(40):
            await client.publish(f"device/{player_id}/command/card/pause", qos=1)
            message = await asyncio.wait_for(anext(client.messages), PATIENCE)
            assert isinstance(message.payload, bytes)
            answers.append(json.loads(message.payload)["status"]["card-pause"])
    assert set(answers) == {"OK", "FAIL"}


async def test_the_legacy_twin_may_come_earlier(
    simulation: Simulation,
    http: aiohttp.ClientSession,
    player_id: str,
    token: str,
    make_mqtt: MakeMqtt,
) -> None:
    """Both say the same, in the same order, some time apart."""
    player = simulation.players[player_id]
    await until(lambda: player.view()["day"] != -1)
    times: dict[str, list[float]] = {"events": [], "data/events": []}
    bodies: dict[str, list[bytes]] = {"events": [], "data/events": []}
    async with make_mqtt(token) as client:
        for topic in times:
            await client.subscribe(f"device/{player_id}/{topic}", qos=1)
        await fault(http, twin_lead=0.3)
        await client.publish(f"device/{player_id}/command/events/request", qos=1)
        await until(lambda: player.workings.announcer.armed)
        await player.turn("left", -1)
        await player.turn("left", -1)
        while len(bodies["data/events"]) < 3:
            message = await asyncio.wait_for(anext(client.messages), PATIENCE)
            topic = str(message.topic).removeprefix(f"device/{player_id}/")
            times[topic].append(time.monotonic())
            assert isinstance(message.payload, bytes)
            bodies[topic].append(message.payload)
    assert bodies["events"] == bodies["data/events"]
    gaps = [later - sooner for sooner, later in zip(*times.values(), strict=True)]
    assert min(gaps) > 0.2


def test_every_model_is_in_a_big_family() -> None:
    """The first two are always the same two."""
    types = [device.device_type for device in make_devices(8)]
    assert types == ["v3e", "minie", "v2", "miniv4", "v4", "v1", "v3e", "minie"]
