"""Variables as our own format declares them."""

from ...errors import StoryProblem
from ...expression.reading import is_name
from ...variables import Flag, Number, OneOf, Variable
from ..entry import Entry
from ..limits import BOUND, LINE, VARIABLES, WORDS


def read_variables(entry: Entry | None) -> dict[str, Variable]:
    """Return the variables of a mapping such as `{key: false, coins: {min: 0, max: 9}}`."""
    found: dict[str, Variable] = {}
    if entry is None:
        return found
    for named, declared in entry.named(VARIABLES):
        name = named.text(LINE)
        if name is None:
            continue
        if not is_name(name):
            named.problem(StoryProblem.OUT_OF_RANGE, value=name, known="a-z, 0-9, _")
            continue
        if (variable := _variable(name, declared)) is not None:
            found[name] = variable
    return found


def _variable(name: str, entry: Entry) -> Variable | None:
    if not entry.is_mapping:
        return _flag(name, entry)
    fields = entry.fields("min", "max", "one_of", "start")
    if "one_of" in fields:
        return _one_of(name, entry, fields)
    return _number(name, entry, fields)


def _flag(name: str, entry: Entry) -> Flag | None:
    words = entry.words()
    if words is None:
        return None
    match words.value:
        case bool(value):
            return Flag(name=name, initial=value)
        case int():
            # A number without bounds could not be made into a card.
            entry.problem(StoryProblem.MISSING_FIELD, name="min, max")
        case _:
            entry.problem(StoryProblem.MISSING_FIELD, name="one_of")
    return None


def _one_of(name: str, entry: Entry, fields: dict[str, Entry]) -> OneOf | None:
    words: list[str] = []
    for each in fields["one_of"].items(WORDS):
        word = each.text(LINE)
        if word is None:
            continue
        if word in words:
            each.problem(StoryProblem.TWICE, name=word)
        else:
            words.append(word)
    for other in ("min", "max"):
        if other in fields:
            fields[other].problem(StoryProblem.UNKNOWN_FIELD, name=other, known="one_of, start")
    if not words:
        entry.problem(StoryProblem.MISSING_FIELD, name="one_of")
        return None
    initial = words[0]
    if (start := fields.get("start")) is not None:
        initial = start.text(LINE) or initial
        if initial not in words:
            start.problem(StoryProblem.OUT_OF_RANGE, value=initial, known=", ".join(words))
            return None
    return OneOf(name=name, words=tuple(words), initial=initial)


def _number(name: str, entry: Entry, fields: dict[str, Entry]) -> Number | None:
    bounds = [fields[each].whole(-BOUND, BOUND) for each in ("min", "max") if each in fields]
    if missing := [each for each in ("min", "max") if each not in fields]:
        entry.problem(StoryProblem.MISSING_FIELD, name=", ".join(missing))
        return None
    low, high = bounds
    if low is None or high is None:
        return None
    if low > high:
        fields["max"].problem(StoryProblem.OUT_OF_RANGE, value=str(high), known=f"{low}-{BOUND}")
        return None
    initial: int | None = min(max(0, low), high)
    if "start" in fields:
        initial = fields["start"].whole(low, high)
    if initial is None:
        return None
    return Number(name=name, minimum=low, maximum=high, initial=initial)
