"""Triggers and conditions are described as hassfest wants it, and every part has its text."""

from collections.abc import Mapping
from typing import Any

from homeassistant.core import HomeAssistant
import pytest

from custom_components.yoto_smart_stream import device_condition, device_trigger
from custom_components.yoto_smart_stream.condition import CONDITIONS
from custom_components.yoto_smart_stream.trigger import TRIGGERS

from .checkout import conditions, english, icons, triggers
from .rules.actions import action_faults, fields_of, untranslated, untranslated_choices

DESCRIBED = [
    pytest.param("triggers", triggers(), id="triggers"),
    pytest.param("conditions", conditions(), id="conditions"),
]


@pytest.mark.parametrize(("group", "described"), DESCRIBED)
def test_the_descriptions_are_right(group: str, described: Mapping[str, Any]) -> None:
    """Their form is right, and everything in them has a text and an icon."""
    assert action_faults(described) == []
    assert untranslated(described, english(), group) == []
    assert untranslated_choices(described, english()) == []
    assert set(icons()[group]) == set(described)


def test_everything_that_there_is_is_described() -> None:
    """The code and the descriptions name the same triggers and conditions."""
    assert set(TRIGGERS) == set(triggers())
    assert set(CONDITIONS) == set(conditions())


@pytest.mark.parametrize(("name", "described"), triggers().items())
async def test_every_field_of_a_trigger_is_understood(
    hass: HomeAssistant, name: str, described: Mapping[str, Any]
) -> None:
    """What the editor offers is what the code takes, choice by choice."""
    for field, selector in fields_of(described):
        for value in values_of(selector):
            config = {"options": {field: value}}
            assert field in (await TRIGGERS[name].async_validate_config(hass, config))["options"]


@pytest.mark.parametrize(("name", "described"), conditions().items())
async def test_every_field_of_a_condition_is_understood(
    hass: HomeAssistant, name: str, described: Mapping[str, Any]
) -> None:
    """What the editor offers is what the code takes."""
    for field, selector in fields_of(described):
        for value in values_of(selector):
            config = {"options": {field: value}}
            assert field in (await CONDITIONS[name].async_validate_config(hass, config))["options"]


def values_of(field: Mapping[str, Any]) -> list[Any]:
    """Return values that a person can give to a field."""
    [(kind, config)] = field["selector"].items()
    match kind:
        case "select":
            return [[option] for option in config["options"]]
        case "number":
            return [config["min"], config["max"]]
        case "duration":
            return [{"hours": 1, "minutes": 0, "seconds": 0}]
        case "automation_behavior":
            return ["any", "all"]
        case _:
            return [["The Lighthouse Cat"]]


async def test_the_page_of_a_device_has_its_texts(hass: HomeAssistant) -> None:
    """Everything that it offers has a text, and no text is left over."""
    texts = english()["device_automation"]
    offered = await device_trigger.async_get_triggers(hass, "a device")
    fields = set()
    for one in offered:
        capabilities = await device_trigger.async_get_trigger_capabilities(hass, one)
        fields |= {str(key) for key in capabilities["extra_fields"].schema}
    assert {one["type"] for one in offered} == set(texts["trigger_type"])
    assert {one["subtype"] for one in offered if "subtype" in one} == set(texts["trigger_subtype"])
    asked = await device_condition.async_get_conditions(hass, "a device")
    assert {one["type"] for one in asked} == set(texts["condition_type"])
    assert fields == set(texts["extra_fields"]) == set(texts["extra_fields_descriptions"])
