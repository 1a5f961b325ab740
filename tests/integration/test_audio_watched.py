"""The watched folder: what is put into it comes into the library by itself."""

import asyncio
from datetime import timedelta
from unittest.mock import patch

from homeassistant.helpers import issue_registry as ir
from homeassistant.loader import DATA_CUSTOM_COMPONENTS
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import (
    async_fire_time_changed,
    async_test_home_assistant,
)

from custom_components.yoto_smart_stream.audio.ffmpeg import Ffmpeg
from custom_components.yoto_smart_stream.const import DOMAIN
from custom_components.yoto_smart_stream.library.catalog import async_get_catalog
from custom_components.yoto_smart_stream.library.settings import LibrarySettings

from . import settle
from .shelf import Shelf


class Minutes:
    """A clock that a test moves on."""

    def __init__(self, shelf: Shelf) -> None:
        """Start now."""
        self._shelf = shelf
        self._now = dt_util.utcnow()

    async def pass_by(self, count: int = 1) -> None:
        """Let minutes pass, and wait for what they cause."""
        for _ in range(count):
            self._now += timedelta(minutes=1, seconds=1)
            async_fire_time_changed(self._shelf.hass, self._now)
            await self._shelf.hass.async_block_till_done(wait_background_tasks=True)


async def watching(shelf: Shelf) -> Minutes:
    """Watch the folder of a shelf."""
    await shelf.catalog.async_change_settings(LibrarySettings(watched_folder=str(shelf.folder)))
    return Minutes(shelf)


def issue(shelf: Shelf, key: str) -> ir.IssueEntry | None:
    """Return an issue about the folder."""
    return ir.async_get(shelf.hass).async_get_issue(DOMAIN, key)


async def titles(shelf: Shelf) -> set[str]:
    """Return the titles of everything in the library."""
    return {one["title"] for one in await shelf.found()}


async def test_a_new_file_comes_in_when_it_has_stopped_growing(shelf: Shelf) -> None:
    """Not before, and only once."""
    minutes = await watching(shelf)
    path = await shelf.sound("new/fox.wav")
    content = await asyncio.to_thread(path.read_bytes)
    await asyncio.to_thread(path.write_bytes, content[:1000])
    await minutes.pass_by()
    await asyncio.to_thread(path.write_bytes, content)
    await minutes.pass_by()
    assert await titles(shelf) == set()
    await minutes.pass_by()
    assert await titles(shelf) == {"fox"}
    assert path.exists()
    await minutes.pass_by(2)
    assert [job.title for job in shelf.catalog.jobs.jobs] == ["fox.wav"]


async def test_nothing_is_watched_unless_it_is_wished(shelf: Shelf) -> None:
    """The option is empty at first, and can be emptied again."""
    await shelf.sound("fox.wav")
    minutes = Minutes(shelf)
    await minutes.pass_by(3)
    assert await titles(shelf) == set()


async def test_a_file_that_is_changed_takes_the_place_of_what_it_was(shelf: Shelf) -> None:
    """The id stays, so cards and streams follow."""
    minutes = await watching(shelf)
    await shelf.sound("fox.wav")
    await minutes.pass_by(2)
    (before,) = await shelf.found()
    await shelf.sound("fox.wav", source="sine=f=880:d=3,volume=2")
    await minutes.pass_by(2)
    (after,) = await shelf.found()
    assert after["audio_id"] == before["audio_id"]
    assert after["duration"] > before["duration"]


async def test_what_was_deleted_does_not_come_back(shelf: Shelf) -> None:
    """Though its file is still in the folder."""
    minutes = await watching(shelf)
    await shelf.sound("fox.wav")
    await minutes.pass_by(2)
    await shelf.ask("delete_audio", audio_id="fox")
    shelf.catalog.collection.index.purge("fox")
    await minutes.pass_by(2)
    assert await titles(shelf) == set()


