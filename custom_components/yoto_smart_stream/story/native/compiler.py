"""From a story to a card: what a child remembers becomes where it is.

Every situation that a play-through can come to is a state of a machine. States that nobody can tell
apart are merged; what is left are the chapters, and there is no smaller card that plays the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ...garbage import collection_paused
from ..script import Script
from ..situation import Phase
from .card import REST, Chapter, CompiledStory
from .counting import count_up
from .errors import NeedsServerError
from .merging import NOWHERE, merge
from .naming import Nameless, names_of
from .obstacles import obstacles_of
from .reaching import Reached, reach
from .report import Report

MOST_SITUATIONS: Final = 100_000
"""How many situations are looked through at the most."""

_WORDED: Final = 1_000
"""Chapters up to which words tell them apart. No card has so many, and words take time."""
_SUFFIXES: Final = {Phase.PLAYING: "", Phase.WAITING: ", waiting", Phase.STOPPED: ", stopped"}


@dataclass(frozen=True, slots=True)
class Compilation:
    """A story on a card, and what there is to say of it."""

    card: CompiledStory
    report: Report


@collection_paused()
def compile_story(script: Script, *, most: int = MOST_SITUATIONS) -> Compilation:
    """Return the smallest card that plays what the engine plays, whatever is pressed.

    It may have more chapters than Yoto takes; the report says so. Raises NeedsServerError if there
    are obstacles, and TooManySituationsError.
    """
    if obstacles := obstacles_of(script.story):
        raise NeedsServerError(obstacles)
    machine = _Machine(script, reach(script, most))
    card = CompiledStory(tuple(machine.chapters()))
    return Compilation(
        card, count_up(script.names, machine.reached.situations, machine.blocks, card)
    )


class _Machine:
    """The classes of situations that nobody can tell apart, and the chapters they become."""

    def __init__(self, script: Script, reached: Reached) -> None:
        """Merge what is alike, and find out which classes need a chapter."""
        self._story = script.story
        self.reached = reached
        looks = {node.id: (node.title or node.id, node.icon) for node in self._story.nodes.values()}
        outputs = [
            (sound, *looks[situation.node])
            for sound, situation in zip(reached.sounds, reached.situations, strict=True)
        ]
        classes = merge(outputs, reached.ways)
        self._members: list[list[int]] = [[] for _ in range(max(classes) + 1)]
        for state, number in enumerate(classes):
            self._members[number].append(state)
        first = [states[0] for states in self._members]
        self._sounds = [reached.sounds[state] for state in first]
        self._looks = [outputs[state][1:] for state in first]
        self._left, self._right, self._end = (
            [NOWHERE if way[state] == NOWHERE else classes[way[state]] for state in first]
            for way in reached.ways
        )
        self._nodes = [self._nodes_of(states) for states in self._members]
        self._order = self._in_order(self._needed(classes[0]))

    @property
    def blocks(self) -> list[list[int]]:
        """Return the situations of each chapter, in the order of the chapters."""
        return [self._members[number] for number in self._order]

    def chapters(self) -> Iterator[Chapter]:
        """Yield the chapters."""
        nameless = [self._nameless(number) for number in self._order]
        names = names_of(nameless, self._story.variables)
        keys = dict(zip(self._order, names, strict=True))
        for number in self._order:
            title, icon = self._looks[number]
            end = self._follows(number)
            yield Chapter(
                key=keys[number],
                title=title,
                icon=icon,
                audio=self._sounds[number] or REST,
                nodes=self._nodes[number],
                left=keys.get(self._left[number]),
                right=keys.get(self._right[number]),
                end=keys.get(end),
            )

    def _follows(self, number: int) -> int:
        """Return the class that follows a chapter's end, or NOWHERE where it stops.

        When a chapter stops its buttons stay what they were. So it can do so only if they should,
        and if nothing else is to be seen; otherwise a silent chapter follows.
        """
        end = self._end[number]
        if end == NOWHERE or self._sounds[end] is not None:
            return end
        is_alike = (
            self._left[end] == self._left[number]
            and self._right[end] == self._right[number]
            and self._looks[end] == self._looks[number]
        )
        return NOWHERE if is_alike else end

    def _needed(self, first: int) -> list[int]:
        """Return the classes that need a chapter, in the order in which they are come to."""
        found = {first: None}
        waiting = [first]
        for number in waiting:
            for target in (self._left[number], self._right[number], self._follows(number)):
                if target != NOWHERE and target not in found:
                    found[target] = None
                    waiting.append(target)
        return [*found]

    def _in_order(self, numbers: Sequence[int]) -> list[int]:
        """Return classes in the order of the text, but for the first, with which all begins."""
        places = {name: place for place, name in enumerate(self._story.nodes)}
        return [
            numbers[0],
            *sorted(numbers[1:], key=lambda number: places[self._nodes[number][0]]),
        ]

    def _nodes_of(self, states: Sequence[int]) -> tuple[str, ...]:
        """Return the ids of the nodes of some situations, in the order of the text."""
        found = {self.reached.situations[state].node for state in states}
        return (
            tuple(found) if len(found) == 1 else tuple(i for i in self._story.nodes if i in found)
        )

    def _nameless(self, number: int) -> Nameless:
        """Return what a chapter's name is made of."""
        node = self._nodes[number][0]
        situations = [self.reached.situations[state] for state in self._members[number]]
        own = [each for each in situations if each.node == node]
        base = node
        if suffix := _SUFFIXES[own[0].phase]:
            base += suffix
            while base in self._story.nodes:
                base += suffix
        if len(self._order) > _WORDED:
            return Nameless(base)
        values = zip(*(each.values for each in own), strict=True)
        return Nameless(base, tuple(map(frozenset, values)))
