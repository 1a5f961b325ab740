"""The examples on the page about icons and covers, run as they are printed."""

from collections.abc import Mapping
from pathlib import Path
import re
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.util.yaml import parse_yaml
from PIL import Image
import pytest

from . import Family

PAGE = Path(__file__).parents[2] / "docs" / "artwork.md"
TEXT = PAGE.read_text()


def examples() -> list[dict[str, Any]]:
    """Return the actions that the page prints."""
    blocks = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    return [dict(example) for block in blocks if isinstance(example := parse_yaml(block), Mapping)]


@pytest.fixture
def media(hass: HomeAssistant, tmp_path: Path) -> Path:
    """Return a folder with the pictures of the examples."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name in ("fox.png", "lighthouse.jpg"):
        Image.new("RGB", (90, 60), "orange").save(folder / name)
    hass.config.allowlist_external_dirs = {str(tmp_path)}
    return tmp_path


async def test_the_examples_work(media: Path, family: Family, hass: HomeAssistant) -> None:
    """Each responds with what the page says."""
    answers = []
    for example in examples():
        data = {
            key: value.replace("/media/", f"{media}/") if isinstance(value, str) else value
            for key, value in example["data"].items()
        }
        domain, action = example["action"].split(".")
        answer = await hass.services.async_call(
            domain, action, data, blocking=True, return_response=True
        )
        assert answer is not None
        answers.append(answer)
    found, made, rocket, drawn, fitted = answers
    icons = found["icons"]
    assert isinstance(icons, list)
    assert {icon["title"] for icon in icons if isinstance(icon, Mapping)} == {"Cat", "Moon"}
    assert drawn["titled"] is True
    assert (fitted["width"], fitted["height"]) == (520, 400)
    artwork = family.simulation.cloud.artwork
    assert [icon.title for icon in artwork.icons.values()] == ["Fox", "rocket"]
    assert len(artwork.covers) == 2
    assert rocket["uploaded"] is True
    said = {name for answer in answers for name in (*answer, *_names(answer.get("icons")))}
    assert not {name for name in said if f"`{name}`" not in TEXT}
    assert made["icon"] == f"yoto:#{made['media_id']}"


def _names(icons: object) -> set[str]:
    """Return what is said of an icon."""
    assert icons is None or isinstance(icons, list)
    return {str(name) for icon in icons or () for name in icon}
