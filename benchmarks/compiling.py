"""How fast a story becomes a native card: `scripts/bench compiling`.

One core, no Home Assistant: three stories with as many situations as the compiler looks through at
the most, and one with more.
"""

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from time import process_time
import tracemalloc
from typing import Final

from custom_components.yoto_smart_stream.story.expression.reading import ExpressionReader
from custom_components.yoto_smart_stream.story.model import (
    Assignment,
    Choice,
    Ending,
    Goto,
    Guard,
    Node,
    Spoken,
    Story,
    Variant,
    Wait,
)
from custom_components.yoto_smart_stream.story.native.compiler import (
    MOST_SITUATIONS,
    compile_story,
)
from custom_components.yoto_smart_stream.story.native.errors import TooManySituationsError
from custom_components.yoto_smart_stream.story.script import Script
from custom_components.yoto_smart_stream.story.variables import Flag, Number, Variable

from .machine import this_machine
from .report import MEBIBYTE, Measured, alone, write_section

RESULTS: Final = Path(__file__).with_name("results.md")
GOAL: Final = 5.0
"""Seconds."""
MEMORY: Final = 256
"""MiB."""
_ROOMS: Final = 195
_HOW: Final = """\
How it was measured: on one core, from a story that has been read to the chapters of its card, with
the report. Seconds are medians of the rounds, of processor time, since other work on the machine
must not count; in brackets is the worst round. Memory is the most that Python had allocated
meanwhile, in a round of its own.

* Alike: in rooms eight things are found, and five of them, whichever, open a door. What sounds
  the same for ever is merged.
* Unlike: in rooms eight keys are found, and each opens doors of its own. No two situations are
  alike, so each becomes a chapter: no card can have so many, and there can be no more work.
* In a row: a number is counted to its bound, so that merging takes as many rounds as there are
  situations.
* Too many: twenty-four keys, until the error that says what multiplies the situations."""


def alike() -> Story:
    """Return a story in which some of the things that were found are enough."""
    things = [f"thing_{number}" for number in range(8)]
    variables: dict[str, Variable] = {
        name: Number(name=name, minimum=0, maximum=1, initial=0) for name in things
    }
    return _rooms(variables, [f"{' + '.join(things)} >= 5"] * len(things), "1")


def unlike(keys: int = 8) -> Story:
    """Return a story in which each key opens doors of its own."""
    names = [f"key_{number}" for number in range(keys)]
    return _rooms({name: Flag(name=name) for name in names}, names, "true")


def too_many() -> Story:
    """Return a story that remembers far too much."""
    return unlike(24)


def _rooms(variables: Mapping[str, Variable], guards: Sequence[str], found: str) -> Story:
    """Return rooms in a circle: in each of the first lies something, and each has a door."""
    read = ExpressionReader(variables)
    names = [*variables]
    nodes = []
    for number in range(_ROOMS):
        following = f"room {(number + 1) % _ROOMS}"
        takes = (_assign(read, names[number], found),) if number < len(names) else ()
        nodes.append(
            Node(
                id=f"room {number}",
                variants=(Variant(audio=Spoken(text=f"This is room {number}")),),
                left=(Choice(target=following),),
                right=(
                    Choice(target="door", guard=_when(read, guards[number % len(guards)])),
                    Choice(target=following, assignments=takes),
                ),
                on_end=(Ending(then=Wait(seconds=5, then=Goto(following))),),
            )
        )
    nodes.append(Node(id="door", variants=(Variant(audio=Spoken(text="It is open")),)))
    return _story(nodes, variables)


def in_a_row() -> Story:
    """Return a story that counts."""
    most = MOST_SITUATIONS // 2 - 2
    variables: dict[str, Variable] = {
        "steps": Number(name="steps", minimum=0, maximum=most, initial=0)
    }
    read = ExpressionReader(variables)
    there = Choice(target="top", guard=_when(read, f"steps == {most}"))
    stairs = Node(
        id="stairs",
        variants=(Variant(audio=Spoken(text="Another step")),),
        on_enter=(_assign(read, "steps", "steps + 1"),),
        left=(there, Choice(target="stairs")),
    )
    return _story([stairs, Node(id="top")], variables)


def _story(nodes: list[Node], variables: Mapping[str, Variable]) -> Story:
    return Story(
        id="bench",
        title="Bench",
        start=nodes[0].id,
        nodes={node.id: node for node in nodes},
        variables=variables,
    )


def _when(read: ExpressionReader, text: str) -> Guard:
    return Guard(when=read.guard(text))


def _assign(read: ExpressionReader, variable: str, text: str) -> Assignment:
    return Assignment(variable=variable, value=read.value(variable, text))


def measure(make: Callable[[], Story], rounds: int) -> Measured:
    """Return how long a story takes, and how much memory."""
    script = Script.of(make())
    seconds = []
    found = ""
    for _ in range(rounds):
        began = process_time()
        found = _compiled(script)
        seconds.append(process_time() - began)
    tracemalloc.start()
    _compiled(script)
    memory = tracemalloc.get_traced_memory()[1] / MEBIBYTE
    tracemalloc.stop()
    return Measured(
        title=f"{make.__name__.replace('_', ' ')}: {found}",
        ours=f"{median(seconds):.2f} s ({max(seconds):.2f}), {memory:,.0f} MiB",
        theirs="",
        goal=f"under {GOAL:.0f} s and {MEMORY} MiB",
        is_met=median(seconds) < GOAL and memory < MEMORY,
    )


def _compiled(script: Script) -> str:
    """Compile a story, and say what came of it."""
    try:
        report = compile_story(script).report
    except TooManySituationsError as err:
        return f"more than {err.most:,} situations, by {len(err.multipliers)} variables"
    return f"{report.situations:,} situations, {report.chapters:,} chapters"


def main() -> None:
    """Measure and write the section."""
    parser = argparse.ArgumentParser(prog="scripts/bench compiling", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds (5)")
    parser.add_argument("--dry-run", action="store_true", help="write nothing down")
    given = parser.parse_args()
    found = [measure(make, given.rounds) for make in (alike, unlike, in_a_row, too_many)]
    title = "Compiling: results of `scripts/bench compiling`"
    section = alone(title, this_machine(), found, _HOW)
    if not given.dry_run:
        write_section(RESULTS, section)
    print(f"\n{section}")


if __name__ == "__main__":
    main()
