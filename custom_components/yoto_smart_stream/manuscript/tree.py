"""What is written, and where. Lines and columns are counted from 1.

The parts of a text are not frozen, since there are many of them and freezing would take most of the
time that it takes to make them. Nobody changes them.
"""

from dataclasses import dataclass

from ..json import Json
from .errors import Fault, ManuscriptError, ManuscriptFault

LENGTH = 8_000_000
"""Characters that a text may have."""
PARTS = 500_000
"""Words, lists and mappings that a text may have."""
DEPTH = 60
"""How deep they may be nested."""

type Plain = bool | int | float | str | None
type Written = Words | Items | Fields


@dataclass(slots=True)
class Words:
    """A text, a number, a truth or nothing."""

    text: str
    """As it is written, without quotes."""
    value: Plain
    """What it means."""
    line: int
    column: int
    """Where the first character of the text stands, behind a quote."""
    indent: int = 0
    """How many columns of its further lines were cut off."""


@dataclass(slots=True)
class Items:
    """A list."""

    items: tuple[Written, ...]
    line: int
    column: int


@dataclass(slots=True)
class Fields:
    """A mapping. No name stands in it twice."""

    fields: tuple[tuple[Words, Written], ...]
    line: int
    column: int


def as_json(written: Written) -> Json:
    """Return what is written, without its places."""
    match written:
        case Words(value=value):
            return value
        case Items(items=items):
            return [as_json(each) for each in items]
        case Fields(fields=fields):
            return {name.text: as_json(each) for name, each in fields}


def twice(fields: list[tuple[Words, Written]]) -> list[Fault]:
    """Return the names that have been there before, where they stand again."""
    if len({name.text for name, _ in fields}) == len(fields):
        return []
    known: set[str] = set()
    faults: list[Fault] = []
    for name, _ in fields:
        if name.text in known:
            faults.append(
                Fault(
                    code=ManuscriptFault.TWICE,
                    line=name.line,
                    column=name.column,
                    detail={"name": name.text},
                )
            )
        known.add(name.text)
    return faults


def must_be_short(text: str) -> None:
    """Make sure that a text is not longer than we take.

    Raises:
        ManuscriptError: It is longer, or holds half a character.
    """
    if len(text) > LENGTH:
        detail = {"length": str(len(text)), "most": str(LENGTH)}
        raise ManuscriptError(Fault(code=ManuscriptFault.TOO_LONG, line=1, column=1, detail=detail))
