"""The page on players: its examples run as they are printed, and nothing is left out of it."""

from collections.abc import Mapping
import json
from pathlib import Path
import re
from typing import Any, Final

from homeassistant.util.yaml import load_yaml_dict
import pytest

from simulator.world import Json

from . import Family, settle

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = (ROOT / "docs" / "players.md").read_text(encoding="utf-8")
OTHER_PAGES: Final = (ROOT / "docs" / "audio-work.md").read_text(encoding="utf-8")
ANNOUNCEMENTS: Final = (ROOT / "docs" / "announcements.md").read_text(encoding="utf-8")
STORIES: Final = (ROOT / "docs" / "stories.md").read_text(encoding="utf-8")
ENGLISH: Final = json.loads(
    (ROOT / "custom_components/yoto_smart_stream/translations/en.json").read_text(encoding="utf-8")
)
RAINY_DAY: Final = "4Drum"


SERVICES: Final = load_yaml_dict(str(ROOT / "custom_components/yoto_smart_stream/services.yaml"))


def examples(page: str = PAGE) -> list[dict[str, Any]]:
    """Return the actions that the page prints."""
    from homeassistant.util.yaml import parse_yaml

    blocks = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    return [dict(read) for block in blocks if isinstance(read := parse_yaml(block), Mapping)]


async def follow(family: Family, name: str) -> None:
    """Do what the page prints for an action."""
    (example,) = [one for one in examples() if one["action"].split(".")[1] == name]
    assert example["target"] == {"entity_id": family.entity_id("media_player")}
    domain, action = example["action"].split(".")
    await family.hass.services.async_call(
        domain, action, {**example.get("data", {}), **example["target"]}, blocking=True
    )


def config(family: Family) -> dict[str, Json]:
    """Return the settings of the first player as Yoto has them."""
    return family.simulation.world.devices[family.player_id].config


async def plays(family: Family, chapter_key: str) -> None:
    """Wait until the player plays a chapter of the card that the page names."""
    await settle(
        lambda: (
            (playing := family.player.view()["playing"]) is not None
            and isinstance(playing, dict)
            and (playing["card_id"], playing["chapter_key"]) == (RAINY_DAY, chapter_key)
        )
    )


async def test_a_card_is_played_by_its_title(family: Family) -> None:
    """The player plays it from its first chapter."""
    await follow(family, "play_media")
    await plays(family, "01")


async def test_a_part_of_a_card_is_played(family: Family) -> None:
    """The player plays the chapter that was named."""
    await follow(family, "play_card")
    await plays(family, "02")


async def test_a_sleep_timer_is_set(family: Family) -> None:
    """Its end is known."""
    await follow(family, "set_sleep_timer")
    await family.shows("20", "number", "sleep_timer")


async def test_an_alarm_is_made_and_deleted(family: Family) -> None:
    """Yoto has it, and then has it no longer."""
    await follow(family, "set_alarm")
    assert config(family)["alarms"] == [f"1111100,07:00,{RAINY_DAY},,,6,1"]
    await follow(family, "delete_alarm")
    assert config(family)["alarms"] == []


async def test_shortcuts_are_set(family: Family) -> None:
    """A press on the right knob plays the card, with nothing in the slot."""
    await follow(family, "set_shortcuts")
    await family.player.press("right")
    await plays(family, "01")


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("set_bluetooth", "bluetooth/on"),
        ("show_icon", "display/preview"),
        ("refresh", "status/request"),
    ],
)
async def test_players_get_what_the_page_says(family: Family, name: str, path: str) -> None:
    """The player has obeyed."""

    def obeyed() -> int:
        entries = family.simulation.world.log
        return sum(entry["kind"] == "command" and entry.get("path") == path for entry in entries)

    before = obeyed()
    await follow(family, name)
    await settle(lambda: obeyed() > before)


def test_every_entity_is_on_the_page() -> None:
    """A family finds each name that it sees in Home Assistant."""
    named = {
        (platform, key): entity["name"].split(" {")[0]
        for platform, entities in ENGLISH["entity"].items()
        for key, entity in entities.items()
        # Streams are called as the family calls them.
        if entity.get("name", "{").partition("{")[0]
    }
    assert [key for key, name in named.items() if name not in PAGE + OTHER_PAGES] == []


def test_every_action_on_players_is_on_the_page() -> None:
    """The page has an example of each, but for those that have a page of their own."""
    shown = {
        example["action"]
        for example in examples(PAGE + ANNOUNCEMENTS + STORIES)
        if "action" in example
    }
    known = {f"yoto_smart_stream.{name}" for name, action in SERVICES.items() if "target" in action}
    assert known - shown == set()
