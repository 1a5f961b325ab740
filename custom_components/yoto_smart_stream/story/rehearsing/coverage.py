"""What of a story was seen: its nodes, and the ways between them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ..model import Story
from ..script import targets
from ..situation import Chosen, Effect, Entered


class By(StrEnum):
    """What takes one from a node to another."""

    LEFT = "left"
    RIGHT = "right"
    END = "end"
    """The end of its audio, or of a wait."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A way from a node to another. Guards and chance are not told apart."""

    node: str
    by: By
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What was seen, and what there is, each in the order of the story."""

    nodes: tuple[str, ...]
    missed_nodes: tuple[str, ...]
    edges: tuple[Edge, ...]
    missed_edges: tuple[Edge, ...]


def taken(node: str | None, effects: Sequence[Effect]) -> Iterator[Edge]:
    """Yield the ways that were taken, from a node on; None for the beginning of the story."""
    by = By.END
    for effect in effects:
        match effect:
            case Chosen(knob=knob):
                by = By(knob)
            case Entered(target):
                if node is not None:
                    yield Edge(node, by, target)
                node, by = target, By.END


def covered(story: Story, nodes: Iterable[str], edges: Iterable[Edge]) -> Coverage:
    """Return what was seen of a story."""
    entered, walked = set(nodes), set(edges)
    there = [*dict.fromkeys(_edges(story))]
    return Coverage(
        nodes=tuple(each for each in story.nodes if each in entered),
        missed_nodes=tuple(each for each in story.nodes if each not in entered),
        edges=tuple(each for each in there if each in walked),
        missed_edges=tuple(each for each in there if each not in walked),
    )


def _edges(story: Story) -> Iterator[Edge]:
    for name, node in story.nodes.items():
        for choice in node.left:
            yield Edge(name, By.LEFT, choice.target)
        for choice in node.right:
            yield Edge(name, By.RIGHT, choice.target)
        for ending in node.on_end:
            for target in targets(ending.then):
                yield Edge(name, By.END, target)
