"""Writing an expression so that reading it gives the same terms again."""

from typing import Final

from ..variables import Value
from .tree import (
    AllOf,
    AnyOf,
    Arithmetic,
    Calculated,
    Compared,
    Literal,
    Not,
    Read,
    Term,
)

_ESCAPED: Final = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_OR, _AND, _NOT, _COMPARISON, _SUM, _PRODUCT, _ATOM = range(7)


def write(term: Term) -> str:
    """Return a term as text, with the fewest brackets that keep its form."""
    return _written(term)[0]


def write_value(value: Value) -> str:
    """Return a value as text."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            return f"'{''.join(_character(each) for each in value)}'"


def _character(character: str) -> str:
    if character in _ESCAPED:
        return _ESCAPED[character]
    return character if character >= " " else f"\\x{ord(character):02x}"


def _written(term: Term) -> tuple[str, int]:
    """Return a term as text, and how tightly it holds together."""
    match term:
        case Literal(value):
            return write_value(value), _ATOM
        case Read(variable):
            return variable, _ATOM
        case Calculated(left, arithmetic, right):
            level = _PRODUCT if arithmetic is Arithmetic.MULTIPLY else _SUM
            return f"{_at(left, level)} {arithmetic} {_at(right, level + 1)}", level
        case Compared(left, comparison, right):
            return f"{_at(left, _SUM)} {comparison} {_at(right, _SUM)}", _COMPARISON
        case Not(inner):
            return f"not {_at(inner, _NOT)}", _NOT
        case AllOf(terms):
            return " and ".join(_at(each, _NOT) for each in terms), _AND
        case AnyOf(terms):
            return " or ".join(_at(each, _AND) for each in terms), _OR


def _at(term: Term, level: int) -> str:
    """Return a term as text, in brackets if it holds together less tightly than it must."""
    text, own = _written(term)
    return text if own >= level else f"({text})"
