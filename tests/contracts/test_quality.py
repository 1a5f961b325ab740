"""The quality scale is kept honestly: what the file says, and what can be seen in the code."""

from collections.abc import Callable
from pathlib import Path

from homeassistant.const import Platform
import pytest

from .checkout import COMPONENT, Json, manifest, read_yaml
from .rules import quality

PLATFORMS = frozenset(platform.value for platform in Platform)
NUMBER_OF_RULES = 54

# Rules that can be seen in the code, and what checks them.
CHECKS: dict[str, Callable[[Path], list[str]]] = {
    "action-setup": quality.action_setup,
    "config-entry-unloading": quality.config_entry_unloading,
    "config-flow": quality.config_flow,
    "diagnostics": quality.diagnostics,
    "has-entity-name": lambda folder: quality.has_entity_name(folder, PLATFORMS),
    "parallel-updates": lambda folder: quality.parallel_updates(folder, PLATFORMS),
    "reauthentication-flow": quality.reauthentication_flow,
    "reconfiguration-flow": quality.reconfiguration_flow,
    "runtime-data": quality.runtime_data,
    "test-before-setup": quality.before_setup,
    "unique-config-entry": quality.unique_config_entry,
}


@pytest.fixture(scope="module")
def scale() -> Json:
    """Return the integration's quality scale."""
    return read_yaml(COMPONENT / "quality_scale.yaml")


def test_every_rule_has_its_state(scale: Json, core_components: Path) -> None:
    """All rules that Home Assistant has are there, and all that are not done have a reason."""
    known = set(read_yaml(core_components / "yoto" / "quality_scale.yaml")["rules"])
    assert len(known) == NUMBER_OF_RULES
    assert quality.scale_faults(scale, known) == []


@pytest.mark.parametrize("rule", sorted(CHECKS))
def test_a_rule_that_is_done_can_be_seen_in_the_code(scale: Json, rule: str) -> None:
    """What the file calls done is done."""
    assert quality.status_of(scale["rules"][rule]) == "done"
    assert CHECKS[rule](COMPONENT) == []


def test_the_configuration_file_is_considered() -> None:
    """An integration with `async_setup` has a schema for the configuration file."""
    assert quality.config_schema(COMPONENT) == []


def test_every_requirement_has_types(scale: Json) -> None:
    """Strict typing is worth what the packages say about their own types."""
    rule = scale["rules"]["strict-typing"]
    untyped = quality.untyped_requirements(manifest()["requirements"])
    assert quality.status_of(rule) == ("todo" if untyped else "done")
    assert [name for name in untyped if name not in rule["comment"]] == []


def test_a_requirement_without_types_is_found() -> None:
    """The rule reports a package without types, and none that has them."""
    assert quality.untyped_requirements(["amqtt==0.12.1", "attrs==26.1.0"]) == ["amqtt"]


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        pytest.param("done", [], id="done"),
        pytest.param({"status": "exempt", "comment": "Not ours."}, [], id="exempt"),
        pytest.param({"status": "exempt"}, ["brands is exempt without a comment"], id="silent"),
        pytest.param("todo", ["brands is todo without a comment"], id="todo"),
        pytest.param("soon", ["brands is 'soon'"], id="unknown-state"),
    ],
)
def test_a_fault_in_the_scale_is_found(entry: object, found: list[str]) -> None:
    """The rule reports planted faults."""
    assert quality.scale_faults({"rules": {"brands": entry}}, {"brands"}) == found


def test_a_missing_and_an_unknown_rule_are_found() -> None:
    """The rule works both ways."""
    assert quality.scale_faults({"rules": {"brnads": "done"}}, {"brands"}) == [
        "brands is missing",
        "brnads is not a rule",
    ]


GOOD: dict[str, str] = {
    "__init__.py": """
CONFIG_SCHEMA = 1
async def async_setup(hass, config):
    add_actions(hass)
async def async_setup_entry(hass, entry: MusicBoxEntry):
    entry.runtime_data = Coordinator()
    await entry.runtime_data.async_config_entry_first_refresh()
async def async_unload_entry(hass, entry: MusicBoxEntry):
    pass
""",
    "actions.py": """
def add_actions(hass):
    hass.services.async_register("music_box", "play", play)
""",
    "config_flow.py": """
class Flow:
    async def async_step_user(self):
        await self.async_set_unique_id("x")
        self._abort_if_unique_id_configured()
    async def async_step_reauth(self): pass
    async def async_step_reauth_confirm(self): pass
    async def async_step_reconfigure(self): pass
""",
    "diagnostics.py": "async def async_get_config_entry_diagnostics(hass, entry): pass",
    "entity.py": "class Base(CoordinatorEntity[C]):\n    _attr_has_entity_name = True\n",
    "sensor.py": "PARALLEL_UPDATES = 0\nclass Battery(Base, SensorEntity): pass\n",
}


def planted(folder: Path, change: dict[str, tuple[str, str]]) -> Path:
    """Return a small integration, some of whose modules are changed."""
    for name, code in GOOD.items():
        old, new = change.get(name, ("", ""))
        assert old in code
        (folder / name).write_text(code.replace(old, new) if old else code, encoding="utf-8")
    return folder


def test_a_good_integration_passes(tmp_path: Path) -> None:
    """The rules report nothing where nothing is wrong."""
    folder = planted(tmp_path, {})
    assert {rule: check(folder) for rule, check in CHECKS.items()} == {rule: [] for rule in CHECKS}
    assert quality.config_schema(folder) == []


@pytest.mark.parametrize(
    ("rule", "module", "old", "new"),
    [
        pytest.param("action-setup", "__init__.py", "    add_actions(hass)", "    pass", id="none"),
        pytest.param(
            "action-setup", "__init__.py", "entry.runtime_data =", "add_actions(1); x =", id="late"
        ),
        pytest.param("config-entry-unloading", "__init__.py", "unload", "load", id="unload"),
        pytest.param("config-flow", "config_flow.py", "step_user", "step_start", id="flow"),
        pytest.param("diagnostics", "diagnostics.py", "config_entry", "device", id="diagnostics"),
        pytest.param("has-entity-name", "entity.py", "True", "False", id="false"),
        pytest.param("has-entity-name", "sensor.py", "Base, ", "", id="no-base"),
        pytest.param("parallel-updates", "sensor.py", "PARALLEL", "SERIAL", id="parallel"),
        pytest.param("reauthentication-flow", "config_flow.py", "_confirm", "_done", id="confirm"),
        pytest.param("reconfiguration-flow", "config_flow.py", "reconfigure", "edit", id="edit"),
        pytest.param("runtime-data", "__init__.py", "entry.runtime_data", "x", id="data"),
        pytest.param("runtime-data", "__init__.py", "MusicBoxEntry", "ConfigEntry", id="type"),
        pytest.param("test-before-setup", "__init__.py", "first_refresh", "start", id="untried"),
        pytest.param("unique-config-entry", "config_flow.py", "_abort_if", "_go_if", id="twice"),
    ],
)
def test_a_broken_rule_is_found(tmp_path: Path, rule: str, module: str, old: str, new: str) -> None:
    """Each check reports a planted fault."""
    assert CHECKS[rule](planted(tmp_path, {module: (old, new)})) != []


def test_a_missing_schema_is_found(tmp_path: Path) -> None:
    """The rule reports a planted fault."""
    folder = planted(tmp_path, {"__init__.py": ("CONFIG_SCHEMA", "SCHEMA")})
    assert quality.config_schema(folder) == ["no CONFIG_SCHEMA"]
