"""From YAML to the tree. PyYAML reads the text, the tree is built from its events."""

from collections.abc import Iterator
import re
from typing import Final

import yaml

from .errors import Fault, ManuscriptError, ManuscriptFault
from .tree import (
    DEPTH,
    MARK,
    PARTS,
    Field,
    Fields,
    Items,
    Lines,
    Plain,
    Words,
    Written,
    must_be_short,
    twice,
)

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
        return _Building(text).built(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as err:
        mark = err.problem_mark or err.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise ManuscriptError(_unreadable(place, str(err.problem or ""))) from err
    except yaml.reader.ReaderError as err:
        raise ManuscriptError(_forbidden(text, err.position, str(err.reason))) from err
    except UnicodeEncodeError as err:
        raise ManuscriptError(_forbidden(text, err.start, err.reason)) from err


class _Open:
    """A list or mapping that goes on, or the whole text, which is a list of one."""

    __slots__ = ("at", "is_mapping", "parts")

    def __init__(self, at: int, *, is_mapping: bool) -> None:
        self.at = at
        self.is_mapping = is_mapping
        self.parts: list[Written] = []


class _Building:
    """Builds the tree of one text."""

    def __init__(self, text: str) -> None:
        self._faults: list[Fault] = []
        self._lines = Lines(text)
        self._begins = len(MARK) if text.startswith(MARK) else 0
        self._open = [_Open(self._begins, is_mapping=False)]
        self._count = 0

    def built(self, events: Iterator[yaml.Event]) -> Written:
        """Return the tree."""
        for event in events:
            if isinstance(event, yaml.ScalarEvent):
                self._scalar(event)
            elif isinstance(event, yaml.CollectionStartEvent):
                self._begin(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                self._close()
            elif isinstance(event, yaml.AliasEvent):
                at = self._begun(event)
                self._refuse(f"*{event.anchor}", at)
                self._open[-1].parts.append(Words(self._lines, at, "", None))
        if self._faults:
            raise ManuscriptError(*sorted(self._faults, key=lambda each: (each.line, each.column)))
        parts = self._open[0].parts
        if len(parts) > 1:
            raise ManuscriptError(_unreadable(parts[1].place, "a second document begins here"))
        return parts[0] if parts else Words(self._lines, self._begins, "", None)

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        at = self._begun(event)
        if event.anchor is not None or event.tag is not None:
            self._refuse_marks(event.anchor, event.tag, at)
        text, style = event.value, event.style
        value = text if style else _meant(text)
        # A block begins below the sign that announces it. Where exactly, PyYAML does not tell.
        begins = at + 1 if style in _QUOTES else at
        self._open[-1].parts.append(Words(self._lines, begins, text, value))

    def _begin(self, event: yaml.CollectionStartEvent) -> None:
        """Take what a list or mapping begins with."""
        at = self._begun(event)
        self._refuse_marks(event.anchor, event.tag, at)
        self._open.append(_Open(at, is_mapping=isinstance(event, yaml.MappingStartEvent)))
        if len(self._open) > DEPTH:
            raise ManuscriptError(self._fault(ManuscriptFault.TOO_DEEP, at, {"most": str(DEPTH)}))

    def _begun(self, event: yaml.NodeEvent) -> int:
        """Count a part; returns where it begins."""
        at: int = event.start_mark.index + self._begins
        self._count += 1
        if self._count > PARTS:
            detail = {"count": f"{PARTS}+", "most": str(PARTS)}
            raise ManuscriptError(self._fault(ManuscriptFault.TOO_MANY, at, detail))
        return at

    def _close(self) -> None:
        """Take the list or mapping that is over."""
        over = self._open.pop()
        if not over.is_mapping:
            self._open[-1].parts.append(Items(self._lines, over.at, tuple(over.parts)))
            return
        fields: dict[str, Field] = {}
        parts = iter(over.parts)
        for name, part in zip(parts, parts, strict=True):
            if not isinstance(name, Words):
                self._faults.append(_unreadable(name.place, "a name must be text"))
                continue
            if name.text in fields:
                self._faults.append(twice(name.text, name.place))
            fields[name.text] = name.at, part
        self._open[-1].parts.append(Fields(self._lines, over.at, fields))

    def _refuse_marks(self, anchor: str | None, tag: str | None, at: int) -> None:
        if anchor is not None:
            self._refuse(f"&{anchor}", at)
        if tag is not None:
            self._refuse(tag, at)

    def _refuse(self, name: str, at: int) -> None:
        """Refuse an anchor and a tag."""
        self._faults.append(self._fault(ManuscriptFault.NOT_SUPPORTED, at, {"name": name}))

    def _fault(self, code: ManuscriptFault, at: int, detail: dict[str, str]) -> Fault:
        line, column = self._lines.place(at)
        return Fault(code=code, line=line, column=column, detail=detail)


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


def _unreadable(place: tuple[int, int], reason: str) -> Fault:
    line, column = place
    detail = {"format": "YAML", "reason": reason}
    return Fault(code=ManuscriptFault.NOT_READABLE, line=line, column=column, detail=detail)


def _forbidden(text: str, position: int, reason: str) -> Fault:
    """Return the fault of a character that no text may have."""
    return _unreadable(Lines(text).place(position), reason)
