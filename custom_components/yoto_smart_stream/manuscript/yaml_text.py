"""From YAML to the tree. PyYAML reads the text, the tree is built from its events."""

from collections.abc import Iterator
from dataclasses import dataclass, field
import re
from typing import Final

import yaml

from .errors import Fault, ManuscriptError, ManuscriptFault
from .tree import DEPTH, PARTS, Fields, Items, Plain, Words, Written, must_be_short, twice

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MEANT: Final[dict[str, bool | None]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **{
        spelled: means
        for means, words in ((True, ("true", "yes", "on")), (False, ("false", "no", "off")))
        for word in words
        for spelled in (word, word.upper(), word.capitalize())
    },
}
_NUMERIC: Final = frozenset("0123456789+-")
"""What begins otherwise is no number."""
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
        names = self.parts[::2]
        pairs = zip(names, self.parts[1::2], strict=True)
        fields = [(name, value) for name, value in pairs if isinstance(name, Words)]
        faults = twice(fields)
        if len(fields) < len(names):
            faults += [
                _unreadable(name.line, name.column, "a name must be text")
                for name in names
                if not isinstance(name, Words)
            ]
        return Fields(tuple(fields), self.line, self.column), faults


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
            if isinstance(event, yaml.NodeEvent):
                self._take(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                written, faults = self._open.pop().closed()
                self._faults += faults
                self._open[-1].parts.append(written)
        if self._faults:
            raise ManuscriptError(*sorted(self._faults, key=lambda each: (each.line, each.column)))
        parts = self._whole.parts
        if len(parts) > 1:
            raise ManuscriptError(
                _unreadable(parts[1].line, parts[1].column, "a second document begins here")
            )
        return parts[0] if parts else Words("", None, 1, 1)

    def _take(self, event: yaml.NodeEvent) -> None:
        """Take what is a part, or where one begins."""
        mark = event.start_mark
        line, column = mark.line + 1, mark.column + 1
        self._count += 1
        if self._count > PARTS:
            detail = {"count": f"{PARTS}+", "most": str(PARTS)}
            raise ManuscriptError(_fault(ManuscriptFault.TOO_MANY, line, column, detail))
        if event.anchor is not None or getattr(event, "tag", None) is not None:
            self._refuse(event, line, column)
        if isinstance(event, yaml.ScalarEvent):
            text, style = event.value, event.style
            # A block begins below the sign that announces it. Where exactly, PyYAML does not tell.
            self._open[-1].parts.append(
                Words(text, text if style else _meant(text), line, column + (style in _QUOTES))
            )
        elif isinstance(event, yaml.AliasEvent):
            self._open[-1].parts.append(Words("", None, line, column))
        else:
            mapping = isinstance(event, yaml.MappingStartEvent)
            self._open.append(_Open(line, column, mapping))
            if len(self._open) > DEPTH:
                detail = {"most": str(DEPTH)}
                raise ManuscriptError(_fault(ManuscriptFault.TOO_DEEP, line, column, detail))

    def _refuse(self, event: yaml.NodeEvent, line: int, column: int) -> None:
        """Refuse an anchor and a tag."""
        if event.anchor is not None:
            sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
            detail = {"name": f"{sign}{event.anchor}"}
            self._faults.append(_fault(ManuscriptFault.NOT_SUPPORTED, line, column, detail))
        if (tag := getattr(event, "tag", None)) is not None:
            detail = {"name": tag}
            self._faults.append(_fault(ManuscriptFault.NOT_SUPPORTED, line, column, detail))


def _meant(text: str) -> Plain:
    """Return what an unquoted text means."""
    if text in _MEANT:
        return _MEANT[text]
    if text[0] not in _NUMERIC:
        return text
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
