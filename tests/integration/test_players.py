"""What a family sees of its players, and what it can do with them."""

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr
import pytest

from custom_components.yoto_smart_stream.const import DOMAIN

from . import Family, settle

LIGHTHOUSE = "2Lght"
"""A card of the simulated library with three chapters."""


async def test_every_player_of_the_family_is_a_device(family: Family, hass: HomeAssistant) -> None:
    """Name, model and firmware are Yoto's."""
    registry = dr.async_get(hass)
    for player_id, device in family.simulation.world.devices.items():
        found = registry.async_get_device_by_identifier((DOMAIN, player_id), family.entry.entry_id)
        assert found is not None
        assert found.name == device.name
        assert found.manufacturer == "Yoto"
        assert found.model_id == device.device_type


async def test_a_child_puts_in_a_card(family: Family) -> None:
    """The media player plays, and shows what."""
    assert family.state("sensor", "card").state == "none"
    await family.player.insert(LIGHTHOUSE)
    await family.shows("playing")
    await family.shows("The Lighthouse Cat", "sensor", "card")
    shown = family.state("media_player").attributes
    assert shown["card_id"] == LIGHTHOUSE
    assert shown["chapter_key"] == "01"
    assert shown["chapter"] == shown["media_title"] == "The storm"
    assert shown["media_album_name"] == "The Lighthouse Cat"
    assert shown["media_artist"] == "Ada Fenwick"
    assert shown["media_duration"] == 40
    assert shown["entity_picture"].startswith("http")


async def test_a_child_takes_the_card_out(family: Family) -> None:
    """Nothing of the card stays on the screen."""
    await family.player.insert(LIGHTHOUSE)
    await family.shows("playing")
    await family.player.remove()
    await family.shows("idle")
    await family.shows("none", "sensor", "card")
    assert "media_title" not in family.state("media_player").attributes


async def test_a_child_turns_and_presses_the_knobs(family: Family) -> None:
    """Volume and pause follow at once."""
    await family.player.insert(LIGHTHOUSE)
    await family.shows("playing")
    before = family.state("media_player").attributes["volume_level"]
    await family.player.turn("left", -2)
    await settle(lambda: family.state("media_player").attributes["volume_level"] == before - 2 / 16)
    await family.player.press("right")
    await family.shows("paused")
    await family.player.press("right")
    await family.shows("playing")


async def test_pause_play_and_stop(family: Family) -> None:
    """The buttons of the card on the dashboard do what they say."""
    await family.player.insert(LIGHTHOUSE)
    await family.shows("playing")
    await family.act("media_player.media_pause")
    await family.shows("paused")
    await family.act("media_player.media_play")
    await family.shows("playing")
    await family.act("media_player.media_stop")
    await family.shows("idle")


async def test_next_and_previous(family: Family) -> None:
    """They lead from chapter to chapter, and say so at either end."""
    await family.player.insert(LIGHTHOUSE)
    await family.shows("playing")
    first = family.state("media_player").attributes["chapter_key"]
    with pytest.raises(ServiceValidationError, match="first track"):
        await family.act("media_player.media_previous_track")
    await family.act("media_player.media_next_track")
    await settle(lambda: family.state("media_player").attributes.get("chapter_key") != first)
    await family.act("media_player.media_previous_track")
    await settle(lambda: family.state("media_player").attributes.get("chapter_key") == first)


async def test_seek(family: Family) -> None:
    """The position jumps and the chapter stays."""
    await family.player.insert(LIGHTHOUSE)
    await family.shows("playing")
    chapter = family.state("media_player").attributes["chapter_key"]
    await family.act("media_player.media_seek", seek_position=2)
    await settle(lambda: (family.state("media_player").attributes.get("media_position") or 0) >= 2)
    assert family.state("media_player").attributes["chapter_key"] == chapter


async def test_volume(family: Family) -> None:
    """Set and step land on the knob's steps, and never above what the player allows."""
    cap = family.player.view()["volume_max"]
    assert isinstance(cap, int)
    await family.act("media_player.volume_set", volume_level=0.25)
    await settle(lambda: family.state("media_player").attributes["volume_level"] == 0.25)
    await family.act("media_player.volume_up")
    await settle(lambda: family.state("media_player").attributes["volume_level"] == 5 / 16)
    await family.act("media_player.volume_down")
    await settle(lambda: family.state("media_player").attributes["volume_level"] == 4 / 16)
    await family.act("media_player.volume_set", volume_level=1)
    await settle(lambda: family.state("media_player").attributes["volume_level"] == cap / 16)
    await family.act("media_player.volume_set", volume_level=0)
    await settle(lambda: family.state("media_player").attributes["volume_level"] == 0)


async def test_play_card_without_plastic(family: Family) -> None:
    """A card plays from Home Assistant, from the chapter that was named."""
    card_id = LIGHTHOUSE
    card = await family.entry.runtime_data.account.shelf.card(card_id)
    chapter, track = card.track_keys()[1]
    await family.act("yoto_smart_stream.play_card", card_id=card_id, chapter_key=chapter)
    await family.shows("playing")
    assert family.state("media_player").attributes["track_key"] == track
    assert family.state("media_player").attributes["chapter_key"] == chapter


