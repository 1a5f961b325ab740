"""Whether a child can know what a knob does: whether what is heard says what it can choose."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
import re
from typing import Final

from ..expression.evaluating import evaluate
from ..expression.tree import AllOf, AnyOf, Calculated, Compared, Literal, Not, Read, Term
from ..model import Choice, Guard, Spoken, Variant
from ..situation import Knob
from ..variables import Flag, Number, OneOf, Value, Values, Variable
from .finding import Finding, FindingCode, Fix, Severity
from .lists import OpenNode, place_of

COMBINATIONS: Final = 1000
"""Values of variables that are tried. Where there are more, every text has to say every label."""

_NO_WORD: Final = re.compile(r"[\W_]+")


def label_findings(
    node: OpenNode, knob: Knob, choices: Sequence[Choice], variables: Mapping[str, Variable]
) -> Iterator[Finding]:
    """Yield the choices without a label, and those whose label is not said when they apply."""
    unsaid = _unsaid(node, choices, variables)
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
    node: OpenNode, choices: Sequence[Choice], variables: Mapping[str, Variable]
) -> set[int]:
    """Return which choices apply while a text is heard that does not say their label."""
    said = {
        id(each): _words(each.audio.text)
        for each in node.variants
        if isinstance(each.audio, Spoken)
    }
    labels = {id(each): _words(each.label or "") for each in choices}
    found: set[int] = set()
    for values in _combinations(node, choices, variables):
        heard = [id(each) for each in _applying(node.variants, values)]
        for choice in _applying(choices, values):
            label = labels[id(choice)]
            if any(each in said and label not in said[each] for each in heard):
                found.add(id(choice))
    return found


def _combinations(
    node: OpenNode, choices: Sequence[Choice], variables: Mapping[str, Variable]
) -> Iterator[Values | None]:
    """Yield what the variables that decide here can be; None stands for anything."""
    names: dict[str, None] = {}
    guards = [*(each.guard for each in node.variants), *(each.guard for each in choices)]
    for guard in guards:
        if guard.when is not None:
            names |= dict.fromkeys(_read(guard.when.term))
    count, domains = 1, []
    for name in names:
        count *= _size(variables[name])
        if count > COMBINATIONS:
            yield None
            return
        domains.append(_domain(variables[name]))
    for values in product(*domains):
        yield dict(zip(names, values, strict=True))


def _applying[Part: (Variant, Choice)](
    parts: Sequence[Part], values: Values | None
) -> Iterator[Part]:
    """Yield what can apply: up to the first that does so for certain."""
    for each in parts:
        if values is None:
            yield each
        elif _holds(each.guard, values):
            yield each
            if not each.guard.home:
                return


def _holds(guard: Guard, values: Values) -> bool:
    return guard.when is None or bool(evaluate(guard.when.term, values))


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


def _read(term: Term) -> Iterator[str]:
    """Yield the variables that a term reads."""
    match term:
        case Read(variable):
            yield variable
        case Literal():
            pass
        case Calculated(left, _, right) | Compared(left, _, right):
            yield from _read(left)
            yield from _read(right)
        case Not(inner):
            yield from _read(inner)
        case AllOf(terms) | AnyOf(terms):
            for each in terms:
                yield from _read(each)


def _words(text: str) -> str:
    """Return the words of a text, however they are written."""
    return f" {_NO_WORD.sub(' ', text.casefold()).strip()} "
