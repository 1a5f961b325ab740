"""Readable names for chapters: the node, and what tells apart several of one node."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final

from ..variables import Flag, Number, Value, Variable

_LONGEST: Final = 60
"""Characters of what tells chapters apart; beyond that a number is easier to read."""

type Seen = tuple[frozenset[Value], ...]
"""The values that each variable has somewhere in a chapter."""


@dataclass(frozen=True, slots=True)
class Nameless:
    """A chapter that is to be named."""

    base: str
    """What it would be called if it were the only one."""
    seen: Seen = ()
    """Nothing where words are not to tell it from others."""


def names_of(chapters: Sequence[Nameless], variables: Mapping[str, Variable]) -> list[str]:
    """Return a name for each chapter, no two alike."""
    together: defaultdict[str, list[int]] = defaultdict(list)
    for number, chapter in enumerate(chapters):
        together[chapter.base].append(number)
    wanted = [""] * len(chapters)
    for base, numbers in together.items():
        details = _details([chapters[number].seen for number in numbers], [*variables.values()])
        for number, detail in zip(numbers, details, strict=True):
            wanted[number] = f"{base} ({detail})" if detail else base
    return _unlike(wanted, taken={chapter.base for chapter in chapters})


def _unlike(wanted: Sequence[str], taken: set[str]) -> list[str]:
    """Return names of which no two are alike. Whoever is named like its base alone keeps that."""
    given: set[str] = set()
    counted: defaultdict[str, Iterator[int]] = defaultdict(lambda: count(2))
    names = []
    for name in wanted:
        free = name
        while free in given or (free != name and free in taken):
            free = f"{name} {next(counted[name])}"
        given.add(free)
        names.append(free)
    return names


def _details(chapters: Sequence[Seen], variables: Sequence[Variable]) -> list[str]:
    """Return what tells chapters of one base apart; nothing where nothing does, or it is long."""
    if len(chapters) == 1 or not variables or not all(chapters):
        return [""] * len(chapters)
    telling = [n for n in range(len(variables)) if len({seen[n] for seen in chapters}) > 1]
    every = _apart(chapters, telling)
    # Those go first that often have several values: "key" says more than "coins 1-3".
    vague = {n: sum(len(seen[n]) > 1 for seen in chapters) for n in telling}
    for number in sorted(telling, key=lambda n: (vague[n], n), reverse=True):
        fewer = [each for each in telling if each != number]
        if _apart(chapters, fewer) == every:
            telling = fewer
    everything = {n: frozenset[Value]().union(*(seen[n] for seen in chapters)) for n in telling}
    details = [
        ", ".join(_worded(variables[n], seen[n]) for n in telling if seen[n] != everything[n])
        for seen in chapters
    ]
    return details if max(map(len, details)) <= _LONGEST else [""] * len(chapters)


def _apart(chapters: Sequence[Seen], numbers: Sequence[int]) -> int:
    """Return how many chapters some variables tell apart."""
    return len({tuple(seen[number] for number in numbers) for seen in chapters})


def _worded(variable: Variable, values: frozenset[Value]) -> str:
    """Return in words which values a variable has."""
    if isinstance(variable, Flag):
        return variable.name if True in values else f"no {variable.name}"
    if isinstance(variable, Number):
        return f"{variable.name} {'/'.join(_spans(sorted(int(each) for each in values)))}"
    return f"{variable.name} {'/'.join(word for word in variable.words if word in values)}"


def _spans(numbers: Sequence[int]) -> Iterator[str]:
    """Yield `3` and `5-7` for numbers in their order."""
    first = last = numbers[0]
    for number in [*numbers[1:], None]:
        if number is not None and number == last + 1:
            last = number
            continue
        yield str(first) if first == last else f"{first}-{last}"
        if number is not None:
            first = last = number
