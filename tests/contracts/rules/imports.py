"""Which of Home Assistant's integrations the code imports, and whether the manifest says so."""

import ast
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from homeassistant.const import Platform

PREFIX: Final = "homeassistant.components"
# Integrations that are there without being named: every platform, and those that hassfest lists
# as internal. `http` is not among them.
ALWAYS_THERE: Final = frozenset(platform.value for platform in Platform) | {
    "automation",
    "device_automation",
    "diagnostics",
    "frontend",
    "homeassistant",
    "media_source",
    "panel_custom",
    "persistent_notification",
    "script",
    "system_health",
    "webhook",
    "websocket_api",
    "zone",
}


def _only_for_types(node: ast.If) -> bool:
    """Tell whether a block is for type checkers only."""
    test = node.test
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (
        isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"
    )


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """Walk a tree, leaving out what is for type checkers only."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and _only_for_types(child):
            for other in child.orelse:
                yield other
                yield from _statements(other)
            continue
        yield child
        yield from _statements(child)


def imported_integrations(source: str) -> set[str]:
    """Return the integrations of Home Assistant that a module imports when it runs."""
    found: set[str] = set()
    for node in _statements(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                modules = [alias.name for alias in names]
            case ast.ImportFrom(module=str(module), names=names, level=0):
                if module == PREFIX:
                    modules = [f"{PREFIX}.{alias.name}" for alias in names]
                else:
                    modules = [module]
            case _:
                continue
        found.update(module.split(".")[2] for module in modules if module.startswith(f"{PREFIX}."))
    return found


def undeclared_imports(
    folder: Path, manifest: Mapping[str, Any], integrations: Collection[str]
) -> list[str]:
    """Return the imports that neither the manifest nor the name of the module allows.

    A module that is named after an integration (`repairs.py`) is loaded by that integration only.
    """
    declared = set(manifest.get("dependencies", [])) | set(manifest.get("after_dependencies", []))
    found: list[str] = []
    for path in sorted(folder.rglob("*.py")):
        plugs_into = path.stem if path.parent == folder and path.stem in integrations else None
        used = imported_integrations(path.read_text(encoding="utf-8"))
        found.extend(
            f"{path.relative_to(folder)} imports {integration}, which the manifest does not name"
            for integration in sorted(used - declared - ALWAYS_THERE - {plugs_into})
        )
    return found
