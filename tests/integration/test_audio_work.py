"""Long work on the audio library, as a family asks for it and sees it."""

import asyncio
from collections.abc import AsyncIterable
from dataclasses import replace
from datetime import timedelta
import json
from pathlib import Path
from typing import Any, override

from homeassistant.components import stt
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import psutil
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
    async_fire_time_changed,
    get_system_health_info,
)
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
    get_diagnostics_for_device,
)
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)

from custom_components.yoto_smart_stream.const import CONF_TOKENS, DOMAIN
from custom_components.yoto_smart_stream.library.catalog import JOBS_KEY, Catalog, async_get_catalog
from custom_components.yoto_smart_stream.library.importing import Import
from custom_components.yoto_smart_stream.library.item import AudioItem, Source, SourceKind
from custom_components.yoto_smart_stream.library.stitching import Part, Stitching, stitch_items
from custom_components.yoto_smart_stream.library_page.device import LIBRARY_IDENTIFIER
from custom_components.yoto_smart_stream.token_store import stored
from tests.audio.sound import decode, make

from . import Family, settle
from .test_devices import log_in

SENTENCES = "aevalsrc='0.5*sin(2*PI*400*t)*lt(mod(t,4),2.5)':d=11"
SENSOR = "sensor.audio_library_job"


@pytest.fixture
async def catalog(family: Family) -> Catalog:
    """Return the family's library, with a story and a song in it."""
    catalog = await async_get_catalog(family.hass)
    folder = Path(family.hass.config.config_dir)
    for title, source in (("Story", SENTENCES), ("Song", "sine=f=440:d=9,volume=2")):
        path = await asyncio.to_thread(make, folder / f"{title}.wav", source=source)
        wanted = Import(path=path, source=Source(kind=SourceKind.FILE), tags=("Bed",))
        await catalog.importer().run(wanted)
        path.unlink()
    return catalog


async def call(hass: HomeAssistant, name: str, **data: object) -> dict[str, Any]:
    """Use an action and return its response."""
    response = await hass.services.async_call(
        DOMAIN, name, data, blocking=True, return_response=True
    )
    assert isinstance(response, dict)
    return response


def files_of(catalog: Catalog) -> set[str]:
    """Return every file of the library."""
    folder = catalog.collection.storage.path(catalog.collection.index.items[0].stored_audio).parent
    return {str(path) for path in folder.parent.rglob("*") if path.is_file()}


def programs() -> list[str]:
    """Return the names of the programs that run for us."""
    return [child.name() for child in psutil.Process().children() if "ff" in child.name()]


async def long_one(catalog: Catalog) -> AudioItem:
    """Return an item of some hours, which takes a while to decode."""
    from custom_components.yoto_smart_stream.audio.ffmpeg import Ffmpeg
    from custom_components.yoto_smart_stream.library.item import Details

    wanted = Stitching(parts=(Part(audio="Song"),) * 1000, details=Details(title="Long"))
    item, _ = await stitch_items(
        catalog.collection,
        wanted,
        ffmpeg=Ffmpeg(binary="none"),
        profile=catalog.settings.profile,
        now=dt_util.utcnow,
    )
    return item


async def test_items_are_stitched(hass: HomeAssistant, catalog: Catalog) -> None:
    """By title, slug or id, with gaps between; automations hear of the end."""
    heard = async_capture_events(hass, "yoto_smart_stream_job")
    song = catalog.collection.index.get("Song")
    answer = await call(
        hass,
        "stitch_audio",
        title=" Good  night ",
        items=["Story", {"audio_id": song.audio_id, "fade_out": 2}, "song"],
        gap=1.5,
        tags=["bed", "Bed"],
    )
    item = catalog.collection.index.get("good-night")
    assert answer == {
        "audio_id": item.audio_id,
        "slug": "good-night",
        "title": "Good night",
        "duration": pytest.approx(11 + 9 + 9 + 3, abs=0.3),
        "outcome": "added",
    }
    assert item.details.tags == ("Bed",)
    samples = decode(catalog.collection.path(item).read_bytes())
    assert len(samples) / 44_100 == pytest.approx(item.duration, abs=0.03)
    await settle(lambda: bool(heard))
    (event,) = heard
    assert event.data["kind"] == "stitch"
    assert event.data["state"] == "done"
    assert event.data["result"] == answer
    assert event.data["error"] is None


