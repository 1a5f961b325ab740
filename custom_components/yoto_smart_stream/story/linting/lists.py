"""Lists with guards: what of them can apply at all, as far as they tell themselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ..errors import NOWHERE, Place
from ..model import Choice, Ending, Guard, Node, Story, Variant
from ..variables import Variable
from .bounds import EITHER, Maybe, Possible, possible
from .finding import Finding, FindingCode, Fix, Severity

type Item = Choice | Ending | Variant

_TRUE: Final = Maybe(true=True, false=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenNode:
    """A node, with only what can apply. Choices are those of the left and of the right knob."""

    node: Node
    variants: tuple[Variant, ...]
    left: tuple[Choice, ...]
    right: tuple[Choice, ...]
    on_end: tuple[Ending, ...]

    @property
    def falls_through(self) -> bool:
        """Return whether it may be that none of its endings applies."""
        return not any(each.guard.when is None and not each.guard.home for each in self.on_end)


def open_nodes(story: Story) -> tuple[dict[str, OpenNode], list[Finding]]:
    """Return all nodes with what can apply, and findings about what cannot."""
    findings: list[Finding] = []
    found: dict[str, OpenNode] = {}
    opening = _Opening(story.variables, findings)
    for name, node in story.nodes.items():
        found[name] = OpenNode(
            node=node,
            variants=opening.those_of(node, node.variants),
            left=opening.those_of(node, node.left),
            right=opening.those_of(node, node.right),
            on_end=opening.those_of(node, node.on_end),
        )
    return found, findings


def place_of(node: Node, item: Item) -> Place:
    """Return where something of a node stands."""
    if item.place is not NOWHERE:
        return item.place
    lists: Mapping[str, tuple[Item, ...]] = {
        "audio": node.variants,
        "left": node.left,
        "right": node.right,
        "on_end": node.on_end,
    }
    for field, items in lists.items():
        for number, one in enumerate(items):
            if one is item:
                return Place(node=node.id, path=(field, number))
    return place_of_node(node)


def place_of_node(node: Node) -> Place:
    """Return where a node stands."""
    return Place(node=node.id) if node.place is NOWHERE else node.place


class _Opening:
    """Goes through the lists of the nodes of a story."""

    def __init__(self, variables: Mapping[str, Variable], findings: list[Finding]) -> None:
        self._variables = variables
        self._findings = findings
        self._known: dict[int, Possible] = {}

    def those_of[T: Item](self, node: Node, items: tuple[T, ...]) -> tuple[T, ...]:
        """Return what can apply, and report what cannot."""
        if not items or (len(items) == 1 and items[0].guard.when is None):
            return items
        found: list[T] = []
        is_covered = False
        for item in items:
            if is_covered:
                self._report(node, item, FindingCode.NEVER_REACHED, Fix.REORDER)
                continue
            truth = self._truth(item.guard)
            if not truth.true:
                self._report(node, item, FindingCode.NEVER_HOLDS, Fix.CORRECT_GUARD)
                continue
            found.append(item)
            is_covered = not truth.false and not item.guard.home
        return tuple(found)

    def _truth(self, guard: Guard) -> Maybe:
        """Return what a guard over the variables can be."""
        if guard.when is None:
            return _TRUE
        # Readers make one expression of the same text, so it is looked at once.
        key = id(guard.when)
        if key not in self._known:
            self._known[key] = possible(guard.when.term, self._variables)
        truth = self._known[key]
        return truth if isinstance(truth, Maybe) else EITHER

    def _report(self, node: Node, item: Item, code: FindingCode, fix: Fix) -> None:
        place = place_of(node, item)
        finding = Finding(code=code, severity=Severity.WARNING, place=place, fix=fix)
        self._findings.append(finding)
