"""The repository is one that HACS accepts, as far as its files show it.

The description, the topics and the issues of the repository are settings on GitHub: they are on
the checklist for a release in docs/development.md.
"""

from pathlib import Path
from typing import Any

import pytest

from .checkout import ROOT, manifest, read_json
from .rules.hacs import NEEDED_IN_MANIFEST, hacs_faults, licence_is_standard, structure_faults

OWNER = {"year": "2026", "holder": "Yoto Smart Stream contributors"}


def test_hacs_json_has_the_right_form() -> None:
    """Known keys only, and a name for the archive."""
    assert hacs_faults(read_json(ROOT / "hacs.json")) == []


def test_the_manifest_has_what_hacs_reads() -> None:
    """HACS shows these."""
    assert set(manifest()) >= NEEDED_IN_MANIFEST


def test_the_repository_holds_one_integration() -> None:
    """HACS installs exactly one folder, and shows its icon and the README."""
    assert structure_faults(ROOT) == []


def test_the_licence_is_the_standard_text() -> None:
    """GitHub recognises the licence."""
    assert licence_is_standard((ROOT / "LICENSE").read_text(encoding="utf-8"), **OWNER)


def test_a_changed_licence_is_found() -> None:
    """The rule reports a planted fault."""
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert not licence_is_standard(text.replace("free of charge", "for a fee"), **OWNER)
    assert not licence_is_standard(text, year="2025", holder=OWNER["holder"])


@pytest.mark.parametrize(
    ("hacs", "found"),
    [
        pytest.param({"name": "Box"}, [], id="right"),
        pytest.param({}, ["name is missing"], id="nameless"),
        pytest.param(
            {"name": "Box", "zip_release": True},
            ["filename is missing, which a release archive needs"],
            id="archive",
        ),
        pytest.param(
            {"name": "Box", "domains": ["sensor"]},
            ["domains is not a name that is allowed here"],
            id="retired-key",
        ),
    ],
)
def test_a_fault_in_hacs_json_is_found(hacs: dict[str, Any], found: list[str]) -> None:
    """The rule reports planted faults."""
    assert hacs_faults(hacs) == found


def test_a_wrong_structure_is_found(tmp_path: Path) -> None:
    """The rule reports a second integration, a missing README and a missing icon."""
    for name in ("music_box", "other"):
        (tmp_path / "custom_components" / name / "brand").mkdir(parents=True)
    (tmp_path / "custom_components" / "other" / "brand" / "icon.png").touch()
    assert structure_faults(tmp_path) == [
        "custom_components holds ['music_box', 'other'], not one folder",
        "there is no README.md",
        "music_box has no brand/icon.png",
    ]
