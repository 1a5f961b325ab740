"""Many players that talk at once, until Home Assistant shows it: `scripts/bench players`.

Our integration and core's `yoto` follow the same crowd, each in a Home Assistant of its own, one
after the other. What counts is the time from the publication of a message by a player to the state
that shows it.
"""

import argparse
import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
import tempfile
import time
from typing import Final

from .contest import Contender, Contest, Shown, Talk
from .machine import Machine, this_machine
from .report import percentile_99, write_section

RESULTS: Final = Path(__file__).with_name("results.md")
P99_GOAL: Final = 0.100
TICKS: Final = 0.2
"""Messages a second of a player that plays: its position, every five seconds (protocol §3.5)."""
FEW: Final = 4
"""As many players as a family may have, which is what both are made for."""
DRAIN_SECONDS: Final = 15.0
"""How long after the last message what is late may still arrive; after that it is missing."""
_CALM: Final = 0.5

HOW: Final = f"""\
How it was measured: one process with the players and a broker (MQTT over TLS WebSockets, QoS 1),
one real Home Assistant process with one integration, on loopback. Both integrations are logged in
the way a person would do it; core's is pointed at the simulator by replacing its addresses. Every
player talks at an even pace, all of them independently: three of five messages carry a position
that nobody could expect, one the volume, one another chapter, and each is visible in the state of
the media player, so that it is known when that state was set. The recorder is off, for both: it
would write every state into a database. Before the first message Home Assistant has come to rest,
and all garbage is collected.

* Shown: the share of the messages whose own state was set before {DRAIN_SECONDS:.0f} seconds after
  the last message; the times are of those that were shown.
* Pauses: how often, and for how long at the most, Python's garbage collector stopped Home Assistant
  to look at every object. That takes the longer the more entities there are. *Frozen* is a what-if:
  the collector was told to leave alone what there was before the first message (`gc.freeze()`).
* The rounds with {TICKS:g} messages a second of each player are as many as players really say while
  they play and nobody touches them.
* Lag: by how much a timer of 5 ms inside Home Assistant is late.
* Players: by how much the load generator itself was late, and the processor time that it and the
  broker took. They are not the bottleneck while both are small.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What is measured: who follows how many players that say how much."""

    contender: Contender
    players: int
    rate: float
    seconds: float
    freeze: bool = False

    @property
    def title(self) -> str:
        """Name it."""
        name = f"{self.contender}{', frozen' if self.freeze else ''}"
        return f"{name}: {self.players} players, {self.players * self.rate:,.0f} messages/s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a round came to. Times are in seconds, processor times shares of one core."""

    measured: Round
    entities: int
    sent: int
    rate: float
    """Messages a second that really were published."""
    latencies: Sequence[float]
    cpu: float
    crowd_cpu: float
    crowd_late: float
    lag_p99: float
    lag_worst: float
    pauses: Sequence[float]

    @property
    def missing(self) -> int:
        """Return how many messages were never shown."""
        return self.sent - len(self.latencies)

    @property
    def row(self) -> str:
        """Return a row of the table of results."""
        return (
            f"| {self.measured.title} | {len(self.latencies):,} of {self.sent:,} "
            f"| {_milliseconds(self.latencies, 50)} | **{_milliseconds(self.latencies, 99)}** "
            f"| {_milliseconds(self.latencies, 100)} | {_verdict(self)} |"
        )

    @property
    def strain_row(self) -> str:
        """Return a row of the table on what the load did."""
        pauses = f"{len(self.pauses)}"
        if self.pauses:
            pauses += f", up to {max(self.pauses) * 1000:,.0f} ms"
        return (
            f"| {self.measured.title} | {self.entities:,} | {self.cpu:.0%} "
            f"| {self.lag_p99 * 1000:,.1f} ms, worst {self.lag_worst * 1000:,.0f} ms | {pauses} "
            f"| {self.rate:,.0f}/s, {self.crowd_cpu:.0%}, "
            f"p99 {self.crowd_late * 1000:.1f} ms late |"
        )


