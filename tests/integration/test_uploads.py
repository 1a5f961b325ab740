"""Audio of the library at Yoto, as a family sends it there."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.yoto_smart_stream.cloud.uploads import Patience
from custom_components.yoto_smart_stream.const import DOMAIN
from custom_components.yoto_smart_stream.library.catalog import Catalog, async_get_catalog
from custom_components.yoto_smart_stream.library.importing import Import
from custom_components.yoto_smart_stream.library.item import Details, Source, SourceKind
from custom_components.yoto_smart_stream.library.job import Job, JobState
from custom_components.yoto_smart_stream.library.stitching import Part, Stitching, stitch_items
from custom_components.yoto_smart_stream.uploads.memory import STORE_KEY
from simulator.cloud.tokens import ACCOUNT
from tests.audio.sound import make

from . import Family, settle

QUICK = Patience(tries=2, first_pause=0.01, first_poll=0.01, longest_poll=0.05, transcoding=5.0)


@pytest.fixture
async def catalog(family: Family) -> Catalog:
    """Return the family's library with two items in it, and an account that waits for nothing."""
    family.entry.runtime_data.account.uploads.patience = QUICK
    catalog = await async_get_catalog(family.hass)
    folder = Path(family.hass.config.config_dir)
    for title, pitch in (("Story", 300), ("Song", 440)):
        source = f"sine=f={pitch}:d=9,volume=2"
        path = await asyncio.to_thread(make, folder / f"{title}.wav", source=source)
        await catalog.importer().run(Import(path=path, source=Source(kind=SourceKind.FILE)))
    return catalog


async def upload(family: Family, *items: str) -> list[dict[str, Any]]:
    """Use the action and return the list that it responds with."""
    response = await family.hass.services.async_call(
        DOMAIN, "upload_audio", {"items": [*items]}, blocking=True, return_response=True
    )
    assert isinstance(response, dict)
    audio = response["audio"]
    assert isinstance(audio, list)
    return audio  # type: ignore[return-value]


def noted(family: Family, kind: str) -> list[Mapping[str, Any]]:
    """Return entries of the simulator's log."""
    return [entry for entry in family.simulation.world.log if entry["kind"] == kind]


def track(number: int, audio: Mapping[str, Any]) -> dict[str, object]:
    """Return a chapter with an uploaded track."""
    key = f"{number:02}"
    fields = {
        "key": key,
        "title": audio["title"],
        "trackUrl": audio["track_url"],
        "type": "audio",
        "format": audio["format"],
        "duration": audio["duration"],
        "fileSize": audio["file_size"],
        "channels": audio["channels"],
        "overlayLabel": key,
    }
    return {"key": key, "title": audio["title"], "overlayLabel": key, "tracks": [fields]}


async def test_uploaded_audio_is_played_from_yoto(family: Family, catalog: Catalog) -> None:
    """To the last byte, and from nowhere else; progress is one for all and the end is told."""
    heard = async_capture_events(family.hass, "yoto_smart_stream_job")
    shares: list[int] = []

    def watch(jobs: tuple[Job, ...]) -> None:
        shares.extend(job.progress for job in jobs)

    catalog.jobs.watch(watch)
    sent = await upload(family, "Story", "song")
    assert [one["title"] for one in sent] == ["Story", "Song"]
    assert [one["outcome"] for one in sent] == ["uploaded", "uploaded"]
    assert [one["channels"] for one in sent] == ["mono", "mono"]
    digests = [catalog.collection.index.get(key).file.sha256 for key in ("Story", "Song")]
    assert [one["sha256"] for one in noted(family, "upload_received")] == digests
    await settle(lambda: bool(heard))
    (event,) = heard
    assert (event.data["kind"], event.data["state"]) == ("upload", "done")
    assert event.data["title"] == "Story + 1"
    assert event.data["result"]["audio"] == sent
    assert shares == sorted(shares)
    content = {"chapters": [track(number, one) for number, one in enumerate(sent, 1)]}
    card = {"title": "Uploaded", "content": content}
    card_id = await family.entry.runtime_data.account.create_card(card)
    await family.act("yoto_smart_stream.play_card", card_id=card_id)
    await settle(lambda: len(family.player.played()) == 2)
    played = family.player.played()
    assert [one["error"] for one in played] == [None, None]
    assert [f"yoto:#{one['sha256']}" for one in played] == [one["track_url"] for one in sent]
    assert all("Signature=" in str(one["url"]) for one in played)


