"""What happens at a player, as event entities that start automations."""

import asyncio

from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
import pytest

from custom_components.yoto_smart_stream.const import DOMAIN

from . import Family, settle

LIGHTHOUSE = "2Lght"
"""A card of the simulated library with three chapters."""
MAZE = "8Maze"
"""An interactive one."""


class Seen:
    """Every event that the entities of the first player have shown, in order."""

    def __init__(self, family: Family) -> None:
        """Begin to look."""
        self._family = family
        self._states: list[State] = []
        self._entities = {
            family.entity_id("event", key): key
            for key in ("card", "choice", "left_knob", "playback", "right_knob")
        }
        family.hass.bus.async_listen("state_changed", self._changed)

    def of(self, key: str) -> list[State]:
        """Return the events of one entity."""
        return [state for state in self._states if self._entities[state.entity_id] == key]

    def types(self, key: str) -> list[str]:
        """Return what happened at one entity."""
        return [state.attributes["event_type"] for state in self.of(key)]

    async def until(self, key: str, *types: str) -> None:
        """Wait until exactly this has happened at one entity."""
        await settle(lambda: len(self.types(key)) >= len(types))
        assert self.types(key) == list(types)

    async def _changed(self, event: object) -> None:
        """Take note of a new state."""
        state = event.data["new_state"]  # type: ignore[attr-defined]
        if state is not None and state.entity_id in self._entities:
            self._states.append(state)


@pytest.fixture
def seen(family: Family) -> Seen:
    """Look at the events of the first player."""
    return Seen(family)


async def test_a_card_goes_in_and_out(family: Family, seen: Seen) -> None:
    """Each with the card's id and title, and by whose hand."""
    assert family.state("event", "card").state == "unknown"
    await family.player.insert(LIGHTHOUSE)
    await seen.until("card", "inserted")
    await seen.until("playback", "started")
    shown = seen.of("card")[0].attributes
    assert shown["card_id"] == LIGHTHOUSE
    assert shown["card_title"] == "The Lighthouse Cat"
    assert shown["chapter_key"] == "01"
    assert shown["chapter_title"] == "The storm"
    assert shown["track_key"] == "01"
    assert shown["position"] == pytest.approx(0, abs=15)
    assert (shown["cause"], shown["confidence"]) == ("player", "certain")
    assert shown["device_time"]
    await family.player.remove()
    await seen.until("card", "inserted", "removed")
    await seen.until("playback", "started", "stopped")
    assert seen.of("card")[1].attributes["card_id"] == LIGHTHOUSE
    assert seen.types("left_knob") == seen.types("right_knob") == []


async def test_the_right_knob(family: Family, seen: Seen) -> None:
    """Pressed and turned, and what came of it."""
    await family.player.insert(LIGHTHOUSE)
    await family.shows("playing")
    # What is on the card has to be known, to tell back from forth.
    await settle(lambda: LIGHTHOUSE in family.entry.runtime_data.account.shelf.maps)
    await family.player.press("right")
    await seen.until("right_knob", "press_end")
    await family.player.press("right")
    await seen.until("right_knob", "press_end", "press_end")
    await family.player.turn("right", 1)
    await seen.until("right_knob", "press_end", "press_end", "next")
    # No hand is faster there and back.
    await asyncio.sleep(0.5)
    await family.player.turn("right", -1)
    await seen.until("right_knob", "press_end", "press_end", "next", "previous")
    await seen.until(
        "playback",
        "started",
        "paused",
        "resumed",
        *("chapter_changed", "track_changed"),
        *("chapter_changed", "track_changed"),
    )
    assert seen.types("left_knob") == []
    assert seen.of("right_knob")[0].attributes["device_class"] == "button"
    assert seen.of("right_knob")[2].attributes["chapter_title"] == "The lamp"


async def test_the_left_knob(family: Family, seen: Seen) -> None:
    """Up and down, from which volume to which."""
    volume = family.state("media_player").attributes["volume_level"]
    await family.player.turn("left", -2)
    await seen.until("left_knob", "volume_down")
    await family.player.turn("left", 1)
    await seen.until("left_knob", "volume_down", "volume_up")
    shown = seen.of("left_knob")[0].attributes
    assert shown["volume_before"] == volume
    assert shown["volume"] == volume - 2 / 16
    assert seen.types("right_knob") == []


