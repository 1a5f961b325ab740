"""Reads a package's code without running it: its calls, functions, names and attributes."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

type Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Place:
    """Where a piece of code stands: its module and the function and class around it."""

    module: Path
    function: Function | None
    owner: ast.ClassDef | None


type Value = tuple[ast.expr, Place]


@dataclass(slots=True)
class Package:
    """The parsed modules of a package."""

    folder: Path
    calls: list[tuple[ast.Call, Place]] = field(default_factory=list)
    functions: list[tuple[Function, Place]] = field(default_factory=list)
    # What is assigned to variables and constants, and to attributes and members of classes.
    names: dict[str, list[Value]] = field(default_factory=lambda: defaultdict(list))
    attributes: dict[str, list[Value]] = field(default_factory=lambda: defaultdict(list))
    # The class of a field that is only declared (`reason: ProbeReason`).
    declared: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    # What the members of a class stand for.
    members: dict[str, list[Value]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        """Read every module."""
        for path in sorted(self.folder.rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            self._read(tree, Place(path.relative_to(self.folder), None, None))

    def _read(self, node: ast.AST, place: Place) -> None:
        """Collect what a piece of code holds."""
        match node:
            case ast.Call():
                self.calls.append((node, place))
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self.functions.append((node, place))
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._assign(target, value, place)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._assign(target, value, place)
            case ast.AnnAssign(target=ast.Name(id=name), annotation=ast.Name(id=kind)):
                self.declared[name].add(kind)
            case ast.NamedExpr(target=target, value=value):
                self._assign(target, value, place)
        for child in ast.iter_child_nodes(node):
            inner = place
            if isinstance(node, ast.ClassDef):
                inner = Place(place.module, None, node)
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                inner = Place(place.module, node, place.owner)
            self._read(child, inner)

    def _assign(self, target: ast.expr, value: ast.expr, place: Place) -> None:
        """Remember what a name, an attribute or a member of a class stands for."""
        match target:
            case ast.Attribute(attr=name):
                self.attributes[name].append((value, place))
            case ast.Name(id=name) if place.owner is not None and place.function is None:
                self.attributes[name].append((value, place))
                self.members[place.owner.name].append((value, place))
            case ast.Name(id=name):
                self.names[name].append((value, place))

    def callers(self, function: Function, place: Place) -> Iterator[tuple[ast.Call, Place]]:
        """Yield the calls of a function, or of a class if the function makes its objects."""
        name = function.name
        if place.owner is not None and name == "__init__":
            name = place.owner.name
        # What begins with an underscore is known in its own module only.
        own = name.startswith("_") and place.owner is None
        for call, where in self.calls:
            if callee(call) == name and (not own or where.module == place.module):
                yield call, where


def parameters(function: Function) -> list[str]:
    """Return the names of a function's parameters, those by position first."""
    given = function.args
    return [one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)]


def argument(call: ast.Call, function: Function, name: str) -> ast.expr | None:
    """Return what a call gives for a parameter of the function that it calls."""
    if (by_name := keyword(call, name)) is not None:
        return by_name
    names = parameters(function)
    position = names.index(name)
    if names[0] in {"self", "cls"}:
        position -= 1
    return call.args[position] if 0 <= position < len(call.args) else None


def callee(call: ast.Call) -> str:
    """Return the last part of the name that is called."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(value=ast.Name(id=name)):
            return name
    return ""


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """Return what a call gives by name."""
    return next((given.value for given in call.keywords if given.arg == name), None)
