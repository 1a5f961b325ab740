"""The broker as applications see it, with aiomqtt over TLS WebSockets (protocol §3.1, §3.2)."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager
import json
import ssl
import struct
import time
from typing import Any

import aiohttp
import aiomqtt
from hypothesis import given, strategies as st
import pytest

from simulator.broker.rules import refuse_publication, refuse_subscription
from simulator.broker.wire import PlayerWire
from simulator.cloud.family import make_devices
from simulator.simulation import Simulation
from simulator.world import Device

from .conftest import USERNAME, LogIn, MakeMqtt, bearer, noted, until

FAST = 1000.0
"""How fast the player's clock runs: its keep-alive lapses within a twentieth of a second."""


@pytest.fixture
async def simulation(socket_enabled: None) -> AsyncGenerator[Simulation]:
    """Run a simulation without virtual players: the tests hold the players' ends themselves."""
    async with Simulation(players=0, speed=FAST) as running:
        yield running


@pytest.fixture
def device(simulation: Simulation) -> Device:
    """Add a player to the family."""
    device = make_devices(1)[0]
    simulation.world.devices[device.device_id] = device
    return device


class Player:
    """The player's end of a connection, which keeps what it receives."""

    def __init__(self, wire: PlayerWire) -> None:
        """Use a wire."""
        self.wire = wire
        self.received: list[tuple[str, str]] = []

    async def connect(self) -> None:
        """Connect."""
        await self.wire.connect(self._on_command)

    async def _on_command(self, command: str, payload: str) -> None:
        self.received.append((command, payload))


@pytest.fixture
async def player(simulation: Simulation, device: Device) -> Player:
    """Return a connected player."""
    player = Player(simulation.broker.wire(device))
    await player.connect()
    return player


@pytest.fixture
async def token(log_in: LogIn) -> str:
    """Return an access token that may do everything."""
    return str((await log_in())["access_token"])


async def receive(client: aiomqtt.Client) -> aiomqtt.Message:
    """Return the next message."""
    return await asyncio.wait_for(anext(client.messages), 30)


def body(message: aiomqtt.Message) -> dict[str, Any]:
    """Return the JSON of a message."""
    assert isinstance(message.payload, bytes)
    decoded: dict[str, Any] = json.loads(message.payload)
    return decoded


async def is_cut_off(client: aiomqtt.Client) -> None:
    """Wait until the broker ends a client's connection, in which no message is left."""
    with pytest.raises(aiomqtt.MqttError):
        await receive(client)


async def test_commands_and_answers_with_qos_1(
    player: Player, device: Device, token: str, make_mqtt: MakeMqtt
) -> None:
    """A command arrives at the player in order, its answer at the application."""
    base = f"device/{device.device_id}"
    async with make_mqtt(token) as client:
        await client.subscribe(f"{base}/response", qos=1)
        for volume in range(20):
            await client.publish(f"{base}/command/volume/set", json.dumps({"volume": volume}), 1)
        await client.publish(f"{base}/command/events/request", qos=1)
        await until(lambda: len(player.received) == 21)
        assert player.received[:20] == [
            ("volume/set", json.dumps({"volume": volume})) for volume in range(20)
        ]
        assert player.received[20] == ("events/request", "")
        for number in range(20):
            await player.wire.publish("response", {"number": number})
        messages = [await receive(client) for _ in range(20)]
        assert [body(message)["number"] for message in messages] == list(range(20))
        assert {message.qos for message in messages} == {1}
        assert not any(message.retain for message in messages)


async def test_two_applications_hear_the_same(
    player: Player, device: Device, token: str, make_mqtt: MakeMqtt
) -> None:
    """The account may be open in more than one place."""
    topic = f"device/{device.device_id}/data/events"
    async with make_mqtt(token) as one, make_mqtt(token) as two:
        await one.subscribe(topic, qos=1)
        await two.subscribe(topic, qos=0)
        await player.wire.publish("data/events", {"volume": 3})
        first, second = await receive(one), await receive(two)
    assert body(first) == body(second) == {"volume": 3}
    assert (first.qos, second.qos) == (1, 0)