async def test_what_home_assistant_does_is_no_hand(family: Family, seen: Seen) -> None:
    """The knobs stay silent, and playback says who it was."""
    await family.act("yoto_smart_stream.play_card", card_id=LIGHTHOUSE)
    await family.shows("playing")
    await family.act("media_player.media_pause")
    await family.shows("paused")
    await family.act("media_player.media_play")
    await family.shows("playing")
    await family.act("media_player.volume_set", volume_level=0.125)
    await settle(lambda: family.state("media_player").attributes["volume_level"] == 0.125)
    await family.act("media_player.media_stop")
    await family.shows("idle")
    await seen.until("playback", "started", "paused", "resumed", "stopped")
    assert {state.attributes["cause"] for state in seen.of("playback")} == {"home_assistant"}
    for key in ("card", "choice", "left_knob", "right_knob"):
        assert seen.types(key) == []


async def test_choices_on_an_interactive_card(family: Family, seen: Seen) -> None:
    """Which way a child went, and with which knob."""
    await family.player.insert(MAZE)
    await family.shows("playing")
    await settle(lambda: MAZE in family.entry.runtime_data.account.shelf.maps)
    await family.player.press("left")
    await seen.until("choice", "left")
    await family.player.press("right")
    await seen.until("choice", "left", "right")
    await seen.until("left_knob", "press_end")
    await seen.until("right_knob", "press_end")
    assert seen.of("choice")[1].attributes["track_title"] == "By the pond"


async def test_a_card_comes_to_its_end(family: Family, seen: Seen) -> None:
    """By itself: nobody touched the player."""
    family.player.device.config["repeatAll"] = False
    await family.act(
        "yoto_smart_stream.play_card", card_id=LIGHTHOUSE, chapter_key="03", seconds=10
    )
    await family.shows("playing")
    await family.shows("idle")
    await seen.until("playback", "started", "ended")
    assert seen.of("playback")[1].attributes["cause"] == "automatic"
    assert seen.types("right_knob") == []


async def test_another_player_is_another_matter(family: Family, seen: Seen) -> None:
    """Its card is not this player's."""
    kitchen, bedroom = family.simulation.players.values()
    await bedroom.insert(LIGHTHOUSE)
    entity_id = er.async_get(family.hass).async_get_entity_id(
        "event", DOMAIN, f"{bedroom.device.device_id}_card"
    )
    assert entity_id is not None
    await settle(
        lambda: (
            (state := family.hass.states.get(entity_id)) is not None
            and state.attributes["event_type"] == "inserted"
        )
    )
    assert seen.types("card") == []
    await kitchen.insert(LIGHTHOUSE)
    await seen.until("card", "inserted")


async def test_an_automation_starts(family: Family, hass: HomeAssistant) -> None:
    """Home Assistant's own trigger for events knows the knobs."""
    assert await async_setup_component(
        hass,
        "automation",
        {
            "automation": {
                "triggers": {
                    "trigger": "event.received",
                    "target": {"entity_id": family.entity_id("event", "right_knob")},
                    "options": {"event_type": ["press_end"]},
                },
                "actions": {"event": "light_on"},
            }
        },
    )
    fired: list[object] = []
    hass.bus.async_listen("light_on", fired.append)
    await family.player.insert(LIGHTHOUSE)
    await family.shows("playing")
    assert fired == []
    await family.player.press("right")
    await settle(lambda: bool(fired))
    # Neither a player that goes nor one that comes back is a press.
    await family.player.power(on=False)
    await family.shows("unavailable")
    await family.player.power(on=True)
    await family.shows("on", "binary_sensor", "online")
    await family.hass.async_block_till_done()
    assert len(fired) == 1


async def test_what_happened_last_stays_known(family: Family, seen: Seen) -> None:
    """While the player is off, while Yoto is out of reach, and over a restart."""
    await family.player.turn("left", -1)
    await seen.until("left_knob", "volume_down")
    happened = family.state("event", "left_knob")
    await family.player.power(on=False)
    await family.shows("unavailable")
    family.simulation.world.faults.server_errors = 100
    await family.entry.runtime_data.async_refresh()
    assert family.state("sensor", "firmware").state == "unavailable"
    assert family.state("event", "left_knob") == happened
    family.simulation.world.faults.server_errors = 0
    assert await family.hass.config_entries.async_reload(family.entry.entry_id)
    await family.hass.async_block_till_done()
    restored = family.state("event", "left_knob")
    assert restored.state == happened.state
    assert restored.attributes["event_type"] == "volume_down"