@pytest.mark.parametrize(
    ("action", "data", "text"),
    [
        ("stitch_audio", {"title": "A", "items": ["Nobody"]}, "no audio Nobody"),
        ("split_audio", {"audio_id": "Song", "method": "silence"}, "no silence"),
        ("split_audio", {"audio_id": "Song", "method": "chapters"}, "no chapters"),
        ("preview_audio", {"audio_id": "Song", "start": 60}, "over after 9 seconds"),
        ("transcribe_audio", {"audio_id": "Song"}, "no engine"),
        ("cancel_job", {}, "no job"),
        ("cancel_job", {"job_id": "x"}, "no job x"),
    ],
)
async def test_what_cannot_be_done_is_said(
    hass: HomeAssistant, catalog: Catalog, action: str, data: dict[str, object], text: str
) -> None:
    """The text names what was meant and what to do, and nothing is changed."""
    before = files_of(catalog)
    with pytest.raises(ServiceValidationError, match=text):
        await call(hass, action, **data)
    assert files_of(catalog) == before
    assert len(catalog.collection.index.everything) == 2


async def test_damaged_audio_is_named(hass: HomeAssistant, catalog: Catalog) -> None:
    """A file that somebody deleted is our fault and not that of the caller."""
    path = catalog.collection.path(catalog.collection.index.get("Song"))
    path.unlink()
    heard = async_capture_events(hass, "yoto_smart_stream_job")
    with pytest.raises(HomeAssistantError, match="Song") as caught:
        await call(hass, "stitch_audio", title="A", items=["Story", "Song"])
    assert not isinstance(caught.value, ServiceValidationError)
    await settle(lambda: bool(heard))
    (event,) = heard
    assert event.data["error_code"] == "damaged_audio"
    assert "Song" in event.data["error"]


async def test_an_item_is_split(hass: HomeAssistant, catalog: Catalog) -> None:
    """The response lists what was made, and everything of it is in the library."""
    answer = await call(
        hass, "split_audio", audio_id="story", method="silence", silence=1, shortest=1
    )
    assert [one["title"] for one in answer["audio"]] == ["Story 1", "Story 2", "Story 3"]
    total = sum(one["duration"] for one in answer["audio"])
    assert total == pytest.approx(catalog.collection.index.get("Story").duration, abs=0.01)


async def test_a_preview_is_heard_for_ten_minutes(
    family: Family, hass: HomeAssistant, catalog: Catalog
) -> None:
    """Whoever has the address needs no login; then it is gone, and so is the file."""
    before = files_of(catalog)
    answer = await call(hass, "preview_audio", audio_id="Song", start=2, seconds=3)
    assert answer["duration"] == pytest.approx(3, abs=0.05)
    response = await family.client.get(answer["url"])
    assert response.status == 200
    assert response.content_type == "audio/mpeg"
    assert len(decode(await response.read())) / 44_100 == pytest.approx(3, abs=0.05)
    unsigned = await family.client.get(answer["url"].partition("?")[0])
    assert unsigned.status == 401
    assert len(files_of(catalog)) == len(before) + 1
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=10, seconds=1))
    await hass.async_block_till_done()
    assert (await family.client.get(answer["url"])).status == 404
    assert files_of(catalog) == before


class Ear(stt.SpeechToTextEntity):
    """An engine that says how much it was given."""

    _attr_name = "Ear"
    _attr_unique_id = "ear"
    supported_languages = ["en-GB", "de-DE"]  # noqa: RUF012 - as others write it
    supported_formats = [stt.AudioFormats.WAV]  # noqa: RUF012
    supported_codecs = [stt.AudioCodecs.PCM]  # noqa: RUF012
    supported_bit_rates = [stt.AudioBitRates.BITRATE_16]  # noqa: RUF012
    supported_sample_rates = [stt.AudioSampleRates.SAMPLERATE_16000]  # noqa: RUF012
    supported_channels = [stt.AudioChannels.CHANNEL_MONO]  # noqa: RUF012
    result = stt.SpeechResultState.SUCCESS

    @override
    async def async_process_audio_stream(
        self, metadata: stt.SpeechMetadata, stream: AsyncIterable[bytes]
    ) -> stt.SpeechResult:
        """Listen to everything."""
        size = 0
        async for chunk in stream:
            size += len(chunk)
        return stt.SpeechResult(f"{metadata.language} {round(size / 32_000)}", self.result)


