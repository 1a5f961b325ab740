"""Which deliveries a story allows, and what in it forbids the others."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from ..errors import Place
from ..model import Story, StreamAudio
from ..native import obstacles as native
from ..native.report import TRACKS
from .finding import Finding, FindingCode


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


_NATIVE: Final = {
    native.ObstacleCode.ACTIONS: ObstacleCode.HOME_ACTIONS,
    native.ObstacleCode.CHANCE: ObstacleCode.CHANCE,
    native.ObstacleCode.HOME: ObstacleCode.HOME_CONDITION,
    native.ObstacleCode.STREAM: ObstacleCode.STREAM,
}


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
    is_whole = all(each.code is not ObstacleCode.MISSING_TARGET for each in anywhere)
    forbidden = [*anywhere, *(_needs_server(story) if is_whole else ())]
    if chapters is not None and chapters > TRACKS:
        detail = {"count": str(chapters), "most": str(TRACKS)}
        forbidden.append(
            Obstacle(code=ObstacleCode.TOO_MANY_CHAPTERS, place=Place(), detail=detail)
        )
    return {
        StoryDelivery.NATIVE: tuple(forbidden),
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


def _needs_server(story: Story) -> Iterator[Obstacle]:
    """Yield what the compiler refuses."""
    for each in native.obstacles_of(story):
        match each.place:
            case Place(node=str(node), path=("audio", int(number), *_)):
                audio = story.nodes[node].variants[number].audio
                detail = {"name": audio.name} if isinstance(audio, StreamAudio) else {}
            case _:
                detail = {}
        yield Obstacle(code=_NATIVE[each.code], place=each.place, detail=detail)
