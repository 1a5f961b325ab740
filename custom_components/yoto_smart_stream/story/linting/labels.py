"""Whether a child can know what a knob does: whether what is heard says what it can choose."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, product
from math import prod
from typing import Final

from ..expression.evaluating import Evaluated, compiled
from ..expression.tree import reads
from ..model import Choice, Spoken, Variant
from ..situation import Knob
from ..variables import Flag, Number, OneOf, Value, Variable
from .finding import Finding, FindingCode, Fix, Severity
from .lists import OpenNode, place_of

COMBINATIONS: Final = 250
"""Values of variables that are tried. Where there are more, every text has to say every label."""


class _Signs(dict[int, str]):
    """What counts of each sign, worked out when it is first met: itself, or else a blank.

    A table goes through a text many times as fast as a regular expression does.
    """

    def __missing__(self, code: int) -> str:
        """Keep what can be part of a word."""
        sign = chr(code)
        self[code] = sign if sign.isalnum() else " "
        return self[code]


_SIGNS: Final = _Signs()


type Said = Mapping[int, str]
"""The words of a node's texts, by the id of the variant."""


def said_words(node: OpenNode) -> Said:
    """Return what the texts of a node say."""
    return {
        id(each): _words(each.audio.text)
        for each in node.variants
        if isinstance(each.audio, Spoken)
    }


def label_findings(
    node: OpenNode,
    knob: Knob,
    choices: Sequence[Choice],
    said: Said,
    variables: Mapping[str, Variable],
) -> Iterator[Finding]:
    """Yield the choices without a label, and those whose label is not said when they apply."""
    unsaid = _unsaid(node, choices, said, variables)
    for choice in choices:
        if not choice.label:
            yield Finding(
                code=FindingCode.NO_LABEL,
                severity=Severity.HINT,
                place=place_of(node.node, choice),
                fix=Fix.ADD_LABEL,
                detail={"knob": knob},
            )
        elif id(choice) in unsaid:
            yield Finding(
                code=FindingCode.LABEL_NOT_SPOKEN,
                severity=Severity.WARNING,
                place=place_of(node.node, choice),
                fix=Fix.SAY_LABEL,
                detail={"knob": knob, "label": choice.label},
            )


def _unsaid(
    node: OpenNode, choices: Sequence[Choice], said: Said, variables: Mapping[str, Variable]
) -> set[int]:
    """Return which choices apply while a text is heard that does not say their label."""
    labels = {id(each): _words(each.label or "") for each in choices}
    found: set[int] = set()
    if all(label in text for label in labels.values() for text in said.values()):
        return found
    parts: tuple[Variant | Choice, ...] = (*node.variants, *choices)
    names = _deciding(parts)
    holds = {
        id(each): None if each.guard.when is None else compiled(each.guard.when.term, names)
        for each in parts
    }
    for values in _combinations([variables[name] for name in names]):
        heard = [id(each) for each in _applying(node.variants, values, holds)]
        for choice in _applying(choices, values, holds):
            label = labels[id(choice)]
            if any(each in said and label not in said[each] for each in heard):
                found.add(id(choice))
    return found


def _deciding(parts: Sequence[Variant | Choice]) -> list[str]:
    """Return the variables that decide what is heard and what can be chosen."""
    guards = [each.guard.when for each in parts if each.guard.when is not None]
    read = (reads(guard.term) for guard in guards)
    return [*dict.fromkeys(chain.from_iterable(read))]


def _combinations(variables: Sequence[Variable]) -> Iterator[tuple[Value, ...] | None]:
    """Yield what some variables can be; None stands for anything."""
    if prod(map(_size, variables)) > COMBINATIONS:
        yield None
        return
    yield from product(*map(_domain, variables))


def _applying[Part: (Variant, Choice)](
    parts: Sequence[Part],
    values: tuple[Value, ...] | None,
    holds: Mapping[int, Evaluated | None],
) -> Iterator[Part]:
    """Yield what can apply: up to the first that does so for certain."""
    for each in parts:
        holds_here = holds[id(each)]
        if values is None:
            yield each
        elif holds_here is None or holds_here(values):
            yield each
            if not each.guard.home:
                return


def _size(variable: Variable) -> int:
    match variable:
        case Flag():
            return 2
        case Number(minimum=minimum, maximum=maximum):
            return maximum - minimum + 1
        case OneOf(words=words):
            return len(words)


def _domain(variable: Variable) -> Sequence[Value]:
    match variable:
        case Flag():
            return (False, True)
        case Number(minimum=minimum, maximum=maximum):
            return range(minimum, maximum + 1)
        case OneOf(words=words):
            return words


def _words(text: str) -> str:
    """Return the words of a text, however they are written."""
    return f" {' '.join(text.casefold().translate(_SIGNS).split())} "