@pytest.mark.parametrize("shown", [True, False])
async def test_answers_reach_everybody_or_the_asker_alone(
    player: Player, device: Device, token: str, make_mqtt: MakeMqtt, shown: bool
) -> None:
    """That is a trait of the player, as nobody knows."""
    device.traits.shows_answers = shown
    base = f"device/{device.device_id}"
    async with make_mqtt(token) as asker, make_mqtt(token) as other:
        for client in (asker, other):
            await client.subscribe(f"{base}/response", qos=1)
        await asker.publish(f"{base}/command/card/pause", "first", 1)
        await until(lambda: player.received)
        await other.publish(f"{base}/command/card/stop", "second", 1)
        await until(lambda: len(player.received) == 2)
        for request in ("first", "second", "of nobody"):
            await player.wire.publish("response", {"status": {"req_body": request}})
        device.traits.shows_answers = True
        await player.wire.publish("response", {"status": {"req_body": "last"}})
        heard = []
        for client in (asker, other):
            answers = []
            while "last" not in answers:
                answers.append(body(await receive(client))["status"]["req_body"])
            heard.append(answers)
    everything = ["first", "second", "of nobody", "last"]
    assert heard == ([everything, everything] if shown else [["first", "last"], ["second", "last"]])


async def test_presence_is_retained_and_nothing_else_is(
    player: Player, device: Device, token: str, make_mqtt: MakeMqtt
) -> None:
    """Whoever subscribes learns at once whether the player is there, and only that."""
    base = f"device/{device.device_id}"
    await player.wire.publish("data/events", {"volume": 3})
    async with make_mqtt(token) as client:
        await client.subscribe(f"{base}/data/events", qos=1)
        await client.subscribe(f"{base}/presence", qos=1)
        message = await receive(client)
        assert str(message.topic) == f"{base}/presence"
        assert message.retain
        assert body(message)["state"] == "online"
        assert abs(body(message)["ts"] / 1000 - time.time()) < 10


async def test_new_application_is_not_sent_what_others_subscribed_to(
    player: Player, device: Device, token: str, make_mqtt: MakeMqtt
) -> None:
    """The retained presence goes to subscribers of presence only."""
    base = f"device/{device.device_id}"
    async with make_mqtt(token) as one, make_mqtt(token) as two:
        await one.subscribe(f"{base}/presence", qos=1)
        await receive(one)
        await two.subscribe(f"{base}/data/events", qos=1)
        await player.wire.publish("data/events", {"volume": 3})
        assert str((await receive(two)).topic) == f"{base}/data/events"


async def test_farewell_is_offline_at_once(
    simulation: Simulation, player: Player, device: Device, token: str, make_mqtt: MakeMqtt
) -> None:
    """A player that switches itself off says so."""
    async with make_mqtt(token) as client:
        await client.subscribe(f"device/{device.device_id}/presence", qos=1)
        assert body(await receive(client))["state"] == "online"
        await player.wire.disconnect(graceful=True)
        message = await receive(client)
        assert body(message)["state"] == "offline"
        assert "ts" in body(message)
    assert not noted(simulation, "player_will")


async def test_last_will_follows_a_loss(
    simulation: Simulation, player: Player, device: Device, token: str, make_mqtt: MakeMqtt
) -> None:
    """Without a farewell the broker finds out by the keep-alive."""
    async with make_mqtt(token) as client:
        await client.subscribe(f"device/{device.device_id}/presence", qos=1)
        await receive(client)
        await player.wire.disconnect(graceful=False)
        believed = [device.online]
        message = await receive(client)
    assert body(message) == {"state": "offline"}
    assert [*believed, device.online] == [True, False]
    assert noted(simulation, "player_will")


