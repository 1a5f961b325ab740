"""What the contracts are checked against: the Home Assistant of this environment."""

from importlib.util import find_spec
import json
from pathlib import Path

import homeassistant.components
import pytest

from .checkout import Json, read_json


@pytest.fixture(scope="session")
def core_components() -> Path:
    """Return the folder of Home Assistant's own integrations."""
    return Path(homeassistant.components.__path__[0])


@pytest.fixture(scope="session")
def core_domains(core_components: Path) -> frozenset[str]:
    """Return the domains of Home Assistant's own integrations."""
    return frozenset(path.parent.name for path in core_components.glob("*/manifest.json"))


@pytest.fixture(scope="session")
def core_yoto(core_components: Path) -> Json:
    """Return the manifest of Home Assistant's own Yoto integration."""
    return read_json(core_components / "yoto" / "manifest.json")


@pytest.fixture(scope="session")
def material_icons() -> frozenset[str]:
    """Return the names of the icons that the installed frontend can show."""
    spec = find_spec("hass_frontend")
    assert spec is not None
    assert spec.origin is not None
    listed = Path(spec.origin).parent / "static" / "mdi" / "iconList.json"
    return frozenset(f"mdi:{icon['name']}" for icon in json.loads(listed.read_text()))
