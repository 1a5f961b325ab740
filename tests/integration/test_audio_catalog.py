"""The library as it lives in Home Assistant: what is written, and what is found again."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import (
    async_fire_time_changed,
    async_test_home_assistant,
)

from custom_components.yoto_smart_stream.library.catalog import (
    INDEX_KEY,
    Catalog,
    async_get_catalog,
)
from custom_components.yoto_smart_stream.library.importing import Import
from custom_components.yoto_smart_stream.library.item import AudioItem, Source, SourceKind
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
