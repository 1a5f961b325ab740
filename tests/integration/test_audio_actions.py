"""Finding, changing and deleting what is in the library."""

import asyncio
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.util import dt as dt_util
from homeassistant.util.file import WriteError
from PIL import Image
import pytest
import voluptuous as vol

from custom_components.yoto_smart_stream.library.catalog import INDEX_KEY
from custom_components.yoto_smart_stream.library.item import User, UserKind

from .shelf import Shelf


@pytest.fixture
async def stories(shelf: Shelf) -> dict[str, str]:
    """Return the ids of a few items, by title."""
    ids = {}
    for number, (title, author, tags) in enumerate(
        [
            ("The fox", "Ann", ["bedtime", "animals"]),
            ("The owl", "Ben", ["bedtime"]),
            ("A song of a fox", "Ann", ["music"]),
        ]
    ):
        path = await shelf.sound(f"{number}.wav", source=f"sine=f={300 + number}:d=1,volume=2")
        came = await shelf.ask(
            "import_audio", media=str(path), title=title, author=author, tags=tags
        )
        ids[title] = came["audio_id"]
    return ids


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        pytest.param({}, ["A song of a fox", "The fox", "The owl"], id="all"),
        pytest.param({"query": "fox"}, ["A song of a fox", "The fox"], id="words"),
        pytest.param({"query": "the"}, ["The fox", "The owl"], id="titles first"),
        pytest.param({"tags": "bedtime"}, ["The fox", "The owl"], id="a tag"),
        pytest.param({"tags": ["Bedtime", "animals"]}, ["The fox"], id="tags"),
        pytest.param({"author": "ann", "query": "song"}, ["A song of a fox"], id="author"),
        pytest.param({"limit": 1, "offset": 1}, ["The fox"], id="a page"),
        pytest.param({"query": "wolf"}, [], id="nothing"),
    ],
)
async def test_items_are_found(
    shelf: Shelf, stories: dict[str, str], asked: dict[str, Any], found: list[str]
) -> None:
    """By words, tags and authors, a page at a time."""
    response = await shelf.ask("get_audio", **asked)
    assert sorted(one["title"] for one in response["audio"]) == found
    assert response["total"] == (3 if "limit" in asked else len(found))


@pytest.mark.parametrize("key", ["The owl", "the owl!", "the-owl"])
async def test_one_item_is_found_by_any_name(
    shelf: Shelf, stories: dict[str, str], key: str
) -> None:
    """By title or slug, and by its id."""
    for name in (key, stories["The owl"]):
        (found,) = await shelf.found(audio_id=name)
        assert found["audio_id"] == stories["The owl"]


async def test_an_unknown_or_ambiguous_name_is_explained(
    shelf: Shelf, stories: dict[str, str]
) -> None:
    """With what tells the items apart."""
    with pytest.raises(ServiceValidationError, match="no audio wolf"):
        await shelf.found(audio_id="wolf")
    await shelf.ask("update_audio", audio_id="The owl", title="The fox")
    with pytest.raises(ServiceValidationError, match=r"several.*the-fox, the-owl"):
        await shelf.found(audio_id="The fox")
    with pytest.raises(ServiceValidationError, match="Leave out query"):
        await shelf.found(audio_id="the-fox", query="fox")


async def test_what_is_said_of_an_item_is_changed(shelf: Shelf, stories: dict[str, str]) -> None:
    """What is left out stays, what is empty goes; the slug stays in any case."""
    changed = await shelf.ask(
        "update_audio",
        audio_id="The fox",
        title="The red fox",
        tags=["red", "Red", "bedtime"],
        description="A fox.\nIt is red.",
        transcript="Once upon a time.",
        icon="yoto:#fox",
    )
    assert (changed["title"], changed["slug"]) == ("The red fox", "the-fox")
    assert (changed["author"], changed["tags"]) == ("Ann", ["Red", "bedtime"])
    assert changed["description"] == "A fox.\nIt is red."
    assert (changed["transcript"], changed["icon"]) == ("Once upon a time.", "yoto:#fox")
    emptied = await shelf.ask(
        "update_audio", audio_id="The red fox", author="", tags=[], description=None, icon=" "
    )
    assert (emptied["author"], emptied["tags"]) == (None, [])
    assert (emptied["description"], emptied["icon"]) == (None, None)
    assert emptied["transcript"] == "Once upon a time."
    with pytest.raises(ServiceValidationError, match="needs at least one sign"):
        await shelf.ask("update_audio", audio_id="the-fox", title=" ")


