"""Which variables matter where.

A variable that nothing will read before it is assigned anew makes no difference, and neither does
one that is read only to assign what makes no difference. Such are left out of what is enumerated.
Sets of variables are numbers, of which each bit stands for a variable, in the story's order.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import or_

from ..expression.tree import (
    AllOf,
    AnyOf,
    Calculated,
    Compared,
    Literal,
    Not,
    Read,
    Term,
)
from ..model import Assignment, Choice, Goto, Guard, Node, Story, Wait
from .ways import (
    choices_of,
    ended_at,
    in_use,
    may_be_silent,
    may_circle,
    outcomes_of,
    spread,
    targets_of,
)

type Concerned = tuple[int, int, int]
"""Sets of variables: of a press on the left knob, of one on the right knob, and of an end."""


class Bearing:
    """What bears on what in a story."""

    def __init__(self, story: Story) -> None:
        """Look at all nodes; linear in the size of the story, mostly."""
        self._bits = {name: 1 << number for number, name in enumerate(story.variables)}
        self._story = story
        enters = spread(story, ended_at, self._entering)
        circling = may_circle(story)
        # Where silent nodes stop that lead in circles depends on all that changes in the circle.
        self._always = {name: enters[name] if name in circling else 0 for name in story.nodes}
        matters = spread(story, targets_of, self._matters)
        self.matters: Mapping[str, int] = matters
        """By node, the variables that make a difference while a play-through is there."""
        self.concerned: Mapping[str, Concerned] = {
            name: self._leaving(node, enters) for name, node in story.nodes.items()
        }
        """By node, the variables that one step from there can read or assign, at the most."""

    def _matters(self, node: Node, matters: Mapping[str, int]) -> int:
        """Return what matters in a node, by what matters in those that can follow."""
        # What it sounds like is seen from the situation, so what decides that matters.
        found = self._always[node.id]
        found |= self._guards(variant.guard for variant in in_use(node.variants))
        for choice in choices_of(node):
            found |= self._guards((choice.guard,))
            found |= self._before(choice.assignments, self._on_entry(choice.target, matters))
        for ending in in_use(node.on_end):
            found |= self._guards((ending.guard,))
            after = 0
            for then in outcomes_of(ending):
                beyond = self._on_entry(then.target, matters) if isinstance(then, Goto) else 0
                if isinstance(ending.then, Wait):
                    # Once it has been assigned, the play-through is still in the node.
                    found |= beyond
                is_left = isinstance(then, Goto) and not isinstance(ending.then, Wait)
                after |= beyond if is_left else beyond | matters[node.id]
            found |= self._before(ending.assignments, after)
        return found

    def _on_entry(self, target: str, matters: Mapping[str, int]) -> int:
        """Return what matters right before a node is entered."""
        return self._before(self._story.nodes[target].on_enter, matters[target])

    def _before(self, assignments: Sequence[Assignment], after: int) -> int:
        """Return what matters before assignments, by what matters after them."""
        for assignment in reversed(assignments):
            bit = self._bits[assignment.variable]
            if after & bit:
                after = after & ~bit | self._reads(assignment.value.term)
        return after

    def _entering(self, node: Node, enters: Mapping[str, int]) -> int:
        """Return what entering a node can read or assign until something plays or it stops."""
        found = self._assignments(node.on_enter)
        found |= self._guards(variant.guard for variant in in_use(node.variants))
        return found | self._ending(node, enters) if may_be_silent(node) else found

    def _leaving(self, node: Node, enters: Mapping[str, int]) -> Concerned:
        """Return what each step from a node can read or assign."""
        sounds = self._guards(variant.guard for variant in in_use(node.variants))
        return (
            self._choosing(node.left, enters),
            self._choosing(node.right, enters),
            sounds | self._ending(node, enters),
        )

    def _choosing(self, choices: Sequence[Choice], enters: Mapping[str, int]) -> int:
        """Return what a press can read or assign."""
        found = 0
        for choice in in_use(choices):
            found |= self._guards((choice.guard,))
            found |= self._assignments(choice.assignments) | enters[choice.target]
        return found

    def _ending(self, node: Node, enters: Mapping[str, int]) -> int:
        """Return what the end of a node can read or assign."""
        found = 0
        for ending in in_use(node.on_end):
            found |= self._guards((ending.guard,)) | self._assignments(ending.assignments)
        return reduce(or_, (enters[target] for target in ended_at(node)), found)

    def _guards(self, guards: Iterable[Guard]) -> int:
        """Return what guards read."""
        terms = (guard.when.term for guard in guards if guard.when is not None)
        return reduce(or_, map(self._reads, terms), 0)

    def _assignments(self, assignments: Iterable[Assignment]) -> int:
        """Return what assignments read and assign."""
        found = 0
        for each in assignments:
            found |= self._bits[each.variable] | self._reads(each.value.term)
        return found

    def _reads(self, term: Term) -> int:
        """Return what a term reads."""
        match term:
            case Literal():
                return 0
            case Read(variable):
                return self._bits[variable]
            case Calculated(left, _, right) | Compared(left, _, right):
                return self._reads(left) | self._reads(right)
            case Not(inner):
                return self._reads(inner)
            case AllOf(terms) | AnyOf(terms):
                return reduce(or_, map(self._reads, terms), 0)
