"""What hassfest wants of the descriptions of actions, and the texts that belong to them."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from homeassistant.helpers.selector import validate_selector
import voluptuous as vol

from .shape import SLUG, Closed, Complaint, Each, Either, Items, Leaf, Nothing, faults, kind


def _selector(value: object) -> Complaint:
    """Accept a selector that Home Assistant itself accepts."""
    try:
        validate_selector(value)
    except vol.Invalid as err:
        return f"is not a selector: {err}"
    return None


def _given(value: object) -> Complaint:
    """Accept anything but an empty value."""
    return "is empty" if value is None else None


def _target(value: object) -> Complaint:
    """Accept the configuration of a target selector."""
    return _selector({"target": value})


_FIELD: Final = Closed(
    {
        "required": kind(bool),
        "default": Leaf(_given),
        "example": Leaf(_given),
        "selector": Leaf(_selector),
    },
    frozenset({"selector"}),
)
_SECTION: Final = Closed(
    {"collapsed": kind(bool), "fields": Each(_FIELD, SLUG)}, frozenset({"fields"})
)
_FILTER: Final = Closed(
    {"attribute": Each(Items(kind(str))), "supported_features": Items(kind(str))}
)
_FILTERED: Final = Closed(dict(_FIELD.members) | {"filter": _FILTER}, _FIELD.required)
ACTIONS: Final = Each(
    Either(
        (
            Nothing(),
            Closed({"fields": Each(Either((_FIELD, _SECTION)), SLUG)}),
            Closed(
                {
                    "target": Leaf(_target),
                    "fields": Each(Either((_FILTERED, _SECTION)), SLUG),
                },
                frozenset({"target"}),
            ),
        )
    ),
    SLUG,
)


def action_faults(actions: Mapping[str, Any]) -> list[str]:
    """Return the faults of the descriptions' form."""
    return list(faults(dict(actions), ACTIONS))


def fields_of(action: Mapping[str, Any] | None) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the fields of an action, those in sections among the others."""
    for name, field in ((action or {}).get("fields") or {}).items():
        if "fields" in field:
            yield from field["fields"].items()
        else:
            yield name, field


def sections_of(action: Mapping[str, Any] | None) -> set[str]:
    """Return the names of an action's sections."""
    fields = (action or {}).get("fields") or {}
    return {name for name, field in fields.items() if "fields" in field}


def repeated_fields(actions: Mapping[str, Any]) -> list[str]:
    """Return the fields that an action has in two sections."""
    found: list[str] = []
    for name, action in actions.items():
        names = [field for field, _ in fields_of(action)]
        found.extend(f"{name}.{field}" for field in sorted(set(names)) if names.count(field) > 1)
    return found


def untranslated(
    actions: Mapping[str, Any], english: Mapping[str, Any], group: str = "services"
) -> list[str]:
    """Return actions, fields, sections and choices without a text, and texts without them.

    Triggers and conditions, which are described in the same way, have groups of their own.
    """
    found: list[str] = []

    def compare(place: str, described: set[str], texts: set[str]) -> None:
        found.extend(f"{place}.{name} has no text" for name in sorted(described - texts))
        found.extend(f"{place}.{name} is not described" for name in sorted(texts - described))

    texts = english.get(group, {})
    compare(group, set(actions), set(texts))
    for name, action in actions.items():
        text = texts.get(name, {})
        place = f"{group}.{name}"
        compare(place, {field for field, _ in fields_of(action)}, set(text.get("fields", {})))
        compare(f"{place}.sections", sections_of(action), set(text.get("sections", {})))
    return found


def untranslated_choices(actions: Mapping[str, Any], english: Mapping[str, Any]) -> list[str]:
    """Return the choices of select fields that have no text, and the texts without a choice."""
    found: list[str] = []
    for name, action in actions.items():
        for field, described in fields_of(action):
            select = described.get("selector", {}).get("select")
            if not select or "translation_key" not in select:
                continue
            key = select["translation_key"]
            texts = english.get("selector", {}).get(key, {}).get("options", {})
            choices = {
                option["value"] if isinstance(option, Mapping) else option
                for option in select["options"]
            }
            if choices != set(texts):
                wrong = ", ".join(sorted(choices ^ set(texts)))
                found.append(f"{name}.{field}: selector.{key} differs in {wrong}")
    return found
