"""What happens in a story. The only place that knows the rules of play (README)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Final

from ..json import Json
from .expression.evaluating import Evaluated
from .fate import Fate, Home, SeededFate
from .model import Chance, Choice, Goto, Repeat, Stop, Then, Wait
from .script import Script, ScriptChoice, ScriptNode, Written
from .situation import (
    Chosen,
    Effect,
    End,
    Ended,
    Entered,
    Ignored,
    Input,
    Knob,
    Phase,
    Play,
    Press,
    Rested,
    Run,
    Silence,
    Situation,
    State,
    WentInCircles,
)
from .variables import Value

VISITED: Final = 200
"""How many entered nodes a state remembers."""
SIGNPOSTS: Final = 1000
"""How many silent nodes are passed at once."""

type Outcome = tuple[Situation, tuple[Effect, ...]]

_STOP: Final = Stop()
_REPEAT: Final = Repeat()


class ForeignStateError(Exception):
    """A state is of another story, or of the story as it was before a change."""

    code = "foreign_state"


def begin(script: Script, seed: int, home: Home) -> tuple[State, tuple[Effect, ...]]:
    """Enter the start of a story."""
    fate = SeededFate(home, seed, 0)
    situation, effects = opening(script, fate)
    state = State(story=script.digest, situation=situation, seed=seed, drawn=fate.drawn)
    return replace(state, visited=_visited((), effects)), effects


def step(
    script: Script, state: State, happened: Input, home: Home
) -> tuple[State, tuple[Effect, ...]]:
    """Return what a play-through becomes when something happens, and what is to be done.

    Raises:
        ForeignStateError: The state was not made with this script.
    """
    if state.story != script.digest:
        raise ForeignStateError
    fate = SeededFate(home, state.seed, state.drawn)
    situation, effects = react(script, state.situation, happened, fate)
    if situation is state.situation:
        return state, effects
    return _state(state, situation, fate, effects), effects


def resume(script: Script, state: State, home: Home) -> tuple[State, tuple[Effect, ...]]:
    """Play again, from its beginning, what was playing. Nothing is entered, unless it is silent.

    Raises:
        ForeignStateError: The state was not made with this script.
    """
    if state.story != script.digest:
        raise ForeignStateError
    at = state.situation
    if at.phase is not Phase.PLAYING:
        effect = _rest(script.nodes[at.node], at.node, at.values)
        seconds = silence(script, at)
        return state, (effect if seconds is None else Play(Silence(seconds)),)
    fate = SeededFate(home, state.seed, state.drawn)
    situation, effects = _Walk(script, at.node, at.values, fate, []).go_on(_REPEAT)
    return _state(state, situation, fate, effects), effects


def opening(script: Script, fate: Fate) -> Outcome:
    """Return the situation that a story begins with, and what is to be done for it.

    Raises:
        UndecidedError: By a fate that does not decide.
    """
    start = script.story.start
    return _Walk(script, start, script.initial, fate, []).go_on(Goto(start))


def react(script: Script, situation: Situation, happened: Input, fate: Fate) -> Outcome:
    """Return what a situation becomes when something happens, and what is to be done.

    A function of its arguments, and quick. The situation is the same object if nothing changes.

    Raises:
        UndecidedError: By a fate that does not decide.
    """
    if isinstance(happened, Press):
        for choice in script.nodes[situation.node].choices[happened.knob]:
            if _applies(choice.when, choice.home, situation.values, fate):
                return _choose(script, situation, happened.knob, choice, fate)
        return situation, (Ignored(happened.knob),)
    if situation.phase is Phase.STOPPED:
        return situation, ()
    walk = _Walk(script, situation.node, situation.values, fate, [])
    wait = _wait(script, situation)
    if isinstance(happened, End):
        return walk.end() if wait is None else walk.go_on(wait.then)
    if wait is not None and happened.seconds >= wait.seconds:
        return walk.go_on(wait.then)
    return situation, ()


def silence(script: Script, situation: Situation) -> int | None:
    """Return the seconds of silence that are waited; None outside of a wait."""
    wait = _wait(script, situation)
    return None if wait is None else wait.seconds


def choices(script: Script, situation: Situation, home: Home) -> Mapping[Knob, Choice]:
    """Return where the knobs lead now; a knob that leads nowhere is missing."""
    found: dict[Knob, Choice] = {}
    for knob, some in script.nodes[situation.node].choices.items():
        for each in some:
            if _applies(each.when, each.home, situation.values, home):
                found[knob] = each.choice
                break
    return found


def _wait(script: Script, situation: Situation) -> Wait | None:
    """Return the wait that is on."""
    if situation.ending is None:
        return None
    then = script.nodes[situation.node].endings[situation.ending].then
    return then if isinstance(then, Wait) else None


def _state(
    state: State, situation: Situation, fate: SeededFate, effects: Sequence[Effect]
) -> State:
    return State(
        story=state.story,
        situation=situation,
        seed=state.seed,
        drawn=fate.drawn,
        visited=_visited(state.visited, effects),
    )


def _visited(before: tuple[str, ...], effects: Sequence[Effect]) -> tuple[str, ...]:
    entered = [each.node for each in effects if isinstance(each, Entered)]
    return (*before, *entered)[-VISITED:] if entered else before


def _applies(
    when: Evaluated | None, home: tuple[Json, ...], values: tuple[Value, ...], asked: Home
) -> bool:
    if when is not None and not when(values):
        return False
    return not home or asked.holds(home)


def _assigned(values: tuple[Value, ...], writes: tuple[Written, ...]) -> tuple[Value, ...]:
    """Return the values after assignments, each of which sees what the ones before it wrote."""
    fresh = [*values]
    for number, value, bounds in writes:
        made = value(fresh)
        if bounds is not None and not isinstance(made, str):
            made = min(max(made, bounds[0]), bounds[1])
        fresh[number] = made
    return tuple(fresh)


def _choose(
    script: Script, situation: Situation, knob: Knob, chosen: ScriptChoice, fate: Fate
) -> Outcome:
    """Go where a choice leads."""
    choice, values = chosen.choice, situation.values
    if chosen.writes:
        values = _assigned(values, chosen.writes)
    effect = Chosen(node=situation.node, knob=knob, target=choice.target, label=choice.label)
    return _Walk(script, situation.node, values, fate, [effect]).go_on(Goto(choice.target))


def _rest(node: ScriptNode, name: str, values: tuple[Value, ...]) -> Effect:
    """Return what a stop is. What only Home Assistant forbids may come to be allowed: no ending."""
    for some in node.choices.values():
        for choice in some:
            if choice.when is None or choice.when(values):
                return Rested(name)
    return Ended(name)


class _Walk:
    """The way from what is over to the next thing that plays, or to a stop."""

    __slots__ = ("_effects", "_ending", "_fate", "_name", "_script", "_seen", "_values")

    def __init__(
        self,
        script: Script,
        name: str,
        values: tuple[Value, ...],
        fate: Fate,
        effects: list[Effect],
    ) -> None:
        """Begin at a node, with what is to be done before."""
        self._script = script
        self._name = name
        self._values = values
        self._fate = fate
        self._effects = effects
        self._ending: int | None = None
        self._seen: set[tuple[str, tuple[Value, ...]]] = set()

    def go_on(self, then: Then | Wait | Chance) -> Outcome:
        """Do what comes next, and pass signposts."""
        for passed in count(1):
            if isinstance(then, Chance):
                # What was seen may be left again by another draw.
                self._seen.clear()
                then = self._fate.draw(then)
            if isinstance(then, Wait):
                self._effects.append(Play(Silence(then.seconds)))
                return self._at(Phase.WAITING)
            if isinstance(then, Stop):
                node = self._script.nodes[self._name]
                self._effects.append(_rest(node, self._name, self._values))
                return self._at(Phase.STOPPED)
            if isinstance(then, Goto):
                self._enter(then.target)
            if self._plays():
                return self._at(Phase.PLAYING)
            before = (self._name, self._values)
            if before in self._seen or passed == SIGNPOSTS:
                break
            self._seen.add(before)
            then = self._over()
        self._effects.append(WentInCircles(self._name))
        return self._at(Phase.STOPPED)

    def end(self) -> Outcome:
        """Do what comes at the end of the node's audio."""
        return self.go_on(self._over())

    def _at(self, phase: Phase) -> Outcome:
        ending = self._ending if phase is Phase.WAITING else None
        return Situation(self._name, self._values, phase, ending), tuple(self._effects)

    def _enter(self, name: str) -> None:
        self._name = name
        node = self._script.nodes[name]
        self._effects.append(Entered(name))
        if node.writes:
            self._values = _assigned(self._values, node.writes)
        if node.actions:
            self._effects.append(Run(name, node.actions))

    def _plays(self) -> bool:
        """Play the node's audio, and return whether it has one."""
        for variant in self._script.nodes[self._name].variants:
            if _applies(variant.when, variant.home, self._values, self._fate):
                self._effects.append(Play(variant.audio))
                return True
        return False

    def _over(self) -> Then | Wait | Chance:
        """Return what comes at the end of the node's audio, after its assignments."""
        for number, ending in enumerate(self._script.nodes[self._name].endings):
            if _applies(ending.when, ending.home, self._values, self._fate):
                if ending.writes:
                    self._values = _assigned(self._values, ending.writes)
                self._ending = number
                return ending.then
        return _STOP
