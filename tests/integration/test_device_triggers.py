"""What the page of a player's device offers to automations."""

from typing import Any

from homeassistant.components.device_automation import (
    DeviceAutomationType,
    async_get_device_automations,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.condition import async_from_config, async_validate_condition_config
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.yoto_smart_stream.const import DOMAIN

from . import Family, settle
from .diary import LIGHTHOUSE, RAINY_DAY, Diary, device_of, shown


async def offered(family: Family, kind: DeviceAutomationType) -> list[dict[str, Any]]:
    """Return what Home Assistant's page of the first player offers of ours."""
    device = device_of(family)
    found = await async_get_device_automations(family.hass, kind, [device.id])
    return [one for one in found[device.id] if one["domain"] == DOMAIN]


async def offer(family: Family, name: str, subtype: str | None = None) -> dict[str, Any]:
    """Return one of the triggers as the page would put it into an automation."""
    [found] = [
        one
        for one in await offered(family, DeviceAutomationType.TRIGGER)
        if (one["type"], one.get("subtype")) == (name, subtype)
    ]
    return found


async def test_each_trigger_can_be_used(family: Family, diary: Diary) -> None:
    """Whatever is offered is taken, just as it is offered."""
    found = await offered(family, DeviceAutomationType.TRIGGER)
    assert len(found) == 19
    await diary.keep(*found)
    await family.player.insert(LIGHTHOUSE)
    inserted, started = await diary.tells(2)
    assert inserted["type"] == "card_inserted"
    assert started["type"] == "playback_started"
    assert inserted["platform"] == "device"
    assert inserted["card_title"] == "The Lighthouse Cat"


async def test_only_this_player(family: Family, diary: Diary) -> None:
    """Another player's card starts nothing."""
    await diary.keep(await offer(family, "card_inserted"))
    _, bedroom = family.simulation.players.values()
    await bedroom.insert(RAINY_DAY)
    await settle(lambda: shown(family.hass, "media_player.bedroom") == "playing")
    await family.player.insert(LIGHTHOUSE)
    [told] = await diary.tells()
    assert told["card_id"] == LIGHTHOUSE


async def test_fields_can_be_filled_in(family: Family, diary: Diary) -> None:
    """A title, so that only some cards count."""
    await diary.keep({**await offer(family, "card_inserted"), "title": "rainy"})
    await family.player.insert(LIGHTHOUSE)
    await family.shows("playing")
    await family.player.insert(RAINY_DAY)
    [told] = await diary.tells()
    assert told["card_id"] == RAINY_DAY


@pytest.mark.parametrize(
    ("name", "subtype", "use"),
    [
        pytest.param("knob_pressed", "right_knob", ("press", "right"), id="press"),
        pytest.param("knob_turned", "volume_down", ("turn", "left", -1), id="quieter"),
        pytest.param("knob_turned", "next", ("turn", "right", 1), id="next"),
    ],
)
async def test_knobs(
    family: Family, diary: Diary, name: str, subtype: str, use: tuple[Any, ...]
) -> None:
    """Each movement is one of its own."""
    await family.player.insert(LIGHTHOUSE)
    await family.shows("playing")
    await settle(lambda: LIGHTHOUSE in family.entry.runtime_data.account.shelf.maps)
    await diary.keep(await offer(family, name, subtype))
    method, *arguments = use
    await getattr(family.player, method)(*arguments)
    await diary.tells(1)


async def test_the_seconds_before_the_end_can_be_set(family: Family, diary: Diary) -> None:
    """The page has a field for them."""
    await diary.keep({**await offer(family, "track_about_to_end"), "seconds": 5})
    await family.player.insert(RAINY_DAY)
    [told] = await diary.tells()
    assert told["position"] >= 19


async def test_the_page_asks_what_can_be_filled_in(
    family: Family, hass: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> None:
    """Over Home Assistant's own interface."""
    assert await async_setup_component(hass, "device_automation", {})
    client = await hass_ws_client(hass)
    fields: dict[str, set[str]] = {}
    for one in await offered(family, DeviceAutomationType.TRIGGER):
        await client.send_json_auto_id(
            {"type": "device_automation/trigger/capabilities", "trigger": one}
        )
        answer = await client.receive_json()
        fields[one["type"]] = {field["name"] for field in answer["result"]["extra_fields"]}
    assert fields["card_inserted"] == {"card_id", "title"}
    assert fields["track_about_to_end"] == {"card_id", "seconds", "title"}
    assert fields["went_offline"] == {"for"}


async def test_a_trigger_that_does_not_exist_is_refused(
    family: Family, hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    """With words that name it."""
    wrong = {**await offer(family, "card_inserted"), "type": "card_eaten"}
    await Diary(hass).keep(wrong)
    assert "card_eaten" in caplog.text


async def test_conditions(family: Family) -> None:
    """They are asked as they are offered, and with a card that is filled in."""
    found = await offered(family, DeviceAutomationType.CONDITION)
    assert {one["type"] for one in found} == {"card_is_in", "is_in_night_mode", "is_playing"}
    await family.player.insert(LIGHTHOUSE)
    await family.shows("playing")

    async def holds(name: str, **filled_in: str) -> bool:
        [one] = [one for one in found if one["type"] == name]
        config = await async_validate_condition_config(family.hass, {**one, **filled_in})
        checker = await async_from_config(family.hass, config)
        try:
            return checker.async_check() is True
        finally:
            checker.async_unload()

    assert await holds("is_playing")
    assert await holds("card_is_in", title="lighthouse")
    assert not await holds("card_is_in", card_id=RAINY_DAY)
    assert not await holds("is_in_night_mode")
