"""What the code imports from Home Assistant's integrations is in the manifest."""

from pathlib import Path

import pytest

from .checkout import COMPONENT, manifest
from .rules.imports import imported_integrations, undeclared_imports


def test_imported_integrations_are_declared(core_domains: frozenset[str]) -> None:
    """Home Assistant sets up what an integration needs before the integration itself."""
    assert undeclared_imports(COMPONENT, manifest(), core_domains) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        pytest.param("import homeassistant.components.http", {"http"}, id="import"),
        pytest.param("from homeassistant.components import http, tts", {"http", "tts"}, id="from"),
        pytest.param(
            "def f():\n    from homeassistant.components.http.auth import x", {"http"}, id="inside"
        ),
        pytest.param(
            "if TYPE_CHECKING:\n    import homeassistant.components.http", set(), id="types"
        ),
        pytest.param(
            "if typing.TYPE_CHECKING:\n    pass\nelse:\n    import homeassistant.components.http",
            {"http"},
            id="not-types",
        ),
        pytest.param("from homeassistant.helpers import http", set(), id="helpers"),
        pytest.param("from .components import http", set(), id="relative"),
    ],
)
def test_imports_are_recognised(source: str, found: set[str]) -> None:
    """Every form of an import is seen, and those for type checkers are left out."""
    assert imported_integrations(source) == found


def test_an_undeclared_import_is_found(tmp_path: Path) -> None:
    """The rule reports a planted fault, and lets a plug-in module import its own integration."""
    (tmp_path / "repairs.py").write_text("import homeassistant.components.repairs")
    (tmp_path / "views.py").write_text("from homeassistant.components import http, repairs, sensor")
    integrations = {"http", "repairs", "sensor"}
    assert undeclared_imports(tmp_path, {"dependencies": ["http"]}, integrations) == [
        "views.py imports repairs, which the manifest does not name"
    ]
