"""The page on working on audio: its examples run as they are printed, and nothing is left out."""

import asyncio
from collections.abc import Mapping
import json
from pathlib import Path
import re
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest

from custom_components.yoto_smart_stream.library.catalog import Catalog, async_get_catalog
from custom_components.yoto_smart_stream.library.importing import Import
from custom_components.yoto_smart_stream.library.item import Source, SourceKind
from custom_components.yoto_smart_stream.library_page.job_events import EVENT_JOB
from tests.audio.sound import make

from . import Family, settle
from .test_audio_work import SENTENCES, Ear, call, ear, ears

__all__ = ["ear", "ears"]

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = (ROOT / "docs" / "audio-work.md").read_text(encoding="utf-8")
OWN: Final = {"cancel_job", "preview_audio", "split_audio", "stitch_audio", "transcribe_audio"}


def examples() -> list[dict[str, Any]]:
    """Return what the page prints."""
    from homeassistant.util.yaml import parse_yaml

    blocks = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    return [dict(read) for block in blocks if isinstance(read := parse_yaml(block), Mapping)]


async def follow(hass: HomeAssistant, name: str) -> dict[str, Any]:
    """Do what the page prints for an action, and return its response."""
    [example] = [one for one in examples() if one.get("action", "").endswith(f".{name}")]
    return await call(hass, name, **example.get("data", {}))


@pytest.fixture
async def catalog(family: Family) -> Catalog:
    """Return the library that the page speaks of."""
    catalog = await async_get_catalog(family.hass)
    folder = Path(family.hass.config.config_dir)
    for title, source in (
        ("The fox", "sine=f=440:d=5,volume=2"),
        ("The hare", "sine=f=660:d=8,volume=2"),
        ("Stories on a tape", SENTENCES),
    ):
        path = await asyncio.to_thread(make, folder / "source.wav", source=source)
        wanted = Import(path=path, source=Source(kind=SourceKind.FILE), title=title)
        await catalog.importer().run(wanted)
    return catalog


async def test_items_are_joined(hass: HomeAssistant, catalog: Catalog) -> None:
    """The new item is as long as both with the silence."""
    answer = await follow(hass, "stitch_audio")
    assert answer["title"] == "Good night"
    assert answer["duration"] == pytest.approx(15, abs=0.3)
    assert catalog.collection.index.get("Good night").details.tags == ("bedtime",)


async def test_an_item_is_split(hass: HomeAssistant, catalog: Catalog) -> None:
    """Each story is an item."""
    answer = await follow(hass, "split_audio")
    assert [one["title"] for one in answer["audio"]] == [
        f"Stories on a tape {number}" for number in (1, 2, 3)
    ]


async def test_a_clip_is_heard(hass: HomeAssistant, family: Family, catalog: Catalog) -> None:
    """By anybody who has its address."""
    answer = await follow(hass, "preview_audio")
    assert (await family.client.get(answer["url"])).status == 200


async def test_speech_is_written_down(hass: HomeAssistant, ear: Ear, catalog: Catalog) -> None:
    """The text stays with the item."""
    answer = await follow(hass, "transcribe_audio")
    assert answer["transcript"] == catalog.collection.index.get("The fox").details.transcript


async def test_the_automation_hears_of_a_job_that_failed(
    hass: HomeAssistant, catalog: Catalog
) -> None:
    """It shows the reason; the job before it was cancelled, which is no failure."""
    [automation] = [one for one in examples() if "triggers" in one]
    assert automation["triggers"][0]["event_type"] == EVENT_JOB
    heard: list[dict[str, Any]] = []
    hass.services.async_register(
        "persistent_notification", "create", lambda one: heard.append(dict(one.data))
    )
    assert await async_setup_component(hass, "automation", {"automation": [automation]})

    async def endless(_: object) -> dict[str, Any]:
        await asyncio.Event().wait()
        return {}

    catalog.jobs.add(kind="split", owner="me", title="Endless", body=endless)
    assert (await follow(hass, "cancel_job"))["title"] == "Endless"
    catalog.collection.path(catalog.collection.index.get("The fox")).unlink()
    with pytest.raises(Exception, match="The fox"):
        await follow(hass, "stitch_audio")
    await settle(lambda: bool(heard))
    assert [one["title"] for one in heard] == ["Good night"]
    assert "The fox" in heard[0]["message"]


def test_every_action_is_on_the_page() -> None:
    """With an example, and with each of its fields."""
    shown = {example["action"].split(".")[1] for example in examples() if "action" in example}
    assert shown == OWN
    english = json.loads(
        (ROOT / "custom_components/yoto_smart_stream/translations/en.json").read_text("utf-8")
    )
    for name in OWN - {"preview_audio"}:
        for field in english["services"][name]["fields"]:
            assert f"`{field}`" in PAGE, field
    assert f"| {english['entity']['sensor']['library_job']['name']} |" in PAGE
