"""When a passage sets its variables: on entering it, or on leaving it.

A node assigns before anything is asked. Where a passage asks first and sets then, as in
`(if: $met)[Hello again](set: $met to true)`, the setting is put off until the passage is left.
"""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field

from ...errors import Problem, StoryProblem
from ...expression.tree import (
    AllOf,
    AnyOf,
    Calculated,
    Compared,
    Literal,
    Not,
    Read,
    Term,
)
from .markup import Branch, Part, Settings, walk
from .passages import Passage, problem
from .terms import HarloweError, Setting


@dataclass(slots=True)
class Order:
    """What a passage sets."""

    early: list[Setting] = field(default_factory=list)
    """On entering."""
    late: list[Setting] = field(default_factory=list)
    """On leaving."""
    problems: list[Problem] = field(default_factory=list)


def order(passage: Passage, parts: Sequence[Part], kept: Container[str]) -> Order:
    """Return when a passage sets which variable, of those that the story keeps."""
    found = Order()
    asked: set[str] = set()
    put_off: set[str] = set()
    needed: set[str] = set()
    """What the settings that were put off will read."""
    direct = {id(part) for part in parts if isinstance(part, Settings)}
    for part in walk(parts):
        match part:
            case Branch(condition=term, offset=offset) if term is not None:
                asked |= (reads := {*variables(term)})
                if reads & put_off:
                    # It would have to be set both before and after.
                    _not_supported(found, passage, offset, "(set:)")
            case Settings(given, offset):
                for each in given:
                    if each.variable not in kept or isinstance(each.value, tuple):
                        continue
                    if id(part) not in direct:
                        _not_supported(found, passage, offset, "(if:)[(set:)]")
                    reads = _reads(each)
                    if each.variable in asked | put_off | needed or reads & put_off:
                        found.late.append(each)
                        put_off.add(each.variable)
                        needed |= reads
                    else:
                        found.early.append(each)
    return found


def variables(term: Term) -> Iterator[str]:
    """Yield the names that a term reads."""
    match term:
        case Read(name):
            yield name
        case Literal():
            pass
        case Calculated(left, _, right) | Compared(left, _, right):
            yield from variables(left)
            yield from variables(right)
        case Not(inner):
            yield from variables(inner)
        case AllOf(terms) | AnyOf(terms):
            for each in terms:
                yield from variables(each)


def _reads(given: Setting) -> set[str]:
    return set() if isinstance(given.value, tuple | HarloweError) else {*variables(given.value)}


def _not_supported(found: Order, passage: Passage, offset: int, name: str) -> None:
    found.problems.append(problem(passage.at(offset), StoryProblem.NOT_SUPPORTED, name=name))
