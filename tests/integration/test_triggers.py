"""Automations that start when something happens at a player."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from homeassistant.core import Event, HomeAssistant
from homeassistant.helpers import area_registry as ar, device_registry as dr, label_registry as lr
from homeassistant.util import dt as dt_util
import pytest

from custom_components.yoto_smart_stream.cloud.settings import REPEAT_ALL

from . import Family, settle
from .diary import LIGHTHOUSE, MAZE, RAINY_DAY, Diary, device_of, shown, trigger


async def test_a_card_is_put_in(family: Family, diary: Diary) -> None:
    """The automation knows the player, the card, the place on it, and how sure all that is."""
    await diary.keep(trigger("card_inserted"))
    await family.player.insert(LIGHTHOUSE)
    [told] = await diary.tells()
    assert told["device_id"] == device_of(family).id
    assert told["entity_id"] == family.entity_id("media_player")
    assert told["player"] == "Kitchen"
    assert told["card_id"] == LIGHTHOUSE
    assert told["card_title"] == "The Lighthouse Cat"
    assert told["chapter_key"] == "01"
    assert told["chapter_title"] == "The storm"
    assert told["track_title"] == "The storm"
    assert told["cause"] == "player"
    assert told["confidence"] == "certain"
    assert told["platform"] == "yoto_smart_stream.card_inserted"
    assert told["description"] == "card inserted at Kitchen"


async def test_it_does_not_take_a_second(family: Family, diary: Diary) -> None:
    """From the player's word to the start of the automation."""
    await diary.keep(trigger("card_inserted"))
    await family.player.insert(LIGHTHOUSE)
    [told] = await diary.tells()
    automation = family.hass.states.get("automation.keep_a_diary")
    assert automation is not None
    heard_at = dt_util.parse_datetime(told["received_at"], raise_on_error=True)
    assert automation.attributes["last_triggered"] - heard_at < timedelta(seconds=1)


async def test_a_card_is_taken_out(family: Family, diary: Diary) -> None:
    """Its id and title are those of the card that has gone."""
    await family.player.insert(LIGHTHOUSE)
    await family.shows("playing")
    await diary.keep(trigger("card_removed"))
    await family.player.remove()
    [told] = await diary.tells()
    assert (told["card_id"], told["card_title"]) == (LIGHTHOUSE, "The Lighthouse Cat")


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"card_id": RAINY_DAY}, id="id"),
        pytest.param({"card_id": ["8Maze", RAINY_DAY]}, id="ids"),
        pytest.param({"title": "rainy day"}, id="part of the title"),
        pytest.param({"title": ["nowhere", "SONGS"], "cause": ["player"]}, id="titles and cause"),
    ],
)
async def test_only_some_cards(family: Family, diary: Diary, options: dict[str, Any]) -> None:
    """A card is named by its id or a part of its title, in capitals or not."""
    await diary.keep(trigger("card_inserted", **options))
    await family.player.insert(LIGHTHOUSE)
    await family.shows("The Lighthouse Cat", "sensor", "card")
    await family.player.insert(RAINY_DAY)
    [told] = await diary.tells()
    assert told["card_id"] == RAINY_DAY


async def by_device(family: Family) -> dict[str, Any]:
    """Mean the first player by its device."""
    return {"device_id": device_of(family).id}


async def by_entity(family: Family) -> dict[str, Any]:
    """Mean the first player by one of its entities, one for diagnosis."""
    return {"entity_id": family.entity_id("sensor", "battery")}


async def by_area(family: Family) -> dict[str, Any]:
    """Mean the first player by the room that it is in."""
    area = ar.async_get(family.hass).async_create("Larder")
    dr.async_get(family.hass).async_update_device(device_of(family).id, area_id=area.id)
    return {"area_id": area.id}


async def by_label(family: Family) -> dict[str, Any]:
    """Mean the first player by a label."""
    label = lr.async_get(family.hass).async_create("Children")
    dr.async_get(family.hass).async_update_device(device_of(family).id, labels={label.label_id})
    return {"label_id": label.label_id}


@pytest.mark.parametrize("mean", [by_device, by_entity, by_area, by_label])
async def test_only_some_players(
    family: Family, diary: Diary, mean: Callable[[Family], Awaitable[dict[str, Any]]]
) -> None:
    """A target means a player by whatever belongs to it."""
    await diary.keep({**trigger("card_inserted"), "target": await mean(family)})
    _, bedroom = family.simulation.players.values()
    await bedroom.insert(RAINY_DAY)
    await settle(lambda: shown(family.hass, "media_player.bedroom") == "playing")
    await family.player.insert(LIGHTHOUSE)
    [told] = await diary.tells()
    assert told["card_id"] == LIGHTHOUSE


async def test_the_causes_of_playing(family: Family, diary: Diary) -> None:
    """What Home Assistant has started is told from what a hand has started."""
    await diary.keep(trigger("playback_started", cause="home_assistant"))
    await family.player.insert(LIGHTHOUSE)
    await family.shows("playing")
    await family.player.remove()
    await family.shows("idle")
    await family.act("yoto_smart_stream.play_card", card_id=RAINY_DAY)
    [told] = await diary.tells()
    assert (told["card_id"], told["cause"]) == (RAINY_DAY, "home_assistant")