async def test_the_same_audio_is_sent_once(
    family: Family, catalog: Catalog, hass_storage: dict[str, Any]
) -> None:
    """In one call, in the next, and after the account has been loaded anew."""
    first = await upload(family, "Story", "story")
    assert first[0] == first[1]
    again = await upload(family, "Story", "Song")
    assert [one["outcome"] for one in again] == ["known", "uploaded"]
    assert again[0]["track_url"] == first[0]["track_url"]
    polls = len([entry for entry in noted(family, "request") if "transcoded" in entry["path"]])
    assert await family.hass.config_entries.async_reload(family.entry.entry_id)
    await upload(family, "Story", "Song")
    assert len(noted(family, "upload_received")) == 2
    # What it became is remembered.
    after = len([entry for entry in noted(family, "request") if "transcoded" in entry["path"]])
    assert after == polls
    records = hass_storage[STORE_KEY]["data"]["uploads"]
    assert {record["key"] for record in records} == {
        one["track_url"].removeprefix("yoto:#") for one in again
    }


async def test_what_yoto_no_longer_has_is_sent_again(family: Family, catalog: Catalog) -> None:
    """It is asked each time."""
    await upload(family, "Story")
    family.simulation.cloud.uploads.forget()
    (sent,) = await upload(family, "Story")
    assert sent["outcome"] == "uploaded"
    assert len(noted(family, "upload_received")) == 2


@pytest.mark.parametrize(
    ("faults", "said"),
    [
        pytest.param({"uploads_denied": True}, "allow all permissions", id="denied"),
        pytest.param({"failing_uploads": 99}, "Check the internet", id="the storage fails"),
        pytest.param({"cut_uploads": 99}, "Check the internet", id="always cut off"),
        pytest.param({"damaged_uploads": 99}, "arrived damaged", id="damaged"),
        pytest.param({"transcoding": "failed"}, "nothing of Song", id="not converted"),
        pytest.param({"transcoding": "endless"}, "not converted Song", id="never converted"),
        pytest.param({"revoked": True}, "Log in again", id="logged out"),
    ],
)
async def test_what_goes_wrong_is_explained(
    family: Family, catalog: Catalog, faults: Mapping[str, object], said: str
) -> None:
    """The text says what to do, and what was sent before stays sent."""
    await upload(family, "Story")
    family.entry.runtime_data.account.uploads.patience = replace(QUICK, transcoding=0.3)
    for name, value in faults.items():
        setattr(family.simulation.world.faults, name, value)
    with pytest.raises(HomeAssistantError, match=said) as caught:
        await upload(family, "Song")
    assert not isinstance(caught.value, ServiceValidationError)
    family.simulation.world.faults = type(family.simulation.world.faults)()
    assert catalog.jobs.jobs[-1].state is JobState.FAILED


async def test_what_can_be_mended_is_said(family: Family, catalog: Catalog) -> None:
    """An item that there is not, or whose file is gone; nothing is sent of them."""
    with pytest.raises(ServiceValidationError, match="no audio Nobody"):
        await upload(family, "Story", "Nobody")
    catalog.collection.path(catalog.collection.index.get("Song")).unlink()
    with pytest.raises(HomeAssistantError, match="file of Song is missing or damaged"):
        await upload(family, "Story", "Song")
    assert len(noted(family, "upload_received")) == 1