class Old(stt.Provider):
    """An engine that is no entity."""

    fault: HomeAssistantError | None = None
    supported_languages = ["en"]  # noqa: RUF012
    supported_formats = [stt.AudioFormats.WAV]  # noqa: RUF012
    supported_codecs = [stt.AudioCodecs.PCM]  # noqa: RUF012
    supported_bit_rates = [stt.AudioBitRates.BITRATE_16]  # noqa: RUF012
    supported_sample_rates = [stt.AudioSampleRates.SAMPLERATE_16000]  # noqa: RUF012
    supported_channels = [stt.AudioChannels.CHANNEL_MONO]  # noqa: RUF012

    @override
    async def async_process_audio_stream(
        self, metadata: stt.SpeechMetadata, stream: AsyncIterable[bytes]
    ) -> stt.SpeechResult:
        """Hear nothing new."""
        if self.fault is not None:
            raise self.fault
        return stt.SpeechResult("old", stt.SpeechResultState.SUCCESS)


@pytest.fixture
async def ears(hass: HomeAssistant) -> None:
    """Have a Home Assistant that can hear; the server takes no more views once it has begun."""
    for component in ("http", "stt"):
        assert await async_setup_component(hass, component, {})


@pytest.fixture
async def ear(ears: None, hass: HomeAssistant, catalog: Catalog) -> Ear:
    """Return an engine that Home Assistant has."""
    ear = Ear()
    await hass.data[stt.DATA_COMPONENT].async_add_entities([ear])
    return ear


async def test_speech_is_written_down(hass: HomeAssistant, ear: Ear, catalog: Catalog) -> None:
    """The text is in the response, and stays with the item."""
    answer = await call(hass, "transcribe_audio", audio_id="Story")
    assert answer["transcript"] == "en-GB 11"
    assert catalog.collection.index.get("Story").details.transcript == "en-GB 11"
    answer = await call(
        hass, "transcribe_audio", audio_id="Story", language="de", engine=ear.entity_id
    )
    assert answer["transcript"] == "de-DE 11"


async def test_engines_that_cannot_are_named(
    hass: HomeAssistant, ear: Ear, catalog: Catalog
) -> None:
    """What was asked of whom is said; what was written down before stays."""
    await call(hass, "transcribe_audio", audio_id="Story")
    with pytest.raises(ServiceValidationError, match=r"stt\.ear"):
        await call(hass, "transcribe_audio", audio_id="Story", engine="stt.nobody")
    with pytest.raises(ServiceValidationError, match="de-DE, en-GB"):
        await call(hass, "transcribe_audio", audio_id="Story", language="fi")
    ear.result = stt.SpeechResultState.ERROR
    with pytest.raises(HomeAssistantError, match=r"stt\.ear"):
        await call(hass, "transcribe_audio", audio_id="Story")
    ear.supported_codecs = [stt.AudioCodecs.OPUS]
    with pytest.raises(ServiceValidationError, match=r"stt\.ear"):
        await call(hass, "transcribe_audio", audio_id="Story")
    assert catalog.collection.index.get("Story").details.transcript == "en-GB 11"


async def test_an_engine_of_old_works_too(hass: HomeAssistant, ear: Ear, catalog: Catalog) -> None:
    """One that is no entity is named by its own name; one that gives up says why."""
    old = Old()
    hass.data[stt.DATA_PROVIDERS]["old"] = old
    answer = await call(hass, "transcribe_audio", audio_id="Story", engine="old")
    assert answer["transcript"] == "old"
    old.fault = HomeAssistantError("out of breath")
    with pytest.raises(HomeAssistantError, match="out of breath"):
        await call(hass, "transcribe_audio", audio_id="Story", engine="old")


