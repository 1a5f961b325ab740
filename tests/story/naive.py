"""The rules of stories once more, written for reading and not for speed, as a model for the engine.

It reads the story itself, evaluates the texts of expressions with Python, and keeps everything in
plain variables that it changes.
"""

from collections.abc import Callable, Sequence
from hashlib import blake2b
import json

from custom_components.yoto_smart_stream.json import Json
from custom_components.yoto_smart_stream.story.engine import SIGNPOSTS
from custom_components.yoto_smart_stream.story.model import (
    Assignment,
    Chance,
    Choice,
    Goto,
    Guard,
    Repeat,
    Stop,
    Story,
    Then,
    Wait,
)
from custom_components.yoto_smart_stream.story.variables import Number, Value

type Holds = Callable[[Json], bool]


def home_of(number: int) -> Holds:
    """Return a home in which some conditions hold."""
    return lambda one: sum(json.dumps(one).encode()) * (number + 3) % 5 > 1


class NaivePlay:
    """A play-through. What is to be done is kept in `done`, as text."""

    def __init__(self, story: Story, seed: int, holds: Holds) -> None:
        """Enter the start."""
        self.story = story
        self.values: dict[str, Value] = {
            name: each.initial for name, each in story.variables.items()
        }
        self.node = story.start
        self.phase = "playing"
        self.waits: Wait | None = None
        self.done: list[str] = []
        self._draws = 0
        self._next: Callable[[], None] | None = None
        self._seed = seed
        self._holds = holds
        self._begin()
        self._then(Goto(story.start))
        self._settle()

    def press(self, knob: str) -> None:
        """Press a knob."""
        self._begin()
        node = self.story.nodes[self.node]
        for choice in node.left if knob == "left" else node.right:
            if self._applies(choice.guard):
                self._choose(knob, choice)
                self._settle()
                return
        self.done.append(f"ignored {knob}")

    def over(self) -> None:
        """Let what plays be over."""
        self._begin()
        if self.phase == "playing":
            self._audio_over()
        elif self.phase == "waiting" and self.waits:
            self._then(self.waits.then)
        self._settle()

    def pass_time(self, seconds: float) -> None:
        """Let seconds pass in which nothing plays."""
        self._begin()
        if self.phase == "waiting" and self.waits and seconds >= self.waits.seconds:
            self._then(self.waits.then)
        self._settle()

    def _begin(self) -> None:
        self.done = []
        self._passed: list[str] = []
        self._silent = 0

    def _settle(self) -> None:
        while self._next is not None:
            job, self._next = self._next, None
            job()

    def _choose(self, knob: str, choice: Choice) -> None:
        self._assign(choice.assignments)
        self.done.append(f"chosen {self.node} {knob} {choice.target} {choice.label}")
        self._then(Goto(choice.target))

    def _enter(self) -> None:
        target = self.node
        self.done.append(f"entered {target}")
        node = self.story.nodes[target]
        self._assign(node.on_enter)
        if node.actions:
            self.done.append(f"run {target} {[*node.actions]}")
        self._play()

    def _play(self) -> None:
        self.phase, self.waits = "playing", None
        for variant in self.story.nodes[self.node].variants:
            if self._applies(variant.guard):
                self.done.append(f"play {variant.audio}")
                return
        here = f"{self.node} {self.values}"
        self._silent += 1
        if here in self._passed or self._silent == SIGNPOSTS:
            self.phase = "stopped"
            self.done.append(f"circles {self.node}")
            return
        self._passed.append(here)
        self._next = self._audio_over

    def _audio_over(self) -> None:
        for ending in self.story.nodes[self.node].on_end:
            if self._applies(ending.guard):
                self._assign(ending.assignments)
                if isinstance(ending.then, Wait):
                    self.phase, self.waits = "waiting", ending.then
                    self.done.append(f"silence {ending.then.seconds}")
                else:
                    self._then(ending.then)
                return
        self._then(Stop())

    def _then(self, then: Then | Chance) -> None:
        if isinstance(then, Chance):
            self._passed = []
            then = self._drawn(then)
        if isinstance(then, Goto):
            self.node = then.target
            self._next = self._enter
        elif isinstance(then, Repeat):
            self._next = self._play
        else:
            self.phase, self.waits = "stopped", None
            node = self.story.nodes[self.node]
            leads_on = any(self._is_true(choice.guard) for choice in [*node.left, *node.right])
            self.done.append(f"{'rested' if leads_on else 'ended'} {self.node}")

    def _drawn(self, chance: Chance) -> Then:
        every = [lot.then for lot in chance.lots for _ in range(lot.weight)]
        text = f"{self._seed}:{self._draws}"
        self._draws += 1
        return every[int.from_bytes(blake2b(text.encode()).digest()[:8], "big") % len(every)]

    def _applies(self, guard: Guard) -> bool:
        return self._is_true(guard) and all(map(self._holds, guard.home))

    def _is_true(self, guard: Guard) -> bool:
        return guard.when is None or bool(self._evaluated(guard.when.text))

    def _assign(self, assignments: Sequence[Assignment]) -> None:
        for each in assignments:
            value = self._evaluated(each.value.text)
            variable = self.story.variables[each.variable]
            if isinstance(variable, Number) and isinstance(value, int):
                value = sorted((variable.minimum, value, variable.maximum))[1]
            self.values[each.variable] = value

    def _evaluated(self, text: str) -> Value:
        scope: dict[str, object] = {**self.values, "true": True, "false": False}
        found = eval(text, {"__builtins__": {}}, scope)  # noqa: S307 - the text is ours
        assert isinstance(found, bool | int | str)
        return found