async def test_a_player_that_comes_back_before_the_will_ends_up_online(
    simulation: Simulation, player: Player, device: Device, token: str, make_mqtt: MakeMqtt
) -> None:
    """The old connection ends before the new one begins, never after."""
    simulation.world.clock.speed = 1.0
    async with make_mqtt(token) as client:
        await client.subscribe(f"device/{device.device_id}/presence", qos=1)
        await receive(client)
        await player.wire.disconnect(graceful=False)
        await player.connect()
        states = [body(await receive(client))["state"] for _ in range(2)]
    assert states == ["offline", "online"]


async def test_commands_to_a_player_that_is_away_vanish(
    simulation: Simulation, player: Player, device: Device, token: str, make_mqtt: MakeMqtt
) -> None:
    """Nothing is kept for later (protocol §3.4)."""
    topic = f"device/{device.device_id}/command/card/pause"
    await player.wire.disconnect(graceful=True)
    async with make_mqtt(token) as client:
        await client.publish(topic, qos=1, retain=True)
        await until(lambda: noted(simulation, "command"))
        await player.connect()
        await client.publish(f"device/{device.device_id}/command/card/resume", qos=1)
        await until(lambda: player.received)
    assert player.received == [("card/resume", "")]


async def test_a_command_may_end_the_connection_it_came_by(
    simulation: Simulation, device: Device, token: str, make_mqtt: MakeMqtt
) -> None:
    """As a reboot does; the player can connect again afterwards."""
    wire = simulation.broker.wire(device)
    received: list[str] = []

    async def on_command(command: str, _: str) -> None:
        received.append(command)
        if command == "reboot":
            await wire.disconnect(graceful=True)
            await wire.connect(on_command)

    await wire.connect(on_command)
    async with make_mqtt(token) as client:
        await client.publish(f"device/{device.device_id}/command/reboot", qos=1)
        await client.publish(f"device/{device.device_id}/command/card/stop", qos=1)
        await until(lambda: received == ["reboot", "card/stop"])


async def test_kicked_when_the_token_expires(
    simulation: Simulation, log_in: LogIn, make_mqtt: MakeMqtt
) -> None:
    """The connection ends at the time in the token; a fresh token gets in again."""
    simulation.world.faults.token_expires_in = 1
    token = (await log_in())["access_token"]
    started = time.monotonic()
    async with make_mqtt(token) as client:
        with pytest.raises(aiomqtt.MqttError):
            await asyncio.wait_for(anext(client.messages), 30)
        assert 0.5 < time.monotonic() - started < 5
    with pytest.raises(aiomqtt.MqttError):
        async with make_mqtt(token):
            pass
    simulation.world.faults.token_expires_in = None
    async with make_mqtt((await log_in())["access_token"]):
        pass
    reasons = [entry["kicked"] for entry in noted(simulation, "mqtt_disconnected")]
    assert "the token expired" in reasons


@pytest.mark.parametrize(
    "username", ["", "_", "_?x-amz-customauthorizer-name=JwtAuthorizer_mGDDmvLsocFY"]
)
async def test_refused_without_the_authoriser(
    token: str, make_mqtt: MakeMqtt, username: str
) -> None:
    """The user name has to name who checks the token."""
    with pytest.raises(aiomqtt.MqttError):
        async with make_mqtt(token, username=username):
            pass


async def test_only_clean_sessions(simulation: Simulation, token: str, make_mqtt: MakeMqtt) -> None:
    """Yoto's applications ask for no other (protocol §3.1)."""
    with pytest.raises(aiomqtt.MqttError):
        async with make_mqtt(token, identifier="KEPT", clean_session=False):
            pass
    assert "clean" in noted(simulation, "mqtt_refused")[0]["reason"]


async def test_refused_without_a_fitting_token(
    simulation: Simulation, log_in: LogIn, make_mqtt: MakeMqtt
) -> None:
    """Garbage, a missing scope and a revoked token are refused."""
    tokens = [
        "garbage",
        (await log_in("offline_access family:devices:manage"))["access_token"],
    ]
    good = (await log_in("family:devices:control"))["access_token"]
    async with make_mqtt(good):
        pass
    simulation.world.faults.revoked = True
    for token in (*tokens, good):
        with pytest.raises(aiomqtt.MqttError):
            async with make_mqtt(token):
                pass
    assert len(noted(simulation, "mqtt_refused")) == 3


