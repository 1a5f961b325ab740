"""What hassfest wants of the English texts, and a little more."""

from collections.abc import Iterator, Mapping
import re
from string import Formatter
from typing import Any, Final

from .shape import KEY, SLUG, Closed, Complaint, Each, Either, Leaf, Shape, faults

MARKUP: Final = re.compile(r"</?[a-z!][^>]*>", re.IGNORECASE)
ADDRESS: Final = re.compile(r"\b[a-z][a-z0-9+.-]*://|\bwww\.", re.IGNORECASE)
QUOTED_PLACEHOLDER: Final = re.compile(r"'\{\w*\}'")
# References to other texts are resolved when core is built, never in a custom integration.
REFERENCE: Final = re.compile(r"\[%.*%\]")
SLUG_OR_ANY: Final = re.compile(rf"_|{SLUG.pattern}")


def placeholders(text: str) -> set[str]:
    """Return the names of a text's placeholders."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def _text(value: object) -> Complaint:
    """Accept a text that Home Assistant can show."""
    if not isinstance(value, str) or not value:
        return "is not a text"
    try:
        named = placeholders(value)
    except ValueError as err:
        return f"has a broken placeholder: {err}"
    complaints = {
        "holds markup": MARKUP.search(value),
        "holds an address, which belongs into a placeholder": ADDRESS.search(value),
        "has a placeholder in single quotes": QUOTED_PLACEHOLDER.search(value),
        "refers to another text": REFERENCE.search(value),
        "begins or ends with a blank": value != value.strip(),
        "has a placeholder that is no identifier": not all(map(str.isidentifier, named)),
    }
    return next((complaint for complaint, present in complaints.items() if present), None)


def _plain_text(value: object) -> Complaint:
    """Accept a text without placeholders, as the states of entities need it."""
    if complaint := _text(value):
        return complaint
    return "has a placeholder, which is not filled in here" if placeholders(str(value)) else None


TEXT: Final = Leaf(_text)
PLAIN: Final = Leaf(_plain_text)
TEXTS: Final = Each(TEXT, KEY)
PLAIN_TEXTS: Final = Each(PLAIN, KEY)

_SECTION: Final = Closed(
    {"name": TEXT, "description": TEXT, "data": TEXTS, "data_description": TEXTS}
)
_STEP: Final = Closed(
    {
        "title": TEXT,
        "description": TEXT,
        "data": TEXTS,
        "data_description": TEXTS,
        "menu_options": TEXTS,
        "menu_option_descriptions": TEXTS,
        "sections": Each(_SECTION, KEY),
        "submit": TEXT,
    }
)


def _flow(**more: Shape) -> Closed:
    """Return the shape of a flow's texts."""
    members: dict[str, Shape] = {
        "flow_title": TEXT,
        "step": Each(_STEP, KEY),
        "error": TEXTS,
        "abort": TEXTS,
        "progress": TEXTS,
        "create_entry": TEXTS,
    }
    return Closed(members | more, frozenset({"step"}))


_FIELDS: Final = Each(
    Closed(
        {"name": TEXT, "description": TEXT, "example": TEXT}, frozenset({"name", "description"})
    ),
    KEY,
)


def _described(**more: Shape) -> Closed:
    """Return the shape of the texts of an action, a trigger or a condition."""
    members: dict[str, Shape] = {"name": TEXT, "description": TEXT, "fields": _FIELDS}
    return Closed(members | more, frozenset({"name", "description"}))


_ATTRIBUTE: Final = Closed({"name": PLAIN, "state": PLAIN_TEXTS})
_ENTITY: Final = Closed(
    {
        "name": TEXT,
        "state": PLAIN_TEXTS,
        "state_attributes": Each(_ATTRIBUTE, KEY),
        "unit_of_measurement": PLAIN,
    }
)
_ISSUE: Final = Either(
    (
        Closed({"title": TEXT, "description": TEXT}, frozenset({"title", "description"})),
        Closed({"title": TEXT, "fix_flow": _flow()}, frozenset({"title", "fix_flow"})),
    )
)
_SELECTOR: Final = Closed(
    {
        "choices": TEXTS,
        "options": TEXTS,
        "unit_of_measurement": TEXTS,
        "fields": Each(Closed({"name": TEXT, "description": TEXT}, frozenset({"name"})), KEY),
    }
)
_AUTOMATION: Final = Closed(
    {
        "action_type": TEXTS,
        "condition_type": TEXTS,
        "trigger_type": TEXTS,
        "trigger_subtype": TEXTS,
        "extra_fields": TEXTS,
        "extra_fields_descriptions": TEXTS,
    }
)
ENGLISH: Final = Closed(
    {
        "title": TEXT,
        "common": Each(TEXT, SLUG),
        "config": _flow(initiate_flow=Closed({"user": TEXT}, frozenset({"user"}))),
        "config_subentries": Each(_flow(entry_type=TEXT, initiate_flow=TEXTS), SLUG_OR_ANY),
        "options": _flow(),
        "application_credentials": Closed({"description": TEXT}),
        "conditions": Each(_described(), SLUG),
        "device": Each(Closed({"name": TEXT}), KEY),
        "device_automation": _AUTOMATION,
        "entity": Each(Each(_ENTITY, KEY), SLUG),
        "exceptions": Each(Closed({"message": TEXT}, frozenset({"message"})), SLUG),
        "issues": Each(_ISSUE),
        "selector": Each(_SELECTOR, SLUG_OR_ANY),
        "services": Each(
            _described(
                sections=Each(Closed({"name": TEXT, "description": TEXT}, frozenset({"name"})), KEY)
            ),
            KEY,
        ),
        "system_health": Closed({"info": TEXTS}),
        "triggers": Each(_described(), SLUG),
    }
)


def text_faults(english: Mapping[str, Any]) -> list[str]:
    """Return the faults of the English texts."""
    return list(faults(dict(english), ENGLISH))


def _flows(english: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield every flow with its place."""
    for name in ("config", "options"):
        if name in english:
            yield name, english[name]
    for name, flow in english.get("config_subentries", {}).items():
        yield f"config_subentries.{name}", flow
    for name, issue in english.get("issues", {}).items():
        if "fix_flow" in issue:
            yield f"issues.{name}.fix_flow", issue["fix_flow"]


def undescribed_data(english: Mapping[str, Any]) -> list[str]:
    """Return the fields of forms that have a description without a name, or the other way round."""
    found: list[str] = []
    for place, flow in _flows(english):
        for step_name, step in flow.get("step", {}).items():
            at = f"{place}.step.{step_name}"
            forms = {at: step} | {
                f"{at}.sections.{name}": section
                for name, section in step.get("sections", {}).items()
            }
            for where, form in forms.items():
                named, described = set(form.get("data", {})), set(form.get("data_description", {}))
                found.extend(f"{where}: {key} has no name" for key in sorted(described - named))
                found.extend(
                    f"{where}: {key} has no description" for key in sorted(named - described)
                )
    return found


def leaves(value: object, at: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text with its place."""
    if isinstance(value, Mapping):
        for key, member in value.items():
            yield from leaves(member, f"{at}.{key}" if at else str(key))
    else:
        yield at, str(value)


def translation_faults(english: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Return where another language has a text that English lacks, or other placeholders."""
    known = dict(leaves(english))
    found: list[str] = []
    for place, text in leaves(other):
        if place not in known:
            found.append(f"{place} is not in English")
        elif placeholders(text) != placeholders(known[place]):
            found.append(f"{place} has other placeholders than in English")
    return found
