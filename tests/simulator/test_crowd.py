"""The crowd of players that the benchmark of many players listens to."""

import asyncio
from collections.abc import AsyncGenerator
import json
from typing import Any

import pytest

from benchmarks.contest import Shown, Talk
from benchmarks.crowd import gather
from benchmarks.players import latencies
from simulator.simulation import Simulation

from .conftest import LogIn, MakeMqtt

PLAYERS = 3
RATE = 10.0
SECONDS = 1.5


@pytest.fixture
async def simulation(socket_enabled: None) -> AsyncGenerator[Simulation]:
    """Run a simulation without players of its own."""
    async with Simulation(players=0) as running:
        yield running


async def test_everything_that_is_said_is_told_and_can_be_recognised(
    simulation: Simulation, log_in: LogIn, make_mqtt: MakeMqtt
) -> None:
    """What has arrived by each message is what its row says, and no two rows are the same."""
    crowd = await gather(simulation, PLAYERS)
    known: dict[str, dict[str, Any]] = {}
    heard = []
    async with make_mqtt((await log_in())["access_token"]) as client:
        for player_id in simulation.world.devices:
            await client.subscribe(f"device/{player_id}/data/events", qos=1)
            await client.publish(f"device/{player_id}/command/events/request", qos=1)
            known[player_id] = {}
        talking: asyncio.Task[tuple[list[list[str | int]], list[float]]] | None = None
        async with asyncio.timeout(20):
            async for message in client.messages:
                player_id = str(message.topic).split("/")[1]
                assert isinstance(message.payload, bytes)
                state = known[player_id]
                is_answer = not state
                state.update(json.loads(message.payload))
                if not is_answer:
                    what = (state["position"], state["volume"], state["trackTitle"])
                    heard.append([player_id, 0, *what])
                elif all(known.values()):
                    talking = asyncio.create_task(crowd.talk(RATE, SECONDS))
                if len(heard) == PLAYERS * RATE * SECONDS:
                    break
    assert talking is not None
    rows, late = await talking
    said = [(row[0], *row[2:]) for row in rows]
    assert [(row[0], *row[2:]) for row in heard] == said
    assert len(set(said)) == len(said) == len(late) == PLAYERS * RATE * SECONDS


def test_only_what_was_shown_has_a_latency() -> None:
    """The first state that shows a message counts; one that is never shown is missing."""
    talk = Talk(
        rows=[["a", 10, 1, 8, "One"], ["b", 20, 1, 8, "One"], ["a", 30, 2, 8, "One"]],
        late=[],
        seconds=1,
        cpu_seconds=0,
    )
    shown = Shown(
        rows=[
            ["a", 1_000_000_010, 1, 8, "One"],
            ["a", 9_000_000_000, 1, 8, "One"],
            ["a", 2_000_000_030, 2, 8, "One"],
        ],
        collections=[],
    )
    assert latencies(talk, shown) == [1.0, 2.0]
