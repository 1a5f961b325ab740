"""Guards and assignments as our own format writes them."""

from collections.abc import Mapping

from ....manuscript.tree import Words
from ...errors import StoryError
from ...expression.reading import ExpressionReader
from ...expression.tree import Expression
from ...expression.writing import write_value
from ...model import ALWAYS, Assignment, Guard
from ...variables import OneOf, Variable
from ..entry import Entry
from ..limits import ASSIGNMENTS, CONDITIONS


class Logic:
    """Reads what stands behind `when`, `home` and `set`."""

    def __init__(self, variables: Mapping[str, Variable]) -> None:
        """Keep what the story has declared."""
        self._variables = variables
        self._reader = ExpressionReader(variables)

    def guard(self, fields: Mapping[str, Entry]) -> Guard:
        """Return when something with these fields applies."""
        when = self._when(fields["when"]) if "when" in fields else None
        home = fields.get("home")
        conditions = [each.json() for each in home.one_or_items(CONDITIONS)] if home else []
        if when is None and not conditions:
            return ALWAYS
        return Guard(when=when, home=tuple(conditions))

    def assignments(self, entry: Entry | None) -> tuple[Assignment, ...]:
        """Return what is set: of one mapping, or of several, one after the other."""
        if entry is None:
            return ()
        found = [
            self._assignment(named, value)
            for part in entry.one_or_items(ASSIGNMENTS)
            for named, value in part.named(ASSIGNMENTS)
        ]
        return tuple(each for each in found if each is not None)

    def _when(self, entry: Entry) -> Expression | None:
        if (words := entry.words()) is None:
            return None
        try:
            return self._reader.guard(_written(words), entry.place)
        except StoryError as err:
            entry.keep(err)
            return None

    def _assignment(self, named: Entry, entry: Entry) -> Assignment | None:
        name, words = named.words(), entry.words()
        if name is None or words is None:
            return None
        declared = self._variables.get(name.text)
        text = _written(words)
        if isinstance(declared, OneOf) and words.text in declared.words:
            text = write_value(words.text)
        # Whoever looks for an unknown variable looks at its name.
        place = named.place if declared is None else entry.place
        try:
            value = self._reader.value(name.text, text, place)
        except StoryError as err:
            entry.keep(err)
            return None
        return Assignment(variable=name.text, value=value, place=named.place)


def _written(words: Words) -> str:
    """Return an expression as text: what means yes is a truth, however it is spelled."""
    return write_value(words.value) if isinstance(words.value, bool) else words.text