async def test_a_card_plays_to_its_end(family: Family, diary: Diary) -> None:
    """Not when it is taken out before."""
    await family.entry.runtime_data.async_change_settings(
        family.player_id, lambda _: REPEAT_ALL.change(False)
    )
    await diary.keep(trigger("playback_ended"))
    await family.player.insert(LIGHTHOUSE)
    await family.shows("playing")
    await family.player.remove()
    await family.shows("idle")
    await family.act(
        "yoto_smart_stream.play_card",
        card_id=RAINY_DAY,
        chapter_key="02",
        track_key="02",
        seconds=25,
    )
    [told] = await diary.tells()
    assert told["card_id"] == RAINY_DAY
    assert told["cause"] == "automatic"


@pytest.mark.parametrize(
    ("options", "use"),
    [
        pytest.param({"gesture": "volume_up"}, ("turn", "left", 1), id="louder"),
        pytest.param(
            {"side": "left", "gesture": ["volume_down"]}, ("turn", "left", -1), id="quieter"
        ),
        pytest.param({"gesture": "next", "side": "right"}, ("turn", "right", 1), id="next"),
        pytest.param({"gesture": "previous"}, ("turn", "right", -1), id="previous"),
        pytest.param({"gesture": "press", "title": "Lighthouse"}, ("press", "right"), id="press"),
    ],
)
async def test_a_knob_is_used(
    family: Family, diary: Diary, options: dict[str, Any], use: tuple[Any, ...]
) -> None:
    """Each movement of each knob can be chosen."""
    await family.act(
        "yoto_smart_stream.play_card", card_id=LIGHTHOUSE, chapter_key="02", track_key="02"
    )
    await settle(lambda: family.state("media_player").attributes.get("chapter_key") == "02")
    await settle(lambda: LIGHTHOUSE in family.entry.runtime_data.account.shelf.maps)
    before = family.state("media_player").attributes["volume_level"]
    await diary.keep(trigger("knob_used", **options))
    name, *arguments = use
    await getattr(family.player, name)(*arguments)
    [told] = await diary.tells()
    assert told["cause"] == "player"
    assert told["gesture"] in options["gesture"]
    if name == "turn" and arguments[0] == "left":
        assert told["side"] == "left"
        assert told["volume_before"] == before
        assert told["volume"] == before + arguments[1] / 16


async def test_a_volume_that_no_hand_has_changed_is_no_knob(family: Family, diary: Diary) -> None:
    """Home Assistant's own change starts nothing; the hand's does."""
    await diary.keep(trigger("knob_used"))
    await family.act("media_player.volume_set", volume_level=0.25)
    await settle(lambda: family.state("media_player").attributes["volume_level"] == 0.25)
    await family.player.turn("left", 2)
    told = await diary.tells(1)
    assert told[0]["volume"] == 6 / 16


async def test_a_child_chooses(family: Family, diary: Diary) -> None:
    """On a card whose ways are known, the knob is an answer."""
    await family.entry.runtime_data.account.shelf.card(MAZE)
    await diary.keep(trigger("choice_made", choice=["left", "none"]))
    await family.player.insert(MAZE)
    await settle(lambda: family.state("media_player").attributes.get("chapter_key") == "gate")
    await family.player.press("left")
    [told] = await diary.tells()
    assert told["choice"] == "left"
    assert told["card_title"] == "The Maze in the Garden"


async def test_a_bus_event_tells_everything(family: Family, hass: HomeAssistant) -> None:
    """With times in ISO form, and nothing that could not be sent on as JSON."""
    heard: list[Event] = []
    hass.bus.async_listen("yoto_smart_stream_event", heard.append)
    await family.player.insert(LIGHTHOUSE)
    await settle(lambda: any(event.data["type"] == "playback_started" for event in heard))
    [inserted] = [event.data for event in heard if event.data["type"] == "card_inserted"]
    assert inserted["device_id"] == device_of(family).id
    assert inserted["entity_id"] == family.entity_id("media_player")
    assert inserted["received_at"].endswith("+00:00")
    assert inserted["side"] is None
    assert {type(value) for event in heard for value in event.data.values()} <= {
        str,
        bool,
        int,
        float,
        type(None),
    }
    assert family.player_id not in str(inserted)


async def test_a_card_that_is_new_to_the_account(family: Family, diary: Diary) -> None:
    """Its title is not known when it goes in; the trigger waits for it, and fires once."""
    account = family.entry.runtime_data.account
    made = await account._rest.create_content(
        {
            "title": "Brand new",
            "content": {
                "chapters": [
                    {
                        "key": "01",
                        "title": "One",
                        "tracks": [
                            {
                                "key": "01",
                                "title": "One",
                                "type": "stream",
                                "format": "mp3",
                                "trackUrl": "http://127.0.0.1:1/one.mp3",
                            }
                        ],
                    }
                ]
            },
            "metadata": {},
        }
    )
    card_id = str(made["card"]["cardId"])
    assert account.shelf.known(card_id) is None
    await diary.keep(
        trigger("card_inserted", title="brand"), trigger("card_inserted", title="old hat")
    )
    await family.player.insert(card_id)
    [told] = await diary.tells()
    assert (told["card_id"], told["card_title"]) == (card_id, "Brand new")
