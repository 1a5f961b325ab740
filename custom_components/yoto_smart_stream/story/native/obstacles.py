"""What keeps a story from being a native card, and where: whatever needs a server or chance."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from ..errors import NOWHERE, Place
from ..model import Chance, Guard, Node, Story, StreamAudio, Wait
from .ways import in_use, nodes_in_use


class ObstacleCode(StrEnum):
    """Say in one word what a card without a server cannot have."""

    ACTIONS = "actions"
    """Actions of Home Assistant."""
    CHANCE = "chance"
    HOME = "home"
    """Conditions of Home Assistant."""
    STREAM = "stream"
    """A stream as audio."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """One thing that keeps a story from being a native card."""

    code: ObstacleCode
    place: Place


def obstacles_of(story: Story) -> tuple[Obstacle, ...]:
    """Return all that is in the way, in the order of the text.

    What no play-through comes to is in nobody's way.
    """
    used = nodes_in_use(story)
    return tuple(
        obstacle for node in story.nodes.values() if node.id in used for obstacle in _of_node(node)
    )


def _of_node(node: Node) -> Iterator[Obstacle]:
    """Yield what is in the way in one node."""
    if node.actions:
        yield _obstacle(ObstacleCode.ACTIONS, node, NOWHERE, "actions")
    for number, variant in enumerate(in_use(node.variants)):
        yield from _of_guard(variant.guard, node, variant.place, "audio", number)
        if isinstance(variant.audio, StreamAudio):
            yield _obstacle(ObstacleCode.STREAM, node, variant.place, "audio", number)
    for name, choices in (("left", node.left), ("right", node.right)):
        for number, choice in enumerate(in_use(choices)):
            yield from _of_guard(choice.guard, node, choice.place, name, number)
    for number, ending in enumerate(in_use(node.on_end)):
        yield from _of_guard(ending.guard, node, ending.place, "on_end", number)
        then = ending.then.then if isinstance(ending.then, Wait) else ending.then
        if isinstance(then, Chance):
            yield _obstacle(ObstacleCode.CHANCE, node, ending.place, "on_end", number)


def _of_guard(guard: Guard, node: Node, at: Place, *path: str | int) -> Iterable[Obstacle]:
    """Return what is in the way in a guard."""
    return (_obstacle(ObstacleCode.HOME, node, at, *path, "home"),) if guard.home else ()


def _obstacle(code: ObstacleCode, node: Node, at: Place, *path: str | int) -> Obstacle:
    """Return an obstacle with as good a place as is known."""
    best = at if at.line is not None else node.place
    return Obstacle(
        code=code,
        place=Place(node=node.id, path=path, line=best.line, column=best.column),
    )
