"""All that can happen in a story: every situation, and every way between them."""

from dataclasses import dataclass
from typing import Final, override

from ..json import Json
from .engine import Outcome, opening, react
from .fate import Fate
from .model import Chance, Then
from .script import Script
from .situation import Effect, End, Input, Knob, Press, Situation

INPUTS: Final[tuple[Input, ...]] = (Press(Knob.LEFT), Press(Knob.RIGHT), End())

_DECISIONS: Final = 12
"""How often fate may decide in one step: silent nodes with chance can go on and on."""
_BRANCHES: Final = 256
"""How many things may come of one step."""


@dataclass(frozen=True, slots=True)
class Way:
    """What can come of one thing that happens. Chance and Home Assistant make several of one."""

    happened: Input | None
    """None for the beginning of the story."""
    target: int
    """The number of the situation that it leads to."""
    effects: tuple[Effect, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explored:
    """Situations by number, in the order of how many inputs they are away from the beginning."""

    situations: list[Situation]
    opening: list[Way]
    ways: list[list[Way]]
    """From each situation. Where it is not complete, the last ones have none."""
    complete: bool
    """Whether these are all."""


def explore(script: Script, most: int) -> Explored:
    """Find every situation, or as many as allowed."""
    return _Explorer(script, most).explored()


class _Explorer:
    """Goes from situation to situation, those first that are fewer inputs away."""

    def __init__(self, script: Script, most: int) -> None:
        self._script = script
        self._most = most
        self._numbers: dict[Situation, int] = {}
        self._situations: list[Situation] = []
        self._all = True

    def explored(self) -> Explored:
        """Go everywhere."""
        ways: list[list[Way]] = []
        begun = self._ways(None, None)
        while len(ways) < len(self._situations) <= self._most:
            ways.append(self._from(self._situations[len(ways)]))
        rest = len(self._situations) - len(ways)
        return Explored(
            situations=self._situations,
            opening=begun,
            ways=ways + [[] for _ in range(rest)],
            complete=self._all and not rest,
        )

    def _from(self, here: Situation) -> list[Way]:
        """Return all ways from a situation."""
        return [way for each in INPUTS for way in self._ways(here, each)]

    def _ways(self, here: Situation | None, happened: Input | None) -> list[Way]:
        """Return what comes of all that fate can decide; without a situation, of beginning."""
        found: list[Way] = []
        decided: list[int] = []
        for _ in range(_BRANCHES):
            branch = _Branch(decided)
            try:
                situation, effects = self._outcome(here, happened, branch)
            except _TooManyDecisionsError:
                self._all = False
            else:
                number = self._numbers.setdefault(situation, len(self._situations))
                if number == len(self._situations):
                    self._situations.append(situation)
                found.append(Way(happened, number, effects))
            while decided and decided[-1] + 1 == branch.possible[len(decided) - 1]:
                decided.pop()
            if not decided:
                return found
            decided[-1] += 1
        self._all = False
        return found

    def _outcome(self, here: Situation | None, happened: Input | None, fate: Fate) -> Outcome:
        if here is None or happened is None:
            return opening(self._script, fate)
        return react(self._script, here, happened, fate)


class _TooManyDecisionsError(Exception):
    """Fate was asked too often in one step."""


class _Branch(Fate):
    """Decides as it is told, and takes the first possibility from there on."""

    def __init__(self, decided: list[int]) -> None:
        """Keep the numbers of the possibilities to take, to which the others are added."""
        self.possible: list[int] = []
        self._decided = decided
        self._known: dict[str, bool] = {}

    @override
    def holds(self, conditions: tuple[Json, ...]) -> bool:
        # What holds does so for all of a step.
        key = repr(conditions)
        if key not in self._known:
            self._known[key] = self._next(2) == 0
        return self._known[key]

    @override
    def draw(self, chance: Chance) -> Then:
        return chance.lots[self._next(len(chance.lots))].then

    def _next(self, possible: int) -> int:
        number = len(self.possible)
        if number == _DECISIONS:
            raise _TooManyDecisionsError
        self.possible.append(possible)
        if number == len(self._decided):
            self._decided.append(0)
        return self._decided[number]
