"""One entry of a text: what is written, the way to it, and what is wrong with it."""

from dataclasses import dataclass, field
import difflib
import re
from sys import intern
from typing import Final

from ...json import Json
from ...manuscript.tree import Field, Fields, Items, Words, Written, as_json
from ..errors import FieldKind, Place, Problem, StoryError, StoryProblem

_LINE_END: Final = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")

_COMPARED: Final = 20

type Way = tuple[str | int, ...]


# Not frozen, since there is one for each word of a text, and freezing takes most of the time.
@dataclass(slots=True)
class Entry:
    """What is written somewhere. Whoever asks for what it is not gets None; the problem is kept."""

    written: Written
    problems: list[Problem]
    """All that is wrong with the text, shared by its entries."""
    node: str | None = None
    way: Way = ()
    """The way to it from the node or the story."""

    @property
    def place(self) -> Place:
        """Return where it stands."""
        return Place(self.node, self.way, *self.written.place)

    @property
    def is_nothing(self) -> bool:
        """Return whether nothing stands behind the name."""
        return isinstance(self.written, Words) and self.written.value is None

    @property
    def is_list(self) -> bool:
        """Return whether it is a list."""
        return isinstance(self.written, Items)

    @property
    def is_mapping(self) -> bool:
        """Return whether it has fields."""
        return isinstance(self.written, Fields)

    def problem(self, code: StoryProblem, **detail: str) -> None:
        """Keep what is wrong here."""
        self.problems.append(Problem(place=self.place, code=code, detail=detail))

    def keep(self, error: StoryError) -> None:
        """Keep what somebody else has found wrong."""
        self.problems.extend(error.problems)

    def words(self, wanted: FieldKind = FieldKind.TEXT) -> Words | None:
        """Return a text, a number or a truth as it is written."""
        written = self.written
        if isinstance(written, Words) and written.value is not None:
            return written
        self._other_kind(wanted)
        return None

    def text(self, most: int, least: int = 1) -> str | None:
        """Return a text without spaces around it. What looks like a number is one as well."""
        if (words := self.words()) is None:
            return None
        text = words.text.strip()
        if len(text) > most:
            self.problem(StoryProblem.TOO_LONG, length=str(len(text)), most=str(most))
            return None
        if len(text) < least:
            self._other_kind(FieldKind.TEXT, FieldKind.NOTHING)
            return None
        return text

    def name(self, most: int) -> str | None:
        """Return a text that can name something, which is in one line."""
        text = self.text(most)
        if text is not None and _LINE_END.search(text):
            self.problem(StoryProblem.NOT_SUPPORTED, name=repr(text))
            return None
        return text

    def whole(self, least: int, most: int) -> int | None:
        """Return a whole number within bounds, bounds included."""
        if (words := self.words(FieldKind.NUMBER)) is None:
            return None
        if type(words.value) is not int:
            self._other_kind(FieldKind.NUMBER)
            return None
        if not least <= words.value <= most:
            self.problem(StoryProblem.OUT_OF_RANGE, value=words.text, known=f"{least}-{most}")
            return None
        return words.value

    def number(self) -> float | None:
        """Return a number."""
        if (words := self.words(FieldKind.NUMBER)) is None:
            return None
        if isinstance(words.value, bool) or not isinstance(words.value, int | float):
            self._other_kind(FieldKind.NUMBER)
            return None
        return words.value

    def truth(self) -> bool | None:
        """Return whether something is so."""
        if (words := self.words(FieldKind.TRUTH)) is None:
            return None
        if not isinstance(words.value, bool):
            self._other_kind(FieldKind.TRUTH)
            return None
        return words.value

    def json(self) -> Json:
        """Return all that is written here, without its places."""
        return as_json(self.written)

    def items(self, most: int) -> list[Entry]:
        """Return the entries of a list."""
        if not isinstance(self.written, Items):
            if not self.is_nothing:
                self._other_kind(FieldKind.LIST)
            return []
        if (count := len(self.written.items)) > most:
            self.problem(StoryProblem.TOO_MANY, count=str(count), most=str(most))
            return []
        return [self._inner(each, number) for number, each in enumerate(self.written.items)]

    def one_or_items(self, most: int) -> list[Entry]:
        """Return the entries of a list, or this one if it is none."""
        if self.is_nothing:
            return []
        return self.items(most) if self.is_list else [self]

    def fields(self, *known: str) -> dict[str, Entry]:
        """Return the known fields of a mapping behind which something stands."""
        found: dict[str, Entry] = {}
        for name, (at, value) in self._fields().items():
            if name not in known:
                self._name(name, at).problem(
                    StoryProblem.UNKNOWN_FIELD,
                    name=name,
                    known=", ".join(difflib.get_close_matches(name, known, n=1) or known),
                )
            elif not isinstance(value, Words) or value.value is not None:
                found[name] = Entry(value, self.problems, self.node, (*self.way, name))
        return found

    def some_fields(self, *wanted: str) -> dict[str, Entry]:
        """Return some fields of a mapping that may have others, which mean nothing to us."""
        return {
            name: entry
            for name, (_, value) in self._fields().items()
            if name in wanted and not (entry := self._inner(value, name)).is_nothing
        }

    def named(self, most: int) -> list[tuple[Entry, Entry]]:
        """Return all fields of a mapping whose names are free, as names and what they stand for."""
        fields = self._fields()
        if len(fields) > most:
            self.problem(StoryProblem.TOO_MANY, count=str(len(fields)), most=str(most))
            return []
        return [
            (self._name(name, at), self._inner(value, name)) for name, (at, value) in fields.items()
        ]

    def of_node(self, node: str) -> Entry:
        """Return the entry as a node, from which the ways of its parts begin."""
        return Entry(self.written, self.problems, node, ())

    def _fields(self) -> dict[str, Field]:
        """Return what a mapping holds; nothing where none is."""
        if isinstance(self.written, Fields):
            return self.written.fields
        if not self.is_nothing:
            self._other_kind(FieldKind.MAPPING)
        return {}

    def _name(self, name: str, at: int) -> Entry:
        """Return the entry of a name of a field."""
        return self._inner(Words(self.written.lines, at, name, name), name)

    def _inner(self, written: Written, step: str | int) -> Entry:
        return Entry(written, self.problems, self.node, (*self.way, step))

    def _other_kind(self, wanted: FieldKind, found: FieldKind | None = None) -> None:
        self.problem(StoryProblem.WRONG_TYPE, found=found or self._kind(), wanted=wanted)

    def _kind(self) -> FieldKind:
        match self.written:
            case Items():
                return FieldKind.LIST
            case Fields():
                return FieldKind.MAPPING
            case Words(value=bool()):
                return FieldKind.TRUTH
            case Words(value=int() | float()):
                return FieldKind.NUMBER
            case Words(value=str()):
                return FieldKind.TEXT
            case _:
                return FieldKind.NOTHING


@dataclass(slots=True)
class Targets:
    """The nodes that are spoken of, to be looked for once all nodes are known."""

    found: list[tuple[Entry, str]] = field(default_factory=list)

    def of(self, entry: Entry, name: str) -> str:
        """Remember that a node is spoken of somewhere; returns its name, the same for all."""
        self.found.append((entry, name))
        return intern(name)

    def check(self, nodes: dict[str, object] | set[str]) -> None:
        """Keep a problem for each node that there is not."""
        unknown = [(entry, name) for entry, name in self.found if name not in nodes]
        for number, (entry, name) in enumerate(unknown):
            # Looking for one that is nearly the same takes time, in which nobody reads so many.
            near = difflib.get_close_matches(name, nodes, n=1) if number < _COMPARED else []
            entry.problem(StoryProblem.UNKNOWN_NODE, name=name, near="".join(near))
