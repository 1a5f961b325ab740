"""A family imports a pack of Lunii STUdio: it becomes a story, with its audio in the library."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import pytest

from custom_components.yoto_smart_stream.stories.pack_importing import PackImport
from custom_components.yoto_smart_stream.stories.shelf import async_get_shelf
from custom_components.yoto_smart_stream.sure_store import NotWrittenError
from tests.audio.sound import make
from tests.stories.pack_archives import archive
from tests.story.formats.packs import FARM, Raw, options, pack, stage, to

from .shelf import Shelf

PITCHES: Final = {
    name: 200 + 50 * number
    for number, name in enumerate(
        ("cover.mp3", "question.mp3", "cow.mp3", "duck.mp3", "pig.mp3", "milk.ogg")
    )
}
TITLE: Final = "Who goes there?"


@pytest.fixture(scope="session")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the audio of the farm; two of its files are the same."""
    folder = tmp_path_factory.mktemp("farm")
    made = {
        name: make(folder / name, source=f"sine=f={pitch}:d=1,volume=2").read_bytes()
        for name, pitch in PITCHES.items()
    }
    return {**made, "pond.ogg": made["milk.ogg"]}


@pytest.fixture
async def farm(shelf: Shelf, sounds: dict[str, bytes]) -> Path:
    """Return a pack in a folder that may be imported from."""
    return await shelf.write("farm.zip", archive(FARM, sounds))


async def library(shelf: Shelf) -> list[str]:
    """Return the titles of what is in the library."""
    return sorted(one["title"] for one in await shelf.found())


async def is_untouched(shelf: Shelf) -> bool:
    """Return whether nothing is there: no story, no audio, no file, no job that goes on."""
    index = shelf.catalog.collection.index
    stories = (await shelf.ask("get_stories"))["stories"]
    return not any([*index.items, *index.trash, *stories, *await shelf.leftovers()])


async def test_a_pack_becomes_a_story(shelf: Shelf, farm: Path) -> None:
    """With its audio, each once; what could not be kept is said."""
    saved = await shelf.ask("save_story", media=str(farm))
    assert (saved["outcome"], saved["title"], saved["slug"]) == (
        "created",
        TITLE,
        "who-goes-there",
    )
    assert (saved["format"], saved["nodes"], saved["start"]) == ("yaml", 8, "cover")
    assert [(one["title"], one["outcome"]) for one in saved["audio"]] == [
        (f"{TITLE}: {name}", "added")
        for name in ("Cover", "Question", "Cow", "Duck", "Pig", "The Cow")
    ]
    assert len(saved["lost"]) == 2
    assert "house" in saved["lost"][0]
    assert "Pictures" in saved["lost"][1]
    assert saved["deliveries"]["native"]["possible"]
    assert not {one["severity"] for one in saved["findings"]} & {"error"}
    found = await shelf.found()
    assert {tuple(one["tags"]) for one in found} == {(TITLE,)}
    assert await shelf.leftovers() == []
    (kept,) = (await shelf.ask("get_stories", story_id=TITLE))["stories"]
    assert "audio: " in kept["text"]
    assert await shelf.leftovers() == []


async def test_the_story_plays_as_the_pack_does(shelf: Shelf, farm: Path) -> None:
    """The left knob turns the wheel, the right one takes what is heard."""
    await shelf.ask("save_story", media=str(farm))
    played = await shelf.ask(
        "simulate_story",
        story_id=TITLE,
        presses=["right", "end", "left", "left", "left", "right", "end", "end", "right", "left"],
    )
    assert [one["node"] for one in played["play_through"]["turns"]] == [
        *("cover", "question", "duck", "pig", "cow", "duck", "the-duck", "question", "duck"),
        *("the-duck", "question"),
    ]


async def test_its_audio_is_not_deleted_under_it(shelf: Shelf, farm: Path) -> None:
    """The library knows who uses it."""
    await shelf.ask("save_story", media=str(farm))
    with pytest.raises(ServiceValidationError, match=r"Who goes there\?"):
        await shelf.ask("delete_audio", audio_id=f"{TITLE}: Cow")


async def test_only_looking_changes_nothing(shelf: Shelf, farm: Path) -> None:
    """And finds what would be found, as if the audio were there."""
    shown = await shelf.ask("save_story", media=str(farm), dry_run=True)
    assert (shown["outcome"], shown["title"], shown["nodes"]) == ("not_saved", TITLE, 8)
    assert shown["deliveries"]["native"]["possible"]
    assert len(shown["lost"]) == 2
    assert shown["audio"] == []
    assert await is_untouched(shelf)


async def test_the_same_pack_again(shelf: Shelf, farm: Path) -> None:
    """As a new story its title is taken, before anything is imported; as the same story it is."""
    await shelf.ask("save_story", media=str(farm))
    with pytest.raises(ServiceValidationError, match="already"):
        await shelf.ask("save_story", media=str(farm))
    with pytest.raises(ServiceValidationError, match="already"):
        await shelf.ask("save_story", media=str(farm), dry_run=True)
    again = await shelf.ask("save_story", story_id=TITLE, media=str(farm))
    assert (again["outcome"], again["revision"]) == ("unchanged", 1)
    assert {one["outcome"] for one in again["audio"]} == {"known"}
    assert len(await library(shelf)) == 6


