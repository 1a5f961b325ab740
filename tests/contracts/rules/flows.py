"""Which steps, errors, reasons and fields the flows have, and whether each has its text."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from .following import texts
from .source import Package, Place, Value, callee, keyword
from .texts import leaves, placeholders
from .usage import filled

# What Home Assistant's own methods end a flow with.
BUILT_IN_REASONS: Final[Mapping[str, frozenset[str]]] = {
    "_abort_if_unique_id_configured": frozenset({"already_configured"}),
    "_async_abort_entries_match": frozenset({"already_configured"}),
    "_abort_if_unique_id_mismatch": frozenset({"unique_id_mismatch"}),
    "async_update_reload_and_abort": frozenset({"reauth_successful", "reconfigure_successful"}),
    "async_update_and_abort": frozenset({"reauth_successful", "reconfigure_successful"}),
}
SHOWING: Final = frozenset({"async_show_form", "async_show_menu", "async_show_progress"})
# Where a reason of our own replaces the built-in one.
REASON_ARGUMENTS: Final = frozenset({"reason", "error"})


@dataclass(slots=True)
class FlowUse:
    """What a flow shows, found in its code. Faults are what cannot be followed."""

    steps: set[str] = field(default_factory=set)
    errors: set[str] = field(default_factory=set)
    reasons: set[str] = field(default_factory=set)
    progress: set[str] = field(default_factory=set)
    fields: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)


def _bases(owner: ast.ClassDef) -> set[str]:
    """Return the last part of the names of a class's bases."""
    return {
        base.id if isinstance(base, ast.Name) else base.attr
        for base in owner.bases
        if isinstance(base, ast.Name | ast.Attribute)
    }


def flow_of(owner: ast.ClassDef | None) -> str | None:
    """Return which flow of the texts a class is: `config`, `options`, or where that of an issue is.

    A flow that mends an issue names it in `issue_key`.
    """
    bases = _bases(owner) if owner is not None else set()
    if owner is not None and "RepairsFlow" in bases:
        for node in owner.body:
            match node:
                case ast.AnnAssign(
                    target=ast.Name(id="issue_key"), value=ast.Constant(value=str(key))
                ):
                    return f"issues.{key}.fix_flow"
    if any(base.startswith("OptionsFlow") for base in bases):
        return "options"
    return "config" if any(base.endswith("ConfigFlow") for base in bases) else None


def _calls_of(package: Package, flow: str) -> Iterator[tuple[ast.Call, Place]]:
    """Yield the calls within a flow's methods."""
    for call, place in package.calls:
        if flow_of(place.owner) == flow:
            yield call, place


def flow_use(package: Package, flow: str) -> FlowUse:
    """Collect what a flow shows."""
    use = FlowUse()

    def add(to: set[str], value: ast.expr | None, place: Place) -> None:
        if value is None:
            return
        found = texts(package, value, place)
        if found is None:
            use.faults.append(f"{place.module}:{value.lineno}: a text of a flow cannot be followed")
        else:
            to.update(found)

    for call, place in _calls_of(package, flow):
        name = callee(call)
        if name in SHOWING:
            add(use.steps, keyword(call, "step_id"), place)
        if name == "async_show_progress":
            add(use.progress, keyword(call, "progress_action"), place)
        own = next((found for one in REASON_ARGUMENTS if (found := keyword(call, one))), None)
        if name in BUILT_IN_REASONS and own is None:
            use.reasons |= BUILT_IN_REASONS[name]
        elif name in BUILT_IN_REASONS or name == "async_abort":
            add(use.reasons, own, place)
        if name in {"Required", "Optional"} and call.args:
            add(use.fields, call.args[0], place)
        for value in _given_errors(call):
            add(use.errors, value, place)
    for value, place in _assigned_errors(package, flow):
        add(use.errors, value, place)
    return use


def _given_errors(call: ast.Call) -> list[ast.expr]:
    """Return the errors that a call shows (`errors={"base": ...}`)."""
    errors = keyword(call, "errors")
    return errors.values if isinstance(errors, ast.Dict) else []


def _assigned_errors(package: Package, flow: str) -> Iterator[Value]:
    """Yield the errors that are collected one by one (`errors["base"] = ...`)."""
    for function, place in package.functions:
        if flow_of(place.owner) != flow:
            continue
        for node in ast.walk(function):
            match node:
                case ast.Assign(targets=[ast.Subscript(value=ast.Name(id="errors"))], value=value):
                    yield value, Place(place.module, function, place.owner)


def _differences(place: str, used: set[str], known: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"{place}.{key} has no text" for key in sorted(used - known.keys()))
    yield from (f"{place}.{key} is used nowhere" for key in sorted(known.keys() - used))


def _named_fields(steps: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields, sections among them, that have a name in one of the steps."""
    named: dict[str, Any] = {}
    for step in steps.values():
        named |= step.get("data", {})
        for key, section in step.get("sections", {}).items():
            named[key] = section
            named |= section.get("data", {})
    return named


def _flows(english: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the texts of every flow, those that mend issues among them."""
    mending = {
        f"issues.{key}.fix_flow": issue["fix_flow"]
        for key, issue in english.get("issues", {}).items()
        if "fix_flow" in issue
    }
    return {"config": english.get("config", {}), "options": english.get("options", {}), **mending}


def flow_faults(folder: Path, english: Mapping[str, Any]) -> list[str]:
    """Return steps, errors, reasons and fields of flows without a text, and texts without them."""
    package = Package(folder)
    found: list[str] = []
    for flow, known in _flows(english).items():
        use = flow_use(package, flow)
        steps = known.get("step", {})
        found.extend(use.faults)
        # A progress step shows the text of its action and needs none of its own.
        shown = use.steps - (use.progress - steps.keys())
        found.extend(_differences(f"{flow}.step", shown, steps))
        found.extend(_differences(f"{flow}.error", use.errors, known.get("error", {})))
        found.extend(_differences(f"{flow}.abort", use.reasons, known.get("abort", {})))
        found.extend(_differences(f"{flow}.progress", use.progress, known.get("progress", {})))
        found.extend(_differences(f"{flow}.step.*.data", use.fields, _named_fields(steps)))
    return found


def unfilled_placeholders(folder: Path, english: Mapping[str, Any]) -> list[str]:
    """Return the placeholders of flows' texts that the step which shows them does not fill."""
    package = Package(folder)
    found: list[str] = []
    for flow, known in _flows(english).items():
        for call, place in _calls_of(package, flow):
            fills = filled(package, keyword(call, "description_placeholders"), place)
            if callee(call) not in SHOWING or fills is None:
                continue
            shown: dict[str, list[ast.expr | None]] = {
                "step": [keyword(call, "step_id")],
                "progress": [keyword(call, "progress_action")],
                "error": [*_given_errors(call)],
            }
            wanted = {
                name
                for group, values in shown.items()
                for value in values
                if value is not None
                for key in texts(package, value, place) or ()
                for _, text in leaves(known.get(group, {}).get(key, {}))
                for name in placeholders(text)
            }
            at = f"{place.module}:{call.lineno}"
            found.extend(f"{at}: {name} is not filled" for name in sorted(wanted - fills))
    return found
