"""A story made ready to be played: expressions as functions, variables by number."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from ..json import Json
from .digest import digest
from .errors import Place, Problem, StoryError, StoryProblem
from .expression.evaluating import Evaluated, compiled
from .expression.tree import Expression
from .model import (
    Assignment,
    Audio,
    Chance,
    Choice,
    Ending,
    Goto,
    Guard,
    Node,
    Repeat,
    Stop,
    Story,
    Then,
    Wait,
)
from .situation import Knob
from .variables import Number, Value, Variable

type Written = tuple[int, Evaluated, tuple[int, int] | None]
"""An assignment: the number of the variable, its value, and the bounds if it is a number."""


@dataclass(frozen=True, slots=True)
class ScriptChoice:
    """A choice; `when` is None where it always holds."""

    when: Evaluated | None
    home: tuple[Json, ...]
    writes: tuple[Written, ...]
    choice: Choice


@dataclass(frozen=True, slots=True)
class ScriptEnding:
    """An ending; `when` is None where it always holds."""

    when: Evaluated | None
    home: tuple[Json, ...]
    writes: tuple[Written, ...]
    then: Then | Wait | Chance


@dataclass(frozen=True, slots=True)
class ScriptVariant:
    """A variant; `when` is None where it always holds."""

    when: Evaluated | None
    home: tuple[Json, ...]
    audio: Audio


@dataclass(frozen=True, slots=True)
class ScriptNode:
    """A node."""

    variants: tuple[ScriptVariant, ...]
    writes: tuple[Written, ...]
    choices: Mapping[Knob, tuple[ScriptChoice, ...]]
    endings: tuple[ScriptEnding, ...]
    actions: tuple[Json, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Script:
    """A story made ready. Making one costs more than many steps: keep it with the story."""

    story: Story
    digest: str
    names: tuple[str, ...]
    """The variables, in the order of a situation's values."""
    initial: tuple[Value, ...]
    nodes: Mapping[str, ScriptNode]

    @classmethod
    def of(cls, story: Story) -> Self:
        """Make a story ready.

        Raises:
            StoryError: It leads to nodes, or assigns to variables, that it does not have.
        """
        if missing := [*_missing(story)]:
            raise StoryError(*missing)
        names = tuple(story.variables)
        return cls(
            story=story,
            digest=digest(story),
            names=names,
            initial=tuple(each.initial for each in story.variables.values()),
            nodes={
                name: _node(node, names, [*story.variables.values()])
                for name, node in story.nodes.items()
            },
        )


def targets(then: Then | Wait | Chance) -> tuple[str, ...]:
    """Return the nodes that something leads to."""
    match then:
        case Goto(target):
            return (target,)
        case Wait(then=after):
            return targets(after)
        case Chance(lots):
            return tuple([target for lot in lots for target in targets(lot.then)])
        case Stop() | Repeat():
            return ()


def _missing(story: Story) -> Iterator[Problem]:
    """Yield what a story names and does not have."""
    if story.start not in story.nodes:
        yield _unknown(StoryProblem.UNKNOWN_NODE, story.start, Place(path=("start",)))
    for node in story.nodes.values():
        assignments = [*node.on_enter]
        for choice in (*node.left, *node.right):
            assignments += choice.assignments
            if choice.target not in story.nodes:
                yield _unknown(StoryProblem.UNKNOWN_NODE, choice.target, choice.place)
        for ending in node.on_end:
            assignments += ending.assignments
            for target in targets(ending.then):
                if target not in story.nodes:
                    yield _unknown(StoryProblem.UNKNOWN_NODE, target, ending.place)
        for each in assignments:
            if each.variable not in story.variables:
                yield _unknown(StoryProblem.UNKNOWN_VARIABLE, each.variable, each.place)


def _unknown(code: StoryProblem, name: str, place: Place) -> Problem:
    return Problem(place=place, code=code, detail={"name": name})


def _node(node: Node, names: Sequence[str], variables: Sequence[Variable]) -> ScriptNode:
    def writes(assignments: Sequence[Assignment]) -> tuple[Written, ...]:
        return tuple(_written(each, names, variables) for each in assignments)

    def choices(some: Sequence[Choice]) -> tuple[ScriptChoice, ...]:
        return tuple(
            ScriptChoice(*_guard(each.guard, names), writes(each.assignments), each)
            for each in some
        )

    def ending(one: Ending) -> ScriptEnding:
        return ScriptEnding(*_guard(one.guard, names), writes(one.assignments), one.then)

    return ScriptNode(
        variants=tuple(
            ScriptVariant(*_guard(each.guard, names), each.audio) for each in node.variants
        ),
        writes=writes(node.on_enter),
        choices={Knob.LEFT: choices(node.left), Knob.RIGHT: choices(node.right)},
        endings=tuple(ending(each) for each in node.on_end),
        actions=node.actions,
    )


def _guard(guard: Guard, names: Sequence[str]) -> tuple[Evaluated | None, tuple[Json, ...]]:
    return None if guard.when is None else _function(guard.when, names), guard.home


def _function(expression: Expression, names: Sequence[str]) -> Evaluated:
    return compiled(expression.term, names)


def _written(
    assignment: Assignment, names: Sequence[str], variables: Sequence[Variable]
) -> Written:
    number = names.index(assignment.variable)
    value = _function(assignment.value, names)
    match variables[number]:
        case Number(minimum=minimum, maximum=maximum):
            return number, value, (minimum, maximum)
        case _:
            return number, value, None
