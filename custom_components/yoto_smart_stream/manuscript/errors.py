"""What is wrong with a text before anybody asks what it means."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class ManuscriptFault(StrEnum):
    """What can be wrong."""

    NOT_READABLE = "not_readable"
    """It is no YAML or no JSON. Detail: `format`, `reason`."""
    TOO_LONG = "too_long"
    """Detail: `length`, `most`."""
    TOO_MANY = "too_many"
    """More parts than we take. Detail: `count`, `most`."""
    TOO_DEEP = "too_deep"
    """Parts in parts in parts. Detail: `most`."""
    TWICE = "twice"
    """A name stands twice in a mapping. Detail: `name`."""
    NOT_SUPPORTED = "not_supported"
    """A tag or an anchor of YAML. Detail: `name`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong, and where; line and column are counted from 1."""

    code: ManuscriptFault
    line: int
    column: int
    detail: Mapping[str, str] = field(default_factory=dict)


class ManuscriptError(Exception):
    """A text cannot be read."""

    def __init__(self, *faults: Fault) -> None:
        """Keep all that is wrong, in the order of the text; at least one fault."""
        super().__init__(", ".join(f"{each.line}:{each.column}: {each.code}" for each in faults))
        self.faults = faults
