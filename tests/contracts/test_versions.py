"""Versions that are written in several places agree."""

from pathlib import Path
import re
import tomllib
from typing import Any

import homeassistant
import pytest

from custom_components.yoto_smart_stream.gallery.emoji_font import REQUIREMENT

from .checkout import ROOT, Json, manifest, read_json

PIN = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;]+)")


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    """Return the project file."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def pins(text: str) -> dict[str, str]:
    """Return the exact pins of a list of requirements."""
    return {
        match["name"].lower().replace("_", "-"): match["version"] for match in PIN.finditer(text)
    }


def pinned_for(home_assistant: str) -> dict[str, str]:
    """Return what is installed with the minimum or the newest Home Assistant."""
    return pins((ROOT / "requirements" / f"{home_assistant}.txt").read_text(encoding="utf-8"))


def changelog_head(text: str) -> str | None:
    """Return the version of the first entry of a changelog."""
    match = re.search(r"^## \[?(\d+\.\d+\.\d+)\]?(?:\s|$)", text, re.MULTILINE)
    return match[1] if match else None


def test_the_version_is_the_same_everywhere(project: dict[str, Any]) -> None:
    """The manifest, the project and the head of the changelog name one version."""
    head = changelog_head((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    assert {head, project["project"]["version"]} == {manifest()["version"]}


@pytest.mark.parametrize("home_assistant", ["minimum", "newest"])
def test_the_player_library_is_the_one_of_core(
    home_assistant: str, core_yoto: Json, project: dict[str, Any]
) -> None:
    """Core's own Yoto integration pins the same version: one environment holds only one."""
    ours = pins("\n".join(manifest()["requirements"]))["yoto-api"]
    assert pins("\n".join(core_yoto["requirements"]))["yoto-api"] == ours
    assert pins("\n".join(project["dependency-groups"]["integration"]))["yoto-api"] == ours
    assert pinned_for(home_assistant)["yoto-api"] == ours


def test_emoji_are_tested_with_the_font_that_is_fetched(project: dict[str, Any]) -> None:
    """It is no requirement of the manifest, so that nobody downloads it who draws none."""
    assert project["dependency-groups"]["emoji"] == [REQUIREMENT]
    assert REQUIREMENT not in manifest()["requirements"]
    assert pins(REQUIREMENT).items() <= pinned_for("minimum").items()


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, id=path.parts[len(ROOT.parts)])
        for path in sorted(
            ROOT.glob(
                ".venv*/lib/python*/site-packages/homeassistant/components/yoto/manifest.json"
            )
        )
    ],
)
def test_the_player_library_is_the_one_of_every_installed_core(path: Path) -> None:
    """The environments of this checkout hold the supported releases themselves."""
    assert set(read_json(path)["requirements"]) <= set(manifest()["requirements"])


@pytest.mark.parametrize("home_assistant", ["minimum", "newest"])
def test_every_requirement_is_tested_as_it_is_installed(home_assistant: str) -> None:
    """What the manifest asks for is what the tests run with."""
    asked = pins("\n".join(manifest()["requirements"]))
    tested = pinned_for(home_assistant)
    assert {name: tested.get(name) for name in asked} == asked


def test_requirements_fit_home_assistants_own_constraints() -> None:
    """Home Assistant refuses to install a version that it constrains otherwise."""
    constraints = Path(homeassistant.__path__[0]) / "package_constraints.txt"
    constrained = pins(constraints.read_text(encoding="utf-8"))
    asked = pins("\n".join(manifest()["requirements"]))
    assert {name: constrained.get(name, version) for name, version in asked.items()} == asked


def test_the_minimum_home_assistant_is_the_tested_one(project: dict[str, Any]) -> None:
    """HACS offers the integration to the release series that the tests run with."""
    offered = read_json(ROOT / "hacs.json")["homeassistant"]
    tested = pinned_for("minimum")["homeassistant"]
    year, month, patch = offered.split(".")
    assert tested.split(".")[:2] == [year, month]
    assert int(patch) <= int(tested.split(".")[2])
    assert f"homeassistant=={tested}" in project["dependency-groups"]["minimum"]


@pytest.mark.parametrize(
    ("text", "head"),
    [
        pytest.param("# Changelog\n\n## [1.2.0] - Unreleased\n\n## [1.1.0]", "1.2.0", id="two"),
        pytest.param("## 1.0.0\n", "1.0.0", id="bare"),
        pytest.param("## Unreleased\n", None, id="none"),
    ],
)
def test_the_head_of_a_changelog_is_found(text: str, head: str | None) -> None:
    """The first version heading counts."""
    assert changelog_head(text) == head
