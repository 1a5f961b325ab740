"""What only shows when all situations of a story are walked through."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from ..exploring import Explored, Way
from ..script import Script, ScriptChoice
from ..situation import Ended, Entered, Knob, WentInCircles
from ..variables import Value
from .finding import Finding, FindingCode, Fix, Severity
from .graph import no_ending, silent_loop
from .listening import dead_button
from .lists import OpenNode, place_of, place_of_node

SITUATIONS: Final = 10_000
"""How many situations are walked through. A story with more is judged by its graph."""


def walked_findings(
    script: Script, explored: Explored, nodes: Mapping[str, OpenNode], linked: set[str]
) -> Iterator[Finding]:
    """Yield what all situations show."""
    entered: dict[str, None] = {}
    circles: dict[str, None] = {}
    for way in _ways(explored):
        for effect in way.effects:
            match effect:
                case Entered(name):
                    entered[name] = None
                case WentInCircles(name):
                    circles[name] = None
    for name, node in nodes.items():
        if name in linked and name not in entered:
            yield Finding(
                code=FindingCode.UNREACHABLE_BY_GUARDS,
                severity=Severity.WARNING,
                place=place_of_node(node.node),
                fix=Fix.CORRECT_GUARD,
            )
    for name in circles:
        yield silent_loop(nodes[name], Severity.ERROR)
    yield from _unused_choices(script, explored, nodes)
    yield from _endless(explored, nodes)


def _unused_choices(
    script: Script, explored: Explored, nodes: Mapping[str, OpenNode]
) -> Iterator[Finding]:
    """Yield the choices that never apply."""
    known: dict[str, set[tuple[Value, ...]]] = {}
    for situation in explored.situations:
        known.setdefault(situation.node, set()).add(situation.values)
    for name, values in known.items():
        ready, node = script.nodes[name], nodes[name]
        for knob in Knob:
            used = _used(ready.choices[knob], values)
            possible = node.left if knob is Knob.LEFT else node.right
            for choice in possible:
                if id(choice) not in used:
                    yield Finding(
                        code=FindingCode.NEVER_APPLIES,
                        severity=Severity.WARNING,
                        place=place_of(node.node, choice),
                        fix=Fix.CORRECT_GUARD,
                        detail={"knob": knob},
                    )
            others = node.right if knob is Knob.LEFT else node.left
            if possible and others and not used:
                yield dead_button(node, knob, Severity.WARNING)


def _used(choices: Sequence[ScriptChoice], values: set[tuple[Value, ...]]) -> set[int]:
    """Return which choices apply for some of the values."""
    found: set[int] = set()
    for some in values:
        for choice in choices:
            if choice.when is None or choice.when(some):
                found.add(id(choice.choice))
                if not choice.home:
                    break
    return found


def _endless(explored: Explored, nodes: Mapping[str, OpenNode]) -> Iterator[Finding]:
    """Yield the nodes with which it begins that the story never ends."""
    before: list[list[int]] = [[] for _ in explored.situations]
    for number, ways in enumerate(explored.ways):
        for way in ways:
            before[way.target].append(number)
    ends = {way.target for way in _ways(explored) if _has_ended(way)}
    waiting = [*ends]
    while waiting:
        fresh = {number for number in before[waiting.pop()] if number not in ends}
        ends |= fresh
        waiting += fresh
    begun = {way.target for way in explored.opening}
    told = {
        situation.node: None
        for number, situation in enumerate(explored.situations)
        if number not in ends and (number in begun or any(each in ends for each in before[number]))
    }
    for name in told:
        yield no_ending(nodes[name])


def _ways(explored: Explored) -> Iterator[Way]:
    yield from explored.opening
    for ways in explored.ways:
        yield from ways


def _has_ended(way: Way) -> bool:
    return any(isinstance(each, Ended) for each in way.effects)