@pytest.mark.parametrize(
    ("place", "said"),
    [
        pytest.param({"card_id": "zzzzz"}, "no card zzzzz", id="unknown card"),
        pytest.param({"chapter_key": "1"}, "has no chapter 1. Its chapters are: 0", id="unpadded"),
        pytest.param({"chapter_key": "01", "track_key": "9"}, "no track 9", id="unknown track"),
        pytest.param({"track_key": "01"}, "needs its chapter_key", id="track alone"),
    ],
)
async def test_a_place_that_does_not_exist_is_explained(
    family: Family, place: dict[str, str], said: str
) -> None:
    """Players refuse without a reason, so we find it first."""
    with pytest.raises(ServiceValidationError, match=said):
        await family.act("yoto_smart_stream.play_card", **{"card_id": LIGHTHOUSE, **place})
    assert family.state("media_player").state == "idle"


async def test_a_refused_command_is_an_error(family: Family) -> None:
    """Never silence (protocol §3.3)."""
    await family.player.insert(LIGHTHOUSE)
    await family.shows("playing")
    family.simulation.world.faults.refuse_commands = True
    with pytest.raises(HomeAssistantError, match="Kitchen refused"):
        await family.act("media_player.media_pause")
    assert family.state("media_player").state == "playing"


async def test_an_unanswered_command_is_an_error(
    family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A player that has just fallen asleep says nothing."""
    connection = family.entry.runtime_data.account.connection
    monkeypatch.setattr(connection._answers, "_patience", 0.3)
    family.simulation.world.faults.ignore_commands = True
    with pytest.raises(HomeAssistantError, match="did not answer"):
        await family.act("media_player.volume_set", volume_level=0.25)


async def test_play_without_a_card_says_what_to_do(family: Family) -> None:
    """There is nothing to go on with."""
    with pytest.raises(ServiceValidationError, match="no card to play"):
        await family.act("media_player.media_play")


async def test_battery_and_charger(family: Family) -> None:
    """The status follows when it is asked for."""
    await family.player.battery(37, charging=True)
    await family.hass.services.async_call(
        "button", "press", {"entity_id": family.entity_id("button", "refresh")}, blocking=True
    )
    await family.shows("37", "sensor", "battery")
    await family.shows("on", "binary_sensor", "charging")


async def test_refresh_says_when_yoto_is_out_of_reach(family: Family) -> None:
    """A button that does nothing would be worse."""
    family.simulation.world.faults.server_errors = 100
    with pytest.raises(HomeAssistantError, match="could not be asked about the players"):
        await family.hass.services.async_call(
            "button", "press", {"entity_id": family.entity_id("button", "refresh")}, blocking=True
        )


async def test_wifi_loss_makes_a_player_unavailable(family: Family) -> None:
    """Everything live is unavailable until it is back; whether it is online stays known."""
    await family.shows("on", "binary_sensor", "online")
    await family.player.wifi(up=False)
    await family.shows("off", "binary_sensor", "online")
    assert family.state("media_player").state == "unavailable"
    assert family.state("sensor", "battery").state == "unavailable"
    await family.player.wifi(up=True)
    await family.shows("on", "binary_sensor", "online")
    await family.shows("idle")


async def test_a_player_that_was_switched_off_is_heard_again(family: Family) -> None:
    """It tells of no change by itself: somebody has to ask (protocol §3.6)."""
    await family.player.power(on=False)
    await family.shows("unavailable")
    await family.player.power(on=True)
    await family.shows("idle")
    await family.player.insert(LIGHTHOUSE)
    await family.shows("playing")
    await family.player.press("right")
    await family.shows("paused")


async def test_a_player_that_leaves_the_family_leaves_home_assistant(
    family: Family, hass: HomeAssistant
) -> None:
    """And one that joins appears, without a restart."""
    registry = dr.async_get(hass)
    devices = family.simulation.world.devices
    left = devices.pop(family.player_id)
    await family.entry.runtime_data.async_refresh()
    await hass.async_block_till_done()
    entry_id = family.entry.entry_id
    assert registry.async_get_device_by_identifier((DOMAIN, left.device_id), entry_id) is None
    devices[left.device_id] = left
    await family.entry.runtime_data.async_refresh()
    await hass.async_block_till_done()
    assert registry.async_get_device_by_identifier((DOMAIN, left.device_id), entry_id)
    await settle(lambda: "volume_level" in family.state("media_player").attributes)


async def test_a_player_that_left_while_home_assistant_was_off_is_removed(
    family: Family, hass: HomeAssistant
) -> None:
    """Nobody has to tidy up after it."""
    gone = family.player_id
    await hass.config_entries.async_unload(family.entry.entry_id)
    left = family.simulation.world.devices.pop(gone)
    await hass.config_entries.async_setup(family.entry.entry_id)
    registry, entry_id = dr.async_get(hass), family.entry.entry_id
    assert registry.async_get_device_by_identifier((DOMAIN, gone), entry_id) is None
    devices = dr.async_entries_for_config_entry(registry, entry_id)
    family.simulation.world.devices[gone] = left
    # The audio library is a device too.
    assert len([each for each in devices if each.entry_type is None]) == 1


async def test_restart(family: Family) -> None:
    """The player goes and comes back."""
    await family.hass.services.async_call(
        "button", "press", {"entity_id": family.entity_id("button", "restart")}, blocking=True
    )
    await settle(lambda: "boot" in str(family.simulation.world.log))
    await family.shows("on", "binary_sensor", "online")
