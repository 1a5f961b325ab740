"""The page on the audio library: its examples run as they are printed, and nothing is left out."""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
import json
from pathlib import Path
import re
import shlex
from typing import Any, Final

from aiohttp import FormData
from homeassistant.components.tts.const import DATA_COMPONENT
import pytest

from custom_components.yoto_smart_stream.library.settings import LibrarySettings

from .shelf import Shelf
from .test_audio_speech import Parrot

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = (ROOT / "docs" / "audio.md").read_text(encoding="utf-8")
ENGLISH: Final = json.loads(
    (ROOT / "custom_components/yoto_smart_stream/translations/en.json").read_text(encoding="utf-8")
)
ACTIONS: Final = ("import_audio", "get_audio", "update_audio", "delete_audio")


@pytest.fixture
def more_components() -> tuple[str, ...]:
    """Ask for speech."""
    return ("tts",)


def examples() -> list[dict[str, Any]]:
    """Return the actions that the page prints."""
    from homeassistant.util.yaml import parse_yaml

    blocks = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    return [dict(read) for block in blocks if isinstance(read := parse_yaml(block), Mapping)]


async def follow(shelf: Shelf, number: int) -> tuple[str, dict[str, Any]]:
    """Do what the page prints, with the folder of the test in place of the family's."""
    example = examples()[number]
    data = json.loads(json.dumps(example["data"]).replace("/media", str(shelf.folder)))
    name = example["action"].removeprefix("yoto_smart_stream.")
    return name, await shelf.ask(name, **data)


async def test_the_examples_run_in_the_order_of_the_page(shelf: Shelf, tmp_path: Path) -> None:
    """Each finds what the ones before it have made."""
    await shelf.hass.data[DATA_COMPONENT].async_add_entities([Parrot(tmp_path)])
    await shelf.sound("stories/fox.m4a")
    await shelf.sound("stories/fox, second take.wav", source="sine=f=880:d=3,volume=2")
    assert len(examples()) == 8
    _, first = await follow(shelf, 0)
    assert (first["outcome"], first["title"], first["slug"]) == ("added", "The fox", "the-fox")
    _, folder = await follow(shelf, 1)
    assert [one["outcome"] for one in folder["audio"]] == ["added", "known"]
    assert folder["failed"] == []
    await shelf.ask("delete_audio", audio_id=folder["audio"][0]["slug"])
    _, other = await follow(shelf, 2)
    assert (other["audio_id"], other["outcome"]) == (first["audio_id"], "replaced")
    _, speech = await follow(shelf, 3)
    assert (speech["outcome"], speech["title"]) == ("added", "Good night")
    _, found = await follow(shelf, 4)
    assert (found["total"], found["audio"][0]["title"]) == (1, "The fox")
    _, changed = await follow(shelf, 5)
    assert (changed["author"], changed["title"]) == ("Ann", "The fox")
    _, deleted = await follow(shelf, 6)
    assert [one["title"] for one in deleted["audio"]] == ["The fox", "Good night"]
    _, restored = await follow(shelf, 7)
    assert restored["audio"][0]["trashed"] is None


async def test_the_upload_is_sent_as_printed(shelf: Shelf) -> None:
    """The fields and the address of the command are ours."""
    (command,) = re.findall(r"```shell\n(.*?)```", PAGE, re.DOTALL)
    words = shlex.split(command.replace("\\\n", " "))
    path = await shelf.sound("grandma.m4a")
    form = FormData(quote_fields=False)
    for word in [words[at + 1] for at, one in enumerate(words) if one == "-F"]:
        name, _, value = word.partition("=")
        if value.startswith("@"):
            content = await asyncio.to_thread(path.read_bytes)
            form.add_field(name, content, filename=value.removeprefix("@"))
        else:
            form.add_field(name, value)
    answer = await shelf.client.post(words[-1].removeprefix("$HOME_ASSISTANT"), data=form)
    assert answer.status == HTTPStatus.OK
    assert (await answer.json())["title"] == "Grandma reads"
    (found,) = await shelf.found(tags=["family"])
    assert found["tags"] == ["bedtime", "family"]


@pytest.mark.parametrize("action", ACTIONS)
def test_every_field_of_the_actions_is_on_the_page(action: str) -> None:
    """Whoever reads the page knows all that can be said."""
    assert f"yoto_smart_stream.{action}" in PAGE
    missing = [
        field
        for field in ENGLISH["services"][action]["fields"]
        if f"`{field}`" not in PAGE
        and not re.search(rf"^ +{field}:", PAGE, re.MULTILINE)
        and f"`{field}: " not in PAGE
    ]
    assert missing == []


def test_every_option_is_on_the_page() -> None:
    """With what it is at first."""
    settings = LibrarySettings()
    for name in ENGLISH["options"]["step"]["library"]["data"].values():
        assert f"| {name} |" in PAGE
    assert f"| {settings.upload_mib} MiB |" in PAGE
    assert f"| {settings.url_minutes} min |" in PAGE
    assert f"| {settings.profile.sample_rate} |" in PAGE
