"""What a story remembers: variables, each with a type, a range and a value to begin with."""

from collections.abc import Mapping
from dataclasses import dataclass

type Value = bool | int | str
type Values = Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A variable that is true or false."""

    name: str
    initial: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A whole number within bounds. What would leave them stops at the bound."""

    name: str
    minimum: int
    maximum: int
    initial: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOf:
    """One of some words."""

    name: str
    words: tuple[str, ...]
    initial: str


type Variable = Flag | Number | OneOf


def fits(variable: Variable, value: Value) -> bool:
    """Return whether a variable can have a value."""
    match variable:
        case Flag():
            return isinstance(value, bool)
        case Number(minimum=minimum, maximum=maximum):
            return type(value) is int and minimum <= value <= maximum
        case OneOf(words=words):
            return isinstance(value, str) and value in words
