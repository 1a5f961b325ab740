"""Streams of many items against one file of the same bytes: `scripts/bench streams`.

Both are sent by the same server in the same run, and take turns. What counts is the ratio.
"""

import argparse
import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
import gc
import json
from pathlib import Path
from random import Random
import socket
from statistics import median
import sys
import tempfile
from time import perf_counter
import tracemalloc
from typing import Final

from demo.child_process import REPOSITORY

from .machine import this_machine
from .report import MEBIBYTE, Measured, beside, percentile_99, ratio_of, write_section
from .stream_server import play_of, shuffled
from .subject import Load

RESULTS: Final = Path(__file__).with_name("results.md")
ITEMS, ITEM_SECONDS, CONNECTIONS, RATE_GOAL = 1000, 60.0, 8, 0.85
SHUFFLED, FIRST_BYTE_GOAL = 10_000, 0.005
FIRST_BYTES: Final = 2000
PASSES: Final = 1000
MEMORY_GOAL: Final = 1.0
_HEAD: Final = 16 * 1024

HOW: Final = f"""\
How it was measured: one server process without Home Assistant, with the response that Home
Assistant would return, and one load generator process, on loopback, over plain HTTP, with a warm
page cache. Rates are medians of the rounds; the ratio is the median of the ratios of the pairs of
rounds, with the lowest and the highest in brackets.

* Stream: {ITEMS:,} items of {ITEM_SECONDS:.0f} seconds, each a file of its own, fetched whole again
  and again; beside it one file of the same bytes. {CONNECTIONS} connections, and one. What the
  kernel leaves to any server is shown by a loop that opens, sends and closes the same files and
  does nothing else, in a thread for each connection.
* First byte: a new listener each time, so that an order is drawn for each, asks for a range that
  begins somewhere in the twelve hours of an endless shuffle of {SHUFFLED:,} items. Timed is from
  the request to the first byte of the body, on a connection that is open already; beside it the
  same for one file, which draws nothing.
* Memory: what Python has allocated for one play after {PASSES:,} different passes, beyond what it
  had allocated after ten.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """The server in its own process: its ports, and the bytes of what there is by path."""

    port: int
    bare_port: int
    sizes: dict[str, int]

    async def rate(self, path: str, connections: int, seconds: float, *, port: int) -> float:
        """Return how many MiB a second come of a path."""
        load = await Load.ordered(
            kind="fetch",
            port=port,
            path=path,
            connections=connections,
            seconds=seconds,
            range=0,
            size=self.sizes[path],
        )
        result = await load.answer()
        await load.end()
        return float(result["bytes"] / MEBIBYTE / result["seconds"])


@asynccontextmanager
async def _server(folder: Path, *, items: int, seconds: float) -> AsyncIterator[Server]:
    """Start the server, and end it."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.stream_server", str(folder / "served")),
        *("--items", str(items), "--seconds", str(seconds), "--shuffled", str(SHUFFLED)),
        cwd=REPOSITORY,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        said = json.loads(await process.stdout.readline())
        yield Server(**said)
    finally:
        process.stdin.close()
        await process.wait()


async def _throughput(
    server: Server, *, connections: int, gaps: bool, rounds: int
) -> list[Measured]:
    """Let a stream and one file take turns, of either server. The first turns are warm-up."""
    name = "gaps" if gaps else "plain"
    sides = [
        (path, port)
        for port in (server.port, server.bare_port)
        for path in (f"/stream-{name}", f"/single-{name}")
    ]
    found: dict[tuple[str, int], list[float]] = {side: [] for side in sides}
    title = f"stream of {ITEMS:,} items, {'half a second' if gaps else 'nothing'} between"
    title += f", {connections} connection{'s' if connections > 1 else ''}"
    for number in range(rounds + 1):
        for path, port in sides if number % 2 else reversed(sides):
            rate = await server.rate(path, connections, 2.0, port=port)
            if number:
                found[path, port].append(rate)
    ours, theirs, bare, bare_theirs = (found[side] for side in sides)
    ratio, written = ratio_of(ours, theirs)
    print(f"{title}: {written}", flush=True)
    return [
        Measured(
            title=title,
            ours=f"{median(ours):,.0f} MiB/s",
            theirs=f"{median(theirs):,.0f} MiB/s (one file)",
            ratio=written,
            goal=f"at least {RATE_GOAL}",
            is_met=ratio >= RATE_GOAL,
        ),
        Measured(
            title="the same with open and sendfile alone",
            ours=f"{median(bare):,.0f} MiB/s",
            theirs=f"{median(bare_theirs):,.0f} MiB/s (one file)",
            ratio=ratio_of(bare, bare_theirs)[1],
        ),
    ]


