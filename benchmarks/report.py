"""What was measured, as numbers and as a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
import re
from statistics import median
from typing import Final

from .machine import Machine

MEBIBYTE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One round of one contender: `rate` in MiB or requests a second, the rest as shares."""

    rate: float
    server_cpu: float
    client_cpu: float
    lag_p99: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Alternating rounds of both contenders."""

    title: str
    unit: str
    goal: float
    ours: Sequence[Round]
    theirs: Sequence[Round]

    @property
    def ratio(self) -> float:
        """Return the median of our rates as shares of theirs in the same pair of rounds."""
        return median(self.pairs)

    @property
    def pairs(self) -> list[float]:
        """Return the ratio of each pair of rounds, which were measured right after each other."""
        return [a.rate / b.rate for a, b in zip(self.ours, self.theirs, strict=True)]

    @property
    def row(self) -> str:
        """Return a row of the table."""
        return (
            f"| {self.title} | {_rate(self.ours):,.0f} {self.unit} "
            f"| {_rate(self.theirs):,.0f} {self.unit} | **{self.ratio:.2f}** "
            f"({min(self.pairs):.2f} to {max(self.pairs):.2f}) | at least {self.goal} "
            f"| {_verdict(is_met=self.ratio >= self.goal)} |"
        )

    @property
    def load_row(self) -> str:
        """Return a row of the table on what the load did to the processes."""
        return f"| {self.title} | {_strain(self.ours)} | {_strain(self.theirs)} |"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused:
    """What the paused listeners of one contender did to Home Assistant."""

    growth: Sequence[float]
    """MiB of resident memory, one number a round."""
    lag_p99: float
    """Seconds, over all rounds."""
    lag_worst: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A goal that is not a ratio."""

    title: str
    found: str
    theirs: str
    goal: str
    is_met: bool

    @property
    def row(self) -> str:
        """Return a row of the table."""
        return (
            f"| {self.title} | {self.found} | {self.theirs} | | {self.goal} "
            f"| {_verdict(is_met=self.is_met)} |"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """How many messages a second something does."""

    title: str
    rate: float
    worst: float
    goal: float

    @property
    def row(self) -> str:
        """Return a row of the table."""
        return (
            f"| {self.title} | {self.rate:,.0f} messages/s | {self.worst:,.0f} messages/s "
            f"| at least {self.goal:,.0f} | {_verdict(is_met=self.rate >= self.goal)} |"
        )


def speeds(title: str, machine: Machine, found: Sequence[Speed], how: str) -> str:
    """Return speeds as a section in Markdown."""
    lines = [
        f"# {title}",
        "",
        f"Measured on {machine}.",
        "",
        "| | median | worst round | goal | |",
        "|---|---|---|---|---|",
        *(speed.row for speed in found),
        "",
        how,
        "",
    ]
    return "\n".join(lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One thing that was measured beside its comparison. All but `is_met` is text for people."""

    title: str
    ours: str
    theirs: str
    goal: str = ""
    ratio: str = ""
    is_met: bool | None = None
    """None for what has no goal."""

    @property
    def row(self) -> str:
        """Return a row of the table."""
        return (
            f"| {self.title} | {self.ours} | {self.theirs} | {self.ratio} | {self.goal} "
            f"| {_verdict(is_met=self.is_met)} |"
        )


def alone(title: str, machine: Machine, found: Sequence[Measured], how: str) -> str:
    """Return what was measured beside nothing as a section in Markdown."""
    lines = [
        f"# {title}",
        "",
        f"Measured on {machine}.",
        "",
        "| | median (worst round) | goal | |",
        "|---|---|---|---|",
        *(
            f"| {each.title} | {each.ours} | {each.goal} | {_verdict(is_met=each.is_met)} |"
            for each in found
        ),
        "",
        how,
        "",
    ]
    return "\n".join(lines)


def beside(title: str, machine: Machine, found: Sequence[Measured], how: str) -> str:
    """Return what was measured beside its comparisons as a section in Markdown."""
    lines = [
        f"# {title}",
        "",
        f"Measured on {machine}.",
        "",
        "| | ours | beside it | ratio (of the pairs) | goal | |",
        "|---|---|---|---|---|---|",
        *(measured.row for measured in found),
        "",
        how,
        "",
    ]
    return "\n".join(lines)


def ratio_of(ours: Sequence[float], theirs: Sequence[float]) -> tuple[float, str]:
    """Return the median ratio of pairs of figures, and how it is written with the extremes."""
    pairs = [a / b for a, b in zip(ours, theirs, strict=True)]
    middle = median(pairs)
    return middle, f"**{middle:.2f}** ({min(pairs):.2f} to {max(pairs):.2f})"


def write_section(path: Path, section: str) -> None:
    """Write a section of the page of results, in place of the one with the same heading."""
    old = path.read_text() if path.is_file() else ""
    heading = section.partition("\n")[0]
    sections = [part for part in re.split(r"^(?=# )", old, flags=re.MULTILINE) if part.strip()]
    headings = [part.partition("\n")[0] for part in sections]
    if heading in headings:
        sections[headings.index(heading)] = section
    else:
        sections.append(section)
    path.write_text("\n".join(part.strip() + "\n" for part in sections))


def page(
    machine: Machine, comparisons: Sequence[Comparison], goals: Sequence[Goal], how: str
) -> str:
    """Return everything as Markdown."""
    lines = [
        "# Results of `scripts/bench streaming`",
        "",
        f"Measured on {machine}.",
        "",
        "| | our stream | static file (`/local`) | ratio (of the pairs) | goal | |",
        "|---|---|---|---|---|---|",
        *(comparison.row for comparison in comparisons),
        *(goal.row for goal in goals),
        "",
        "What the load did: the share of one core that Home Assistant and the load generator used,",
        "and by how much the event loop was late in the worst hundredth of all cases.",
        "",
        "| | our stream | static file |",
        "|---|---|---|",
        *(comparison.load_row for comparison in comparisons),
        "",
        how,
    ]
    return "\n".join(lines)


def percentile_95(values: Sequence[float]) -> float:
    """Return the value that one in twenty exceeds."""
    return _percentile(values, 95)


def percentile_99(values: Sequence[float]) -> float:
    """Return the value that one in a hundred exceeds."""
    return _percentile(values, 99)


def _percentile(values: Sequence[float], percent: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) * percent // 100, len(ordered) - 1)]


def _rate(rounds: Sequence[Round]) -> float:
    return median(each.rate for each in rounds)


def _strain(rounds: Sequence[Round]) -> str:
    return (
        f"server {median(each.server_cpu for each in rounds):.0%}, "
        f"client {median(each.client_cpu for each in rounds):.0%}, "
        f"lag p99 {median(each.lag_p99 for each in rounds) * 1000:.1f} ms"
    )


def _verdict(*, is_met: bool | None) -> str:
    return "" if is_met is None else "met" if is_met else "**not met**"
