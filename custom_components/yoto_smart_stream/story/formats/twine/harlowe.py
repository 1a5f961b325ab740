"""Terms, links and spoken text as Harlowe writes them."""

from collections.abc import Mapping, Sequence
import re
from typing import Final

from ...expression.tree import (
    AllOf,
    AnyOf,
    Calculated,
    Compared,
    Comparison,
    Literal,
    Not,
    Read,
    Term,
)
from ...model import Assignment
from ...variables import Value

type Names = Mapping[str, str]
"""What variables are called in Harlowe, where that is not what they are called in the story."""

_COMPARISONS: Final = {Comparison.EQUAL: "is", Comparison.UNEQUAL: "is not"}
_ESCAPED: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
_AWKWARD: Final = re.compile(r"->|<-|[|\[\]\n]")
_MARKUP: Final = re.compile(
    r"(?:[\[\]{}]|\((?=[A-Za-z][\w-]*:)|\$(?=[A-Za-z_])|<(?=[A-Za-z_/<%!])|\|(?=[A-Za-z_]\w*>))+"
)
_FENCE: Final = "`"


def spoken(text: str) -> str:
    """Return a text so that Harlowe takes none of it for markup. It cannot have backticks."""
    return _MARKUP.sub(lambda found: f"{_FENCE}{found[0]}{_FENCE}", text.replace(_FENCE, "'"))


def has_fence(text: str) -> bool:
    """Return whether a text has what Harlowe would take for the end of quoted text."""
    return _FENCE in text


def link(label: str | None, target: str, assignments: str) -> str:
    """Return a link, with what is set when it is taken, as text of macros."""
    if assignments:
        return f"(link-reveal-goto: {_arguments(label, target)})[{assignments}]"
    if _AWKWARD.search(f"{label or ''} {target}"):
        return f"(link-goto: {_arguments(label, target)})"
    return f"[[{target}]]" if label is None else f"[[{label}->{target}]]"


def chain(entries: Sequence[tuple[Term | None, str]], otherwise: str, names: Names) -> str:
    """Return texts of which the first counts whose condition holds; without condition, always."""
    found: list[str] = []
    for condition, text in entries:
        if condition is None:
            return "".join((*found, f"(else:)[{text}]")) if found else text
        macro = "else-if" if found else "if"
        found.append(f"({macro}: {term(condition, names)})[{text}]")
    if otherwise and found:
        found.append(f"(else:)[{otherwise}]")
    return "".join(found) or otherwise


def sets(assignments: Sequence[Assignment], names: Names) -> list[str]:
    """Return assignments as macros."""
    return [
        setting(names.get(each.variable, each.variable), term(each.value.term, names))
        for each in assignments
    ]


def setting(name: str, value: str) -> str:
    """Return the macro that gives a variable a value."""
    return f"(set: ${name} to {value})"


def value(given: Value) -> str:
    """Return a value."""
    match given:
        case bool():
            return "true" if given else "false"
        case int():
            return str(given)
        case str():
            return f'"{"".join(_ESCAPED.get(each, each) for each in given)}"'


def term(given: Term, names: Names) -> str:
    """Return a term; whatever has parts and is a part itself is in brackets."""
    match given:
        case Literal(constant):
            return value(constant)
        case Read(name):
            return f"${names.get(name, name)}"
        case Calculated(left, arithmetic, right):
            return f"{_part(left, names)} {arithmetic} {_part(right, names)}"
        case Compared(left, comparison, right):
            sign = _COMPARISONS.get(comparison, comparison)
            return f"{_part(left, names)} {sign} {_part(right, names)}"
        case Not(inner):
            return f"not {_part(inner, names)}"
        case AllOf(terms):
            return " and ".join(_part(each, names) for each in terms)
        case AnyOf(terms):
            return " or ".join(_part(each, names) for each in terms)


def _part(given: Term, names: Names) -> str:
    text = term(given, names)
    return text if isinstance(given, Literal | Read) else f"({text})"


def _arguments(label: str | None, target: str) -> str:
    return value(target) if label is None else f"{value(label)}, {value(target)}"
