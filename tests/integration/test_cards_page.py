"""The page about cards: its examples are run as they are printed, and it says what there is."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
import re
import shutil
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.util.yaml import parse_yaml
import pytest
from yarl import URL

from custom_components.yoto_smart_stream.actions import cards
from custom_components.yoto_smart_stream.actions.card_addresses import (
    async_setup_card_address_action,
)
from custom_components.yoto_smart_stream.actions.card_fields import SAID
from custom_components.yoto_smart_stream.actions.card_listing import (
    async_setup_card_listing_actions,
)
from custom_components.yoto_smart_stream.actions.groups import async_setup_group_actions
from custom_components.yoto_smart_stream.actions.parcels import async_setup_parcel_actions
from custom_components.yoto_smart_stream.actions.uploads import async_setup_upload_actions
from custom_components.yoto_smart_stream.cards import limits
from custom_components.yoto_smart_stream.cloud.groups import MOST_GROUPS
from custom_components.yoto_smart_stream.const import DOMAIN

from . import Family
from .concert import Concert, make_concert
from .test_uploads import QUICK

PAGE = (Path(__file__).parents[2] / "docs" / "cards.md").read_text()


def examples() -> list[dict[str, Any]]:
    """Return what the page prints, in its order."""
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    return [dict(example) for block in blocks if isinstance(example := parse_yaml(block), Mapping)]


@pytest.fixture
async def concert(family: Family, tmp_path: Path) -> Concert:
    """Return a library with the audio of the examples, and the folder that they name."""
    concert = await make_concert(family, tmp_path, seconds=3)
    family.entry.runtime_data.account.uploads.patience = QUICK
    index = concert.catalog.collection.index
    for title, other in (("Ant", "The owl"), ("Bee", "The moon"), ("Cat", "The wind")):
        index.update(title, partial(replace, title=other))
    await concert.set("Bedtime", "The owl", "The moon")
    folder = tmp_path / "Winter"
    folder.mkdir()
    for name, title in (("02 Snow.mp3", "Dog"), ("10 Ice.mp3", "Elk")):
        shutil.copy(concert.catalog.collection.path(concert.songs[title]), folder / name)
    concert.hass.config.allowlist_external_dirs = {str(tmp_path)}
    return concert


async def test_the_examples_do_what_the_page_says(concert: Concert, tmp_path: Path) -> None:
    """One after the other, as a family would use them."""
    answers: list[tuple[str, dict[str, Any]]] = []
    for example in examples():
        action = example["action"].removeprefix(f"{DOMAIN}.")
        data = example["data"]
        if "folder" in data:
            data = {**data, "folder": str(tmp_path / Path(data["folder"]).name)}
        if action == "import_card":
            data = {**data, "media": answers[-1][1]["path"]}
        answers.append((action, await concert.act(action, **data)))
    made, folder, holidays, shown, changed, undone, versions, tuned, *others = (
        answer for _, answer in answers
    )
    uploaded, found, copied, deleted, exported, imported, group, no_group = others
    assert holidays["urls"][0].startswith("yoto:#")
    assert [one["outcome"] for one in uploaded["audio"]] == ["known", "uploaded"]
    assert len(made["urls"]) == 4
    whole = (await concert.act("get_cards", card_id=folder["card_id"]))["cards"][0]
    assert whole["title"] == "Winter"
    assert [chapter["title"] for chapter in whole["chapters"]] == ["Snow", "Ice"]
    assert await concert.heard(URL(folder["urls"][1]).path) == concert.content("Elk")
    assert shown["card_id"] is None
    assert shown["problems"] == []
    assert "/new/" in shown["urls"][0]
    assert {one["what"] for one in changed["changes"]} == {"description", "chapter"}
    assert undone["card_id"] == made["card_id"]
    assert len(undone["urls"]) == 4
    assert len(versions["versions"]) == 2
    assert tuned["warnings"] == []
    assert [one["card_id"] for one in found["cards"]] == [made["card_id"]]
    assert copied["card_id"] == deleted["card_id"]
    assert Path(exported["path"]).parent == tmp_path / "kept"
    assert exported["warnings"] == imported["warnings"] == []
    assert imported["title"] == "Songs from Nana"
    assert [one["outcome"] for one in imported["audio"]] == ["known"] * exported["audio"]
    assert [card["title"] for card in group["cards"]] == ["Songs for the car", "Winter"]
    assert no_group["group_id"] == group["group_id"]


async def test_every_action_is_explained(hass: HomeAssistant) -> None:
    """The table has all of them."""
    cards.async_setup_card_actions(hass)
    async_setup_card_listing_actions(hass)
    async_setup_card_address_action(hass)
    async_setup_group_actions(hass)
    async_setup_parcel_actions(hass)
    async_setup_upload_actions(hass)
    actions = hass.services.async_services()[DOMAIN]
    assert [name for name in actions if f"| `{name}` |" not in PAGE] == []


@pytest.mark.parametrize("field", [str(field) for field in SAID])
def test_every_field_is_explained(field: str) -> None:
    """What is said of a card, and how it is played."""
    assert f"`{field}`" in PAGE or f"{field}:" in PAGE


def test_the_limits_are_those_that_are_checked() -> None:
    """The numbers in the table, and in the text."""
    assert f"A family can have {MOST_GROUPS} groups." in PAGE
    assert f"| Tracks of a card | {limits.TRACKS} |" in PAGE
    assert f"{limits.TRACK_MB} MB, {limits.TRACK_MINUTES} minutes" in PAGE
    assert f"{limits.CARD_MB} MB |" in PAGE