async def test_a_changed_pack_changes_its_story(
    shelf: Shelf, farm: Path, sounds: dict[str, bytes]
) -> None:
    """New audio comes in, and what the story does not use any more may be deleted."""
    await shelf.ask("save_story", media=str(farm))
    other: Raw = pack([stage("hello", "cover.mp3")], [], title="Hello")
    path = await shelf.write("hello.zip", archive(other, sounds))
    changed = await shelf.ask("save_story", story_id=TITLE, media=str(path))
    assert (changed["outcome"], changed["title"], changed["nodes"]) == ("changed", "Hello", 1)
    await shelf.ask("delete_audio", audio_id=f"{TITLE}: Cow")


async def test_silence_is_left_out(shelf: Shelf, sounds: dict[str, bytes]) -> None:
    """As STUdio gives it to what is only seen. Chance is kept, for stories that are told live."""
    silent = await shelf.sound("silence.mp3", source="anullsrc=d=1")
    raw = pack(
        [
            stage("picture", "silence.mp3", autoplay=True, okTransition=to("any", -1)),
            stage("cow", "cow.mp3"),
            stage("pig", "pig.mp3"),
        ],
        [options("any", "cow", "pig")],
        title=None,
    )
    content = await asyncio.to_thread(silent.read_bytes)
    path = await shelf.write("chance.zip", archive(raw, {**sounds, "silence.mp3": content}))
    saved = await shelf.ask("save_story", media=str(path))
    assert saved["title"] == "Picture"
    assert [one["title"] for one in saved["audio"]] == ["Picture: Cow", "Picture: Pig"]
    assert any("nothing is heard" in one for one in saved["lost"])
    assert not saved["deliveries"]["native"]["possible"]
    assert saved["deliveries"]["live"]["possible"]


def without(sounds: dict[str, bytes], name: str) -> dict[str, bytes]:
    """Return the audio without one."""
    return {key: content for key, content in sounds.items() if key != name}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(
            lambda sounds: archive(FARM, without(sounds, "cow.mp3")),
            r"In the node Cow, line 1, column .*file cow\.mp3 is missing",
            id="missing audio",
        ),
        pytest.param(
            lambda sounds: archive(FARM, {**sounds, "pig.mp3": b"no audio"}),
            r"audio pig\.mp3 in .*farm\.zip cannot be used.*nothing .* imported.*pig\.mp3 is TEXT",
            id="no audio",
        ),
        pytest.param(
            lambda sounds: archive(None, sounds), r"no story\.json in .*farm\.zip", id="no story"
        ),
        pytest.param(
            lambda sounds: archive({**FARM, "format": "v9"}, sounds),
            "v9 is not possible here. Possible is v1",
            id="another version",
        ),
        pytest.param(
            lambda sounds: archive(
                {**FARM, "actionNodes": [*FARM["actionNodes"], options("x", "horse")]}, sounds
            ),
            "no node horse",
            id="an option that points nowhere",
        ),
        pytest.param(lambda sounds: archive(FARM, sounds)[:-40], "no pack of stories", id="cut"),
    ],
)
async def test_a_pack_that_is_wrong_leaves_nothing(
    shelf: Shelf, sounds: dict[str, bytes], change: Callable[[dict[str, bytes]], bytes], said: str
) -> None:
    """It is said what is wrong, and where."""
    path = await shelf.write("farm.zip", change(sounds))
    with pytest.raises(ServiceValidationError, match=said):
        await shelf.ask("save_story", media=str(path))
    assert await is_untouched(shelf)


async def test_a_pack_is_read_where_home_assistant_may(shelf: Shelf, farm: Path) -> None:
    """By a media id too; not elsewhere, not as a text, and not if it is gone."""
    with pytest.raises(ServiceValidationError, match="allowlist_external_dirs"):
        await shelf.ask("save_story", media="/etc/farm.zip")
    with pytest.raises(ServiceValidationError, match="no file of text"):
        await shelf.ask("save_story", media=str(farm), format="yaml")
    with pytest.raises(ServiceValidationError, match="no file of text"):
        await shelf.ask("save_story", media=str(farm.with_name("other.zip")))


async def test_a_story_that_cannot_be_written_leaves_nothing(
    shelf: Shelf, farm: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its audio goes again, too."""

    async def fails(*_: object) -> None:
        raise NotWrittenError

    stories = await async_get_shelf(shelf.hass)
    monkeypatch.setattr(stories._store, "async_write", fails)
    with pytest.raises(HomeAssistantError, match="could not be saved"):
        await shelf.ask("save_story", media=str(farm))
    assert await is_untouched(shelf)


async def test_a_cancelled_import_leaves_nothing(
    hass: HomeAssistant, shelf: Shelf, farm: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is a job with progress, which can be cancelled."""
    reached, told = asyncio.Event(), PackImport._async_bring_in

    async def slow(self: PackImport, asset: str, tell: Callable[[float], None]) -> None:
        if asset == "cow.mp3":
            reached.set()
            await asyncio.Event().wait()
        await told(self, asset, tell)

    monkeypatch.setattr(PackImport, "_async_bring_in", slow)
    asked = hass.async_create_task(shelf.ask("save_story", media=str(farm)))
    await reached.wait()
    (job,) = shelf.catalog.jobs.running
    assert (job.title, job.progress) == (TITLE, 28)
    await shelf.ask("cancel_job", job_id=job.job_id)
    with pytest.raises(HomeAssistantError, match="cancelled"):
        await asked
    assert await is_untouched(shelf)
