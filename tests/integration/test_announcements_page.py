"""The page on announcements: its examples run as they are printed."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
import re
from typing import Any

from homeassistant.components.tts.const import DATA_COMPONENT
from homeassistant.core import Event, EventStateChangedData
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.util.yaml import parse_yaml
import pytest

from . import Family, settle
from .concert import make_concert
from .test_audio_speech import Parrot

PAGE = Path(__file__).parents[2] / "docs" / "announcements.md"
TITLES = ("Dinner is ready.", "Doorbell", "Time to brush your teeth.", "Bee")
"""What the media player shows with each of the examples."""


@pytest.fixture
def more_components() -> tuple[str, ...]:
    """Ask for speech."""
    return ("tts",)


def examples() -> list[dict[str, Any]]:
    """Return the actions that the page prints."""
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return [dict(read) for block in blocks if isinstance(read := parse_yaml(block), Mapping)]


async def test_the_examples_run(family: Family, tmp_path: Path) -> None:
    """Each is announced on the player that it names."""
    await family.hass.data[DATA_COMPONENT].async_add_entities([Parrot(tmp_path)])
    concert = await make_concert(family, tmp_path, seconds=3)
    bee = f"media-source://yoto_smart_stream/library/{concert.songs['Bee'].audio_id}"
    shown: list[str | None] = []

    def note(event: Event[EventStateChangedData]) -> None:
        """Note which title is shown."""
        state = event.data["new_state"]
        shown.append(None if state is None else state.attributes.get("media_title"))

    async_track_state_change_event(family.hass, family.entity_id("media_player"), note)
    for example, title in zip(examples(), TITLES, strict=True):
        domain, action = example["action"].split(".")
        data = {**example["data"]}
        if "media_content_id" in data:
            data["media_content_id"] = bee
        await family.hass.services.async_call(
            domain, action, {**data, **example["target"]}, blocking=True
        )
        await settle(partial(shown.__contains__, title))
        await family.shows("idle")
