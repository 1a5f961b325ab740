"""The examples of the README, run as they are printed."""

from collections.abc import Mapping
from pathlib import Path
import re
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.template import Template
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import parse_yaml
import pytest

from simulator.cloud.silence import make_silence

from . import Family, settle

README = Path(__file__).parents[2] / "README.md"


def examples() -> list[dict[str, Any]]:
    """Return the actions that the README prints."""
    blocks = re.findall(r"```yaml\n(.*?)```", README.read_text(), re.DOTALL)
    return [dict(example) for block in blocks if isinstance(example := parse_yaml(block), Mapping)]


@pytest.fixture
def songs(hass: HomeAssistant, tmp_path: Path) -> Path:
    """Return a media folder that holds the songs of the examples."""
    folder = tmp_path / "songs"
    folder.mkdir()
    for name in ("lullaby", "moon"):
        (folder / f"{name}.mp3").write_bytes(make_silence(name, 10))
    hass.config.media_dirs = {"local": str(tmp_path)}
    hass.config.allowlist_external_dirs = {str(tmp_path)}
    return tmp_path


async def test_a_player_begins_quietly(family: Family, hass: HomeAssistant) -> None:
    """The automation turns the volume down when a card goes in."""
    automation, *_ = examples()
    assert await async_setup_component(hass, "automation", {"automation": [automation]})
    await family.player.turn("left", 3)
    await settle(lambda: family.state("media_player").attributes["volume_level"] > 0.25)
    await family.player.insert("2Lght")
    await settle(lambda: family.state("media_player").attributes["volume_level"] == 0.25)


async def test_a_card_is_made_and_played(songs: Path, family: Family, hass: HomeAssistant) -> None:
    """What a family copies from the README works, with its own folder and player."""
    _, create, play = examples()
    data = {**create["data"]}
    data["media"] = [item.replace("/media/", f"{songs}/") for item in data["media"]]
    domain, action = create["action"].split(".")
    made = await hass.services.async_call(domain, action, data, blocking=True, return_response=True)
    variables = {create["response_variable"]: made}
    fields = {
        name: Template(str(value), hass).async_render(variables, parse_result=False)
        for name, value in play["data"].items()
    }
    assert play["target"] == {"entity_id": family.entity_id("media_player")}
    await family.act(play["action"], **fields)
    await family.shows("playing")
    state = family.state("media_player")
    assert state.attributes["card_id"] == fields["card_id"]
    assert state.attributes["chapter_key"] == "01"
    assert state.attributes["media_title"] == "lullaby"