async def test_a_home_without_engines_says_so(
    ears: None, hass: HomeAssistant, catalog: Catalog
) -> None:
    """Whether one is named or not."""
    for more in ({}, {"engine": "stt.nobody"}):
        with pytest.raises(ServiceValidationError, match="no engine"):
            await call(hass, "transcribe_audio", audio_id="Story", **more)


async def test_what_is_imported_is_written_down_if_that_is_wished(
    hass: HomeAssistant, ear: Ear, catalog: Catalog
) -> None:
    """By the engine in the options, in a job of its own; only for what is new."""
    await catalog.async_change_settings(replace(catalog.settings, transcriber=ear.entity_id))
    folder = Path(hass.config.config_dir)
    hass.config.allowlist_external_dirs = {str(folder)}
    path = await asyncio.to_thread(make, folder / "Poem.wav", source="sine=f=660:d=3,volume=2")
    await call(hass, "import_audio", media=str(path))
    index = catalog.collection.index
    await settle(lambda: index.get("Poem").details.transcript == "en-GB 3")
    await call(hass, "import_audio", media=str(path))
    assert [job.kind for job in catalog.jobs.jobs] == ["import", "transcribe", "import"]


async def test_a_page_finds_audio(
    hass: HomeAssistant, catalog: Catalog, hass_ws_client: WebSocketGenerator
) -> None:
    """As the action does."""
    page = await hass_ws_client(hass)
    for query in ({"query": "son"}, {"tags": ["bed"], "limit": 1, "offset": 0}, {"offset": 9}):
        await page.send_json_auto_id({"type": "yoto_smart_stream/audio/list", **query})
        result = (await page.receive_json())["result"]
        assert result == await call(hass, "get_audio", **query)
    await page.send_json_auto_id({"type": "yoto_smart_stream/audio/list", "limit": 0})
    assert not (await page.receive_json())["success"]


async def test_the_library_is_there_once_whoever_has_logged_in(
    family: Family, hass: HomeAssistant, catalog: Catalog
) -> None:
    """With two accounts the first one shows it; when that goes, the other one does."""
    other = MockConfigEntry(
        domain=DOMAIN,
        title="The other parent",
        unique_id="auth0|other",
        data={**family.entry.data, CONF_TOKENS: stored(await log_in(family))},
    )
    other.add_to_hass(hass)
    assert await hass.config_entries.async_setup(other.entry_id)
    await hass.async_block_till_done()

    def page() -> dr.DeviceEntry:
        [found] = dr.async_get(hass).async_get_devices(identifiers={LIBRARY_IDENTIFIER})
        return found

    def host() -> str | None:
        entity = er.async_get(hass).async_get(SENSOR)
        return entity.config_entry_id if entity else None

    assert page().entry_type is dr.DeviceEntryType.SERVICE
    assert page().config_entry_id == family.entry.entry_id
    er.async_get(hass).async_update_entity(SENSOR, name="What it does")
    assert await hass.config_entries.async_unload(family.entry.entry_id)
    await hass.async_block_till_done()
    assert host() == other.entry_id
    assert page().config_entry_id == other.entry_id
    assert await hass.config_entries.async_setup(family.entry.entry_id)
    await hass.async_block_till_done()
    assert host() == other.entry_id
    assert page().config_entry_id == other.entry_id
    assert await hass.config_entries.async_remove(other.entry_id)
    await hass.async_block_till_done()
    assert host() == family.entry.entry_id
    state = hass.states.get(SENSOR)
    assert state is not None
    assert state.state == "idle"
    assert state.name == "What it does"
    await family.entry.runtime_data.async_refresh()


async def test_a_report_of_a_fault_counts_and_names_nothing(
    family: Family, hass: HomeAssistant, hass_client: ClientSessionGenerator, catalog: Catalog
) -> None:
    """How much audio there is, and how jobs ended, but no title."""
    with pytest.raises(ServiceValidationError):
        await call(hass, "split_audio", audio_id="Song", method="silence")
    report = await get_diagnostics_for_config_entry(hass, hass_client, family.entry)
    library = report["audio_library"]
    assert (library["items"], library["in_trash"], library["sources"]) == (2, 0, {"file": 2})
    assert [job["error_code"] for job in library["jobs"]] == ["no_silence"]
    assert "Song" not in json.dumps(library)
    [device] = dr.async_get(hass).async_get_devices(identifiers={LIBRARY_IDENTIFIER})
    page = await get_diagnostics_for_device(hass, hass_client, family.entry, device)
    assert page == {"audio_library": library}
    health = await get_system_health_info(hass, DOMAIN)
    health.pop("can_reach_login").close()
    assert (health["audio"], health["audio_in_trash"], health["jobs_failed"]) == (2, 0, 1)


