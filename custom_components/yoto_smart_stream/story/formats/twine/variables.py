"""Which variables a story of Twine's has: their kinds and ranges, told from how they are used."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ...errors import Problem, StoryProblem
from ...expression.reading import Kind
from ...expression.tree import (
    AllOf,
    AnyOf,
    Arithmetic,
    Calculated,
    Compared,
    Comparison,
    Literal,
    Not,
    Read,
    Term,
)
from ...variables import Flag, Number, OneOf, Value, Variable
from ..limits import BOUND
from .passages import problem
from .sets import variables
from .usage import MAXIMUM, MINIMUM, WORDS, Given, Usage, Used

_ALIKE = (Comparison.EQUAL, Comparison.UNEQUAL)


def infer(usage: Usage, kept: set[str], problems: list[Problem]) -> dict[str, Variable]:
    """Return the variables of a story, and keep what cannot be told."""
    # What it begins with tells most of a variable, then what it is set to.
    given = [Given(name, used) for name, used in usage.initial.items() if name in kept]
    given += [each for each in usage.given if each.variable in kept]
    usage = replace(usage, given=given)
    kinds = _kinds(usage)
    words = _words(usage, kinds)
    ordered = [name for name in usage.initial if name in kept]
    ordered += sorted(kept - {*ordered})
    found: dict[str, Variable] = {}
    for name in ordered:
        made = _variable(name, kinds.get(name, Kind.TRUTH), usage, words.get(name, ()))
        if isinstance(made, Problem):
            problems.append(made)
        else:
            found[name] = made
    return found


def _variable(name: str, kind: Kind, usage: Usage, words: Sequence[str]) -> Variable | Problem:
    initial = _literal(usage.initial.get(name))
    match kind:
        case Kind.TRUTH:
            return Flag(name=name, initial=initial is True)
        case Kind.NUMBER:
            number = initial if type(initial) is int else 0
            return _number(name, number, usage)
        case Kind.WORD:
            if not isinstance(initial, str):
                place = usage.place(name)
                return problem(place, StoryProblem.MISSING_FIELD, name=f"(set: ${name} to …)")
            listed = usage.lists.get(f"{name}{WORDS}") or tuple(words)
            if initial not in listed:
                known = ", ".join(listed)
                place = usage.place(name)
                return problem(place, StoryProblem.OUT_OF_RANGE, value=initial, known=known)
            return OneOf(name=name, words=tuple(dict.fromkeys(listed)), initial=initial)


def _number(name: str, initial: int, usage: Usage) -> Number | Problem:
    """Return a number with its bounds: those that `StoryInit` sets, or those that suffice.

    A number that is only ever set to numbers that are written down stays between them. One that
    is only counted upwards, or only downwards, need not be counted further than one beyond what
    it is compared with. For any other, nobody can tell.
    """
    low = _literal(usage.initial.get(f"{name}{MINIMUM}"))
    high = _literal(usage.initial.get(f"{name}{MAXIMUM}"))
    reach = _reach(name, initial, usage)
    if type(low) is not int:
        low = None if reach is None else reach[0]
    if type(high) is not int:
        high = None if reach is None else reach[1]
    if low is None or high is None:
        missing = [MINIMUM] if low is None else []
        missing += [MAXIMUM] if high is None else []
        names = ", ".join(f"${name}{each}" for each in missing)
        return problem(usage.place(name), StoryProblem.MISSING_FIELD, name=names)
    if not -BOUND <= low <= initial <= high <= BOUND:
        known = f"{low}-{high}"
        place = usage.place(name)
        return problem(place, StoryProblem.OUT_OF_RANGE, value=str(initial), known=known)
    return Number(name=name, minimum=low, maximum=high, initial=initial)


def _reach(name: str, initial: int, usage: Usage) -> tuple[int, int] | None:
    """Return how far a number needs to be counted, if that can be told."""
    fixed, steps = [initial], []
    for each in usage.given:
        if each.variable != name:
            if name in {*variables(each.used.term)}:
                return None
            continue
        match each.used.term:
            case Literal(int(value)) if type(value) is int:
                fixed.append(value)
            case Calculated(Read(read), Arithmetic() as sign, Literal(int(step))) if (
                read == name and sign is not Arithmetic.MULTIPLY and step >= 0
            ):
                steps.append(step if sign is Arithmetic.ADD else -step)
            case _:
                return None
    compared = [*_compared(name, usage)]
    if not steps:
        return min(fixed), max(fixed)
    limits = [value for value in compared if value is not None]
    if len(limits) < len(compared):
        return None
    if min(steps) >= 0:
        return min(fixed), max(*fixed, *(value + 1 for value in limits), fixed[0])
    if max(steps) <= 0:
        return min(*fixed, *(value - 1 for value in limits), fixed[0]), max(fixed)
    return None


def _compared(name: str, usage: Usage) -> Iterator[int | None]:
    """Yield the numbers that a variable is compared with, and None for anything else."""
    for term in _terms(usage):
        match term:
            case Compared(Read(read), _, Literal(int(value))) if read == name:
                yield value
            case Compared(Literal(int(value)), _, Read(read)) if read == name:
                yield value
            case Compared(left, _, right) if name in {*variables(left), *variables(right)}:
                if not _is_truth(left):
                    yield None


def _is_truth(term: Term) -> bool:
    return isinstance(term, Compared | Not | AllOf | AnyOf) or (
        isinstance(term, Literal) and isinstance(term.value, bool)
    )


def _terms(usage: Usage) -> Iterator[Term]:
    """Yield all terms of a story, with those within."""
    for used in (*usage.asked, *(each.used for each in usage.given)):
        yield from _within(used.term)


def _within(term: Term) -> Iterator[Term]:
    yield term
    match term:
        case Calculated(left, _, right) | Compared(left, _, right):
            yield from _within(left)
            yield from _within(right)
        case Not(inner):
            yield from _within(inner)
        case AllOf(terms) | AnyOf(terms):
            for each in terms:
                yield from _within(each)


def _literal(used: Used | None) -> Value | None:
    return used.term.value if used is not None and isinstance(used.term, Literal) else None


class _Kinds:
    """What is known of the kinds of variables."""

    def __init__(self) -> None:
        self.of: dict[str, Kind] = {}

    def expect(self, term: Term, wanted: Kind | None = None) -> Kind | None:
        """Return what a term stands for, and learn from what it should stand for."""
        match term:
            case Literal(bool()):
                return Kind.TRUTH
            case Literal(int()):
                return Kind.NUMBER
            case Literal():
                return Kind.WORD
            case Read(name):
                if wanted is not None:
                    self.of.setdefault(name, wanted)
                return self.of.get(name)
            case Calculated(left, _, right):
                self.expect(left, Kind.NUMBER)
                self.expect(right, Kind.NUMBER)
                return Kind.NUMBER
            case Compared(left, comparison, right):
                same = Kind.NUMBER
                if comparison in _ALIKE:
                    known = self.expect(left) or self.expect(right)
                    self.expect(left, known)
                    self.expect(right, known)
                else:
                    self.expect(left, same)
                    self.expect(right, same)
            case Not(inner):
                self.expect(inner, Kind.TRUTH)
            case AllOf(terms) | AnyOf(terms):
                for each in terms:
                    self.expect(each, Kind.TRUTH)
        return Kind.TRUTH


def _kinds(usage: Usage) -> Mapping[str, Kind]:
    """Return what each variable stands for, as far as its uses tell."""
    kinds = _Kinds()
    known = -1
    while known < len(kinds.of):
        known = len(kinds.of)
        for each in usage.given:
            wanted = kinds.of.get(each.variable)
            found = kinds.expect(each.used.term, wanted)
            if wanted is None and found is not None:
                kinds.of[each.variable] = found
        for used in usage.asked:
            kinds.expect(used.term, Kind.TRUTH)
    return kinds.of


def _words(usage: Usage, kinds: Mapping[str, Kind]) -> dict[str, list[str]]:
    """Return the words that each variable is set to or compared with, in the order of the text."""
    found: dict[str, list[str]] = {name: [] for name, kind in kinds.items() if kind is Kind.WORD}
    pairs: list[tuple[str, str]] = []
    for each in usage.given:
        if each.variable in found:
            match each.used.term:
                case Literal(str(word)):
                    found[each.variable].append(word)
                case Read(other) if other in found:
                    pairs.append((each.variable, other))
    for term in _terms(usage):
        match term:
            case Compared(Read(name), _, Literal(str(word))) if name in found:
                found[name].append(word)
            case Compared(Literal(str(word)), _, Read(name)) if name in found:
                found[name].append(word)
    growing = True
    while growing:
        growing = False
        for name, other in pairs:
            more = [word for word in dict.fromkeys(found[other]) if word not in found[name]]
            found[name] += more
            growing = growing or bool(more)
    return {name: [*dict.fromkeys(words)] for name, words in found.items()}
