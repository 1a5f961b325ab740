"""The descriptions of actions are ones that hassfest accepts, and every part has its text."""

from typing import Any

import pytest

from .checkout import english, services
from .rules.actions import action_faults, repeated_fields, untranslated, untranslated_choices


def test_the_descriptions_have_the_right_form() -> None:
    """Known keys only, and selectors that Home Assistant accepts."""
    assert action_faults(services()) == []


def test_no_action_has_a_field_twice() -> None:
    """Two sections of an action do not share a field."""
    assert repeated_fields(services()) == []


def test_every_action_and_field_has_its_text() -> None:
    """Names and descriptions are there for all of them, and for nothing else."""
    assert untranslated(services(), english()) == []


def test_every_choice_has_its_text() -> None:
    """The options of a select field are named."""
    assert untranslated_choices(services(), english()) == []


FIELD: dict[str, Any] = {"selector": {"text": None}}


@pytest.mark.parametrize(
    ("action", "found"),
    [
        pytest.param({"fields": {"title": FIELD}}, [], id="right"),
        pytest.param(None, [], id="bare"),
        pytest.param(
            {"target": {"entity": {"domain": "media_player"}}, "fields": {"title": FIELD}},
            [],
            id="targeted",
        ),
        pytest.param(
            {"name": "Act", "fields": {}},
            ["act.name is not a name that is allowed here"],
            id="text-in-yaml",
        ),
        pytest.param(
            {"fields": {"title": {"required": True}}},
            ["act.fields.title.selector is missing"],
            id="no-selector",
        ),
        pytest.param(
            {"fields": {"title": FIELD | {"default": None}}},
            ["act.fields.title.default is empty"],
            id="empty-default",
        ),
        pytest.param(
            {"fields": {"title": FIELD | {"filter": {"supported_features": ["x.y.Z"]}}}},
            ["act.fields.title.filter is not a name that is allowed here"],
            id="filter-without-target",
        ),
        pytest.param(
            {"fields": {"Title": FIELD}},
            ["act.fields.Title is not a name that is allowed here"],
            id="name",
        ),
    ],
)
def test_a_fault_in_a_description_is_found(action: dict[str, Any] | None, found: list[str]) -> None:
    """The rule reports planted faults."""
    assert action_faults({"act": action}) == found


@pytest.mark.parametrize(
    "selector",
    [
        pytest.param({"txet": None}, id="unknown"),
        pytest.param({"number": {"min": "low"}}, id="value"),
        pytest.param({"select": {}}, id="incomplete"),
    ],
)
def test_a_wrong_selector_is_found(selector: dict[str, Any]) -> None:
    """Home Assistant's own validation is what decides."""
    [fault] = action_faults({"act": {"fields": {"title": {"selector": selector}}}})
    assert fault.startswith("act.fields.title.selector is not a selector: ")


def test_a_field_in_two_sections_is_found() -> None:
    """The rule reports a planted fault."""
    section = {"fields": {"title": FIELD}}
    assert repeated_fields({"act": {"fields": {"one": section, "two": section}}}) == ["act.title"]


def test_a_missing_and_a_stray_text_are_found() -> None:
    """The rule works both ways."""
    planted = {"act": {"fields": {"more": {"fields": {"title": FIELD}}}}, "other": None}
    texts: dict[str, Any] = {
        "services": {"act": {"fields": {"tilte": {}}, "sections": {"extra": {}}}}
    }
    assert untranslated(planted, texts) == [
        "services.other has no text",
        "services.act.title has no text",
        "services.act.tilte is not described",
        "services.act.sections.more has no text",
        "services.act.sections.extra is not described",
    ]


def test_a_choice_without_text_is_found() -> None:
    """The rule works for both ways to write a choice."""
    options: list[Any] = ["once", {"value": "loop", "label": "Loop"}]
    select = {"select": {"options": options, "translation_key": "mode"}}
    planted = {"act": {"fields": {"mode": {"selector": select}}}}
    assert untranslated_choices(
        planted, {"selector": {"mode": {"options": {"once": "Once", "twice": "Twice"}}}}
    ) == ["act.mode: selector.mode differs in loop, twice"]
