"""How fast a story becomes a native card: `scripts/bench compiling`.

One core, no Home Assistant: stories with as many situations as the compiler looks through, of three
kinds, and one with more.
"""

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
    Compilation,
    compile_story,
)
from custom_components.yoto_smart_stream.story.native.errors import TooManySituationsError
from custom_components.yoto_smart_stream.story.script import Script
from custom_components.yoto_smart_stream.story.variables import Flag, Number, Variable

from .machine import this_machine
from .report import MEBIBYTE, Measured, beside, write_section

RESULTS: Final = Path(__file__).with_name("results.md")
GOAL: Final = 5.0
"""Seconds."""
MEMORY: Final = 256
"""MiB."""
_ROOMS: Final = 60
_KEYS: Final = 8
_COUNT: Final = 2
_HOW: Final = """\
How it was measured: on one core, from a story that has been read to the chapters of its card, with the
report. The figures are medians of the rounds, in seconds of processor time, since other work on
the machine must not count; in brackets is the worst round. Memory is the most that Python had allocated
meanwhile, in a round of its own.

* Merged: keys are found in rooms, and a door asks for some of them only. Most situations become
  few chapters.
* Not merged: no two situations sound the same for ever, so each becomes a chapter. No card can
  have so many; it is the most work that there can be.
* In a row: a number is counted from one bound to the other, so that merging takes as many
  rounds as there are situations.
* One too many: a story with as many situations as you like, until the error that says what
  multiplies them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A story, and what it is called."""

    title: str
    story: Story
    is_too_large: bool = False


def merged() -> Story:
    """Return a story with keys in rooms, of which a few open a door."""
    rooms = 195
    return _rooms(keys=8, rooms=rooms, asked=2)


def not_merged() -> Story:
    """Return a story in which everything that was found is told of in the end."""
    return _rooms(keys=8, rooms=195, asked=8)


def too_many() -> Story:
    """Return a story that remembers far too much."""
    return _rooms(keys=24, rooms=195, asked=24)


def _rooms(*, keys: int, rooms: int, asked: int) -> Story:
    """Return rooms in a circle. In the first ones lies a key each; `asked` keys open doors."""
    variables: dict[str, Variable] = {f"key_{n}": Flag(name=f"key_{n}") for n in range(keys)}
    read = ExpressionReader(variables)
    nodes = []
    for number in range(rooms):
        following = f"room {(number + 1) % rooms}"
        takes = (_assign(read, f"key_{number}", "true"),) if number < keys else ()
        opens = (f"key_{number % keys}",) if number % keys < asked else ()
        nodes.append(
            Node(
                id=f"room {number}",
                variants=(Variant(audio=Spoken(text=f"This is room {number}")),),
                left=(Choice(target=following),),
                right=(
                    *(Choice(target="door", guard=_when(read, name)) for name in opens),
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


if __name__ == "__main__":
    import sys
    for f in (merged, not_merged, in_a_row):
        s=Script.of(f())
        t=process_time(); c=compile_story(s); d=process_time()-t
        print(f.__name__, d, c.report.situations, c.report.chapters, c.report.multipliers[:2])
    s=Script.of(too_many())
    t=process_time()
    try: compile_story(s)
    except TooManySituationsError as e: print(process_time()-t, e.multipliers[:3], e.crowded)
