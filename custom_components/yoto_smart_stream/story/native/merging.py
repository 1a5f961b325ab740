"""Which situations cannot be told apart, whatever a child does: the coarsest partition.

In each round the states are looked at again of which a successor has gone to another class. When a
class falls apart its largest part keeps the number, so a state changes it at most log2(n) times,
and all takes O(m log n) for m ways.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from typing import Final

NOWHERE: Final = -1
"""Where a way leads that is not there."""

type Ways = tuple[Sequence[int], Sequence[int], Sequence[int]]
"""Where each state leads to, by the left knob, the right one and its end."""


def merge(outputs: Sequence[Hashable], ways: Ways) -> list[int]:
    """Return the number of the class of each state.

    Two states are in one class if they have the same output and every way leads from both to one
    class, or nowhere. Classes are numbered from 0, without gaps.
    """
    members = _by_output(outputs)
    # The last entry is the class of NOWHERE, which is -1 and so finds it.
    classes = [NOWHERE] * (len(outputs) + 1)
    for number, states in enumerate(members):
        for state in states:
            classes[state] = number
    comes_from: list[list[int]] = [[] for _ in outputs]
    for way in ways:
        for state, target in enumerate(way):
            if target != NOWHERE:
                comes_from[target].append(state)
    unsure: set[int] = set(range(len(outputs)))
    while unsure:
        # All are looked at before any is moved, or states that are alike would seem not to be.
        parts = _parts(unsure, classes, ways)
        moved: list[int] = []
        for number, found in parts.items():
            rest = members[number]
            if len(found) == 1 and len(found[0]) == len(rest):
                continue
            rest.difference_update(*found)
            several = [set(part) for part in found]
            if rest:
                several.append(rest)
            several.sort(key=len)
            members[number] = several.pop()
            for part in several:
                for state in part:
                    classes[state] = len(members)
                members.append(part)
                moved.extend(part)
        unsure = {state for each in moved for state in comes_from[each]}
    return classes[:-1]


def _by_output(outputs: Sequence[Hashable]) -> list[set[int]]:
    """Return the states of each output."""
    found: defaultdict[Hashable, set[int]] = defaultdict(set)
    for state, output in enumerate(outputs):
        found[output].add(state)
    return list(found.values())


def _parts(unsure: Iterable[int], classes: Sequence[int], ways: Ways) -> dict[int, list[list[int]]]:
    """Return by class what is unsure of it, parted by where the ways lead.

    What is sure of a class still has ways to the same classes as before, and what is unsure has at
    least one to a class that is new: so it is never alike.
    """
    left, right, end = ways
    found: defaultdict[tuple[int, int, int, int], list[int]] = defaultdict(list)
    for state in unsure:
        leads = classes[left[state]], classes[right[state]], classes[end[state]]
        found[classes[state], *leads].append(state)
    parts: defaultdict[int, list[list[int]]] = defaultdict(list)
    for (number, *_), part in found.items():
        parts[number].append(part)
    return parts
