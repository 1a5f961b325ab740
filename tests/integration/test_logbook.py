"""What happens at players, as the logbook tells it."""

from datetime import datetime
import logging
from typing import Any

from homeassistant.components.recorder import Recorder
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)
from pytest_homeassistant_custom_component.typing import (
    RecorderInstanceContextManager,
    WebSocketGenerator,
)

from . import Family, settle
from .bookcase import put_card
from .diary import LIGHTHOUSE, device_of


@pytest.fixture
def mock_recorder_before_hass(async_test_recorder: RecorderInstanceContextManager) -> None:
    """Have the database of the recorder made before Home Assistant, as the harness wants it."""


@pytest.fixture
async def began(
    recorder_mock: Recorder, hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> datetime:
    """Have a logbook, before the account is there; return since when."""
    caplog.set_level(logging.WARNING, logger="sqlalchemy.engine")
    for component in ("http", "websocket_api", "logbook"):
        assert await async_setup_component(hass, component, {})
    return dt_util.utcnow()


async def read(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator, began: datetime, **only: object
) -> list[str]:
    """Return the lines about our events, as the page shows them."""
    await async_wait_recording_done(hass)
    client = await hass_ws_client(hass)
    await client.send_json_auto_id(
        {"type": "logbook/get_events", "start_time": began.isoformat(), **only}
    )
    answer: dict[str, Any] = await client.receive_json()
    return [
        f"{line['name']} {line['message']}"
        for line in answer["result"]
        if line.get("domain") == "yoto_smart_stream"
    ]


async def test_an_evening(
    began: datetime,
    family: Family,
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """Every line is a sentence that can be read aloud, in the order in which it came about."""
    volume = family.state("media_player").attributes["volume_level"]
    await family.player.insert(LIGHTHOUSE)
    await family.shows("playing")
    await settle(lambda: LIGHTHOUSE in family.entry.runtime_data.account.shelf.maps)
    await family.player.turn("right", 1)
    await settle(lambda: family.state("media_player").attributes.get("chapter_key") == "02")
    await family.player.turn("left", -1)
    await settle(lambda: family.state("media_player").attributes["volume_level"] < volume)
    await family.player.press("right")
    await family.shows("paused")
    await family.player.remove()
    await family.shows("idle")
    await family.act("yoto_smart_stream.play_card", card_id=LIGHTHOUSE)
    await family.shows("playing")
    await family.player.power(on=False)
    await family.shows("unavailable")
    lines = await read(hass, hass_ws_client, began, device_ids=[device_of(family).id])
    lowered = f"{volume - 1 / 16:.0%}"
    assert lines == [
        "Kitchen was given the card The Lighthouse Cat",
        "Kitchen began to play The Lighthouse Cat",
        "Kitchen had the right knob turned forwards",
        "Kitchen went to the chapter The lamp",
        "Kitchen went to the track The lamp",
        f"Kitchen was turned down to {lowered} volume",
        "Kitchen had the right knob pressed",
        "Kitchen was paused",
        "Kitchen had the card The Lighthouse Cat taken out",
        "Kitchen stopped playing The Lighthouse Cat",
        "Kitchen began to play The Lighthouse Cat from Home Assistant",
        "Kitchen was switched off",
    ]


async def test_a_new_card(
    began: datetime,
    family: Family,
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """It is a sentence about the account."""
    await hass.async_block_till_done()
    put_card(family, "newA1", "Brand new")
    await family.act("yoto_smart_stream.refresh")
    await hass.async_block_till_done()
    lines = await read(hass, hass_ws_client, began)
    assert f"{family.entry.title} has a new card, Brand new" in lines
