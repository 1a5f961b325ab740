"""The simulator with players that obey at once and note when the first byte of a track comes.

`python -m benchmarks.prompt_players --ready-file FILE --state-dir DIR`. A real player takes its
time for a command, and so does the simulated one. That is not ours, so it is left out here. The log
of the simulation (`GET /sim/log`) has an entry `first byte` for each track, with its address.
"""

import argparse
import asyncio
import json
import logging
import os
from pathlib import Path
import signal
from typing import Final, override

from simulator.player import obedience, transport
from simulator.player.transfer import Transfer
from simulator.simulation import Simulation
from simulator.world import World

FIRST_BYTE: Final = "first byte"


def noting(world: World) -> type[Transfer]:
    """Return transfers that note in the log of a world when the first byte has come."""

    class NotingTransfer(Transfer):
        """A transfer that is watched."""

        _has_come = False

        @override
        async def read(self) -> bytes:
            """Return the next bytes."""
            chunk = await super().read()
            if chunk and not self._has_come:
                self._has_come = True
                world.note(FIRST_BYTE, url=self.url)
            return chunk

    return NotingTransfer


async def run(ready_file: Path, state_dir: Path) -> None:
    """Run until told to end."""
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    async with Simulation(players=1, state_dir=state_dir) as simulation:
        vars(obedience)["_ANSWER_WITHIN"] = (0.0, 0.0)
        vars(transport)["Transfer"] = noting(simulation.world)
        ready = {
            "url": simulation.http_url,
            "mqtt_host": simulation.mqtt_host,
            "mqtt_port": simulation.mqtt_port,
            "ca_file": str(simulation.ca_file.resolve()),
            "client_id": simulation.client_id,
            "pid": os.getpid(),
        }
        unfinished = ready_file.with_suffix(".part")
        await asyncio.to_thread(unfinished.write_text, json.dumps(ready))
        unfinished.replace(ready_file)
        await ended.wait()


def main() -> None:
    """Run."""
    logging.getLogger("amqtt").setLevel(logging.CRITICAL)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ready-file", type=Path, required=True)
    parser.add_argument("--state-dir", type=Path, required=True)
    given = parser.parse_args()
    asyncio.run(run(given.ready_file, given.state_dir))


if __name__ == "__main__":
    main()
