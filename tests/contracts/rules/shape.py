"""A small language for the shape of JSON and YAML, whose checks name the place of every fault."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
import re
from typing import Final

type Complaint = str | None
type Shape = Leaf | Closed | Each | Items | Either | Nothing

# Keys of texts and icons: lower case, no separator at an end and no two in a row.
KEY: Final = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
SLUG: Final = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value that a function accepts (None) or complains about."""

    check: Callable[[object], Complaint]


@dataclass(frozen=True, slots=True)
class Closed:
    """An object that may have the named members only, some of which it must have."""

    members: Mapping[str, Shape]
    required: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Each:
    """An object with any members whose names match a pattern and whose values share a shape."""

    shape: Shape
    names: re.Pattern[str] = field(default=re.compile(r".+"))


@dataclass(frozen=True, slots=True)
class Items:
    """A list whose items share a shape."""

    shape: Shape


@dataclass(frozen=True, slots=True)
class Either:
    """A value that has one of some shapes."""

    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Nothing:
    """A value that is left empty."""


def kind(*wanted: type) -> Leaf:
    """Accept values of exactly these types, so that a truth value is no number."""

    def check(value: object) -> Complaint:
        names = " or ".join(one.__name__ for one in wanted)
        return None if type(value) in wanted else f"is not {names}"

    return Leaf(check)


def one_of(*allowed: str) -> Leaf:
    """Accept these words."""

    def check(value: object) -> Complaint:
        return None if value in allowed else f"is {value!r}, not one of {', '.join(allowed)}"

    return Leaf(check)


def faults(value: object, shape: Shape, at: str = "") -> Iterator[str]:
    """Yield every fault of a value, each with its place, such as `services.play_card.name`."""
    here = at or "the whole"
    match shape:
        case Leaf(check):
            if complaint := check(value):
                yield f"{here} {complaint}"
        case Nothing():
            if value is not None:
                yield f"{here} is not empty"
        case Items(inner):
            if not isinstance(value, list):
                yield f"{here} is not a list"
                return
            for index, item in enumerate(value):
                yield from faults(item, inner, f"{at}[{index}]")
        case Either(shapes):
            found = [list(faults(value, one, at)) for one in shapes]
            if all(found):
                # The shape that was meant is the one that fits down to the deepest place.
                yield from min(found, key=lambda some: (-max(map(_depth, some)), len(some)))
        case Closed() | Each():
            if not isinstance(value, dict):
                yield f"{here} is not an object"
                return
            yield from _member_faults(value, shape, at)


def _depth(fault: str) -> int:
    """Return how deep the place of a fault lies."""
    return fault.partition(" ")[0].count(".")


def _member_faults(value: Mapping[str, object], shape: Closed | Each, at: str) -> Iterator[str]:
    """Yield the faults of an object's members."""
    prefix = f"{at}." if at else ""
    if isinstance(shape, Closed):
        for name in sorted(shape.required - value.keys()):
            yield f"{prefix}{name} is missing"
    for name, member in value.items():
        if isinstance(shape, Each):
            inner = shape.shape if shape.names.fullmatch(str(name)) else None
        else:
            inner = shape.members.get(name)
        if inner is None:
            yield f"{prefix}{name} is not a name that is allowed here"
        else:
            yield from faults(member, inner, f"{prefix}{name}")