@pytest.mark.parametrize(
    "topic",
    [
        "device/{id}/#",
        "device/+/data/events",
        "#",
        "$aws/things/{id}/shadow/update",
        "device/y00000000000000000000000/data/events",
        "device/{id}",
        "elsewhere",
    ],
)
async def test_forbidden_subscription_ends_the_connection(
    simulation: Simulation, device: Device, token: str, make_mqtt: MakeMqtt, topic: str
) -> None:
    """Wildcards, shadows and other families' players are refused the hard way."""
    async with make_mqtt(token) as client:
        await client.subscribe(f"device/{device.device_id}/data/events", qos=1)
        # No SUBACK comes: aiomqtt would wait for it until its own timeout.
        asking = asyncio.create_task(client.subscribe(topic.format(id=device.device_id), qos=1))
        await is_cut_off(client)
        asking.cancel()
        await asyncio.wait([asking])
        assert asking.cancelled()
    await until(lambda: noted(simulation, "mqtt_disconnected"))
    assert len(noted(simulation, "subscription_refused")) == 1


@pytest.mark.parametrize(
    "topic",
    ["device/{id}/data/events", "device/{id}/presence", "device/{id}/command/", "elsewhere"],
)
async def test_forbidden_publication_ends_the_connection(
    simulation: Simulation, player: Player, token: str, make_mqtt: MakeMqtt, topic: str
) -> None:
    """Applications cannot speak for players."""
    device = next(iter(simulation.world.devices.values()))
    async with make_mqtt(token) as other:
        await other.subscribe(f"device/{device.device_id}/data/events", qos=1)
        async with make_mqtt(token) as client:
            await client.publish(topic.format(id=device.device_id), '{"volume":1}', qos=1)
            await is_cut_off(client)
        await player.wire.publish("data/events", {"volume": 2})
        assert body(await receive(other)) == {"volume": 2}
    assert len(noted(simulation, "publication_refused")) == 1


@given(st.text(alphabet="ab/+#$", max_size=12), st.sampled_from(["", "device/", "device/a/"]))
def test_only_exact_topics_of_own_players_are_allowed(rest: str, start: str) -> None:
    """Whatever the topic, an allowed one begins with an own player and has no wildcard."""
    topic = start + rest
    fits = topic.startswith("device/a/") and topic != "device/a/"
    exact = not set("+#") & set(topic)
    assert (refuse_subscription(topic, {"a"}) is None) == (fits and exact)
    if refuse_publication(topic, {"a"}) is None:
        assert topic.startswith("device/a/command/")


async def test_the_same_client_id_evicts(
    simulation: Simulation, player: Player, device: Device, token: str, make_mqtt: MakeMqtt
) -> None:
    """The older connection ends, the newer one works."""
    async with (
        make_mqtt(token, identifier="SAME") as old,
        make_mqtt(token, identifier="SAME") as new,
    ):
        await is_cut_off(old)
        await new.subscribe(f"device/{device.device_id}/data/events", qos=1)
        await until(lambda: noted(simulation, "mqtt_disconnected"))
        await player.wire.publish("data/events", {"volume": 2})
        assert body(await receive(new)) == {"volume": 2}


async def test_drop_app_connections(
    simulation: Simulation, token: str, make_mqtt: MakeMqtt
) -> None:
    """The fault cuts every application off, which may come back."""
    drop = simulation.world.drop_app_connections
    assert drop is not None
    async with make_mqtt(token) as one, make_mqtt(token) as two:
        assert await drop() == 2
        await is_cut_off(one)
        await is_cut_off(two)
    async with make_mqtt(token):
        assert await drop() == 1


def connect_packet(token: str, keep_alive: int) -> bytes:
    """Return the first packet of MQTT 3.1.1."""

    def text(value: str) -> bytes:
        data = value.encode()
        return struct.pack("!H", len(data)) + data

    rest = text("MQTT") + struct.pack("!BBH", 4, 0b1100_0010, keep_alive)
    rest += text("SILENT") + text(USERNAME) + text(token)
    length = bytearray()
    remaining = len(rest)
    while remaining >= 128:
        length.append(remaining % 128 | 128)
        remaining //= 128
    return b"\x10" + bytes((*length, remaining)) + rest


