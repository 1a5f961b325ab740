"""The examples of the page on automations, run as they are printed."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import time, timedelta
from pathlib import Path
import re
from typing import Any, Final

from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from homeassistant.util.yaml import parse_yaml
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.yoto_smart_stream.cloud.settings import DAY_START, NIGHT_START, REPEAT_ALL
from custom_components.yoto_smart_stream.playback.messages import DayMode

from . import Family, settle
from .bookcase import put_card
from .diary import LIGHTHOUSE, MAZE, RAINY_DAY, shown

PAGE: Final = Path(__file__).parents[2] / "docs" / "automations.md"

type Done = list[tuple[str, dict[str, Any]]]
"""What was done with the rest of the house."""


def examples() -> dict[str, dict[str, Any]]:
    """Return the automations that the page prints, by their names."""
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    read = [parse_yaml(block) for block in blocks]
    return {str(example["alias"]): example for example in read if isinstance(example, Mapping)}


async def night_card(family: Family, done: Done) -> None:
    """The light grows dim when the card goes in."""
    await family.player.insert(LIGHTHOUSE)
    await settle(lambda: len(done) == 1)
    assert done[0] == (
        "light.turn_on",
        {"entity_id": ["light.nursery"], "brightness_pct": 5, "transition": 120},
    )


async def knob_dimmer(family: Family, done: Done) -> None:
    """Only with the card in does the knob dim."""
    await family.player.turn("left", 1)
    await family.player.insert(RAINY_DAY)
    await family.shows("playing")
    await family.act("media_player.volume_set", volume_level=0.25)
    await settle(lambda: family.state("media_player").attributes["volume_level"] == 0.25)
    await family.player.turn("left", 4)
    await settle(lambda: bool(done) and done[-1][1]["brightness_pct"] == 50)


async def lantern(family: Family, done: Done) -> None:
    """The left answer switches the light, the right one does not."""
    await family.entry.runtime_data.account.shelf.card(MAZE)
    await family.player.insert(MAZE)
    await settle(lambda: family.state("media_player").attributes.get("chapter_key") == "gate")
    await family.player.press("right")
    await settle(lambda: family.state("media_player").attributes.get("chapter_key") == "pond")
    await family.player.press("left")
    await settle(lambda: len(done) == 1)
    assert done[0][0] == "light.toggle"


async def shoes(family: Family, done: Done) -> None:
    """The message names track and player."""
    await family.player.insert(RAINY_DAY)
    await settle(lambda: len(done) == 1)
    assert done[0][1]["message"] == "Drip drop is nearly over at Kitchen."


async def good_night(family: Family, done: Done) -> None:
    """The light goes out at the end of the card, at night."""
    hour = dt_util.utcnow().hour
    coordinator = family.entry.runtime_data
    await coordinator.async_change_settings(
        family.player_id,
        lambda _: {
            **DAY_START.change(time((hour + 6) % 24)),
            **NIGHT_START.change(time((hour + 7) % 24)),
            **REPEAT_ALL.change(False),
        },
    )
    await settle(lambda: family.player.view()["day"] == 0)
    await family.hass.services.async_call(
        "button", "press", {"entity_id": family.entity_id("button", "refresh")}, blocking=True
    )
    await settle(lambda: coordinator.data[family.player_id].snapshot.day_mode is DayMode.NIGHT)
    await family.act(
        "yoto_smart_stream.play_card",
        card_id=RAINY_DAY,
        chapter_key="02",
        track_key="02",
        seconds=25,
    )
    await settle(lambda: len(done) == 1)
    assert done[0] == ("light.turn_off", {"entity_id": ["light.nursery"]})


async def no_remote_starts(family: Family, done: Done) -> None:
    """What Home Assistant starts is paused; what a hand starts is not."""
    _, bedroom = family.simulation.players.values()
    await bedroom.insert(LIGHTHOUSE)
    await settle(lambda: shown(family.hass, "media_player.bedroom") == "playing")
    await family.act("yoto_smart_stream.play_card", card_id=RAINY_DAY)
    await family.shows("paused")
    assert shown(family.hass, "media_player.bedroom") == "playing"


async def card_taken_out(family: Family, done: Done) -> None:
    """The other scene begins."""
    await family.player.insert(LIGHTHOUSE)
    await family.shows("playing")
    await family.player.remove()
    await settle(lambda: len(done) == 1)
    assert done[0] == ("scene.turn_on", {"entity_id": ["scene.calm"]})


async def lost_player(family: Family, done: Done) -> None:
    """After half an hour there is a message."""
    await family.player.wifi(up=False)
    await family.shows("unavailable")
    assert done == []
    async_fire_time_changed(family.hass, dt_util.utcnow() + timedelta(minutes=31))
    await settle(lambda: len(done) == 1)
    assert done[0][1]["message"] == "Kitchen has been out of reach for half an hour."


async def tag_on_a_card(family: Family, done: Done) -> None:
    """The card is the tag."""
    await family.player.insert(LIGHTHOUSE)
    await settle(lambda: len(done) == 1)
    assert done[0][0] == "light.toggle"


async def headphones_in(family: Family, done: Done) -> None:
    """The volume goes down for small ears."""
    await family.player.headphones(connected=True)
    await family.act("yoto_smart_stream.refresh")
    await settle(lambda: family.state("media_player").attributes["volume_level"] == 0.25)


async def new_card(family: Family, done: Done) -> None:
    """The message names the card."""
    # What was there before is known by then.
    await family.hass.async_block_till_done()
    put_card(family, "newA1", "Brand new")
    await family.act("yoto_smart_stream.refresh")
    await settle(lambda: len(done) == 1)
    assert done[0][1]["message"] == "There is a new card, Brand new."


TRIALS: Final[Mapping[str, Callable[[Family, Done], Awaitable[None]]]] = {
    "Night card": night_card,
    "Knob dimmer": knob_dimmer,
    "Lantern in the maze": lantern,
    "Shoes on soon": shoes,
    "Good night": good_night,
    "No remote starts": no_remote_starts,
    "Card taken out": card_taken_out,
    "Lost player": lost_player,
    "Tag on a card": tag_on_a_card,
    "Headphones in": headphones_in,
    "New card": new_card,
}


def test_every_example_is_tried() -> None:
    """None is printed that nobody runs."""
    assert set(examples()) == set(TRIALS)


@pytest.mark.parametrize("alias", TRIALS)
async def test_an_example_works(family: Family, hass: HomeAssistant, alias: str) -> None:
    """Pasted from the page, it does what the page says."""
    done: Done = []

    @callback
    def note(call: ServiceCall) -> None:
        done.append((f"{call.domain}.{call.service}", dict(call.data)))

    for action in ("turn_on", "turn_off", "toggle"):
        hass.services.async_register("light", action, note)
    hass.services.async_register("scene", "turn_on", note)
    hass.services.async_register("notify", "everybody", note)
    assert await async_setup_component(hass, "automation", {"automation": examples()[alias]})
    await hass.async_block_till_done()
    assert [state.state for state in hass.states.async_all("automation")] == ["on"]
    await TRIALS[alias](family, done)
