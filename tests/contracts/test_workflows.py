"""The workflows of continuous integration can be read, are safe, and call what exists."""

from pathlib import Path
import re

from homeassistant.util.yaml import parse_yaml
import pytest

from .checkout import COMPONENT, ROOT, Json, read_json, read_yaml
from .rules.workflows import steps, workflow_faults

GITHUB = ROOT / ".github"
WORKFLOWS = [
    pytest.param(path, id=path.stem) for path in sorted((GITHUB / "workflows").glob("*.yml"))
]


def parse(text: str) -> Json:
    """Return the workflow of a text."""
    workflow = parse_yaml(text)
    assert isinstance(workflow, dict)
    return workflow


@pytest.mark.parametrize("path", WORKFLOWS)
def test_a_workflow_is_safe(path: Path) -> None:
    """Actions are pinned, permissions are few, and nothing from outside gets into a script."""
    assert workflow_faults(read_yaml(path), path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", WORKFLOWS)
def test_a_workflow_calls_scripts_that_exist(path: Path) -> None:
    """Every script of ours that a step runs is there and can be run."""
    called = {
        name
        for step in steps(read_yaml(path))
        for name in re.findall(r"\bscripts/[\w-]+", step.get("run", ""))
    }
    assert [name for name in called if not (ROOT / name).stat().st_mode & 0o100] == []


def test_there_is_a_workflow_for_each_purpose() -> None:
    """Tests on both Home Assistants, Home Assistant's and HACS's validators, and the release."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in GITHUB.glob("workflows/*.yml")}
    assert set(texts) == {"test", "validate", "release"}
    assert "home-assistant/actions/hassfest@" in texts["validate"]
    assert "hacs/action@" in texts["validate"]


def test_both_home_assistants_are_tested() -> None:
    """Each file of requirements has its run."""
    matrix = read_yaml(GITHUB / "workflows" / "test.yml")["jobs"]["end-to-end"]["strategy"][
        "matrix"
    ]
    tested = {run["home-assistant"] for run in matrix["include"]}
    assert tested == {"minimum", "newest"}
    assert all((ROOT / "requirements" / f"{name}.txt").is_file() for name in tested)


def test_the_release_builds_the_archive_that_hacs_installs() -> None:
    """The archive's name comes from hacs.json, and its content is the integration's folder."""
    text = (GITHUB / "workflows" / "release.yml").read_text(encoding="utf-8")
    assert ".filename hacs.json" in text
    assert f"HEAD:{COMPONENT.relative_to(ROOT)}" in text
    assert read_json(ROOT / "hacs.json")["filename"] == f"{COMPONENT.name}.zip"


@pytest.mark.parametrize(
    "path", [pytest.param(path, id=path.stem) for path in sorted(GITHUB.rglob("*.yml"))]
)
def test_a_file_for_github_can_be_read_yaml(path: Path) -> None:
    """Forms, Dependabot's file and workflows are YAML mappings."""
    assert read_yaml(path)


GOOD = """
on: push
permissions: {}
jobs:
  test:
    timeout-minutes: 5
    permissions: {}
    steps:
      - uses: actions/checkout@0123456789012345678901234567890123456789 # v1.0.0
        with:
          persist-credentials: false
      - run: scripts/test
"""


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        pytest.param(
            "0123456789012345678901234567890123456789 # v1.0.0", "v1", "not pinned", id="tag"
        ),
        pytest.param(" # v1.0.0", "", "not pinned", id="no-comment"),
        pytest.param("permissions: {}\njobs", "jobs", "permissions are not empty", id="open"),
        pytest.param("    permissions: {}\n", "", "test does not say which", id="job"),
        pytest.param("    timeout-minutes: 5\n", "", "test may run for ever", id="timeout"),
        pytest.param("false", "true", "a checkout keeps", id="credentials"),
        pytest.param("scripts/test", "echo ${{ github.ref }}", "an expression is", id="injection"),
    ],
)
def test_an_unsafe_workflow_is_found(old: str, new: str, fault: str) -> None:
    """The rule reports planted faults, and nothing in a good workflow."""
    assert workflow_faults(parse(GOOD), GOOD) == []
    text = GOOD.replace(old, new)
    [found] = workflow_faults(parse(text), text)
    assert found.startswith(fault)
