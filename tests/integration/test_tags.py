"""Cards that are put in are tags of Home Assistant."""

from typing import Any

from homeassistant.core import Event, HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from . import Family, settle
from .diary import LIGHTHOUSE, RAINY_DAY, Diary, device_of


@pytest.fixture
def scans(hass: HomeAssistant) -> list[Event]:
    """Collect the scans of tags."""
    heard: list[Event] = []
    hass.bus.async_listen("tag_scanned", heard.append)
    return heard


async def tags(hass: HomeAssistant, hass_ws_client: WebSocketGenerator) -> dict[str, str]:
    """Return the names on the page of tags, by id."""
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "tag/list"})
    answer = await client.receive_json()
    return {tag["id"]: tag["name"] for tag in answer["result"]}


async def rename(hass_ws_client: WebSocketGenerator, tag_id: str, name: str) -> None:
    """Name a tag on its page."""
    client = await hass_ws_client()
    await client.send_json_auto_id({"type": "tag/update", "tag_id": tag_id, "name": name})
    assert (await client.receive_json())["success"]


async def test_a_card_is_scanned(
    family: Family, hass: HomeAssistant, hass_ws_client: WebSocketGenerator, scans: list[Event]
) -> None:
    """By its player, and with the title of the card as its name."""
    await family.player.insert(LIGHTHOUSE)
    await settle(lambda: len(scans) == 1)
    assert scans[0].data["tag_id"] == LIGHTHOUSE
    assert scans[0].data["device_id"] == device_of(family).id
    await hass.async_block_till_done()
    assert (await tags(hass, hass_ws_client))[LIGHTHOUSE] == "The Lighthouse Cat"


async def test_a_name_that_somebody_gave_stays(
    family: Family, hass: HomeAssistant, hass_ws_client: WebSocketGenerator, scans: list[Event]
) -> None:
    """Also when the card is put in again."""
    await family.player.insert(LIGHTHOUSE)
    await settle(lambda: len(scans) == 1)
    await hass.async_block_till_done()
    await rename(hass_ws_client, LIGHTHOUSE, "Bedtime")
    await family.player.insert(RAINY_DAY)
    await settle(lambda: len(scans) == 2)
    await family.player.insert(LIGHTHOUSE)
    await settle(lambda: len(scans) == 3)
    await hass.async_block_till_done()
    assert (await tags(hass, hass_ws_client))[LIGHTHOUSE] == "Bedtime"


async def test_a_tag_starts_an_automation(family: Family, diary: Diary) -> None:
    """Home Assistant's own trigger for tags works with cards."""
    await diary.keep({"trigger": "tag", "tag_id": LIGHTHOUSE})
    await family.player.insert(LIGHTHOUSE)
    await diary.tells(1)


async def test_what_needs_no_plastic_is_no_scan(family: Family, scans: list[Event]) -> None:
    """Playing a card from Home Assistant scans nothing."""
    await family.act("yoto_smart_stream.play_card", card_id=LIGHTHOUSE)
    await family.shows("playing")
    await family.act("media_player.media_stop")
    await family.shows("idle")
    await family.player.insert(RAINY_DAY)
    await settle(lambda: len(scans) == 1)
    assert scans[0].data["tag_id"] == RAINY_DAY


async def test_it_can_be_switched_off(
    family: Family, hass: HomeAssistant, scans: list[Event]
) -> None:
    """With the gear of the entry."""
    form = await family.options("account")
    done = await hass.config_entries.options.async_configure(form["flow_id"], {"tag_scans": False})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await settle(lambda: family.entry.state.recoverable)
    await hass.async_block_till_done()
    told: list[dict[str, Any]] = []
    hass.bus.async_listen("yoto_smart_stream_event", lambda event: told.append(dict(event.data)))
    await settle(
        lambda: all(
            state.snapshot.volume is not None for state in family.entry.runtime_data.data.values()
        )
    )
    await family.player.insert(LIGHTHOUSE)
    await settle(lambda: any(one["type"] == "card_inserted" for one in told))
    await hass.async_block_till_done()
    assert scans == []