async def test_a_job_is_cancelled_in_the_middle_of_ffmpeg(
    hass: HomeAssistant, catalog: Catalog, hass_ws_client: WebSocketGenerator
) -> None:
    """No process and no file is left; the sensor, pages and automations saw it come and go."""
    await long_one(catalog)
    before = files_of(catalog)
    heard = async_capture_events(hass, "yoto_smart_stream_job")
    pages = [await hass_ws_client(hass), await hass_ws_client(hass)]
    for page in pages:
        await page.send_json_auto_id({"type": "yoto_smart_stream/jobs/subscribe"})
        assert (await page.receive_json())["success"]
        assert (await page.receive_json())["event"] == {"jobs": []}
    state = hass.states.get(SENSOR)
    assert state is not None
    assert state.state == "idle"
    work = hass.async_create_task(
        call(hass, "split_audio", audio_id="Long", method="silence", silence=1)
    )
    await settle(lambda: bool(programs()))
    await settle(lambda: bool((state := hass.states.get(SENSOR)) and state.state == "Long"))
    state = hass.states.get(SENSOR)
    assert state is not None
    assert state.attributes["kind"] == "split"
    assert (state.attributes["running"], state.attributes["waiting"]) == (1, 0)
    answer = await call(hass, "cancel_job")
    assert answer["state"] == "cancelled"
    assert answer["title"] == "Long"
    assert programs() == []
    assert files_of(catalog) == before
    with pytest.raises(HomeAssistantError, match="cancelled"):
        await work
    for page in pages:
        states: list[str] = []
        while "cancelled" not in states:
            message = await page.receive_json()
            states += [job["state"] for job in message["event"]["jobs"]]
        assert states[0] == "running"
    await settle(lambda: bool((state := hass.states.get(SENSOR)) and state.state == "idle"))
    await settle(lambda: bool(heard))
    (event,) = heard
    assert event.data["state"] == "cancelled"
    page = pages[0]
    await page.send_json_auto_id({"type": "yoto_smart_stream/jobs/list"})
    listed = (await page.receive_json())["result"]["jobs"]
    assert [(job["title"], job["state"]) for job in listed] == [("Long", "cancelled")]


async def test_the_only_job_is_meant_and_no_other(hass: HomeAssistant, catalog: Catalog) -> None:
    """Where there are several, they are named."""

    async def work(_: object) -> dict[str, Any]:
        await asyncio.Event().wait()
        return {}

    first = catalog.jobs.add(kind="stitch", owner="me", title="First", body=work)
    second = catalog.jobs.add(kind="stitch", owner="me", title="Second", body=work)
    with pytest.raises(ServiceValidationError, match=second.job_id):
        await call(hass, "cancel_job")
    assert (await call(hass, "cancel_job", job_id=first.job_id))["title"] == "First"
    assert (await call(hass, "cancel_job"))["title"] == "Second"


async def test_what_a_restart_ended_has_failed(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    hass_ws_client: WebSocketGenerator,
) -> None:
    """It says so, with words."""
    record = {
        "id": "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "kind": "split",
        "owner": "library",
        "title": "Long",
        "created": "2026-11-01T10:00:00+00:00",
        "state": "running",
        "progress": 40,
        "ended": None,
        "result": None,
        "failure": None,
    }
    hass_storage[JOBS_KEY] = {"version": 1, "minor_version": 1, "data": {"jobs": [record]}}
    for component in ("http", "websocket_api", DOMAIN):
        assert await async_setup_component(hass, component, {})
    page = await hass_ws_client(hass)
    await page.send_json_auto_id({"type": "yoto_smart_stream/jobs/list"})
    (job,) = (await page.receive_json())["result"]["jobs"]
    assert (job["state"], job["error_code"]) == ("failed", "interrupted")
    assert "Home Assistant" in job["error"]
