"""What is wrong with a story, and where it is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in a story something stands."""

    node: str | None = None
    """The id of the node; None for what belongs to the story as a whole."""
    path: tuple[str | int, ...] = ()
    """The way to it from the node or the story: `("left", 0, "when")`."""
    line: int | None = None
    """Counted from 1; None where the story was not read from a text."""
    column: int | None = None
    """Counted from 1."""


NOWHERE = Place()


class StoryProblem(StrEnum):
    """What can be wrong with a story so that it cannot be read."""

    NOT_READABLE = "not_readable"
    """The text is no YAML, JSON, Twee or HTML."""
    UNKNOWN_FIELD = "unknown_field"
    MISSING_FIELD = "missing_field"
    WRONG_TYPE = "wrong_type"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    TWICE = "twice"
    """Two nodes or variables share a name."""
    UNKNOWN_NODE = "unknown_node"
    UNKNOWN_VARIABLE = "unknown_variable"
    OUT_OF_RANGE = "out_of_range"
    EXPRESSION_SYNTAX = "expression_syntax"
    EXPRESSION_FORBIDDEN = "expression_forbidden"
    """Something that Python knows and a story does not, such as a call."""
    EXPRESSION_TYPE = "expression_type"
    EXPRESSION_DEEP = "expression_deep"
    """Terms in terms in terms, deeper than anybody can follow."""
    NOT_SUPPORTED = "not_supported"
    """The format has it, and we do not know it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong with a story."""

    place: Place
    code: StoryProblem
    detail: Mapping[str, str] = field(default_factory=dict)
    """What the message names: `{"name": "coins"}`."""


class StoryError(Exception):
    """A story cannot be read."""

    def __init__(self, *problems: Problem) -> None:
        """Keep all that is wrong, in the order of the text; at least one problem."""
        super().__init__(", ".join(f"{each.place.line}: {each.code}" for each in problems))
        self.problems = problems