def _first_byte(client: socket.socket, path: str, start: int) -> float:
    """Return how long the first byte from a place on takes, in seconds (blocking)."""
    request = f"GET {path} HTTP/1.1\r\nHost: x\r\nRange: bytes={start}-{start}\r\n\r\n"
    begin = perf_counter()
    client.sendall(request.encode())
    answer = b""
    while not answer.partition(b"\r\n\r\n")[2]:
        answer += client.recv(_HEAD)
    seconds = perf_counter() - begin
    if not answer.startswith(b"HTTP/1.1 206 "):
        raise RuntimeError(answer.decode(errors="replace"))
    return seconds


def _first_bytes(server: Server) -> Measured:
    """Time first bytes of new listeners and of one file, in turns (blocking)."""
    random = Random(1)
    ours: list[float] = []
    theirs: list[float] = []
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for listener in range(FIRST_BYTES):
            place = random.randrange(server.sizes["/shuffle/"])
            ours.append(_first_byte(client, f"/shuffle/{listener}", place))
            place = random.randrange(server.sizes["/single-gaps"])
            theirs.append(_first_byte(client, "/single-gaps", place))
    found = percentile_99(ours)
    beside_it = f"{percentile_99(theirs) * 1000:.2f} ms (median {median(theirs) * 1000:.2f}"
    return Measured(
        title=f"first byte, endless shuffle of {SHUFFLED:,} items, p99",
        ours=f"{found * 1000:.2f} ms (median {median(ours) * 1000:.2f})",
        theirs=f"{beside_it}, one file)",
        goal=f"under {FIRST_BYTE_GOAL * 1000:.0f} ms",
        is_met=found < FIRST_BYTE_GOAL,
    )


def _memory(folder: Path) -> Measured:
    """Go through many passes of one play and see what stays allocated (blocking)."""
    made = shuffled(folder / "memory", SHUFFLED, seconds=0.1, passes=PASSES)
    play = play_of(made)
    passes = play.total // made.root.period
    tracemalloc.start()
    allocated: list[float] = []
    random = Random(2)
    for count in (10, PASSES):
        for _ in range(count):
            place = random.randrange(play.total - 1)
            next(play.slices(place, place + 1))
        gc.collect()
        allocated.append(tracemalloc.get_traced_memory()[0] / MEBIBYTE)
    tracemalloc.stop()
    growth = max(allocated[1] - allocated[0], 0.0)
    return Measured(
        title=f"memory of one play of so many, {PASSES:,} places in {passes:,} passes",
        ours=f"{growth:.2f} MiB more",
        theirs=f"{allocated[0]:.2f} MiB after ten places",
        goal=f"under {MEMORY_GOAL:.0f} MiB more",
        is_met=growth < MEMORY_GOAL,
    )


async def measure(rounds: int, items: int, seconds: float) -> list[Measured]:
    """Measure everything."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        async with _server(folder, items=items, seconds=seconds) as server:
            first = await asyncio.to_thread(_first_bytes, server)
            rates = [
                each
                for connections in (CONNECTIONS, 1)
                for gaps in (False, True)
                for each in await _throughput(
                    server, connections=connections, gaps=gaps, rounds=rounds
                )
            ]
        return [*rates, first, await asyncio.to_thread(_memory, folder)]


def main() -> None:
    """Measure, print, and write the results down."""
    parser = argparse.ArgumentParser(prog="scripts/bench streams", description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="rounds for each side (9)")
    parser.add_argument("--dry-run", action="store_true", help="write nothing down")
    given = parser.parse_args()
    found = asyncio.run(measure(given.rounds, ITEMS, ITEM_SECONDS))
    section = beside("Streams: results of `scripts/bench streams`", this_machine(), found, HOW)
    if not given.dry_run:
        write_section(RESULTS, section)
    print(f"\n{section}")


if __name__ == "__main__":
    main()
