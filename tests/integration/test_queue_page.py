"""The page on the queue: its examples run as they are printed, and it says what there is."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
import re
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import parse_yaml
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service

from custom_components.yoto_smart_stream.live.reports import (
    EVENT,
    ITEM_SKIPPED,
    ITEMS_LEFT_OUT,
    QueueReport,
)
from custom_components.yoto_smart_stream.opening.playlist import MOST_ENTRIES
from custom_components.yoto_smart_stream.program.item import SkipReason
from tests.audio.sound import make

from . import Family, settle
from .concert import Concert, make_concert
from .jukebox import line_up, play, plays, song

PAGE = (Path(__file__).parents[2] / "docs" / "queue.md").read_text(encoding="utf-8")


def examples(action: str) -> list[Mapping[str, Any]]:
    """Return what the page prints of an action, in its order."""
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    printed = [one for block in blocks if isinstance(one := parse_yaml(block), Mapping)]
    return [one for one in printed if one.get("action") == action]


async def run(family: Family, example: Mapping[str, Any]) -> None:
    """Do what is printed."""
    domain, action = str(example["action"]).split(".")
    assert example["target"] == {"entity_id": family.entity_id("media_player")}
    await family.hass.services.async_call(
        domain, action, {**example["data"], **example["target"]}, blocking=True
    )


@pytest.fixture
def more_components(hass: HomeAssistant, tmp_path: Path) -> tuple[str, ...]:
    """Ask for media in a folder."""
    hass.config.media_dirs = {"local": str(tmp_path)}
    return ()


@pytest.fixture
async def concert(family: Family, tmp_path: Path) -> Concert:
    """Return songs that are long enough to do something with them."""
    return await make_concert(family, tmp_path, seconds=60)


async def test_the_examples_run(family: Family, concert: Concert, tmp_path: Path) -> None:
    """A song comes last, is gone to the middle of, and a folder takes the place of all."""
    lullabies = tmp_path / "lullabies"
    lullabies.mkdir()
    await asyncio.to_thread(make, lullabies / "sleep.wav", source="sine=f=300:d=60")
    added, folder = examples("media_player.play_media")
    (wound,) = examples("media_player.media_seek")
    await line_up(concert, "Ant")
    await plays(family, "Ant")
    await run(family, added)
    assert family.state("media_player").attributes["queue"] == ["Ant", "Bee"]
    await run(family, wound)
    second = wound["data"]["seek_position"]
    await settle(lambda: family.state("media_player").attributes["media_position"] >= second)
    await run(family, folder)
    await plays(family, "sleep")


async def test_the_automation_says_what_was_left_out(
    family: Family, concert: Concert, tmp_path: Path
) -> None:
    """In the words of the event."""
    hass = family.hass
    said = async_mock_service(hass, "persistent_notification", "create")
    (block,) = re.findall(r"```yaml\n(alias:.*?)```", PAGE, re.DOTALL)
    assert await async_setup_component(hass, "automation", {"automation": [parse_yaml(block)]})
    path = await asyncio.to_thread(make, tmp_path / "gone.wav", source="sine=f=300:d=60")
    await line_up(concert, "Ant", "Bee")
    await plays(family, "Ant")
    await play(family, "media-source://media_source/local/gone.wav", "add")
    await asyncio.to_thread(path.unlink)
    await play(family, song(concert, "Cat"), "add")
    for title in ("Bee", "Cat"):
        await family.player.press("right")
        await plays(family, title)
    await settle(lambda: bool(said))
    assert said[0].data["title"] == "Kitchen left something out"
    assert said[0].data["message"].startswith("There is no file for gone.")


def test_the_page_says_what_there_is() -> None:
    """Every field of the event, every type and reason, and how much fits."""
    assert f"`{EVENT}`" in PAGE
    for word in (*QueueReport.__annotations__, ITEM_SKIPPED, ITEMS_LEFT_OUT, *SkipReason):
        assert f"`{word}`" in PAGE
    assert f"up to {MOST_ENTRIES} items" in PAGE
