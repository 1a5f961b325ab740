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
        return _Building(text).built()
    except yaml.MarkedYAMLError as err:
        mark = err.problem_mark or err.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise ManuscriptError(_unreadable(place, str(err.problem or ""))) from err
    except yaml.reader.ReaderError as err:
        raise ManuscriptError(_forbidden(text, err.position, str(err.reason))) from err
    except UnicodeEncodeError as err:
        raise ManuscriptError(_forbidden(text, err.start, err.reason)) from err


class _Building:
    """Builds the tree of one text."""

    def __init__(self, text: str) -> None:
        self._faults: list[Fault] = []
        self._lines = Lines(text)
        self._begins = len(MARK) if text.startswith(MARK) else 0
        # What ends something is among them, too, and is met only where it can be.
        self._events: Iterator[yaml.NodeEvent] = iter(_LOADER(text).get_event, None)
        self._count = 0

    def built(self) -> Written:
        """Return the tree."""
        documents = [
            self._part(event, 1) for event in self._events if isinstance(event, yaml.NodeEvent)
        ]
        if self._faults:
            raise ManuscriptError(*sorted(self._faults, key=lambda each: (each.line, each.column)))
        if len(documents) > 1:
            raise ManuscriptError(_unreadable(documents[1].place, "a second document begins here"))
        return documents[0] if documents else Words(self._lines, self._begins, "", None)

    def _part(self, event: yaml.NodeEvent, depth: int) -> Written:
        """Return the part that begins with an event."""
        if isinstance(event, yaml.ScalarEvent):
            at, text = self._text_begun(event), event.value
            return Words(self._lines, at, text, text if event.style else _meant(text))
        if not isinstance(event, yaml.CollectionStartEvent):
            # What is left is an alias.
            return Words(self._lines, self._begun(event, "*"), "", None)
        at = self._begun(event, "&", event.tag)
        if depth == DEPTH:
            raise ManuscriptError(self._fault(ManuscriptFault.TOO_DEEP, at, {"most": str(DEPTH)}))
        if isinstance(event, yaml.MappingStartEvent):
            return Fields(self._lines, at, self._fields(depth + 1))
        return Items(self._lines, at, tuple(self._items(depth + 1)))

    def _items(self, depth: int) -> Iterator[Written]:
        """Return what stands in a list that has begun."""
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                return
            yield self._part(event, depth)

    def _fields(self, depth: int) -> dict[str, Field]:
        """Return what stands in a mapping that has begun."""
        fields: dict[str, Field] = {}
        for event in self._events:
            if isinstance(event, yaml.ScalarEvent):
                at, name = self._text_begun(event), event.value
                if name in fields:
                    self._faults.append(twice(name, self._lines.place(at)))
                fields[name] = at, self._part(next(self._events), depth)
            elif isinstance(event, yaml.MappingEndEvent):
                break
            else:
                place = self._part(event, depth).place
                self._faults.append(_unreadable(place, "a name must be text"))
                self._part(next(self._events), depth)
        return fields

    def _text_begun(self, event: yaml.ScalarEvent) -> int:
        """Return where a text begins, as `_begun` does."""
        at = self._begun(event, "&", event.tag)
        # A block begins below the sign that announces it. Where exactly, PyYAML does not tell.
        return at + 1 if event.style in _QUOTES else at

    def _begun(self, event: yaml.NodeEvent, sign: str, tag: str | None = None) -> int:
        """Count a part, and refuse an anchor and a tag; returns where it begins."""
        at: int = event.start_mark.index + self._begins
        self._count += 1
        if self._count > PARTS:
            detail = {"count": f"{PARTS}+", "most": str(PARTS)}
            raise ManuscriptError(self._fault(ManuscriptFault.TOO_MANY, at, detail))
        if event.anchor is not None:
            self._refuse(f"{sign}{event.anchor}", at)
        if tag is not None:
            self._refuse(tag, at)
        return at

    def _refuse(self, name: str, at: int) -> None:
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
