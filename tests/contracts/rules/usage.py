"""Which texts the code asks for, and whether the English texts are exactly those."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from .following import texts
from .source import Package, Place, Value, argument, callee, keyword, parameters
from .texts import leaves, placeholders

ISSUE_CALLS: Final = frozenset({"async_create_issue", "create_issue"})


@dataclass(frozen=True, slots=True)
class Use:
    """A place in the code that asks for a text."""

    group: str
    key: str
    # None where the code fills the placeholders in a way that cannot be followed.
    filled: frozenset[str] | None
    at: str


def _group(call: ast.Call, place: Place) -> str:
    """Return which group of texts a call with a translation key asks for."""
    name = callee(call)
    if name in ISSUE_CALLS:
        return "issues"
    if name.endswith("Description"):
        return f"entity.{place.module.stem}"
    return {"SelectSelectorConfig": "selector", "DeviceInfo": "device"}.get(name, "exceptions")


def filled(package: Package, given: ast.expr | None, place: Place) -> frozenset[str] | None:
    """Return the placeholders that are filled, or None if that cannot be followed."""
    match given:
        case None | ast.Constant(value=None):
            return frozenset()
        case ast.Dict():
            tables = [given]
        case ast.Name(id=name):
            known = package.names.get(name, [])
            tables = [
                value
                for value, where in known
                if where.function is place.function and isinstance(value, ast.Dict)
            ]
        case _:
            tables = []
    names = [
        key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else None
        for table in tables
        for key in table.keys
    ]
    if not tables or None in names:
        return None
    return frozenset(name for name in names if name is not None)


def _callers_choice(
    package: Package, key: Value, given: ast.expr | None
) -> Iterator[tuple[Value, ast.expr | None, Place]]:
    """Yield key and placeholders as the callers of a wrapper choose them together."""
    value, place = key
    function = place.function
    if function is None or not isinstance(value, ast.Name) or value.id not in parameters(function):
        yield key, given, place
        return
    chosen = isinstance(given, ast.Name) and given.id in parameters(function)
    for call, where in package.callers(function, place):
        own_key = argument(call, function, value.id)
        if own_key is None:
            continue
        if chosen and isinstance(given, ast.Name):
            yield (own_key, where), argument(call, function, given.id), where
        else:
            yield (own_key, where), given, place


def uses(package: Package) -> Iterator[Use | str]:
    """Yield every use of a text outside flows, or a fault where a key cannot be followed."""
    asked: list[tuple[str, Value, ast.expr | None]] = [
        (_group(call, place), (value, place), keyword(call, "translation_placeholders"))
        for call, place in package.calls
        if (value := keyword(call, "translation_key")) is not None
    ]
    asked += [
        (f"entity.{place.module.stem}", (value, place), None)
        for value, place in package.attributes.get("_attr_translation_key", [])
    ]
    for group, key, given in asked:
        at = f"{key[1].module}:{key[0].lineno}"
        choices = list(_callers_choice(package, key, given))
        if not choices:
            yield f"{at}: nobody gives the translation key"
        for (value, place), fills, where in choices:
            found = texts(package, value, place)
            if found is None:
                yield f"{at}: the translation key cannot be followed"
                continue
            for one in sorted(found):
                yield Use(group, one, filled(package, fills, where), at)


def known(english: Mapping[str, Any], group: str) -> Mapping[str, Any]:
    """Return the texts of a group, such as `entity.sensor`."""
    found: Mapping[str, Any] = english
    for part in group.split("."):
        found = found.get(part, {})
    return found


def _fault(use: Use, english: Mapping[str, Any]) -> str | None:
    """Return what is wrong with a use."""
    text = known(english, use.group).get(use.key)
    if text is None:
        return f"{use.at}: {use.group}.{use.key} has no text"
    if use.filled is None or use.group not in {"exceptions", "issues"}:
        return None
    differing = {name for _, one in leaves(text) for name in placeholders(one)} ^ use.filled
    names = ", ".join(sorted(differing))
    return f"{use.at}: {use.group}.{use.key} differs in {names}" if differing else None


def usage_faults(
    folder: Path, english: Mapping[str, Any], elsewhere: Mapping[str, set[str]]
) -> list[str]:
    """Return texts that are missing, that nobody uses, or whose placeholders are not filled.

    `elsewhere` names, by group, keys that are used outside the code.
    """
    found: list[str] = []
    used = {group: set(keys) for group, keys in elsewhere.items()}
    for use in uses(Package(folder)):
        if isinstance(use, str):
            found.append(use)
            continue
        used.setdefault(use.group, set()).add(use.key)
        if fault := _fault(use, english):
            found.append(fault)
    groups = ["exceptions", "issues", "selector", "device"]
    groups += [f"entity.{platform}" for platform in english.get("entity", {})]
    found.extend(
        f"{group}.{key} is used nowhere"
        for group in groups
        for key in known(english, group)
        if key not in used.get(group, set())
    )
    return found


def health_faults(folder: Path, english: Mapping[str, Any]) -> list[str]:
    """Return the lines of the system health that have no name, and the names without a line."""
    path = folder / "system_health.py"
    named = set(english.get("system_health", {}).get("info", {}))
    shown: set[str] = set()
    if path.is_file():
        shown = {
            key.value
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Return) and isinstance(node.value, ast.Dict)
            for key in node.value.keys
            if isinstance(key, ast.Constant) and isinstance(key.value, str)
        }
    return [f"system_health.info: {key}" for key in sorted(shown ^ named)]
