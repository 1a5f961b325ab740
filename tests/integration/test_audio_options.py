"""The options of the audio library, which all accounts share."""

import asyncio
from pathlib import Path
from typing import Any
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from homeassistant.util.file import WriteError
import pytest

from custom_components.yoto_smart_stream.const import DOMAIN
from custom_components.yoto_smart_stream.library.catalog import SETTINGS_KEY, async_get_catalog
from tests.audio.sound import make

from . import Family

FIELDS = {
    "bit_rate": "96",
    "sample_rate": "48000",
    "channels": "stereo",
    "loudness": True,
    "trim_silence": True,
    "lead_in": 1.5,
    "keep_originals": True,
    "upload_mib": 50,
    "url_mib": 60,
    "url_minutes": 7,
}
"""What somebody fills in."""


async def filled(family: Family, **fields: object) -> dict[str, Any]:
    """Fill in the form of the audio library."""
    form = await family.options("library")
    done = await family.hass.config_entries.options.async_configure(
        form["flow_id"], {**FIELDS, **fields}
    )
    return dict(done)


async def test_what_is_set_holds_for_the_next_import(
    family: Family, hass: HomeAssistant, tmp_path: Path
) -> None:
    """Without the account being loaded anew, and for all accounts."""
    tune = tmp_path / "given" / "fox.wav"
    tune.parent.mkdir()
    await asyncio.to_thread(make, tune)
    hass.config.allowlist_external_dirs = {str(tune.parent)}
    coordinator = family.entry.runtime_data
    done = await filled(family, watched_folder=str(tune.parent), transcriber="stt.ear")
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    assert family.entry.runtime_data is coordinator
    assert family.entry.options == {}
    came = await hass.services.async_call(
        DOMAIN, "import_audio", {"media": str(tune)}, blocking=True, return_response=True
    )
    assert isinstance(came, dict)
    assert came["duration"] == pytest.approx(3.5, abs=0.2)
    found = await hass.services.async_call(
        DOMAIN, "get_audio", {}, blocking=True, return_response=True
    )
    assert isinstance(found, dict)
    audio = found["audio"]
    assert isinstance(audio, list)
    item = audio[0]
    assert isinstance(item, dict)
    assert (item["bit_rate"], item["sample_rate"], item["channels"]) == (96, 48_000, 2)
    assert item["has_original"] is True
    settings = (await async_get_catalog(hass)).settings
    assert (settings.watched_folder, settings.transcriber) == (str(tune.parent), "stt.ear")


async def test_the_form_shows_what_is_set(family: Family, hass_storage: dict[str, Any]) -> None:
    """Also after it has been changed; a folder that is left out is watched no more."""
    await filled(family)
    form = await family.options("library")
    assert form["data_schema"] is not None
    shown = {
        str(field): (field.description or {}).get("suggested_value")
        for field in form["data_schema"].schema
    }
    assert shown == {**FIELDS, "watched_folder": None, "transcriber": None}
    assert hass_storage[SETTINGS_KEY]["data"]["bit_rate"] == 96


@pytest.mark.parametrize("folder", ["/etc", "stories", "/nowhere/at/all"])
async def test_a_folder_that_cannot_be_watched_is_refused(family: Family, folder: str) -> None:
    """With what was filled in still there."""
    again = await filled(family, watched_folder=folder)
    assert again["type"] is FlowResultType.FORM
    assert again["errors"] == {"watched_folder": "folder_unfit"}
    assert (await async_get_catalog(family.hass)).settings.upload_mib == 500


@pytest.mark.parametrize(
    "fields",
    [
        {"bit_rate": "100"},
        {"channels": "quadro"},
        {"lead_in": 11},
        {"upload_mib": 0},
        {"url_minutes": 0},
    ],
)
async def test_values_that_make_no_sense_are_refused(
    family: Family, fields: dict[str, Any]
) -> None:
    """By the form itself."""
    with pytest.raises(InvalidData):
        await filled(family, **fields)


async def test_a_full_disk_is_told(family: Family) -> None:
    """And the settings stay as they were."""
    full = WriteError("No space left on device")
    with patch("homeassistant.helpers.storage.Store._async_write_data", side_effect=full):
        again = await filled(family)
    assert again["errors"] == {"base": "not_saved"}
    assert (await async_get_catalog(family.hass)).settings.upload_mib == 500
