"""Home Assistant itself reads our descriptions, icons and texts, and warns about none of them."""

from collections.abc import Iterator, Mapping
import logging
from typing import Any

from homeassistant.core import HomeAssistant, SupportsResponse
from homeassistant.helpers.icon import async_get_icons
from homeassistant.helpers.service import async_get_all_descriptions
from homeassistant.helpers.translation import async_get_translations
from homeassistant.loader import async_get_integration
from homeassistant.setup import async_setup_component
import pytest
import voluptuous as vol

from custom_components.yoto_smart_stream.const import DOMAIN

from .checkout import english, icons, manifest, services
from .rules.actions import fields_of
from .rules.texts import leaves

# Home Assistant adds these to every action that has targets.
IMPLIED = frozenset({"entity_id", "device_id", "area_id", "floor_id", "label_id", "metadata"})
# Groups that the frontend asks for by the name of the group.
CATEGORIES = sorted({"config", "options", "entity", "exceptions", "issues", "services"})


@pytest.fixture
async def set_up(
    hass: HomeAssistant, enable_custom_integrations: None, caplog: pytest.LogCaptureFixture
) -> HomeAssistant:
    """Return a Home Assistant that has set up the integration without an account."""
    caplog.set_level(logging.WARNING)
    assert await async_setup_component(hass, DOMAIN, {})
    await hass.async_block_till_done()
    return hass


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return the warnings about us, but for the notice that every custom integration gets."""
    messages = [
        record.getMessage()
        for phase in ("setup", "call")
        for record in caplog.get_records(phase)
        if record.levelno >= logging.WARNING
    ]
    return [one for one in messages if DOMAIN in one and "has not been tested by" not in one]


def markers(schema: object) -> Iterator[vol.Marker]:
    """Yield the keys of a schema, which may be wrapped in others."""
    match schema:
        case vol.Schema():
            yield from markers(schema.schema)
        case vol.All() | vol.Any():
            for inner in schema.validators:
                yield from markers(inner)
        case Mapping():
            yield from (key for key in schema if isinstance(key, vol.Marker))


async def test_the_integration_is_the_described_one(set_up: HomeAssistant) -> None:
    """Home Assistant's loader finds the integration and reads its manifest."""
    integration = await async_get_integration(set_up, DOMAIN)
    assert not integration.is_built_in
    assert str(integration.version) == manifest()["version"]


async def test_the_described_actions_are_the_registered_ones(set_up: HomeAssistant) -> None:
    """No action lacks a description, and none is described in vain."""
    assert set(set_up.services.async_services_for_domain(DOMAIN)) == set(services())


async def test_actions_take_the_described_fields(set_up: HomeAssistant) -> None:
    """Fields are the same in code and description, and needed in both or in neither."""
    registered = set_up.services.async_services_for_domain(DOMAIN)
    taken = {
        name: {
            str(marker): isinstance(marker, vol.Required)
            for marker in markers(action.schema)
            if str(marker) not in IMPLIED
        }
        for name, action in registered.items()
    }
    described = {
        name: {field: bool(has.get("required")) for field, has in fields_of(action)}
        for name, action in services().items()
    }
    assert taken == described


async def test_home_assistant_reads_the_descriptions_of_actions(
    set_up: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    """Every action comes with its fields, and the kind of its answer."""
    descriptions = (await async_get_all_descriptions(set_up))[DOMAIN]
    registered = set_up.services.async_services_for_domain(DOMAIN)
    assert descriptions.keys() == registered.keys()
    for name, described in services().items():
        assert descriptions[name]["fields"].keys() == (described.get("fields") or {}).keys()
        assert ("response" in descriptions[name]) == (
            registered[name].supports_response is not SupportsResponse.NONE
        )
    assert warnings(caplog) == []


@pytest.mark.parametrize("category", ["entity", "services"])
async def test_home_assistant_reads_the_icons(
    set_up: HomeAssistant, caplog: pytest.LogCaptureFixture, category: str
) -> None:
    """The frontend gets exactly our icons."""
    assert (await async_get_icons(set_up, category, [DOMAIN]))[DOMAIN] == icons()[category]
    assert warnings(caplog) == []


@pytest.mark.parametrize("category", CATEGORIES)
async def test_home_assistant_reads_the_texts(
    set_up: HomeAssistant, caplog: pytest.LogCaptureFixture, category: str
) -> None:
    """The frontend gets exactly our texts."""
    read = await async_get_translations(set_up, "en", category, [DOMAIN])
    ours: Mapping[str, Any] = english().get(category, {})
    assert read == {f"component.{DOMAIN}.{category}.{at}": text for at, text in leaves(ours)}
    assert warnings(caplog) == []
