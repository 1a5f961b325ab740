"""All endings of a story, and the shortest way to each."""

from dataclasses import dataclass
from typing import Final

from ..exploring import Explored, Way, explore
from ..script import Script
from ..situation import Chosen, Effect, Ended, Entered, Input, Play, Press, Silence
from ..sounds import Sounds, seconds_of
from .coverage import Coverage, Edge, covered, taken

SITUATIONS: Final = 50_000
"""How many situations are walked through. A story that has more is not searched to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """The way to an ending with the fewest presses and ends of audio."""

    node: str
    """Where it ends."""
    inputs: tuple[Input, ...]
    nodes: tuple[str, ...]
    """Those that are entered, from the start on."""
    labels: tuple[str | None, ...]
    """Of the choices on the way."""
    is_certain: bool
    """Whether neither chance nor Home Assistant can lead elsewhere on the way."""
    seconds: float
    """Of listening, if every audio is heard to its end before a press."""

    @property
    def presses(self) -> int:
        """Return how many presses it takes."""
        return sum(isinstance(each, Press) for each in self.inputs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endings:
    """All endings of a story."""

    paths: tuple[Path, ...]
    """One to each node that it can end in, the shortest first."""
    situations: int
    complete: bool
    """Whether everything was searched. If not, there may be more, and coverage may be better."""
    coverage: Coverage
    """What can be reached at all."""


def find_endings(
    script: Script, *, sounds: Sounds | None = None, most: int = SITUATIONS
) -> Endings:
    """Find all endings of a story, whatever chance and Home Assistant decide."""
    explored = explore(script, most)
    search = _Search(explored, sounds)
    search.run()
    return Endings(
        paths=tuple(search.paths.values()),
        situations=len(explored.situations),
        complete=explored.complete,
        coverage=covered(script.story, search.nodes, search.edges),
    )


class _Search:
    """Goes through ways in the order of how far they are from the beginning."""

    def __init__(self, explored: Explored, sounds: Sounds | None) -> None:
        self.paths: dict[str, Path] = {}
        self.nodes: set[str] = set()
        self.edges: set[Edge] = set()
        self._explored = explored
        self._sounds = sounds
        self._before: dict[int, tuple[int | None, Way, bool]] = {}
        """By situation, from which one a way leads there first, and whether it must."""

    def run(self) -> None:
        """Go through all ways: situations are numbered by distance, so the first is shortest."""
        for way in self._explored.opening:
            self._see(None, way, is_certain=len(self._explored.opening) == 1)
        for number, ways in enumerate(self._explored.ways):
            for way in ways:
                others = sum(each.happened == way.happened for each in ways)
                self._see(number, way, is_certain=others == 1)

    def _see(self, number: int | None, way: Way, *, is_certain: bool) -> None:
        node = None if number is None else self._explored.situations[number].node
        self.edges.update(taken(node, way.effects))
        self._before.setdefault(way.target, (number, way, is_certain))
        for effect in way.effects:
            match effect:
                case Entered(entered):
                    self.nodes.add(entered)
                case Ended(ended) if ended not in self.paths:
                    self.paths[ended] = self._path(ended, (number, way, is_certain))

    def _path(self, node: str, last: tuple[int | None, Way, bool]) -> Path:
        """Return the way that leads to an ending."""
        steps = [last]
        while (number := steps[-1][0]) is not None:
            steps.append(self._before[number])
        steps.reverse()
        effects = [effect for _, way, _ in steps for effect in way.effects]
        return Path(
            node=node,
            inputs=tuple(way.happened for _, way, _ in steps if way.happened is not None),
            nodes=tuple(each.node for each in effects if isinstance(each, Entered)),
            labels=tuple(each.label for each in effects if isinstance(each, Chosen)),
            is_certain=all(is_certain for _, _, is_certain in steps),
            seconds=sum(self._seconds(each) for each in effects),
        )

    def _seconds(self, effect: Effect) -> float:
        if not isinstance(effect, Play):
            return 0.0
        if isinstance(effect.audio, Silence):
            return effect.audio.seconds
        return seconds_of(effect.audio, self._sounds) or 0.0
