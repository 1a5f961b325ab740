"""Play-throughs at random, to see what children come to and how long they listen."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from statistics import fmean, median
from typing import Final

from ..engine import choices
from ..fate import Home
from ..script import Script
from ..situation import Knob
from ..sounds import Sounds
from .coverage import Coverage, Edge, covered
from .play_through import PlayThrough

MOST_WALKS: Final = 1000
"""How many play-throughs may be asked for."""
MOST_TURNS: Final = 500
"""After how many presses and ends a play-through is given up."""


class TooManyWalksError(Exception):
    """More is to be walked than is allowed."""

    code = "too_many_walks"

    def __init__(self, count: int) -> None:
        """Keep how many were asked for."""
        super().__init__(f"{count} of {MOST_WALKS}")
        self.count = count
        self.most = MOST_WALKS


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """How long play-throughs that came to an ending take, in seconds."""

    shortest: float
    median: float
    mean: float
    longest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Walks:
    """Play-throughs at random."""

    count: int
    endings: Mapping[str, int]
    """By node, how many ended there; the most frequent first."""
    unfinished: int
    """How many were given up."""
    listening: Listening | None
    """None where none came to an ending."""
    unknown: bool
    """Whether audio was played whose length nobody knows, so that it takes longer."""
    coverage: Coverage


def walk_at_random(
    script: Script, count: int, *, seed: int, home: Home, sounds: Sounds | None = None
) -> Walks:
    """Play a story some times, pressing at random.

    A child listens to the whole audio, and then does with equal probability one of what leads on:
    one of the knobs, or nothing.

    Raises:
        TooManyWalksError: More are asked for than are allowed.
    """
    if not 1 <= count <= MOST_WALKS:
        raise TooManyWalksError(count)
    endings: Counter[str] = Counter()
    lengths: list[float] = []
    nodes: set[str] = set()
    edges: set[Edge] = set()
    unknown = 0
    for number in range(count):
        play = _walk(script, Random(f"{seed}:{number}"), home, sounds)  # noqa: S311 - no secret
        nodes.update(play.nodes)
        edges.update(play.edges)
        unknown += play.unknown
        if play.ending is not None:
            endings[play.ending] += 1
            lengths.append(play.seconds)
    return Walks(
        count=count,
        endings=dict(endings.most_common()),
        unfinished=count - endings.total(),
        listening=_listening(lengths),
        unknown=bool(unknown),
        coverage=covered(script.story, nodes, edges),
    )


def _walk(script: Script, random: Random, home: Home, sounds: Sounds | None) -> PlayThrough:
    play = PlayThrough(script, seed=random.getrandbits(32), home=home, sounds=sounds)
    for _ in range(MOST_TURNS):
        ways: list[Knob | None] = [*choices(script, play.state.situation, home)]
        if not play.is_stopped:
            ways.append(None)
        if not ways:
            break
        knob = random.choice(ways)
        if knob is None:
            play.end()
        else:
            play.press(knob, play.left)
    return play


def _listening(lengths: list[float]) -> Listening | None:
    if not lengths:
        return None
    return Listening(
        shortest=min(lengths),
        median=median(lengths),
        mean=fmean(lengths),
        longest=max(lengths),
    )
