"""A simulation as a whole: how it starts, ends and is run as a program."""

import asyncio
import json
from pathlib import Path
import signal
import socket
import ssl
import sys

import aiohttp
import aiomqtt
import pytest

from simulator.simulation import Simulation

from .conftest import LogIn, MakeMqtt, noted, until

REPOSITORY = Path(__file__).parents[2]


async def test_stopping_ends_every_connection(
    simulation: Simulation, log_in: LogIn, make_mqtt: MakeMqtt
) -> None:
    """Applications and playing players are cut off; nothing is left of the temporary folder."""
    token = (await log_in())["access_token"]
    folder = simulation.ca_file.parent
    for player in simulation.players.values():
        await player.insert("2Lght")
    await until(lambda: all(player.fetches() for player in simulation.players.values()))
    async with make_mqtt(token) as client:
        await client.subscribe(f"device/{next(iter(simulation.players))}/status/full", qos=1)
        await simulation.stop()
        with pytest.raises(aiomqtt.MqttError):
            await asyncio.wait_for(anext(client.messages), 30)
    assert noted(simulation, "mqtt_disconnected")[0]["kicked"] == "broker stops"
    assert not folder.exists()
    await simulation.stop()


async def test_a_kept_folder_keeps_the_authority(socket_enabled: None, tmp_path: Path) -> None:
    """Whoever trusts it once need not be told again."""
    folder = tmp_path / "state"
    async with Simulation(state_dir=folder) as first:
        kept = first.ca_file.read_bytes()
    async with Simulation(state_dir=folder) as second:
        assert second.ca_file.read_bytes() == kept
        tls = ssl.create_default_context(cafile=second.ca_file)
        url = f"wss://{second.mqtt_host}:{second.mqtt_port}/mqtt"
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(url, ssl=tls, protocols=("mqtt",)),
        ):
            pass


async def test_a_port_that_is_taken(socket_enabled: None) -> None:
    """Nothing is left running when the start fails."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        simulation = Simulation(mqtt_port=taken.getsockname()[1])
        with pytest.raises(OSError, match="in use"):
            await simulation.start()
    await simulation.start()
    assert simulation.http_url
    await simulation.stop()


async def test_composition(simulation: Simulation, http: aiohttp.ClientSession) -> None:
    """Cloud, players, control API and page share one port; control and page are never faulty."""
    simulation.world.faults.server_errors = 5
    for path in ("/", "/sim/players", "/sim/log", "/activate"):
        async with http.get(path) as response:
            assert response.status == 200
    assert set(simulation.players) == set(simulation.world.devices)
    assert simulation.world.list_cards is not None
    assert {"card_id": "8Maze", "title": "The Maze in the Garden", "interactive": True} in (
        simulation.world.list_cards()
    )


async def test_a_card_is_played_from_signed_media(simulation: Simulation) -> None:
    """From the shelf to the ear: a bought card is fetched and played to its last chapter."""
    player = next(iter(simulation.players.values()))
    simulation.world.clock.speed = 100
    await player.insert("4Drum")
    await until(lambda: len(player.played()) >= 2, seconds=20)
    first, second = player.played()[:2]
    assert [first["track_key"], second["track_key"]] == ["01", "02"]
    for played in (first, second):
        assert played["error"] is None
        assert str(played["url"]).endswith(f"#sha256={played['sha256']}")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_as_a_program(socket_enabled: None, tmp_path: Path, number: signal.Signals) -> None:
    """It says where it is when all works, and ends cleanly when told to."""
    ready = tmp_path / "ready.json"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-X", "dev", "-m", "simulator", "--players", "1"),
        *("--ready-file", str(ready), "--state-dir", str(tmp_path / "state")),
        cwd=REPOSITORY,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        await until(ready.exists, seconds=30)
        told = json.loads(ready.read_text())
        assert set(told) == {"url", "mqtt_host", "mqtt_port", "ca_file", "client_id", "pid"}
        assert told["pid"] == process.pid
        tls = ssl.create_default_context(cafile=told["ca_file"])
        async with aiohttp.ClientSession() as session:
            async with session.get(f"{told['url']}/sim/players") as response:
                assert len(await response.json()) == 1
            url = f"wss://{told['mqtt_host']}:{told['mqtt_port']}/mqtt"
            async with session.ws_connect(url, ssl=tls, protocols=("mqtt",)) as connection:
                assert connection.protocol == "mqtt"
    finally:
        process.send_signal(number)
        output, errors = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 0
    assert told["url"] in output.decode()
    assert errors == b""
