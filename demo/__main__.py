"""Run the demo: `scripts/demo --help`."""

import argparse
import asyncio
from contextlib import suppress
from pathlib import Path
import signal
import sys
from typing import Final

from .api import ApiError, UnreachableError
from .child_process import REPOSITORY, ProcessFailedError
from .demonstration import Demonstration
from .login import LoginFailedError
from .ports import PortBusyError
from .simulation import SimulatorError
from .stack import Stack
from .tunes import TuneError
from .waiting import NotInTimeError

ONE_WISH: Final = 1.0
"""Seconds within which signals mean the same."""
EXPECTED_FAILURES: Final = (
    ApiError,
    LoginFailedError,
    NotInTimeError,
    ProcessFailedError,
    SimulatorError,
    TuneError,
    UnreachableError,
)


def _wishes() -> Demonstration:
    parser = argparse.ArgumentParser(
        prog="scripts/demo",
        description="Home Assistant with Yoto Smart Stream and simulated Yoto players.",
    )
    parser.add_argument("--port", type=int, default=8123, help="Home Assistant's port (8123)")
    parser.add_argument(
        "--dir",
        type=Path,
        default=REPOSITORY / ".demo",
        help="folder for everything that the demo makes; used again at the next start (.demo)",
    )
    parser.add_argument("--ready-file", type=Path, help="JSON file to write when all this works")
    parser.add_argument("--players", type=int, default=2, help="number of players (2)")
    parser.add_argument("--speed", type=float, default=1.0, help="how fast the players live (1)")
    parser.add_argument(
        "--manual-login", action="store_true", help="leave the login to the person at the screen"
    )
    given = parser.parse_args()
    if given.players < 1 or given.speed <= 0:
        parser.error("--players and --speed have to be greater than zero")
    return Demonstration(
        folder=given.dir.resolve(),
        port=given.port,
        players=given.players,
        speed=given.speed,
        ready_file=given.ready_file,
        manual_login=given.manual_login,
    )


async def _run(demonstration: Demonstration) -> None:
    """Run the demo until Ctrl-C or a signal to end. One more, later, ends its processes at once."""
    stack = Stack(
        demonstration.folder,
        port=demonstration.port,
        players=demonstration.players,
        speed=demonstration.speed,
    )
    loop = asyncio.get_running_loop()
    task = loop.create_task(_show(demonstration, stack))
    ended_at = 0.0

    def end() -> None:
        nonlocal ended_at
        if not task.cancelling():
            print("\nEnding the demo ...", flush=True)
            ended_at = loop.time()
            task.cancel()
        # One wish to end may arrive twice: for the process, and for the group that it is in.
        elif loop.time() - ended_at > ONE_WISH:
            stack.kill()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, end)
    with suppress(asyncio.CancelledError):
        await task


async def _show(demonstration: Demonstration, stack: Stack) -> None:
    print("Starting the simulator and Home Assistant ...", flush=True)
    async with stack:
        await demonstration.run(stack)


def main() -> int:
    """Run the demo and return the exit code."""
    demonstration = _wishes()
    if demonstration.ready_file is not None:
        demonstration.ready_file.unlink(missing_ok=True)
    try:
        asyncio.run(_run(demonstration))
    except PortBusyError as err:
        print(f"{err} Choose another one with --port.", file=sys.stderr)
        return 1
    except EXPECTED_FAILURES as err:
        print(f"The demo could not go on. {err}", file=sys.stderr)
        print(f"More is in the console.log files in {demonstration.folder}.", file=sys.stderr)
        return 1
    finally:
        if demonstration.ready_file is not None:
            demonstration.ready_file.unlink(missing_ok=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
