"""Every situation that a play-through can come to, and the ways between them.

The engine decides what happens. What it has decided is remembered by the variables that an input
can read or assign in a node, so that it is asked once, and not once for each value of all others.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Final

from ..engine import opening, react
from ..fate import NO_FATE
from ..model import Audio
from ..script import Script
from ..situation import Effect, End, Ignored, Input, Knob, Phase, Play, Press, Silence, Situation
from ..variables import Value
from .bearing import Bearing
from .errors import Multiplier, TooManySituationsError
from .merging import NOWHERE, Ways

_INPUTS: Final[tuple[Input, ...]] = (Press(Knob.LEFT), Press(Knob.RIGHT), End())
_WORST: Final = 5
"""How many of the worst are named."""

type Values = tuple[Value, ...]
type _Control = tuple[str, Phase, int | None]
"""A situation but for the variables: node, phase and ending."""


@dataclass(frozen=True, slots=True)
class _Step:
    """What an input leads to: a number of a control, and what the variables become."""

    control: int
    assigned: tuple[tuple[int, Value], ...]
    sound: int


@dataclass(slots=True)
class _Exit:
    """What is known of an input in a control."""

    given: Input
    concerned: int
    """Which variables a step can read or assign, as a set."""
    numbers: tuple[int, ...]
    """The same, by their numbers."""
    take: Callable[[Values], object]
    """Take their values."""
    steps: dict[object, _Step | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Spot:
    """What is known of a control."""

    control: _Control
    exits: tuple[_Exit, ...]
    """By the left knob, the right one and the end."""


@dataclass(frozen=True, slots=True)
class Reached:
    """Situations by number, in the order in which they were come to; the first is the beginning."""

    situations: Sequence[Situation]
    """With every variable that makes no difference there as it was in the beginning."""
    sounds: Sequence[Audio | Silence | None]
    """What plays in each; None where all is over."""
    ways: Ways
    """NOWHERE for a knob that does nothing, and for the end where nothing plays."""


def reach(script: Script, most: int) -> Reached:
    """Return every situation that can be come to.

    Raises TooManySituationsError if there are more than `most`. The story has no obstacles.
    """
    return _Search(script).run(most)


class _Search:
    """One look through a story, in breadth."""

    def __init__(self, script: Script) -> None:
        """Find out first what can make a difference at all."""
        self._script = script
        self._bearing = Bearing(script.story)
        self._spots: list[_Spot] = []
        self._spot_numbers: dict[_Control, int] = {}
        self._sounds: list[Audio | Silence | None] = [None]
        self._sound_numbers: dict[Audio | Silence | None, int] = {None: 0}

    def run(self, most: int) -> Reached:
        """Look through all."""
        situation, effects = opening(self._script, NO_FATE)
        values = self._forgetting(situation.node, situation.values)
        first = self._number(situation), values
        numbers = {first: 0}
        found, heard = [first], [self._sound(effects)]
        ways: tuple[list[int], list[int], list[int]] = ([], [], [])
        for control, values in found:
            if len(found) > most:
                raise self._too_many(most, found)
            spot = self._spots[control]
            for exit_, way in zip(spot.exits, ways, strict=True):
                concerned = exit_.take(values)
                if concerned not in exit_.steps:
                    exit_.steps[concerned] = self._step(spot, exit_, values)
                if (step := exit_.steps[concerned]) is None:
                    way.append(NOWHERE)
                    continue
                changed = values
                if step.assigned:
                    several = list(values)
                    for number, value in step.assigned:
                        several[number] = value
                    changed = tuple(several)
                target = step.control, changed
                number = numbers.setdefault(target, len(found))
                if number == len(found):
                    found.append(target)
                    heard.append(step.sound)
                way.append(number)
        return Reached(
            [self._situation(control, values) for control, values in found],
            [self._sounds[number] for number in heard],
            ways,
        )

    def _step(self, spot: _Spot, exit_: _Exit, values: Values) -> _Step | None:
        """Ask the engine what an input leads to, None for nothing."""
        node, phase, ending = spot.control
        if phase is Phase.STOPPED and isinstance(exit_.given, End):
            return None
        before = Situation(node, values, phase, ending)
        after, effects = react(self._script, before, exit_.given, NO_FATE)
        if any(isinstance(effect, Ignored) for effect in effects):
            return None
        kept = self._bearing.matters[after.node]
        assigned = [
            (number, value)
            for number in exit_.numbers
            if (
                value := after.values[number]
                if kept >> number & 1
                else self._script.initial[number]
            )
            != before.values[number]
        ]
        if forgotten := self._bearing.matters[before.node] & ~kept & ~exit_.concerned:
            assigned += [
                (number, initial)
                for number, initial in enumerate(self._script.initial)
                if forgotten >> number & 1
            ]
        return _Step(self._number(after), tuple(assigned), self._sound(effects))

    def _number(self, situation: Situation) -> int:
        """Return the number of a situation's control."""
        control = situation.node, situation.phase, situation.ending
        number = self._spot_numbers.setdefault(control, len(self._spots))
        if number == len(self._spots):
            concerned = self._bearing.concerned[situation.node]
            self._spots.append(
                _Spot(control, tuple(map(self._exit, _INPUTS, concerned, strict=True)))
            )
        return number

    def _exit(self, given: Input, concerned: int) -> _Exit:
        """Begin to know an input in a control."""
        numbers = tuple(n for n in range(len(self._script.initial)) if concerned >> n & 1)
        return _Exit(given, concerned, numbers, itemgetter(*numbers) if numbers else _nothing)

    def _sound(self, effects: tuple[Effect, ...]) -> int:
        """Return the number of what plays after some effects."""
        played = [effect.audio for effect in effects if isinstance(effect, Play)]
        audio = played[-1] if played else None
        number = self._sound_numbers.setdefault(audio, len(self._sounds))
        if number == len(self._sounds):
            self._sounds.append(audio)
        return number

    def _forgetting(self, node: str, values: Values) -> Values:
        """Return values with all that makes no difference as in the beginning."""
        kept = self._bearing.matters[node]
        return tuple(
            value if kept >> number & 1 else self._script.initial[number]
            for number, value in enumerate(values)
        )

    def _situation(self, control: int, values: Values) -> Situation:
        """Return a situation as the engine knows it."""
        node, phase, ending = self._spots[control].control
        return Situation(node, values, phase, ending)

    def _too_many(self, most: int, found: list[tuple[int, Values]]) -> TooManySituationsError:
        """Return an error that says what multiplies the situations."""
        multipliers = []
        for number, name in enumerate(self._script.names):
            without = {(each, v[:number] + v[number + 1 :]) for each, v in found}
            if len(without) < len(found):
                multipliers.append(Multiplier(variable=name, without=len(without)))
        multipliers.sort(key=lambda each: each.without)
        crowds = Counter(self._spots[each].control[0] for each, _ in found)
        return TooManySituationsError(
            most=most,
            multipliers=tuple(multipliers),
            crowded=tuple(node for node, _ in crowds.most_common(_WORST)),
        )


def _nothing(_: Values) -> object:
    """Return the same for all: no variable is concerned."""
    return None
