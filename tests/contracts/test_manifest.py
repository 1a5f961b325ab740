"""The manifest is one that hassfest accepts."""

from typing import Any

from homeassistant.loader import Manifest
import pytest

from .checkout import COMPONENT, DOMAIN, manifest
from .rules.manifest import CORE_PAGE, manifest_faults, order_faults

GOOD: dict[str, Any] = {
    "domain": "music_box",
    "name": "Music box",
    "codeowners": ["@someone"],
    "documentation": "https://example.org/music-box",
    "integration_type": "hub",
    "iot_class": "cloud_push",
    "issue_tracker": "https://example.org/music-box/issues",
    "requirements": ["music-box==1.2.3"],
    "version": "1.2.3",
}


def test_the_manifest_has_the_right_form() -> None:
    """Known keys only, the needed ones, and right values."""
    assert manifest_faults(manifest()) == []


def test_the_keys_of_the_manifest_are_in_order() -> None:
    """Domain and name come first, then the alphabet."""
    assert order_faults(manifest()) == []


def test_the_domain_is_the_name_of_the_folder() -> None:
    """Home Assistant finds an integration by its folder."""
    assert manifest()["domain"] == DOMAIN


def test_the_domain_is_not_one_of_core(core_domains: frozenset[str]) -> None:
    """A custom integration with a core domain would replace the core integration."""
    assert DOMAIN not in core_domains


def test_dependencies_exist_in_core(core_domains: frozenset[str]) -> None:
    """Every integration that ours depends on is part of Home Assistant, and is named once."""
    read = manifest()
    named = read.get("dependencies", []) + read.get("after_dependencies", [])
    assert sorted(set(named)) == sorted(named)
    assert set(named) <= core_domains


def test_a_config_flow_has_its_module() -> None:
    """The flag and the module go together."""
    assert manifest().get("config_flow", False) == (COMPONENT / "config_flow.py").is_file()


def test_home_assistant_knows_every_key() -> None:
    """Nothing in the manifest is ignored by the Home Assistant of this environment."""
    assert set(manifest()) <= set(Manifest.__annotations__)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        pytest.param({}, [], id="right"),
        pytest.param(
            {"homeassistant": "2026.10.0"},
            ["homeassistant is not a name that is allowed here"],
            id="unknown-key",
        ),
        pytest.param({"version": "one"}, ["version is not a version"], id="version"),
        pytest.param(
            {"documentation": "http://example.org"},
            ["documentation is not an https address"],
            id="documentation-http",
        ),
        pytest.param(
            {"documentation": "https://www.home-assistant.io/integrations/yoto"},
            [f"documentation {CORE_PAGE}"],
            id="documentation-core",
        ),
        pytest.param(
            {"requirements": ["music-box>=1"]},
            ["requirements[0] is 'music-box>=1', not an exact pin"],
            id="loose-requirement",
        ),
        pytest.param(
            {"requirements": ["music-box == 1"]},
            ["requirements[0] is 'music-box == 1', not an exact pin"],
            id="blank-in-requirement",
        ),
        pytest.param({"codeowners": "@x"}, ["codeowners is not a list"], id="codeowners"),
    ],
)
def test_a_fault_in_a_manifest_is_found(change: dict[str, Any], found: list[str]) -> None:
    """The rule reports planted faults."""
    assert manifest_faults(GOOD | change) == found


def test_keys_out_of_order_are_found() -> None:
    """The rule reports a planted fault."""
    assert order_faults({"name": "A", "domain": "a"})
    assert order_faults({"domain": "a", "name": "A", "version": "1", "codeowners": []})
    assert not order_faults(GOOD)
