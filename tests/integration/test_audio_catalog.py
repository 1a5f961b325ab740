"""The library as it lives in Home Assistant: what is written, and what is found again."""

import asyncio
from datetime import timedelta
from pathlib import Path
import shutil
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.loader import DATA_CUSTOM_COMPONENTS
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    async_fire_time_changed,
    async_test_home_assistant,
)

from custom_components.yoto_smart_stream.const import DOMAIN
from custom_components.yoto_smart_stream.library.catalog import (
    INDEX_KEY,
    SETTINGS_KEY,
    Catalog,
    async_get_catalog,
)
from custom_components.yoto_smart_stream.library.importing import Import
from custom_components.yoto_smart_stream.library.item import AudioItem, Source, SourceKind
from custom_components.yoto_smart_stream.library.settings import LibrarySettings
from tests.audio.sound import make

from . import settle


async def opened(hass: HomeAssistant) -> Catalog:
    """Return the library of a Home Assistant."""
    assert await async_setup_component(hass, "ffmpeg", {})
    return await async_get_catalog(hass)


async def imported(catalog: Catalog, path: Path) -> AudioItem:
    """Bring a file into the library, in a job."""
    wanted = Import(path=path, source=Source(kind=SourceKind.FILE))
    body = catalog.importer().body(wanted)
    job = catalog.jobs.add(kind="import", owner="test", title=path.name, body=body)
    job = await catalog.jobs.wait(job.job_id)
    assert job.result, job.failure
    return catalog.collection.index.get(str(job.result["audio_id"]))


async def test_an_item_is_written_a_moment_after_it_came(
    hass: HomeAssistant, tmp_path: Path, hass_storage: dict[str, Any]
) -> None:
    """The index is on the disk without a stop of Home Assistant, and listeners hear of it."""
    catalog = await opened(hass)
    assert catalog is await async_get_catalog(hass)
    heard: list[int] = []
    unlisten = catalog.async_listen(lambda: heard.append(len(catalog.collection.index.items)))
    item = await imported(catalog, await asyncio.to_thread(make, tmp_path / "A tune.wav"))
    assert heard == [1]
    assert INDEX_KEY not in hass_storage
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=2))
    await settle(lambda: INDEX_KEY in hass_storage)
    (record,) = hass_storage[INDEX_KEY]["data"]["items"]
    assert (record["id"], record["title"]) == (item.audio_id, "A tune")
    unlisten()
    catalog.collection.index.delete(item.slug, now=dt_util.utcnow())
    assert heard == [1]


async def test_a_restart_finds_everything_again(hass: HomeAssistant, tmp_path: Path) -> None:
    """What came just before the stop is there, and so is its file and its job."""
    catalog = await opened(hass)
    item = await imported(catalog, await asyncio.to_thread(make, tmp_path / "A tune.wav"))
    await hass.async_stop(force=True)
    async with async_test_home_assistant(config_dir=hass.config.config_dir) as again:
        catalog = await opened(again)
        assert catalog.collection.index.items == (item,)
        assert catalog.collection.swept.damaged == ()
        assert [job.title for job in catalog.jobs.jobs] == ["A tune.wav"]
        await again.async_stop(force=True)


async def test_a_file_goes_when_no_record_names_it(hass: HomeAssistant, tmp_path: Path) -> None:
    """First the index is written, then the file is removed."""
    catalog = await opened(hass)
    item = await imported(catalog, await asyncio.to_thread(make, tmp_path / "A tune.wav"))
    path = catalog.collection.path(item)
    index = catalog.collection.index
    index.delete(item.audio_id, now=dt_util.utcnow())
    await catalog.async_save()
    assert path.exists()
    index.purge(item.audio_id)
    assert path.exists()
    await catalog.async_save()
    assert not path.exists()


async def test_the_trash_is_emptied_after_a_week(hass: HomeAssistant, tmp_path: Path) -> None:
    """Without anybody asking for it."""
    catalog = await opened(hass)
    item = await imported(catalog, await asyncio.to_thread(make, tmp_path / "A tune.wav"))
    catalog.collection.index.delete(item.audio_id, now=dt_util.utcnow() - timedelta(days=7))
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(days=1, minutes=1))
    await settle(lambda: not catalog.collection.index.everything)


def issue(hass: HomeAssistant, key: str) -> ir.IssueEntry | None:
    """Return an issue about the library."""
    return ir.async_get(hass).async_get_issue(DOMAIN, key)


def stored(data: object, key: str = INDEX_KEY, version: int = 1) -> dict[str, object]:
    """Return what a store holds."""
    return {"version": version, "minor_version": 1, "key": key, "data": data}