async def test_a_bad_file_is_named_until_it_is_mended(shelf: Shelf) -> None:
    """Under Repairs, with the reason; the others come in."""
    minutes = await watching(shelf)
    await shelf.write("bad.mp3", b"%PDF-1.7" + bytes(99))
    await shelf.sound("fox.wav")
    await minutes.pass_by(2)
    assert await titles(shelf) == {"fox"}
    found = issue(shelf, "watched_files_failed")
    assert found is not None
    assert found.translation_placeholders is not None
    assert "bad.mp3 is PDF" in found.translation_placeholders["files"]
    await shelf.sound("bad.mp3", source="sine=f=880:d=1,volume=2")
    await minutes.pass_by(2)
    assert await titles(shelf) == {"fox", "bad"}
    assert issue(shelf, "watched_files_failed") is None


async def test_a_folder_that_is_gone_is_told_until_it_is_back(shelf: Shelf) -> None:
    """A drive may be unplugged; what came from it stays."""
    minutes = await watching(shelf)
    await shelf.sound("fox.wav")
    await minutes.pass_by(2)
    away = shelf.folder.with_name("away")
    await asyncio.to_thread(shelf.folder.rename, away)
    await minutes.pass_by()
    assert issue(shelf, "watched_folder_missing") is not None
    await asyncio.to_thread(away.rename, shelf.folder)
    await minutes.pass_by(2)
    assert issue(shelf, "watched_folder_missing") is None
    assert await titles(shelf) == {"fox"}
    assert len(shelf.catalog.jobs.jobs) == 1


async def test_a_job_that_is_cancelled_is_not_begun_again(shelf: Shelf) -> None:
    """Whoever cancels it does not want the file."""
    minutes = await watching(shelf)
    await shelf.sound("long.wav", source="sine=f=440:d=600,volume=2")
    await minutes.pass_by()
    passing = asyncio.create_task(minutes.pass_by())
    # The clock moves first, as it moves the patience of this test as well.
    await asyncio.sleep(0)
    await settle(lambda: bool(shelf.catalog.jobs.running))
    await shelf.catalog.jobs.cancel(shelf.catalog.jobs.running[0].job_id)
    await passing
    await minutes.pass_by(2)
    assert len(shelf.catalog.jobs.jobs) == 1
    assert await titles(shelf) == set()


async def test_a_file_whose_item_was_deleted_is_new_when_it_changes(shelf: Shelf) -> None:
    """It takes the place of nothing then."""
    minutes = await watching(shelf)
    await shelf.sound("fox.wav")
    await minutes.pass_by(2)
    (before,) = await shelf.found()
    await shelf.ask("delete_audio", audio_id="fox")
    await shelf.sound("fox.wav", source="sine=f=880:d=3,volume=2")
    await minutes.pass_by(2)
    (after,) = await shelf.found()
    assert after["audio_id"] != before["audio_id"]


async def test_what_is_no_fault_of_the_file_is_tried_again(shelf: Shelf) -> None:
    """And the family is not told to replace it."""
    minutes = await watching(shelf)
    await shelf.sound("fox.wav")
    await minutes.pass_by()
    with patch.object(shelf.catalog, "ffmpeg", Ffmpeg(binary="/nowhere/ffmpeg")):
        await minutes.pass_by()
    assert await titles(shelf) == set()
    assert issue(shelf, "watched_files_failed") is None
    await minutes.pass_by()
    assert await titles(shelf) == {"fox"}


async def test_a_restart_imports_nothing_twice(shelf: Shelf) -> None:
    """What was handled is remembered, deleted items included."""
    minutes = await watching(shelf)
    await shelf.sound("fox.wav")
    await shelf.write("bad.mp3", b"%PDF-1.7" + bytes(99))
    await minutes.pass_by(2)
    await shelf.hass.async_stop(force=True)
    async with async_test_home_assistant(config_dir=shelf.hass.config.config_dir) as again:
        again.data.pop(DATA_CUSTOM_COMPONENTS)
        again.config.allowlist_external_dirs = {str(shelf.folder)}
        assert await async_setup_component(again, DOMAIN, {})
        catalog = await async_get_catalog(again)
        done = catalog.jobs.jobs
        for count in (1, 2, 3):
            now = dt_util.utcnow() + timedelta(minutes=count, seconds=count)
            async_fire_time_changed(again, now)
            await again.async_block_till_done(wait_background_tasks=True)
        assert catalog.jobs.jobs == done
        assert ir.async_get(again).async_get_issue(DOMAIN, "watched_files_failed") is not None
        await again.async_stop(force=True)
