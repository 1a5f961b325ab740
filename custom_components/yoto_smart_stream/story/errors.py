"""What is wrong with a story, and where it is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
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
    """The text is no YAML, JSON, Twee or HTML. Detail: `format`, `reason`."""
    UNKNOWN_FIELD = "unknown_field"
    """Detail: `name`, `known`."""
    MISSING_FIELD = "missing_field"
    """Detail: `name`."""
    WRONG_TYPE = "wrong_type"
    """Detail: `found`, `wanted`, both out of `FieldKind`."""
    TOO_LONG = "too_long"
    """A text has too many characters. Detail: `length`, `most`."""
    TOO_MANY = "too_many"
    """Detail: `count`, `most`."""
    TOO_DEEP = "too_deep"
    """Parts in parts in parts. Detail: `most`."""
    TWICE = "twice"
    """Something stands twice that can be there once. Detail: `name`."""
    UNKNOWN_NODE = "unknown_node"
    """Detail: `name`, and `near`, which is empty or a node that is called nearly so."""
    UNKNOWN_FILE = "unknown_file"
    """A pack does not hold a file that it names. Detail: `name`."""
    UNKNOWN_VARIABLE = "unknown_variable"
    """Detail: `name`."""
    OUT_OF_RANGE = "out_of_range"
    """Detail: `value`, `known`."""
    EXPRESSION_SYNTAX = "expression_syntax"
    """Detail: `found`."""
    EXPRESSION_FORBIDDEN = "expression_forbidden"
    """Something that Python knows and a story does not, such as a call. Detail: `found`."""
    EXPRESSION_TYPE = "expression_type"
    """Detail: `found`, `wanted`, both out of `Kind`."""
    EXPRESSION_DEEP = "expression_deep"
    """Terms in terms in terms, deeper than anybody can follow. Detail: `most`."""
    NOT_SUPPORTED = "not_supported"
    """The format has it, and we do not know it. Detail: `name`."""


class FieldKind(StrEnum):
    """What can stand behind a name. The words are keys of texts."""

    TEXT = "text"
    NUMBER = "number"
    TRUTH = "truth"
    LIST = "list"
    MAPPING = "mapping"
    NOTHING = "nothing"


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