async def test_a_record_that_cannot_be_read_is_told_and_kept(
    hass: HomeAssistant, tmp_path: Path, hass_storage: dict[str, Any]
) -> None:
    """The other items work, and what is written holds it as it was."""
    bad = {"id": "nonsense", "title": "Lost"}
    hass_storage[INDEX_KEY] = stored({"items": [bad]})
    assert await async_setup_component(hass, DOMAIN, {})
    found = issue(hass, "library_set_aside")
    assert found is not None
    assert found.translation_placeholders == {"count": "1"}
    catalog = await async_get_catalog(hass)
    await imported(catalog, await asyncio.to_thread(make, tmp_path / "A tune.wav"))
    await catalog.async_save()
    assert hass_storage[INDEX_KEY]["data"]["set_aside"] == [bad]


async def test_a_library_of_a_later_version_is_left_alone(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    """The rest of the integration works; whoever asks for audio is told why there is none."""
    later = stored({"items": ["who knows"]}, version=99)
    hass_storage[INDEX_KEY] = later
    assert await async_setup_component(hass, DOMAIN, {})
    assert issue(hass, "library_newer") is not None
    with pytest.raises(HomeAssistantError, match="later version"):
        await hass.services.async_call(DOMAIN, "get_audio", {}, blocking=True, return_response=True)
    assert hass_storage[INDEX_KEY] == later


async def test_a_folder_that_cannot_be_used_is_told(hass: HomeAssistant) -> None:
    """With what the disk said."""
    place = Path(hass.config.path("yoto_smart_stream"))
    await asyncio.to_thread(shutil.rmtree, place, ignore_errors=True)
    await asyncio.to_thread(place.write_text, "in the way")
    assert await async_setup_component(hass, DOMAIN, {})
    found = issue(hass, "library_unusable")
    assert found is not None
    assert found.translation_placeholders == {"reason": "Not a directory"}
    with pytest.raises(HomeAssistantError, match="Not a directory"):
        await hass.services.async_call(DOMAIN, "get_audio", {}, blocking=True, return_response=True)


async def test_a_damaged_file_is_told_until_it_is_mended(
    hass: HomeAssistant, tmp_path: Path
) -> None:
    """Importing the same audio again mends it."""
    tune = await asyncio.to_thread(make, tmp_path / "A tune.wav")
    catalog = await opened(hass)
    item = await imported(catalog, tune)
    path = catalog.collection.path(item)
    await hass.async_stop(force=True)
    await asyncio.to_thread(path.unlink)
    async with async_test_home_assistant(config_dir=hass.config.config_dir) as again:
        again.data.pop(DATA_CUSTOM_COMPONENTS)
        again.config.allowlist_external_dirs = {str(tmp_path)}
        assert await async_setup_component(again, DOMAIN, {})
        found = issue(again, "library_damaged")
        assert found is not None
        assert found.translation_placeholders == {"items": "- A tune"}
        await again.services.async_call(
            DOMAIN, "import_audio", {"media": str(tune)}, blocking=True, return_response=True
        )
        assert issue(again, "library_damaged") is None
        assert path.exists()
        await again.async_stop(force=True)


async def test_settings_that_cannot_be_read_are_told(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    """Those of the beginning hold until they are set anew; what was there is kept beside them."""
    unreadable = {"bit_rate": "loud"}
    hass_storage[SETTINGS_KEY] = stored(unreadable, SETTINGS_KEY)
    assert await async_setup_component(hass, DOMAIN, {})
    assert issue(hass, "library_settings") is not None
    catalog = await async_get_catalog(hass)
    assert catalog.settings == LibrarySettings()
    await catalog.async_change_settings(LibrarySettings(upload_mib=7))
    kept = hass_storage[SETTINGS_KEY]["data"]
    assert kept["upload_mib"] == 7
    assert kept["set_aside"] == unreadable
    await catalog.async_change_settings(LibrarySettings(upload_mib=8))
    assert hass_storage[SETTINGS_KEY]["data"] == {**kept, "upload_mib": 8}


async def test_a_job_that_a_stop_ends_says_so_afterwards(
    hass: HomeAssistant, tmp_path: Path
) -> None:
    """And leaves nothing behind."""
    long = "sine=f=440:d=1200,volume=2"
    tune = await asyncio.to_thread(lambda: make(tmp_path / "A tune.wav", source=long))
    catalog = await opened(hass)
    importing = asyncio.create_task(imported(catalog, tune))
    await settle(lambda: bool(catalog.jobs.running))
    await hass.async_stop(force=True)
    with pytest.raises(AssertionError, match="interrupted"):
        await importing
    async with async_test_home_assistant(config_dir=hass.config.config_dir) as again:
        catalog = await opened(again)
        (job,) = catalog.jobs.jobs
        assert job.failure is not None
        assert job.failure.code == "interrupted"
        assert catalog.collection.index.everything == ()
        assert catalog.collection.swept.removed == 0
        await again.async_stop(force=True)
