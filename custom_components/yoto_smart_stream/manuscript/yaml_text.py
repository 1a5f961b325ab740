"""From YAML to the tree. PyYAML reads the text, the tree is built from its events."""

from collections.abc import Iterator
from dataclasses import dataclass, field
import re
from typing import Final

import yaml

from .errors import Fault, ManuscriptError, ManuscriptFault
from .tree import DEPTH, PARTS, Fields, Items, Plain, Words, Written, must_be_short, twice

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TRUTHS: Final = {
    **dict.fromkeys(("true", "yes", "on"), True),
    **dict.fromkeys(("false", "no", "off"), False),
}
_NOTHING: Final = frozenset({"", "~", "null", "Null", "NULL"})
_SPECIAL: Final = frozenset("0123456789+-tTyYoOfFnN")
"""What begins otherwise is text."""
_WHOLE: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_DECIMAL: Final = re.compile(r"[-+]?[0-9]+\.[0-9]*(?:[eE][-+][0-9]+)?")
_QUOTES: Final = ("'", '"')


def read_yaml(text: str) -> Written:
    """Return what a YAML text says. An empty text says nothing.

    Raises:
        ManuscriptError: It is no YAML, has what we do not take, or more than we take.
    """
    must_be_short(text)
    try:
        return _Building().built(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as err:
        mark = err.problem_mark or err.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise ManuscriptError(_unreadable(line, column, str(err.problem or ""))) from err
    except yaml.reader.ReaderError as err:
        raise ManuscriptError(_forbidden(text, err.position, str(err.reason))) from err
    except UnicodeEncodeError as err:
        raise ManuscriptError(_forbidden(text, err.start, err.reason)) from err


@dataclass(slots=True)
class _Open:
    """A list or mapping that goes on, or the whole text, which is a list of one."""

    line: int
    column: int
    mapping: bool
    parts: list[Written] = field(default_factory=list)

    def closed(self) -> tuple[Written, list[Fault]]:
        """Return it as it is when it is over, and what is wrong with it."""
        if not self.mapping:
            return Items(tuple(self.parts), self.line, self.column), []
        faults: list[Fault] = []
        fields: list[tuple[Words, Written]] = []
        for name, value in zip(self.parts[::2], self.parts[1::2], strict=True):
            if isinstance(name, Words):
                fields.append((name, value))
            else:
                faults.append(_unreadable(name.line, name.column, "a name must be text"))
        return Fields(tuple(fields), self.line, self.column), [*faults, *twice(fields)]


class _Building:
    """Builds the tree of one text."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._whole = _Open(1, 1, mapping=False)
        self._open = [self._whole]
        self._count = 0

    def built(self, events: Iterator[yaml.Event]) -> Written:
        """Return the tree."""
        for event in events:
            self._take(event)
        if self._faults:
            raise ManuscriptError(*sorted(self._faults, key=lambda each: (each.line, each.column)))
        parts = self._whole.parts
        if len(parts) > 1:
            raise ManuscriptError(
                _unreadable(parts[1].line, parts[1].column, "a second document begins here")
            )
        return parts[0] if parts else Words("", None, 1, 1)

    def _take(self, event: yaml.Event) -> None:
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        match event:
            case yaml.ScalarEvent():
                self._counted(event, line, column)
                self._open[-1].parts.append(_words(event, line, column))
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._counted(event, line, column)
                mapping = isinstance(event, yaml.MappingStartEvent)
                self._open.append(_Open(line, column, mapping))
                if len(self._open) > DEPTH:
                    detail = {"most": str(DEPTH)}
                    raise ManuscriptError(_fault(ManuscriptFault.TOO_DEEP, line, column, detail))
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                written, faults = self._open.pop().closed()
                self._faults += faults
                self._open[-1].parts.append(written)
            case yaml.AliasEvent():
                self._counted(event, line, column)
                self._open[-1].parts.append(Words("", None, line, column))

    def _counted(self, event: yaml.NodeEvent, line: int, column: int) -> None:
        """Count a part, and refuse its tag or anchor."""
        self._count += 1
        if self._count > PARTS:
            detail = {"count": f"{PARTS}+", "most": str(PARTS)}
            raise ManuscriptError(_fault(ManuscriptFault.TOO_MANY, line, column, detail))
        if event.anchor is not None:
            sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
            detail = {"name": f"{sign}{event.anchor}"}
            self._faults.append(_fault(ManuscriptFault.NOT_SUPPORTED, line, column, detail))
        if (tag := getattr(event, "tag", None)) is not None:
            detail = {"name": tag}
            self._faults.append(_fault(ManuscriptFault.NOT_SUPPORTED, line, column, detail))


def _words(event: yaml.ScalarEvent, line: int, column: int) -> Words:
    text: str = event.value
    if not event.style:
        return Words(text, _meant(text), line, column)
    if event.style in _QUOTES:
        return Words(text, text, line, column + 1)
    # A block begins below the sign that announces it. Where exactly, PyYAML does not tell.
    return Words(text, text, line, column)


def _meant(text: str) -> Plain:
    """Return what an unquoted text means."""
    if text in _NOTHING:
        return None
    if text[0] not in _SPECIAL:
        return text
    lowered = text.lower()
    if lowered in _TRUTHS and text in (lowered, lowered.upper(), lowered.capitalize()):
        return _TRUTHS[lowered]
    if _WHOLE.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text) and abs(number := float(text)) != float("inf"):
        return number
    return text


def _fault(code: ManuscriptFault, line: int, column: int, detail: dict[str, str]) -> Fault:
    return Fault(code=code, line=line, column=column, detail=detail)


def _unreadable(line: int, column: int, reason: str) -> Fault:
    detail = {"format": "YAML", "reason": reason}
    return _fault(ManuscriptFault.NOT_READABLE, line, column, detail)


def _forbidden(text: str, position: int, reason: str) -> Fault:
    """Return the fault of a character that no text may have."""
    before = text[:position]
    column = position - (before.rfind("\n") + 1) + 1
    return _unreadable(before.count("\n") + 1, column, reason)
