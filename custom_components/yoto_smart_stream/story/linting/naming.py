"""Whether what a story names is there: targets, and what its variables are for."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from ..errors import NOWHERE, Place
from ..expression.tree import Expression, reads
from ..model import Assignment, Node, Story
from ..script import targets
from ..variables import Number
from .bounds import Between, possible
from .finding import Finding, FindingCode, Fix, Severity
from .lists import Item, place_of

_COMPARED: Final = 20
"""For how many missing targets a similar name is looked for."""


def target_findings(story: Story) -> Iterator[Finding]:
    """Yield the targets that are not there."""
    missing = [*_missing(story)]
    for number, (name, place) in enumerate(missing):
        similar = get_close_matches(name, story.nodes, 1) if number < _COMPARED else []
        yield Finding(
            code=FindingCode.MISSING_TARGET,
            severity=Severity.ERROR,
            place=place,
            fix=Fix.CORRECT_TARGET,
            detail={"name": name, "similar": "".join(similar)},
        )


def _missing(story: Story) -> Iterator[tuple[str, Place]]:
    if story.start not in story.nodes:
        yield story.start, Place(path=("start",))
    for node in story.nodes.values():
        for choice in (*node.left, *node.right):
            if choice.target not in story.nodes:
                yield choice.target, place_of(node, choice)
        for ending in node.on_end:
            for target in targets(ending.then):
                if target not in story.nodes:
                    yield target, place_of(node, ending)


def variable_findings(story: Story) -> Iterator[Finding]:
    """Yield the variables that are not needed, and assignments that cannot be as they are."""
    assigned: dict[str, set[str]] = {name: set() for name in story.variables}
    deciding: set[str] = set()
    written: set[str] = set()
    for node in story.nodes.values():
        for expression in _guards(node):
            deciding.update(reads(expression.term))
        for number, (field, assignment) in enumerate(_assignments(node)):
            written.add(assignment.variable)
            assigned.setdefault(assignment.variable, set()).update(reads(assignment.value.term))
            yield from _range_findings(story, node, assignment, (field, number))
    waiting = [*deciding]
    while waiting:
        fresh = assigned.get(waiting.pop(), set()) - deciding
        deciding |= fresh
        waiting += fresh
    for name in story.variables:
        place = Place(path=("variables", name))
        if name not in deciding:
            yield _variable(FindingCode.NEVER_READ, name, place, Fix.USE_VARIABLE)
        elif name not in written:
            yield _variable(FindingCode.NEVER_SET, name, place, Fix.SET_VARIABLE)


def _guards(node: Node) -> list[Expression]:
    items: tuple[Item, ...] = (*node.variants, *node.left, *node.right, *node.on_end)
    return [each.guard.when for each in items if each.guard.when is not None]


def _assignments(node: Node) -> list[tuple[str, Assignment]]:
    found = [("on_enter", each) for each in node.on_enter]
    found += [("left", each) for choice in node.left for each in choice.assignments]
    found += [("right", each) for choice in node.right for each in choice.assignments]
    found += [("on_end", each) for ending in node.on_end for each in ending.assignments]
    return found


def _range_findings(
    story: Story, node: Node, assignment: Assignment, path: tuple[str, int]
) -> Iterator[Finding]:
    """Yield whether a number is always out of its bounds."""
    variable = story.variables.get(assignment.variable)
    if not isinstance(variable, Number):
        return
    value = possible(assignment.value.term, story.variables)
    if isinstance(value, Between) and (
        value.most < variable.minimum or value.least > variable.maximum
    ):
        is_known = assignment.place is not NOWHERE
        yield Finding(
            code=FindingCode.OUT_OF_RANGE,
            severity=Severity.WARNING,
            place=assignment.place if is_known else Place(node=node.id, path=path),
            fix=Fix.CORRECT_VALUE,
            detail={
                "name": variable.name,
                "least": str(value.least),
                "most": str(value.most),
                "minimum": str(variable.minimum),
                "maximum": str(variable.maximum),
            },
        )


def _variable(code: FindingCode, name: str, place: Place, fix: Fix) -> Finding:
    return Finding(
        code=code, severity=Severity.WARNING, place=place, fix=fix, detail={"name": name}
    )