async def measure_round(measured: Round, folder: Path) -> Found:
    """Start everything, let the crowd talk, and wait for what is late."""
    async with Contest.started(folder, measured.contender, measured.players) as contest:
        await contest.calm()
        entities = await contest.entities()
        await contest.tidy(freeze=measured.freeze)
        await contest.shown()
        await contest.lags()
        cpu = contest.cpu_seconds()
        talk = await contest.crowd.talk(measured.rate, measured.seconds)
        cpu = contest.cpu_seconds() - cpu
        ended = time.monotonic()
        lags = await contest.lags()
        shown = await _drain(contest, talk, ended + DRAIN_SECONDS)
    return Found(
        measured=measured,
        entities=entities,
        sent=len(talk.rows),
        rate=len(talk.rows) / talk.seconds,
        latencies=latencies(talk, shown),
        cpu=cpu / talk.seconds,
        crowd_cpu=talk.cpu_seconds / talk.seconds,
        crowd_late=percentile_99(talk.late),
        lag_p99=percentile_99(lags),
        lag_worst=max(lags),
        pauses=shown.collections,
    )


async def _drain(contest: Contest, talk: Talk, deadline: float) -> Shown:
    """Return what was shown, all of it or what there is at the deadline."""
    rows, collections = [], []
    missing = {(row[0], *row[2:]) for row in talk.rows}
    while True:
        shown = await contest.shown()
        rows += [row for row in shown.rows if row[1] < deadline * 1e9]
        collections += shown.collections
        missing -= {(row[0], *row[2:]) for row in shown.rows}
        if not missing or time.monotonic() > deadline:
            return Shown(rows=rows, collections=collections)
        await asyncio.sleep(_CALM)


def latencies(talk: Talk, shown: Shown) -> list[float]:
    """Return the seconds from each message to the state that shows it, where there is one."""
    first: dict[tuple[object, ...], int] = {}
    for player, at, *what in shown.rows:
        first.setdefault((player, *what), at)
    return [
        (first[player, *what] - sent) / 1e9
        for player, sent, *what in talk.rows
        if (player, *what) in first
    ]


def section(machine: Machine, results: Sequence[Found]) -> str:
    """Return the results as a section in Markdown."""
    seconds = results[0].measured.seconds
    lines = [
        "# Players: results of `scripts/bench players`",
        "",
        f"Measured on {machine}, {seconds:g} seconds each.",
        "",
        "| | shown | p50 | p99 | worst | goal: all shown, p99 under 100 ms |",
        "|---|---|---|---|---|---|",
        *(found.row for found in results),
        "",
        "| | entities | processor | lag p99 | pauses | players |",
        "|---|---|---|---|---|---|",
        *(found.strain_row for found in results),
        "",
        HOW,
    ]
    return "\n".join(lines)


def _milliseconds(values: Sequence[float], percent: int) -> str:
    if not values:
        return "none"
    ordered = sorted(values)
    return f"{ordered[min(len(ordered) * percent // 100, len(ordered) - 1)] * 1000:,.1f} ms"


def _verdict(found: Found) -> str:
    if found.measured.contender is not Contender.OURS or found.measured.freeze:
        return ""
    is_met = not found.missing and percentile_99(found.latencies) < P99_GOAL
    return "met" if is_met else "**not met**"


async def measure(rounds: Sequence[Round]) -> str:
    """Measure everything and return the section."""
    results = []
    for measured in rounds:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            found = await measure_round(measured, Path(folder))
        print(found.row, found.strain_row, sep="\n", flush=True)
        results.append(found)
    return section(this_machine(), results)


def main() -> None:
    """Measure, print, and write the results down."""
    parser = argparse.ArgumentParser(prog="scripts/bench players", description=__doc__)
    parser.add_argument("--players", type=int, default=200, help="how many players (200)")
    parser.add_argument("--rate", type=float, default=5.0, help="messages a second of each (5)")
    parser.add_argument("--seconds", type=float, default=60.0, help="seconds a round (60)")
    parser.add_argument("--dry-run", action="store_true", help="leave results.md as it is")
    given = parser.parse_args()
    few = min(given.players, FEW)
    rounds = [
        Round(contender=contender, players=players, rate=given.rate, seconds=given.seconds)
        for players in dict.fromkeys((given.players, few))
        for contender in Contender
    ]
    rounds += [
        Round(contender=contender, players=given.players, rate=TICKS, seconds=given.seconds)
        for contender in Contender
    ]
    rounds.append(
        Round(
            contender=Contender.OURS,
            players=given.players,
            rate=given.rate,
            seconds=given.seconds,
            freeze=True,
        )
    )
    results = asyncio.run(measure(rounds))
    if not given.dry_run:
        write_section(RESULTS, results)
    print(f"\n{results}")


if __name__ == "__main__":
    main()
