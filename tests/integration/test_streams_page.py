"""The page about streams: its examples are run as they are printed, and it says what there is."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
import re
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import parse_yaml
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service
from yarl import URL

from custom_components.yoto_smart_stream.actions.streams import async_setup_stream_actions
from custom_components.yoto_smart_stream.const import DOMAIN
from custom_components.yoto_smart_stream.heard.reports import EVENT, StreamReport
from custom_components.yoto_smart_stream.streaming.stream import PlayMode, SeedPolicy

from . import Family, settle
from .concert import Concert, make_concert

PAGE = (Path(__file__).parents[2] / "docs" / "streams.md").read_text()


def examples() -> list[dict[str, Any]]:
    """Return what the page prints, in its order."""
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    return [dict(example) for block in blocks if isinstance(example := parse_yaml(block), Mapping)]


@pytest.fixture
async def concert(hass_storage: dict[str, Any], family: Family, tmp_path: Path) -> Concert:
    """Return a library with the audio of the examples."""
    concert = await make_concert(family, tmp_path)
    index = concert.catalog.collection.index
    for title, other in (("Ant", "The owl"), ("Bee", "The moon"), ("Cat", "The wind")):
        index.update(title, partial(replace, title=other))
    return concert


async def test_the_examples_do_what_the_page_says(concert: Concert, hass: HomeAssistant) -> None:
    """One after the other, as a family would use them."""
    scenes = async_mock_service(hass, "scene", "turn_on")
    answers: dict[str, Any] = {}
    heard: list[bytes] = []
    for example in examples():
        if "triggers" in example:
            assert await async_setup_component(hass, "automation", {"automation": [example]})
            hass.bus.async_fire(EVENT, {"type": "item_changed", "title": "The moon"})
            await settle(lambda: bool(scenes))
            continue
        domain, action = example["action"].split(".")
        answers[action] = await hass.services.async_call(
            domain, action, example.get("data", {}), blocking=True, return_response=True
        )
        if "get_stream_url" in answers and action in {"get_stream_url", "edit_stream"}:
            heard.append(await concert.heard(URL(answers["get_stream_url"]["url"]).path))
    assert heard == [
        concert.joined("Ant", "Bee", gap=1),
        concert.joined("Cat", "Ant", "Bee", gap=1),
    ]
    assert answers["create_stream_card"]["card_id"] in answers["delete_stream"]["cards"]
    assert answers["delete_stream"]["removed_from"] == ["Anytime"]
    found = {stream["name"]: stream for stream in answers["get_streams"]["streams"]}
    assert found["Anytime"]["rules"][0]["start"] == "18:30:00"
    assert found["Bedtime"]["problem"] is None


def test_every_action_is_used_or_explained(hass: HomeAssistant) -> None:
    """The table has all of them."""
    async_setup_stream_actions(hass)
    actions = hass.services.async_services()[DOMAIN]
    assert [name for name in actions if f"| `{name}` |" not in PAGE] == []


@pytest.mark.parametrize("word", [*PlayMode, *SeedPolicy, *StreamReport.__annotations__])
def test_every_word_is_explained(word: str) -> None:
    """Modes, seeds and the data of the event."""
    assert f"`{word}`" in PAGE
