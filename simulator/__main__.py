"""Run a simulation until it is told to end: `python -m simulator --help`."""

import argparse
import asyncio
import json
import logging
import os
from pathlib import Path
import signal
import sys

from .simulation import Simulation


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m simulator", description="A Yoto cloud and Yoto players on this machine."
    )
    parser.add_argument("--players", type=int, default=2, metavar="N", help="players (2)")
    parser.add_argument("--speed", type=float, default=1.0, metavar="N", help="times real time (1)")
    parser.add_argument(
        "--at-noon", action="store_true", help="the players live where it is noon now"
    )
    parser.add_argument("--http-port", type=int, default=0, metavar="P", help="0 for any (0)")
    parser.add_argument("--mqtt-port", type=int, default=0, metavar="P", help="0 for any (0)")
    parser.add_argument(
        "--state-dir", type=Path, metavar="DIR", help="keeps the certificate authority here"
    )
    parser.add_argument(
        "--ready-file", type=Path, metavar="FILE", help="written as JSON when everything works"
    )
    return parser.parse_args()


async def _run(arguments: argparse.Namespace) -> None:
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    async with Simulation(
        players=arguments.players,
        speed=arguments.speed,
        at_noon=arguments.at_noon,
        http_port=arguments.http_port,
        mqtt_port=arguments.mqtt_port,
        state_dir=arguments.state_dir,
    ) as simulation:
        print(f"Cloud, control API and page: {simulation.http_url}")
        print(
            f"MQTT over TLS WebSockets:    wss://{simulation.mqtt_host}:{simulation.mqtt_port}/mqtt"
        )
        print(f"Certificate authority:       {simulation.ca_file}")
        print(f"Client id:                   {simulation.client_id}")
        for device in simulation.world.devices.values():
            print(f"Player:                      {device.device_id} {device.name}")
        print("Ctrl-C ends it.", flush=True)
        if arguments.ready_file is not None:
            await asyncio.to_thread(_write_ready_file, arguments.ready_file, simulation)
        await ended.wait()


def _write_ready_file(file: Path, simulation: Simulation) -> None:
    """Write the file at once: whoever waits for it never reads half of it."""
    text = json.dumps(
        {
            "url": simulation.http_url,
            "mqtt_host": simulation.mqtt_host,
            "mqtt_port": simulation.mqtt_port,
            "ca_file": str(simulation.ca_file.resolve()),
            "client_id": simulation.client_id,
            "pid": os.getpid(),
        }
    )
    unfinished = file.with_name(f".{file.name}.{os.getpid()}")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(file)


def main() -> int:
    """Run; return the exit status."""
    # What clients do wrong belongs into the log of the simulation, and is there.
    logging.getLogger("amqtt").setLevel(logging.CRITICAL)
    try:
        asyncio.run(_run(_arguments()))
    except OSError as err:
        print(f"The simulation could not start: {err}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
