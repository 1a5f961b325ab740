"""Which deliveries a story allows, and what in it forbids the others."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ..errors import Place
from ..model import Chance, Ending, Story, StreamAudio, Variant, Wait
from .finding import Finding, FindingCode
from .linter import TRACKS
from .lists import Item, place_of, place_of_node


class StoryDelivery(StrEnum):
    """How a story reaches a player. The words are keys of texts."""

    NATIVE = "native"
    """An interactive card that needs no server."""
    LIVE = "live"
    """A program on a live card."""
    REMOTE = "remote"
    """Commands to a player that reports its knobs."""


class ObstacleCode(StrEnum):
    """What forbids a delivery. The words are keys of texts."""

    CHANCE = "chance"
    """A card cannot draw lots."""
    HOME_CONDITION = "home_condition"
    """A card cannot ask Home Assistant."""
    HOME_ACTIONS = "home_actions"
    STREAM = "stream"
    """A stream (`name`) needs a server."""
    TOO_MANY_CHAPTERS = "too_many_chapters"
    """`count` chapters, of `most`."""
    MISSING_TARGET = "missing_target"
    """The story cannot be played at all: a node `name` is missing."""
    MISSING_AUDIO = "missing_audio"
    """It cannot be played at all: an audio or stream `name` is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """One thing that forbids a delivery."""

    code: ObstacleCode
    place: Place
    detail: Mapping[str, str] = field(default_factory=dict)


def obstacles(
    story: Story, findings: tuple[Finding, ...], chapters: int | None = None
) -> Mapping[StoryDelivery, tuple[Obstacle, ...]]:
    """Return for each delivery what forbids it: nothing where it is possible.

    Args:
        story: The story.
        findings: What the linter has found in it.
        chapters: How many chapters it has as a native card, where that is known.
    """
    anywhere = tuple(_of_findings(findings))
    native = [*anywhere, *_needs_home(story)]
    if chapters is not None and chapters > TRACKS:
        detail = {"count": str(chapters), "most": str(TRACKS)}
        native.append(Obstacle(code=ObstacleCode.TOO_MANY_CHAPTERS, place=Place(), detail=detail))
    return {
        StoryDelivery.NATIVE: tuple(native),
        StoryDelivery.LIVE: anywhere,
        StoryDelivery.REMOTE: anywhere,
    }


def _of_findings(findings: tuple[Finding, ...]) -> Iterator[Obstacle]:
    """Yield what has to be there however the story is played."""
    known = {
        FindingCode.MISSING_TARGET: ObstacleCode.MISSING_TARGET,
        FindingCode.MISSING_AUDIO: ObstacleCode.MISSING_AUDIO,
    }
    for each in findings:
        if (code := known.get(each.code)) is not None:
            yield Obstacle(code=code, place=each.place, detail={"name": each.detail["name"]})


def _needs_home(story: Story) -> Iterator[Obstacle]:
    """Yield what only Home Assistant can do."""
    for node in story.nodes.values():
        if node.actions:
            yield Obstacle(code=ObstacleCode.HOME_ACTIONS, place=place_of_node(node))
        items: tuple[Item, ...] = (*node.variants, *node.left, *node.right, *node.on_end)
        for item in items:
            place = place_of(node, item)
            if item.guard.home:
                yield Obstacle(code=ObstacleCode.HOME_CONDITION, place=place)
            match item:
                case Variant(audio=StreamAudio(name=stream)):
                    detail = {"name": stream}
                    yield Obstacle(code=ObstacleCode.STREAM, place=place, detail=detail)
                case Ending(then=Chance() | Wait(then=Chance())):
                    yield Obstacle(code=ObstacleCode.CHANCE, place=place)
