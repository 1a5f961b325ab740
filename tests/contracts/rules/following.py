"""Follows an expression to every text that it can be, without running the code.

It knows the ways in which a key is usually found: a constant, a member of an enumeration, a choice
of two, an argument, the value of a mapping, what a function returns, and joined texts. A key that
comes another way cannot be checked, and is reported so that it gets written in one of these.
"""

import ast
from collections.abc import Iterable
from itertools import product
from typing import Final

from .source import Function, Package, Place, Value, argument, parameters

# A text is followed through this many names, arguments and mappings.
MAXIMUM_STEPS: Final = 8

type Texts = set[str] | None


def texts(package: Package, value: ast.expr, place: Place, steps: int = 0) -> Texts:
    """Return every text that an expression can be, or None if that cannot be followed."""
    if steps > MAXIMUM_STEPS:
        return None
    found: Texts = None
    match value:
        case ast.Constant(value=str(text)):
            found = {text}
        case ast.Constant(value=None):
            found = set()
        case ast.Name(id=name):
            found = _named(package, name, place, steps)
        case ast.Attribute(value=inner, attr="value"):
            found = texts(package, inner, place, steps + 1)
        case ast.Attribute(attr=name):
            found = _attribute(package, name, steps)
        case ast.Call(func=ast.Name(id=name)):
            found = _returned(package, name, steps)
        case _:
            found = _composed(package, value, place, steps)
    return found


def _composed(package: Package, value: ast.expr, place: Place, steps: int) -> Texts:
    """Follow an expression that is made of others."""
    match value:
        case ast.IfExp(body=one, orelse=other):
            return _union(package, [(one, place), (other, place)], steps)
        case ast.BoolOp(values=values):
            return _union(package, [(one, place) for one in values], steps)
        case ast.JoinedStr(values=parts):
            return _joined(package, parts, place, steps)
        case ast.Subscript(value=table):
            return _entries(package, table, place, steps)
        case ast.Call(func=ast.Attribute(value=table, attr="get"), args=[_, *default]):
            entries = _entries(package, table, place, steps)
            if not default or entries is None:
                return entries
            fallback = texts(package, default[0], place, steps + 1)
            return None if fallback is None else entries | fallback
    return None


def _union(package: Package, values: Iterable[Value], steps: int) -> Texts:
    """Return every text that one of some expressions can be."""
    found: set[str] = set()
    known = False
    for value, place in values:
        more = texts(package, value, place, steps + 1)
        if more is None:
            return None
        found |= more
        known = True
    return found if known else None


def _joined(package: Package, parts: list[ast.expr], place: Place, steps: int) -> Texts:
    """Return every text that parts can make together."""
    choices: list[set[str]] = []
    for part in parts:
        inner = part.value if isinstance(part, ast.FormattedValue) else part
        found = texts(package, inner, place, steps + 1)
        if found is None:
            return None
        choices.append(found)
    return {"".join(one) for one in product(*choices)}


def _named(package: Package, name: str, place: Place, steps: int) -> Texts:
    """Follow a name to an argument, a variable of the function, or a constant."""
    function = place.function
    if function is not None and name in parameters(function):
        return _union(package, arguments(package, function, name, place), steps)
    known = package.names.get(name, [])
    local = [one for one in known if function is not None and one[1].function is function]
    return _union(package, local or [one for one in known if one[1].function is None], steps)


def _attribute(package: Package, name: str, steps: int) -> Texts:
    """Follow an attribute to what is assigned to it, or to the members of its enumeration."""
    assigned = package.attributes.get(name, [])
    members = [one for kind in package.declared.get(name, ()) for one in package.members[kind]]
    return _union(package, [*assigned, *members], steps)


def _entries(package: Package, table: ast.expr, place: Place, steps: int) -> Texts:
    """Return every text that a mapping holds."""
    match table:
        case ast.Dict(values=values):
            return _union(package, [(one, place) for one in values], steps)
        case ast.Name(id=name):
            tables = package.names.get(name, [])
        case ast.Attribute(attr=name):
            tables = package.attributes.get(name, [])
        case _:
            return None
    found: set[str] = set()
    for value, where in tables:
        more = _entries(package, value, where, steps + 1)
        if more is None:
            return None
        found |= more
    return found or None


def _returned(package: Package, name: str, steps: int) -> Texts:
    """Return every text that a function of the package returns."""
    returned = [
        (node.value, Place(place.module, function, place.owner))
        for function, place in package.functions
        if function.name == name
        for node in ast.walk(function)
        if isinstance(node, ast.Return) and node.value is not None
    ]
    return _union(package, returned, steps)


def arguments(package: Package, function: Function, name: str, place: Place) -> list[Value]:
    """Return what the callers of a function give for one of its parameters."""
    return [
        (given, where)
        for call, where in package.callers(function, place)
        if (given := argument(call, function, name)) is not None
    ]