def opened(
    simulation: Simulation, http: aiohttp.ClientSession
) -> AbstractAsyncContextManager[aiohttp.ClientWebSocketResponse]:
    """Open a WebSocket to the broker, on which nothing is said yet."""
    tls = ssl.create_default_context(cafile=simulation.ca_file)
    url = f"wss://{simulation.mqtt_host}:{simulation.mqtt_port}/mqtt"
    return http.ws_connect(url, protocols=("mqtt",), ssl=tls)


async def test_a_silent_application_is_cut_off(
    simulation: Simulation, http: aiohttp.ClientSession, token: str
) -> None:
    """One and a half keep-alives of silence end a connection."""
    async with opened(simulation, http) as socket:
        assert socket.protocol == "mqtt"
        await socket.send_bytes(connect_packet(token, 1))
        assert await socket.receive_bytes() == b"\x20\x02\x00\x00"
        started = time.monotonic()
        message = await socket.receive(timeout=10)
        assert message.type in {aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSE}
        assert time.monotonic() - started > 1
    await until(lambda: noted(simulation, "mqtt_disconnected"))
    assert noted(simulation, "mqtt_disconnected")[0]["kicked"] == "keep-alive lapsed"


async def test_an_application_may_vanish_as_soon_as_it_came(
    simulation: Simulation, http: aiohttp.ClientSession, token: str
) -> None:
    """Its end is noticed all the same, so that the broker can stop."""
    async with opened(simulation, http) as socket:
        await asyncio.gather(socket.send_bytes(connect_packet(token, 60)), socket.close())
    await until(lambda: noted(simulation, "mqtt_disconnected"))


async def test_only_the_path_of_mqtt_is_served(
    simulation: Simulation, http: aiohttp.ClientSession
) -> None:
    """Everything else is not found. The certificate is good for `localhost`, too."""
    tls = ssl.create_default_context(cafile=simulation.ca_file)
    url = f"https://{simulation.mqtt_host}:{simulation.mqtt_port}/elsewhere"
    async with http.get(url, ssl=tls, server_hostname="localhost") as response:
        assert response.status == 404


async def test_rest_command_goes_round_by_mqtt(
    player: Player, device: Device, log_in: LogIn, http: aiohttp.ClientSession
) -> None:
    """The cloud publishes the command; the player's answer refreshes the shadow."""
    headers = bearer(await log_in())
    path = f"/device-v2/{device.device_id}"
    async with http.post(f"{path}/command/status", headers=headers, json={}) as response:
        assert await response.json() == {"status": "ok"}
    await until(lambda: player.received)
    command, payload = player.received[0]
    assert command == "status"
    assert json.loads(payload)["requestId"]
    await player.wire.publish("status/full", {"status": {"batteryLevel": 42, "fwVersion": "v9"}})
    async with http.get(f"{path}/config", headers=headers) as response:
        block = (await response.json())["device"]
    assert block["online"] is True
    assert block["fwVersion"] == "v9"
    assert block["status"]["batteryLevel"] == 42
    assert block["status"]["updatedAt"].endswith("Z")


async def test_two_hundred_players(simulation: Simulation, token: str, make_mqtt: MakeMqtt) -> None:
    """One application follows a big family within seconds."""
    devices = make_devices(200)
    for device in devices:
        simulation.world.devices[device.device_id] = device
    wires = [simulation.broker.wire(device) for device in devices]
    for wire in wires:
        await Player(wire).connect()
    started = time.monotonic()
    async with make_mqtt(token) as client:
        for device in devices:
            await client.subscribe(f"device/{device.device_id}/data/events", qos=1)
        for wire in wires:
            await wire.publish("data/events", {"volume": 1})
        topics = {str((await receive(client)).topic) for _ in devices}
    assert len(topics) == 200
    assert time.monotonic() - started < 10