async def test_an_item_gets_a_picture_and_loses_it(shelf: Shelf, stories: dict[str, str]) -> None:
    """A picture of the allowed folders, which is copied into the library."""
    picture = shelf.folder / "fox.png"
    await asyncio.to_thread(Image.new("RGB", (8, 8), "red").save, picture)
    changed = await shelf.ask("update_audio", audio_id="The fox", cover=str(picture))
    assert changed["has_cover"] is True
    cover = shelf.catalog.collection.index.get("the-fox").details.cover
    assert cover is not None
    path = shelf.catalog.collection.storage.path(cover)
    assert await asyncio.to_thread(path.read_bytes) == await asyncio.to_thread(picture.read_bytes)
    changed = await shelf.ask("update_audio", audio_id="The fox", cover=None)
    assert changed["has_cover"] is False
    assert not path.exists()
    assert await shelf.leftovers() == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"no picture", "is no picture", id="a text"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(10 * 1024 * 1024), "more than 10 MiB", id="big"),
        pytest.param(None, "is no picture", id="missing"),
    ],
)
async def test_what_is_no_picture_is_explained(
    shelf: Shelf, stories: dict[str, str], content: bytes | None, said: str
) -> None:
    """And nothing else is changed."""
    path = shelf.folder / "fox.png"
    if content is not None:
        await shelf.write("fox.png", content)
    with pytest.raises(ServiceValidationError, match=said):
        await shelf.ask("update_audio", audio_id="The fox", title="Other", cover=str(path))
    with pytest.raises(ServiceValidationError, match="is no picture"):
        await shelf.ask("update_audio", audio_id="The fox", cover=str(shelf.folder))
    assert {one["title"] for one in await shelf.found()} == set(stories)
    assert await shelf.leftovers() == []


async def test_what_is_deleted_comes_back_from_the_trash(
    shelf: Shelf, stories: dict[str, str]
) -> None:
    """With everything that was said of it."""
    deleted = await shelf.ask("delete_audio", audio_id=["The fox", "the-owl"])
    assert [one["title"] for one in deleted["audio"]] == ["The fox", "The owl"]
    assert deleted["audio"][0]["trashed"] is not None
    assert [one["title"] for one in await shelf.found()] == ["A song of a fox"]
    trash = await shelf.found(trash=True, query="owl")
    assert [one["title"] for one in trash] == ["The owl"]
    (alone,) = await shelf.found(trash=True, audio_id="The owl")
    assert alone["audio_id"] == stories["The owl"]
    await shelf.ask("delete_audio", audio_id="The fox", restore=True)
    (found,) = await shelf.found(audio_id="The fox")
    assert (found["audio_id"], found["author"]) == (stories["The fox"], "Ann")
    assert await shelf.content(found)


async def test_all_that_are_named_are_deleted_or_none(
    shelf: Shelf, stories: dict[str, str]
) -> None:
    """A wrong name does not leave half of the work."""
    with pytest.raises(ServiceValidationError, match="no audio wolf"):
        await shelf.ask("delete_audio", audio_id=["The fox", "wolf"])
    assert len(await shelf.found()) == 3


async def test_what_is_used_is_not_deleted_without_force(
    shelf: Shelf, stories: dict[str, str]
) -> None:
    """The users are named, by a name that people know where there is one."""
    index = shelf.catalog.collection.index
    index.use(User(kind=UserKind.STREAM, reference="01X"), [stories["The fox"]])
    index.use(User(kind=UserKind.CARD, reference="4Drum"), [stories["The fox"]])
    shelf.catalog.async_name_users(UserKind.STREAM, {"01X": "Bedtime"}.get)
    with pytest.raises(ServiceValidationError, match="The fox is used by card 4Drum, stream Bedt"):
        await shelf.ask("delete_audio", audio_id=["The owl", "The fox"])
    assert len(await shelf.found()) == 3
    await shelf.ask("delete_audio", audio_id="The fox", force=True)
    assert len(await shelf.found()) == 2
    with pytest.raises(ServiceValidationError, match="for deleting only"):
        await shelf.ask("delete_audio", audio_id="The fox", force=True, restore=True)


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("get_audio", {"limit": 0}),
        ("get_audio", {"offset": -1}),
        ("update_audio", {"title": "A"}),
        ("import_audio", {"options": "loud", "text": "a"}),
    ],
)
async def test_fields_of_the_wrong_kind_are_refused(
    shelf: Shelf, action: str, fields: dict[str, Any]
) -> None:
    """As everywhere in Home Assistant."""
    with pytest.raises(vol.Invalid):
        await shelf.ask(action, **fields)


async def test_a_change_that_cannot_be_saved_is_told(
    shelf: Shelf, stories: dict[str, str], hass_storage: dict[str, Any]
) -> None:
    """Since it would be gone after a restart; it is written as soon as that is possible."""
    full = WriteError("No space left on device")
    with (
        patch("homeassistant.helpers.storage.Store._async_write_data", side_effect=full),
        pytest.raises(HomeAssistantError, match="could not be saved"),
    ):
        await shelf.ask("update_audio", audio_id="The fox", title="Other")
    await shelf.catalog.async_save()
    kept = hass_storage[INDEX_KEY]["data"]["items"]
    assert "Other" in {record["title"] for record in kept}


async def test_the_trash_says_when_an_item_came_there(
    shelf: Shelf, stories: dict[str, str]
) -> None:
    """So that an automation can warn before it is gone."""
    await shelf.ask("delete_audio", audio_id="The fox")
    (found,) = await shelf.found(trash=True)
    trashed = dt_util.parse_datetime(found["trashed"])
    assert trashed is not None
    assert dt_util.utcnow() - trashed < timedelta(minutes=1)
