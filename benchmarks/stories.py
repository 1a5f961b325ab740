"""How fast stories are read, looked at and played: `scripts/bench stories`.

One core, no Home Assistant.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import process_time
from typing import Final, override

import yaml

from custom_components.yoto_smart_stream.json import Json
from custom_components.yoto_smart_stream.story.engine import begin, step
from custom_components.yoto_smart_stream.story.expression.reading import ExpressionReader
from custom_components.yoto_smart_stream.story.fate import Home
from custom_components.yoto_smart_stream.story.formats.reading import read
from custom_components.yoto_smart_stream.story.formats.story_format import StoryFormat
from custom_components.yoto_smart_stream.story.formats.writing import WRITABLE, write
from custom_components.yoto_smart_stream.story.linting.linter import lint
from custom_components.yoto_smart_stream.story.model import (
    Assignment,
    Choice,
    Ending,
    Guard,
    Node,
    Repeat,
    Spoken,
    Story,
    Variant,
    Wait,
)
from custom_components.yoto_smart_stream.story.script import Script
from custom_components.yoto_smart_stream.story.situation import End, Input, Knob, Press
from custom_components.yoto_smart_stream.story.variables import Number

from .machine import this_machine
from .report import Measured, beside, ratio_of, write_section

RESULTS: Final = Path(__file__).with_name("results.md")
_NODES: Final = 10_000
_READ_GOAL: Final = 1.0
_STEPS: Final = 200_000
_STEP_GOAL: Final = 20.0
_HOW: Final = """\
How it was measured: on one core, in processor time, since other work on the machine must not count.
The figures are medians of the rounds, with the worst round behind them. The story has 10,000 nodes,
each with a text, two choices with labels and, but for every seventh, an ending; every tenth counts
something and has a guard. It is read from each format that can be written, as it is written. Beside
YAML, in turns, PyYAML with its parser in C, which makes plain values of the same text, without
places and checks. The step is the mean of 200,000 presses and ends in the same kind of story with
thirty nodes."""


class _Nowhere(Home):
    @override
    def holds(self, conditions: tuple[Json, ...]) -> bool:
        return False


def forks(count: int) -> Story:
    """Return a story of many nodes."""
    coins = Number(name="coins", minimum=0, maximum=9, initial=0)
    reader = ExpressionReader({"coins": coins})

    def node(number: int) -> Node:
        counts = number % 10 == 0
        guard = Guard(when=reader.guard("coins > 2"))
        more = Assignment(variable="coins", value=reader.value("coins", "coins + 1"))
        left = Choice(target=f"n{(2 * number + 1) % count}", label="to the sea")
        secret = Choice(target=f"n{(number + 7) % count}", label="to the sea", guard=guard)
        return Node(
            id=f"n{number}",
            variants=(
                Variant(audio=Spoken(text=f"This is fork {number}. To the sea, or to the hill?")),
            ),
            on_enter=(more,) if counts else (),
            left=(secret, left) if counts else (left,),
            right=(Choice(target=f"n{(2 * number + 2) % count}", label="to the hill"),),
            on_end=(Ending(then=Wait(seconds=5, then=Repeat())),) if number % 7 else (),
        )

    return _story(coins, [node(number) for number in range(count)])


def _story(variable: Number, nodes: list[Node]) -> Story:
    return Story(
        id="bench",
        title="Bench",
        start=nodes[0].id,
        nodes={node.id: node for node in nodes},
        variables={variable.name: variable},
    )


def reading(story_format: StoryFormat, rounds: int) -> Measured:
    """Measure from a text to what is odd about it."""
    text = write(forks(_NODES), story_format).text
    has_peer = story_format is StoryFormat.YAML
    seconds: list[float] = []
    theirs: list[float] = []
    for _ in range(rounds):
        seconds.append(_timed(lambda: lint(read(text, story_format))))
        if has_peer:
            theirs.append(_timed(lambda: yaml.load(text, Loader=yaml.CSafeLoader)))
    return Measured(
        title=f"reading {story_format.upper()} of 10,000 nodes, and looking at it",
        ours=f"{median(seconds):.2f} s ({max(seconds):.2f} s)",
        theirs=f"{median(theirs):.2f} s (PyYAML in C)" if theirs else "",
        ratio=ratio_of(seconds, theirs)[1] if theirs else "",
        goal=f"less than {_READ_GOAL:g} s",
        is_met=median(seconds) < _READ_GOAL,
    )


def looking(rounds: int) -> Measured:
    """Measure what the linter alone takes."""
    story = forks(_NODES)
    seconds = [_timed(lambda: lint(story)) for _ in range(rounds)]
    return Measured(
        title="of it, looking at it",
        ours=f"{median(seconds):.2f} s ({max(seconds):.2f} s)",
        theirs="",
        goal=f"less than {_READ_GOAL:g} s",
        is_met=median(seconds) < _READ_GOAL,
    )


def stepping(rounds: int) -> Measured:
    """Measure one step of the engine."""
    script = Script.of(forks(30))
    inputs: tuple[Input, ...] = (Press(Knob.LEFT), End(), Press(Knob.RIGHT), End())
    home = _Nowhere()

    def play() -> None:
        state, _ = begin(script, 0, home)
        for number in range(_STEPS):
            state, _ = step(script, state, inputs[number % 4], home)

    micros = [_timed(play) / _STEPS * 1e6 for _ in range(rounds)]
    return Measured(
        title="a step of the engine",
        ours=f"{median(micros):.1f} µs ({max(micros):.1f} µs)",
        theirs="",
        goal=f"less than {_STEP_GOAL:g} µs",
        is_met=median(micros) < _STEP_GOAL,
    )


def _timed(job: Callable[[], object]) -> float:
    began = process_time()
    job()
    return process_time() - began


def main() -> None:
    """Measure and write the section."""
    parser = argparse.ArgumentParser(prog="scripts/bench stories", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds (5)")
    parser.add_argument("--dry-run", action="store_true", help="write nothing")
    arguments = parser.parse_args()
    rounds: int = arguments.rounds
    found = [
        stepping(rounds),
        *(reading(each, rounds) for each in WRITABLE),
        looking(rounds),
    ]
    section = beside("Stories: results of `scripts/bench stories`", this_machine(), found, _HOW)
    if not arguments.dry_run:
        write_section(RESULTS, section)
    print(f"\n{section}")


if __name__ == "__main__":
    main()
