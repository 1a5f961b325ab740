"""The page about stories: its examples are run as they are printed, and it says what there is."""

from functools import partial
from pathlib import Path
import re
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import load_yaml_dict, parse_yaml
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service

from custom_components.yoto_smart_stream.const import DOMAIN
from custom_components.yoto_smart_stream.stories.reports import StoryReport
from custom_components.yoto_smart_stream.story_examples import EXAMPLES
from tests.audio.sound import make
from tests.stories.pack_archives import archive
from tests.story.formats.packs import FARM, assets

from . import Family, settle
from .concert import make_concert
from .diary import LIGHTHOUSE
from .storybook import Storybook
from .test_audio_speech import Parrot, more_components

__all__ = ["more_components"]

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = (ROOT / "docs" / "stories.md").read_text(encoding="utf-8")
SERVICES: Final = load_yaml_dict(str(ROOT / "custom_components/yoto_smart_stream/services.yaml"))
ACTIONS: Final = [
    name for name in SERVICES if "stor" in name.replace("restore", "") or name == "choose"
]
BLOCKS: Final = re.findall(r"```(yaml|twee)\n(.*?)```", PAGE, re.DOTALL)


def printed(key: str) -> list[dict[str, Any]]:
    """Return the examples that have a key, in their order."""
    read = [parse_yaml(text) for kind, text in BLOCKS if kind == "yaml"]
    return [dict(one) for one in read if isinstance(one, dict) and key in one]


@pytest.fixture
async def book(family: Family, tmp_path: Path) -> Storybook:
    """Return a family with an engine that speaks, and the file of the example."""
    from homeassistant.components.tts.const import DATA_COMPONENT

    await family.hass.data[DATA_COMPONENT].async_add_entities([Parrot(tmp_path)])
    family.hass.config.allowlist_external_dirs = {str(tmp_path)}
    (story,) = [text for kind, text in BLOCKS if kind == "yaml" and text.startswith("title:")]
    (tmp_path / "the_owl.yaml").write_text(story)
    return Storybook(family, await make_concert(family, tmp_path))


def _is_pack(example: dict[str, Any]) -> bool:
    """Tell whether an example imports a pack."""
    return str(example.get("data", {}).get("media", "")).endswith(".zip")


def _has_happened(book: Storybook, wanted: tuple[str, str]) -> bool:
    """Tell whether something was told of a story, by its type and node."""
    return wanted in book.happened("type", "node")


async def test_the_tutorial_does_what_it_says(
    book: Storybook, family: Family, hass: HomeAssistant, tmp_path: Path
) -> None:
    """One step after the other, as a family would go."""
    scenes = async_mock_service(hass, "scene", "turn_on")
    automations = printed("triggers")
    assert await async_setup_component(hass, "automation", {"automation": automations})
    answers: dict[str, Any] = {}
    *tutorial, reset, choose = [one for one in printed("action") if not _is_pack(one)]
    for example in tutorial:
        name = example["action"].removeprefix(f"{DOMAIN}.")
        data = {**example.get("data", {}), **example.get("target", {})}
        if "media" in data:
            data["media"] = data["media"].replace("/media/stories", str(tmp_path))
        answers[name] = await book.ask(name, **data)
    assert {one["severity"] for one in answers["save_story"]["findings"]} <= {"hint"}
    assert [one["node"] for one in answers["simulate_story"]["endings"]] == ["nest"]
    turns = answers["simulate_story"]["play_through"]["turns"]
    assert [one["node"] for one in turns] == ["tree", "dark", "tree", "shed", "tree", "nest"]
    assert len(answers["speak_story"]["spoken"]) == 4
    assert answers["publish_story"]["warnings"] == []
    await book.comes_to("tree")
    await family.player.press("left")
    await settle(lambda: ("story_node_entered", "shed") in book.happened("type", "node"))
    await settle(lambda: book.happened("type", "node")[-1] == ("story_node_entered", "tree"))
    await book.act("choose", choice="right")
    await book.comes_to("nest")
    await settle(lambda: bool(scenes))
    for example, node in ((reset, "tree"), (choose, "shed")):
        book.told.clear()
        name = example["action"].removeprefix(f"{DOMAIN}.")
        await book.ask(name, **example.get("data", {}), **example["target"])
        entered = ("story_node_entered", node)
        await settle(partial(_has_happened, book, entered))
    await family.player.insert(LIGHTHOUSE)
    await book.comes_to("tree")


async def test_the_story_of_twine_is_read(book: Storybook) -> None:
    """With its variable and its three kinds of links."""
    (twee,) = [text for kind, text in BLOCKS if kind == "twee"]
    saved = await book.ask("save_story", text=twee)
    assert (saved["title"], saved["format"], saved["nodes"]) == ("The gate", "twee", 3)
    assert saved["deliveries"]["native"]["possible"]
    assert [one["name"] for one in saved["variables"]] == ["bell"]


async def test_the_pack_is_imported(book: Storybook, tmp_path: Path) -> None:
    """With its audio, and with what the page says of the response."""
    (example,) = [one for one in printed("action") if _is_pack(one)]
    sounds = {
        name: make(tmp_path / name, source=f"sine=f={200 + 50 * number}:d=1,volume=2").read_bytes()
        for number, name in enumerate(sorted(assets(FARM)))
    }
    path = tmp_path / example["data"]["media"].removeprefix("/media/stories/")
    path.write_bytes(archive(FARM, sounds))
    saved = await book.ask(example["action"].removeprefix(f"{DOMAIN}."), media=str(path))
    assert (saved["outcome"], len(saved["audio"])) == ("created", len(sounds))
    assert any("Pictures" in one for one in saved["lost"])


@pytest.mark.parametrize("word", [*ACTIONS, *EXAMPLES, *StoryReport.__annotations__])
def test_everything_is_explained(word: str) -> None:
    """Actions, examples, and the fields of what is told."""
    assert f"`{word}`" in PAGE
