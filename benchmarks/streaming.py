"""Our streams against Home Assistant's own static files: `scripts/bench streaming`.

Both serve the same file from the same process in the same run, and take turns. What counts is the
ratio: the rates themselves say more about the machine than about the code.
"""

import argparse
import asyncio
from dataclasses import dataclass
from pathlib import Path
import tempfile
from typing import Final

from .machine import this_machine
from .report import MEBIBYTE, Comparison, Goal, Paused, Round, page, percentile_99, write_section
from .subject import Contender, Load, Subject

RESULTS: Final = Path(__file__).with_name("results.md")
FULL_CONNECTIONS, FULL_GOAL = 8, 0.95
RANGE_CONNECTIONS, RANGE_GOAL, RANGE_BYTES = 32, 0.9, 64 * 1024
LISTENERS, MEMORY_GOAL, LAG_GOAL = 100, 20.0, 0.010
SETTLE_SECONDS: Final = 1.0
PAUSE_SECONDS: Final = 5.0
PAUSE_ROUNDS: Final = 3

HOW: Final = f"""\
How it was measured: one real Home Assistant process and one load generator process (raw sockets,
bodies thrown away inside the kernel), on loopback, over plain HTTP, with a warm page cache. Both
serve the same file and take turns. Rates are medians of the rounds; the ratio is the median of the
ratios of the pairs of rounds, with the lowest and the highest in brackets.

* Full: {FULL_CONNECTIONS} connections fetch the whole file again and again.
* Ranges: {RANGE_CONNECTIONS} connections fetch {RANGE_BYTES // 1024} KiB from random places.
* Paused: {LISTENERS} listeners read the beginning and then nothing, {PAUSE_ROUNDS} times,
  beginning in a fresh process. Memory is the resident memory of Home Assistant: what waits in the
  kernel's socket buffers is not in it.
* Lag: by how much a timer of 5 ms inside Home Assistant is late.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How much is measured."""

    rounds: int
    seconds: float


async def _fetch(
    subject: Subject, contender: Contender, *, connections: int, range_bytes: int, seconds: float
) -> Round:
    """Run one timed round."""
    await subject.lags()
    cpu = subject.cpu_seconds()
    load = await Load.ordered(
        kind="fetch",
        port=subject.port,
        path=contender.path,
        connections=connections,
        seconds=seconds,
        range=range_bytes,
        size=subject.size,
    )
    result = await load.answer()
    await load.end()
    wall = result["seconds"]
    return Round(
        rate=(result["requests"] if range_bytes else result["bytes"] / MEBIBYTE) / wall,
        server_cpu=(subject.cpu_seconds() - cpu) / wall,
        client_cpu=result["client_cpu_seconds"] / wall,
        lag_p99=percentile_99(await subject.lags()),
    )


async def _compare(
    subject: Subject,
    effort: Effort,
    *,
    title: str,
    unit: str,
    goal: float,
    connections: int,
    range_bytes: int = 0,
) -> Comparison:
    """Let both contenders take turns, beginning in turns too. The first turns are warm-up."""
    rounds: dict[Contender, list[Round]] = {subject.ours: [], subject.theirs: []}
    for number in range(effort.rounds + 1):
        order = (subject.ours, subject.theirs)
        for contender in order if number % 2 else reversed(order):
            found = await _fetch(
                subject,
                contender,
                connections=connections,
                range_bytes=range_bytes,
                seconds=effort.seconds,
            )
            if number:
                rounds[contender].append(found)
                print(f"{title}, {contender.name}: {found.rate:,.0f} {unit}", flush=True)
    return Comparison(
        title=title,
        unit=unit,
        goal=goal,
        ours=rounds[subject.ours],
        theirs=rounds[subject.theirs],
    )


async def _pause_once(subject: Subject, contender: Contender) -> tuple[float, list[float]]:
    """Hold listeners for a while. Returns the growth in MiB and the lags in seconds."""
    before = subject.memory()
    await subject.lags()
    load = await Load.ordered(
        kind="pause", port=subject.port, path=contender.path, connections=LISTENERS
    )
    await load.answer()
    await asyncio.sleep(PAUSE_SECONDS)
    lags = await subject.lags()
    growth = (subject.memory() - before) / MEBIBYTE
    await load.end()
    await asyncio.sleep(SETTLE_SECONDS)
    return growth, lags


async def _pause(subject: Subject) -> dict[Contender, Paused]:
    """Pause listeners of both contenders in turns, from the very first round on."""
    found: dict[Contender, list[tuple[float, list[float]]]] = {
        subject.ours: [],
        subject.theirs: [],
    }
    for _ in range(PAUSE_ROUNDS):
        for contender, rounds in found.items():
            rounds.append(await _pause_once(subject, contender))
            print(f"Paused, {contender.name}: {rounds[-1][0]:.1f} MiB", flush=True)
    paused = {}
    for contender, rounds in found.items():
        lags = [lag for _, lags in rounds for lag in lags]
        paused[contender] = Paused(
            growth=[growth for growth, _ in rounds],
            lag_p99=percentile_99(lags),
            lag_worst=max(lags),
        )
    return paused


def _goals(ours: Paused, theirs: Paused) -> list[Goal]:
    return [
        Goal(
            title=f"memory growth, {LISTENERS} paused listeners (worst round)",
            found=f"{max(ours.growth):.1f} MiB",
            theirs=f"{max(theirs.growth):.1f} MiB",
            goal=f"under {MEMORY_GOAL:.0f} MiB",
            is_met=max(ours.growth) < MEMORY_GOAL,
        ),
        Goal(
            title="loop lag p99 meanwhile",
            found=f"{ours.lag_p99 * 1000:.2f} ms",
            theirs=f"{theirs.lag_p99 * 1000:.2f} ms",
            goal=f"under {LAG_GOAL * 1000:.0f} ms",
            is_met=ours.lag_p99 < LAG_GOAL,
        ),
    ]


async def measure(effort: Effort) -> str:
    """Measure everything and return the page."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        async with Subject.started(Path(folder)) as subject:
            # First of all: later, memory that earlier load has left behind would be used again.
            paused = await _pause(subject)
            comparisons = [
                await _compare(
                    subject,
                    effort,
                    title=f"full GET, {FULL_CONNECTIONS} connections",
                    unit="MiB/s",
                    goal=FULL_GOAL,
                    connections=FULL_CONNECTIONS,
                ),
                await _compare(
                    subject,
                    effort,
                    title=f"{RANGE_BYTES // 1024} KiB ranges, {RANGE_CONNECTIONS} connections",
                    unit="requests/s",
                    goal=RANGE_GOAL,
                    connections=RANGE_CONNECTIONS,
                    range_bytes=RANGE_BYTES,
                ),
            ]
            goals = _goals(paused[subject.ours], paused[subject.theirs])
    return page(this_machine(), comparisons, goals, HOW)


def main() -> None:
    """Measure, print, and write the results down."""
    parser = argparse.ArgumentParser(prog="scripts/bench streaming", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="rounds for each contender (15)")
    parser.add_argument("--seconds", type=float, default=2.0, help="seconds a round (2)")
    given = parser.parse_args()
    results = asyncio.run(measure(Effort(rounds=given.rounds, seconds=given.seconds)))
    write_section(RESULTS, results)
    print(f"\n{results}")


if __name__ == "__main__":
    main()
