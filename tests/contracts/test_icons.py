"""The icons are ones that hassfest accepts, and the frontend can show them."""

from typing import Any

import pytest

from .checkout import english, icons, services
from .rules.icons import icon_faults, unknown_icons


def test_the_icons_have_the_right_form() -> None:
    """Known places only, and names of icons."""
    assert icon_faults(icons()) == []


def test_the_frontend_has_every_icon(material_icons: frozenset[str]) -> None:
    """A name that does not exist shows nothing."""
    assert unknown_icons(icons(), material_icons) == []


def test_every_action_has_an_icon() -> None:
    """Actions and their icons are the same set."""
    assert set(icons()["services"]) == set(services())


def test_icons_of_entities_belong_to_entities() -> None:
    """An icon is for an entity that has texts; the key of both is the translation key."""
    texts = english()["entity"]
    strays = [
        f"{platform}.{key}"
        for platform, shown in icons().get("entity", {}).items()
        for key in shown
        if key not in texts.get(platform, {})
    ]
    assert strays == []


def test_icons_of_states_belong_to_states() -> None:
    """A state that has an icon has a text too, where the entity names its states."""
    texts = english()["entity"]
    strays = [
        f"{platform}.{key}.{state}"
        for platform, shown in icons().get("entity", {}).items()
        for key, icon in shown.items()
        for state in icon.get("state", {})
        if (named := texts.get(platform, {}).get(key, {}).get("state")) is not None
        and state not in named
    ]
    assert strays == []


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        pytest.param({"entity": {"sensor": {"card": {"default": "mdi:cards"}}}}, [], id="right"),
        pytest.param(
            {"entity": {"sensor": {"card": {"default": "hass:cards"}}}},
            ["entity.sensor.card.default is 'hass:cards', not the name of an icon"],
            id="family",
        ),
        pytest.param(
            {"services": {"play": "mdi:play"}}, ["services.play is not an object"], id="shorthand"
        ),
        pytest.param(
            {"entity": {"sensor": {"the-_card": {}}}},
            ["entity.sensor.the-_card is not a name that is allowed here"],
            id="key",
        ),
        pytest.param({"icons": {}}, ["icons is not a name that is allowed here"], id="top"),
    ],
)
def test_a_fault_in_the_icons_is_found(planted: dict[str, Any], found: list[str]) -> None:
    """The rule reports planted faults."""
    assert icon_faults(planted) == found


def test_an_icon_that_does_not_exist_is_found(material_icons: frozenset[str]) -> None:
    """The rule reports a planted fault, and the frontend's list is not empty."""
    planted = {"services": {"a": {"service": "mdi:play"}, "b": {"service": "mdi:no-such-icon"}}}
    assert unknown_icons(planted, material_icons) == ["mdi:no-such-icon"]