async def test_what_yoto_would_not_keep_is_not_sent(family: Family, catalog: Catalog) -> None:
    """Neither is what was named with it; the text says what can be done."""
    parts = (Part(audio="Song"),) * 401
    await stitch_items(
        catalog.collection,
        Stitching(parts=parts, details=Details(title="Long")),
        ffmpeg=catalog.ffmpeg,
        profile=catalog.settings.profile,
        now=dt_util.utcnow,
    )
    with pytest.raises(ServiceValidationError, match=r"Long is too long .* 60 minutes"):
        await upload(family, "Story", "Long")
    assert not noted(family, "upload_received")


async def test_cancelling_stops_at_once(
    hass: HomeAssistant, family: Family, catalog: Catalog
) -> None:
    """In the middle of an item; the next call sends it whole."""
    family.simulation.world.faults.upload_speed = 20_000.0
    calling = hass.async_create_task(upload(family, "Story", "Song"))
    await settle(lambda: any(job.progress for job in catalog.jobs.running))
    async with asyncio.timeout(2):
        answer = await hass.services.async_call(
            DOMAIN, "cancel_job", {}, blocking=True, return_response=True
        )
    assert answer is not None
    assert answer["state"] == "cancelled"
    with pytest.raises(HomeAssistantError, match="cancelled"):
        await calling
    await settle(lambda: bool(noted(family, "upload_cut")))
    assert not noted(family, "upload_received")
    family.simulation.world.faults.upload_speed = None
    assert [one["outcome"] for one in await upload(family, "Story")] == ["uploaded"]


async def test_uploads_end_with_their_account(
    hass: HomeAssistant, family: Family, catalog: Catalog
) -> None:
    """Nobody else may use its tokens."""
    family.simulation.world.faults.transcoding = "endless"
    calling = hass.async_create_task(upload(family, "Story"))
    await settle(lambda: bool(noted(family, "upload_received")))
    assert await hass.config_entries.async_unload(family.entry.entry_id)
    with pytest.raises(HomeAssistantError, match="cancelled"):
        await calling
    assert not catalog.jobs.running
    assert await hass.config_entries.async_setup(family.entry.entry_id)


async def test_a_restart_ends_uploads(
    hass: HomeAssistant, family: Family, catalog: Catalog
) -> None:
    """As failed, with a text that says so."""
    family.simulation.world.faults.transcoding = "endless"
    calling = hass.async_create_task(upload(family, "Story"))
    await settle(lambda: bool(noted(family, "upload_received")))
    await catalog.jobs.close()
    with pytest.raises(HomeAssistantError, match="Home Assistant stops"):
        await calling
    (job,) = catalog.jobs.jobs
    assert job.failure is not None
    assert job.failure.code == "interrupted"


async def test_an_odd_record_is_kept(
    hass: HomeAssistant, family: Family, catalog: Catalog, hass_storage: dict[str, Any]
) -> None:
    """A newer version may understand it."""
    hass_storage[STORE_KEY] = {
        "version": 1,
        "minor_version": 1,
        "key": STORE_KEY,
        "data": {"uploads": [{"account": ACCOUNT, "odd": True}]},
    }
    await upload(family, "Story")
    data = hass_storage[STORE_KEY]["data"]
    assert data["set_aside"] == [{"account": ACCOUNT, "odd": True}]
    assert len(data["uploads"]) == 1


async def test_a_later_version_is_told(
    family: Family, catalog: Catalog, hass_storage: dict[str, Any]
) -> None:
    """Nothing of it is overwritten."""
    hass_storage[STORE_KEY] = {"version": 9, "minor_version": 1, "key": STORE_KEY, "data": {}}
    with pytest.raises(HomeAssistantError, match="Update the integration"):
        await upload(family, "Story")
    assert hass_storage[STORE_KEY]["version"] == 9


async def test_a_removed_account_is_forgotten(
    hass: HomeAssistant, family: Family, catalog: Catalog, hass_storage: dict[str, Any]
) -> None:
    """With what was uploaded to it."""
    await upload(family, "Story")
    assert hass_storage[STORE_KEY]["data"]["uploads"]
    assert await hass.config_entries.async_remove(family.entry.entry_id)
    assert not hass_storage[STORE_KEY]["data"]["uploads"]
    await hass.config_entries.async_add(family.entry)
