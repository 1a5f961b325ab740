"""The rules of Home Assistant's quality scale that can be seen in the code."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import distribution
from pathlib import Path
from typing import Any, Final

from .source import Package, callee

STATUSES: Final = frozenset({"done", "todo", "exempt"})
REGISTERS_ACTIONS: Final = frozenset(
    {
        "async_register_admin_service",
        "async_register_entity_service",
        "async_register_platform_entity_service",
    }
)


def status_of(entry: object) -> str:
    """Return the status of a rule's entry."""
    return str(entry.get("status")) if isinstance(entry, Mapping) else str(entry)


def scale_faults(scale: Mapping[str, Any], wanted: set[str]) -> list[str]:
    """Return rules that are missing or unknown, unknown states, and states without a reason."""
    rules = scale.get("rules", {})
    found = [f"{rule} is missing" for rule in sorted(wanted - rules.keys())]
    found += [f"{rule} is not a rule" for rule in sorted(rules.keys() - wanted)]
    for rule, entry in rules.items():
        status = status_of(entry)
        if status not in STATUSES:
            found.append(f"{rule} is {status!r}")
        elif status != "done" and not (isinstance(entry, Mapping) and entry.get("comment")):
            found.append(f"{rule} is {status} without a comment")
    return found


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8")) if path.is_file() else ast.Module([], [])


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _names(tree: ast.AST) -> set[str]:
    """Return every name and attribute that a piece of code uses."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
    return found


def _function(tree: ast.AST, name: str) -> ast.AST | None:
    return next((one for one in _functions(tree) if one.name == name), None)


def _defines(path: Path, *names: str) -> list[str]:
    """Return the functions that a module lacks."""
    there = {one.name for one in _functions(_tree(path))}
    return [f"{path.name} has no {name}" for name in names if name not in there]


def _assigned(tree: ast.Module) -> dict[str, ast.expr | None]:
    """Return what the constants of a module stand for."""
    found: dict[str, ast.expr | None] = {}
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                found[name] = value
            case ast.AnnAssign(target=ast.Name(id=name), value=value):
                found[name] = value
    return found


def _registers_action(call: ast.Call) -> bool:
    """Tell whether a call registers an action."""
    if callee(call) in REGISTERS_ACTIONS:
        return True
    match call.func:
        case ast.Attribute(value=ast.Attribute(attr="services"), attr="async_register"):
            return True
    return False


def _reached(package: Package, start: ast.AST) -> set[str]:
    """Return the names of the functions that a piece of code leads to."""
    bodies = {function.name: function for function, _ in package.functions}
    reached: set[str] = set()
    waiting = _names(start)
    while waiting:
        name = waiting.pop()
        if name in bodies and name not in reached:
            reached.add(name)
            waiting |= _names(bodies[name])
    return reached


def action_setup(folder: Path) -> list[str]:
    """Actions are registered from `async_setup`: an automation is checked without an account."""
    package = Package(folder)
    registering = {
        place.function.name
        for call, place in package.calls
        if _registers_action(call) and place.function is not None
    }
    init = _tree(folder / "__init__.py")
    setup, entry_setup = _function(init, "async_setup"), _function(init, "async_setup_entry")
    early = _reached(package, setup) | {"async_setup"} if setup is not None else set()
    late = _reached(package, entry_setup) | {"async_setup_entry"} if entry_setup else set()
    found = [f"{name} is not reached from async_setup" for name in sorted(registering - early)]
    found += [f"{name} is reached for every account" for name in sorted(registering & late)]
    return found


def config_entry_unloading(folder: Path) -> list[str]:
    """An entry can be unloaded."""
    return _defines(folder / "__init__.py", "async_unload_entry")


def config_flow(folder: Path) -> list[str]:
    """An account is added in the user interface."""
    return _defines(folder / "config_flow.py", "async_step_user")


def diagnostics(folder: Path) -> list[str]:
    """Diagnostics can be downloaded."""
    return _defines(folder / "diagnostics.py", "async_get_config_entry_diagnostics")


def reauthentication_flow(folder: Path) -> list[str]:
    """A login that was revoked can be renewed."""
    return _defines(folder / "config_flow.py", "async_step_reauth", "async_step_reauth_confirm")


def reconfiguration_flow(folder: Path) -> list[str]:
    """An account can be set up anew without being removed."""
    return _defines(folder / "config_flow.py", "async_step_reconfigure")


def parallel_updates(folder: Path, platforms: frozenset[str]) -> list[str]:
    """Every platform says how many updates may run at once."""
    return [
        f"{path.name} has no PARALLEL_UPDATES"
        for path in sorted(folder.glob("*.py"))
        if path.stem in platforms and "PARALLEL_UPDATES" not in _assigned(_tree(path))
    ]


def runtime_data(folder: Path) -> list[str]:
    """What an entry needs while it runs is in `runtime_data`, which has a type."""
    setup = _function(_tree(folder / "__init__.py"), "async_setup_entry")
    if setup is None or "runtime_data" not in _names(setup):
        return ["async_setup_entry sets no runtime_data"]
    untyped = [
        f"{path.name} names ConfigEntry without the type of its data"
        for path in (folder / "__init__.py", *sorted(folder.glob("*.py")))
        for function in _functions(_tree(path))
        if function.name in {"async_setup_entry", "async_unload_entry"}
        for given in function.args.args
        if isinstance(given.annotation, ast.Name) and given.annotation.id == "ConfigEntry"
    ]
    return sorted(set(untyped))


def before_setup(folder: Path) -> list[str]:
    """Whether an account works is tried while it is set up."""
    setup = _function(_tree(folder / "__init__.py"), "async_setup_entry")
    tried = {"async_config_entry_first_refresh", "ConfigEntryNotReady", "ConfigEntryAuthFailed"}
    works = setup is not None and tried & _names(setup)
    return [] if works else ["async_setup_entry tries nothing that can fail"]


def unique_config_entry(folder: Path) -> list[str]:
    """An account cannot be added twice."""
    names = _names(_tree(folder / "config_flow.py"))
    by_id = {"async_set_unique_id", "_abort_if_unique_id_configured"}
    guarded = by_id <= names or "_async_abort_entries_match" in names
    return [] if guarded else ["the config flow does not look for an entry that is there already"]


def has_entity_name(folder: Path, platforms: frozenset[str]) -> list[str]:
    """Every entity is named after its device and itself.

    The flag stands in the entity's class or in one of the package's classes that it inherits from.
    """
    classes = {
        node.name: node
        for path in sorted(folder.glob("*.py"))
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.ClassDef)
    }

    def flagged(name: str) -> bool:
        owner = classes.get(name)
        if owner is None:
            return False
        value = _assigned(ast.Module(owner.body, [])).get("_attr_has_entity_name")
        if isinstance(value, ast.Constant):
            return value.value is True
        return any(flagged(base) for base in _base_names(owner))

    return [
        f"{path.name}: {node.name} has no _attr_has_entity_name"
        for path in sorted(folder.glob("*.py"))
        if path.stem in platforms
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.ClassDef)
        and any(base.endswith("Entity") for base in _base_names(node))
        and not flagged(node.name)
    ]


def _base_names(owner: ast.ClassDef) -> list[str]:
    """Return the last part of the names of a class's bases."""
    bases = [base.value if isinstance(base, ast.Subscript) else base for base in owner.bases]
    return [
        base.id if isinstance(base, ast.Name) else base.attr
        for base in bases
        if isinstance(base, ast.Name | ast.Attribute)
    ]


def config_schema(folder: Path) -> list[str]:
    """An integration with `async_setup` says what may stand in the configuration file."""
    init = _tree(folder / "__init__.py")
    if _function(init, "async_setup") is None:
        return []
    known = {"CONFIG_SCHEMA", "PLATFORM_SCHEMA", "PLATFORM_SCHEMA_BASE"}
    imported = {
        alias.asname or alias.name
        for node in init.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    return [] if known & (_assigned(init).keys() | imported) else ["no CONFIG_SCHEMA"]


def untyped_requirements(requirements: Iterable[str]) -> list[str]:
    """Return the packages that come without types, which strict typing needs."""
    untyped: list[str] = []
    for requirement in requirements:
        name = requirement.partition("==")[0].partition("[")[0]
        if not any(file.name == "py.typed" for file in distribution(name).files or ()):
            untyped.append(name)
    return untyped
