"""What a family sets at its players: the cloud has it, the player obeys, the screen shows it."""

import asyncio
from datetime import timedelta
from typing import Any

from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.yoto_smart_stream.cloud.endpoints import Endpoints
from custom_components.yoto_smart_stream.cloud.oauth import OAuth, Tokens
from custom_components.yoto_smart_stream.cloud.scopes import LADDER, Scope
from custom_components.yoto_smart_stream.const import DOMAIN
from simulator.simulation import Simulation
from simulator.world import Json

from . import Family, settle


async def change(family: Family, action: str, key: str, **data: object) -> None:
    """Use an action on an entity of the first player."""
    domain, name = action.split(".")
    await family.hass.services.async_call(
        domain, name, {"entity_id": family.entity_id(domain, key), **data}, blocking=True
    )


def config(family: Family) -> dict[str, Json]:
    """Return the settings of the first player as Yoto has them."""
    return family.simulation.world.devices[family.player_id].config


def value(family: Family, platform: str, key: str) -> str:
    """Return the state of an entity of the first player."""
    return family.state(platform, key).state


async def look_again(family: Family) -> None:
    """Have Home Assistant ask Yoto, as it does every five minutes."""
    await family.entry.runtime_data.async_refresh()
    await family.hass.async_block_till_done()


async def enable(family: Family, platform: str, key: str) -> None:
    """Switch on an entity that is off at first."""
    registry = er.async_get(family.hass)
    registry.async_update_entity(family.entity_id(platform, key), disabled_by=None)
    await family.hass.config_entries.async_reload(family.entry.entry_id)
    await family.hass.async_block_till_done()


@pytest.mark.parametrize(
    ("action", "key", "data", "setting", "written", "shown"),
    [
        ("number.set_value", "day_volume_limit", {"value": 9}, "maxVolumeLimit", "9", "9"),
        ("number.set_value", "night_volume_limit", {"value": 0}, "nightMaxVolumeLimit", "0", "0"),
        ("number.set_value", "day_brightness", {"value": 40}, "dayDisplayBrightness", "40", "40"),
        ("number.set_value", "night_brightness", {"value": 1}, "nightDisplayBrightness", "1", "1"),
        (
            "select.select_option",
            "day_light_preset",
            {"option": "lilac"},
            "ambientColour",
            "#f57399",
            "lilac",
        ),
        (
            "select.select_option",
            "night_light_preset",
            {"option": "off"},
            "nightAmbientColour",
            "#0",
            "off",
        ),
        (
            "select.select_option",
            "hour_format",
            {"option": "twenty_four_hours"},
            "hourFormat",
            "24",
            "twenty_four_hours",
        ),
        ("switch.turn_off", "bluetooth", {}, "bluetoothEnabled", "0", "off"),
        ("switch.turn_on", "headphones_limited", {}, "headphonesVolumeLimited", True, "on"),
        ("switch.turn_off", "repeat_all", {}, "repeatAll", False, "off"),
        ("switch.turn_on", "night_brightness_auto", {}, "nightDisplayBrightness", "auto", "on"),
        ("time.set_value", "day_start", {"time": "07:15:30"}, "dayTime", "07:15", "07:15:00"),
        ("time.set_value", "night_start", {"time": "19:00"}, "nightTime", "19:00", "19:00:00"),
        (
            "light.turn_on",
            "day_light",
            {"rgb_color": (255, 0, 16), "brightness": 255},
            "ambientColour",
            "#ff0010",
            "on",
        ),
        ("light.turn_off", "night_light", {}, "nightAmbientColour", "#0", "off"),
    ],
)
async def test_a_setting_is_written_and_shown(
    family: Family,
    action: str,
    key: str,
    data: dict[str, object],
    setting: str,
    written: Json,
    shown: str,
) -> None:
    """Only that setting is changed, and the screen shows it when the action has ended."""
    before = dict(config(family))
    await change(family, action, key, **data)
    assert config(family) == before | {setting: written}
    assert value(family, action.split(".", maxsplit=1)[0], key) == shown


@pytest.mark.parametrize(
    ("platform", "key", "action", "data", "setting", "written"),
    [
        ("number", "dim_brightness", "set_value", {"value": 5}, "displayDimBrightness", "5"),
        ("switch", "bluetooth_headphones", "turn_off", {}, "btHeadphonesEnabled", False),
        (
            "select",
            "clock_face",
            "select_option",
            {"option": "digital-sun"},
            "clockFace",
            "digital-sun",
        ),
    ],
)
async def test_rare_settings_are_off_at_first(
    family: Family,
    platform: str,
    key: str,
    action: str,
    data: dict[str, object],
    setting: str,
    written: Json,
) -> None:
    """They work once somebody switches them on."""
    assert family.hass.states.get(family.entity_id(platform, key)) is None
    await enable(family, platform, key)
    await change(family, f"{platform}.{action}", key, **data)
    assert config(family)[setting] == written


async def test_settings_are_sorted_under_configuration(family: Family) -> None:
    """They clutter no dashboard."""
    registry = er.async_get(family.hass)
    for platform, key in (
        ("number", "day_volume_limit"),
        ("switch", "repeat_all"),
        ("time", "day_start"),
        ("select", "hour_format"),
        ("light", "day_light"),
    ):
        entry = registry.async_get(family.entity_id(platform, key))
        assert entry is not None
        assert entry.entity_category is EntityCategory.CONFIG


async def test_the_player_obeys_the_limit(family: Family) -> None:
    """The volume goes down with it."""
    await change(family, "number.set_value", "day_volume_limit", value=3)
    await change(family, "number.set_value", "night_volume_limit", value=3)
    await settle(lambda: family.player.view()["volume"] == 3)
    await settle(lambda: family.state("media_player").attributes["volume_level"] == 3 / 16)


async def test_settings_can_be_changed_while_the_player_is_off(family: Family) -> None:
    """They live in the cloud; the player obeys once it is back."""
    await family.player.power(on=False)
    await family.shows("unavailable")
    assert value(family, "number", "sleep_timer") == "unavailable"
    assert value(family, "light", "nightlight") == "unavailable"
    await change(family, "number.set_value", "day_volume_limit", value=4)
    assert value(family, "number", "day_volume_limit") == "4"


async def test_a_value_out_of_range_is_refused_before_anything_is_sent(family: Family) -> None:
    """The family reads what is allowed."""
    before = dict(config(family))
    with pytest.raises(ServiceValidationError, match="range 0 - 16"):
        await change(family, "number.set_value", "day_volume_limit", value=17)
    with pytest.raises(ServiceValidationError, match="not valid"):
        await change(family, "select.select_option", "hour_format", option="thirteen")
    assert config(family) == before


async def test_two_changes_at_once_lose_neither(family: Family) -> None:
    """A write replaces everything, so they take turns (protocol §2.3)."""
    await asyncio.gather(
        change(family, "number.set_value", "day_volume_limit", value=11),
        change(family, "switch.turn_off", "repeat_all"),
        change(family, "time.set_value", "day_start", time="05:55"),
    )
    now = config(family)
    assert (now["maxVolumeLimit"], now["repeatAll"], now["dayTime"]) == ("11", False, "05:55")
    assert value(family, "number", "day_volume_limit") == "11"
    assert value(family, "switch", "repeat_all") == "off"
    assert value(family, "time", "day_start") == "05:55:00"


async def test_what_was_changed_in_the_app_survives_and_is_shown(family: Family) -> None:
    """Home Assistant reads before it writes, and shows all that it has read."""
    config(family).update({"dayTime": "08:00", "brandNew": {"a": [1]}})
    await change(family, "number.set_value", "day_volume_limit", value=7)
    assert config(family)["brandNew"] == {"a": [1]}
    assert config(family)["dayTime"] == "08:00"
    assert value(family, "time", "day_start") == "08:00:00"


async def test_a_failing_cloud_is_an_error_and_changes_nothing(family: Family) -> None:
    """The screen keeps the value that counts."""
    family.simulation.world.faults.server_errors = 1
    with pytest.raises(HomeAssistantError, match="settings of Kitchen could not be changed"):
        await change(family, "number.set_value", "day_volume_limit", value=7)
    assert value(family, "number", "day_volume_limit") == "16"


async def test_automatic_brightness_gives_way_to_what_is_in_effect(family: Family) -> None:
    """The display does not jump when the sensor is switched off."""
    await change(family, "switch.turn_on", "night_brightness_auto")
    assert value(family, "number", "night_brightness") == "unknown"
    config(family).update({"dayDisplayBrightness": "63", "nightDisplayBrightness": "63"})
    await family.act("yoto_smart_stream.refresh")
    await settle(
        lambda: family.entry.runtime_data.data[family.player_id].snapshot.display_brightness == 63
    )
    await change(family, "switch.turn_on", "day_brightness_auto")
    await change(family, "switch.turn_off", "day_brightness_auto")
    assert config(family)["dayDisplayBrightness"] == "63"
    assert value(family, "number", "day_brightness") == "63"


async def test_models_have_only_what_they_can_do(family: Family) -> None:
    """A Mini has neither a night-light nor a light sensor (protocol §7)."""
    registry = er.async_get(family.hass)
    _, mini = family.simulation.players
    for platform, key in (
        ("light", "nightlight"),
        ("light", "day_light"),
        ("select", "day_light_preset"),
        ("switch", "day_brightness_auto"),
    ):
        assert registry.async_get_entity_id(platform, DOMAIN, f"{mini}_{key}") is None
    assert registry.async_get_entity_id("number", DOMAIN, f"{mini}_day_brightness") is not None


async def test_a_colour_of_the_familys_own_has_no_name(family: Family) -> None:
    """It is shown by the light, and the list of names stays."""
    await change(family, "light.turn_on", "day_light", rgb_color=(1, 2, 3), brightness=255)
    assert config(family)["ambientColour"] == "#010203"
    assert value(family, "select", "day_light_preset") == "unknown"


async def test_a_clock_face_that_we_do_not_know_is_kept(family: Family) -> None:
    """It can be chosen again after another one was."""
    config(family)["clockFace"] = "analogue-cat"
    await enable(family, "select", "clock_face")
    assert value(family, "select", "clock_face") == "analogue-cat"
    await change(family, "select.select_option", "clock_face", option="digital-sun")
    assert config(family)["clockFace"] == "digital-sun"
    await change(family, "select.select_option", "clock_face", option="analogue-cat")
    assert config(family)["clockFace"] == "analogue-cat"


async def test_the_sleep_timer(family: Family) -> None:
    """It is set, counts down, and is ended with 0."""
    assert value(family, "number", "sleep_timer") == "0"
    await change(family, "number.set_value", "sleep_timer", value=30)
    await family.shows("30", "number", "sleep_timer")
    left = family.player.view()["sleep_timer"]
    assert isinstance(left, int)
    assert 1500 < left <= 1800
    await change(family, "number.set_value", "sleep_timer", value=0)
    await family.shows("0", "number", "sleep_timer")
    assert family.player.view()["sleep_timer"] is None


async def test_sleep_at_the_end_of_the_track(family: Family) -> None:
    """The timer ends with the track, until something parts the two."""
    assert value(family, "switch", "sleep_at_track_end") == "off"
    with pytest.raises(ServiceValidationError, match="Nobody knows when the track"):
        await change(family, "switch.turn_on", "sleep_at_track_end")
    await family.player.insert("6Moon")
    await family.shows("playing")
    await settle(lambda: family.state("media_player").attributes.get("media_duration") is not None)
    await family.player.turn("right", 2)
    await settle(lambda: family.state("media_player").attributes["media_title"] == "Go")
    await family.shows("playing")
    await change(family, "switch.turn_on", "sleep_at_track_end")
    await family.shows("on", "switch", "sleep_at_track_end")
    left = family.player.view()["sleep_timer"]
    assert isinstance(left, int)
    assert 20 <= left <= 45
    await family.player.turn("right", -1)
    await family.shows("off", "switch", "sleep_at_track_end")
    await change(family, "switch.turn_off", "sleep_at_track_end")
    await settle(lambda: family.player.view()["sleep_timer"] is None)


async def test_the_sleep_timer_counts_down_without_a_word(
    family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Players tell what is left now and then only."""
    await change(family, "number.set_value", "sleep_timer", value=30)
    await family.shows("30", "number", "sleep_timer")
    later = dt_util.utcnow() + timedelta(minutes=2)
    monkeypatch.setattr(dt_util, "utcnow", lambda: later)
    async_fire_time_changed(family.hass, later)
    await family.shows("28", "number", "sleep_timer")
    # Players are asked for their status at the same time.
    await family.hass.async_block_till_done()


async def test_the_night_light_now(family: Family) -> None:
    """It shows what is asked for, and what it was when it is switched on again."""
    await change(family, "light.turn_on", "nightlight", rgb_color=(255, 0, 16), brightness=255)
    await settle(lambda: family.player.view()["nightlight"] == "0xff0010")
    await settle(lambda: lit(family) == ((255, 0, 16), 255))
    await change(family, "light.turn_off", "nightlight")
    await family.shows("off", "light", "nightlight")
    assert family.player.view()["nightlight"] == "0x000000"
    await change(family, "light.turn_on", "nightlight")
    await settle(lambda: lit(family) == ((255, 0, 16), 255))
    assert family.player.view()["nightlight"] == "0xff0010"


async def test_dimming_keeps_the_shade(family: Family) -> None:
    """A dim colour is coarse on the wire; the one that was chosen is remembered."""
    await change(family, "light.turn_on", "day_light", rgb_color=(255, 140, 60), brightness=255)
    await change(family, "light.turn_on", "day_light", brightness=4)
    assert config(family)["ambientColour"] == "#040201"
    assert lit(family, "day_light") == ((255, 140, 60), 4)
    await change(family, "light.turn_on", "day_light", brightness=255)
    assert config(family)["ambientColour"] == "#ff8c3c"
    await change(family, "light.turn_off", "day_light")
    await change(family, "light.turn_on", "day_light")
    assert config(family)["ambientColour"] == "#ff8c3c"


async def test_a_colour_that_was_off_comes_on_in_one_of_the_palette(family: Family) -> None:
    """There is none to remember."""
    config(family)["ambientColour"] = "#0"
    await look_again(family)
    await family.hass.config_entries.async_reload(family.entry.entry_id)
    await change(family, "light.turn_on", "day_light")
    assert config(family)["ambientColour"] == "#ff8c00"
    assert value(family, "select", "day_light_preset") == "orange_peel"


def lit(family: Family, key: str = "nightlight") -> tuple[Any, Any]:
    """Return the colour and the brightness of a light."""
    shown = family.state("light", key).attributes
    return shown.get("rgb_color"), shown.get("brightness")


MORNING = "1111100,07:00,2Lght,,,5,1"
SUNDAY = "0000001,0930,2Lght,,,8"
ODD = "every day at noon"


def alarms_shown(family: Family, platform: str) -> dict[str, str]:
    """Return the alarms of the first player by the names that the family reads."""
    registry = er.async_get(family.hass)
    return {
        state.name: state.state
        for state in family.hass.states.async_all(platform)
        if (entry := registry.async_get(state.entity_id)) is not None
        and entry.unique_id.startswith(f"{family.player_id}_alarm_")
    }


async def set_in_app(family: Family, *lines: str) -> None:
    """Change the alarms as the app does, and let Home Assistant see it."""
    config(family)["alarms"] = list(lines)
    await look_again(family)


async def test_alarms_appear_and_vanish_with_those_of_the_app(family: Family) -> None:
    """Each is named by what tells it from the others."""
    assert alarms_shown(family, "switch") == {}
    await set_in_app(family, MORNING, ODD, SUNDAY)
    assert alarms_shown(family, "switch") == {
        "Kitchen Alarm 07:00 workdays": "on",
        "Kitchen Alarm 09:30 Sun": "on",
    }
    assert alarms_shown(family, "time") == {
        "Kitchen Alarm 07:00 workdays": "07:00:00",
        "Kitchen Alarm 09:30 Sun": "09:30:00",
    }
    await set_in_app(family, SUNDAY)
    assert alarms_shown(family, "switch") == {"Kitchen Alarm 09:30 Sun": "on"}
    await set_in_app(family)
    assert alarms_shown(family, "switch") == alarms_shown(family, "time") == {}


async def test_an_alarm_is_switched_and_everything_else_stays(family: Family) -> None:
    """The list is written whole, with what nobody understands in it."""
    await set_in_app(family, ODD, MORNING, SUNDAY)
    alarm = "alarm_0000001_0930_2Lght"
    await change(family, "switch.turn_off", alarm)
    assert config(family)["alarms"] == [ODD, MORNING, "0000001,0930,2Lght,,,8,0"]
    assert value(family, "switch", alarm) == "off"
    assert value(family, "switch", "alarm_1111100_0700_2Lght") == "on"
    await change(family, "switch.turn_on", alarm)
    assert config(family)["alarms"] == [ODD, MORNING, "0000001,0930,2Lght,,,8,1"]


async def test_an_alarm_that_moves_to_another_time_is_the_same_alarm(family: Family) -> None:
    """Automations and history keep it; its name follows."""
    await set_in_app(family, MORNING)
    switch, time = (
        family.entity_id(platform, "alarm_1111100_0700_2Lght") for platform in ("switch", "time")
    )
    await change(family, "time.set_value", "alarm_1111100_0700_2Lght", time="06:45")
    await family.hass.async_block_till_done()
    assert config(family)["alarms"] == ["1111100,06:45,2Lght,,,5,1"]
    assert alarms_shown(family, "switch") == {"Kitchen Alarm 06:45 workdays": "on"}
    assert family.entity_id("switch", "alarm_1111100_0645_2Lght") == switch
    assert family.entity_id("time", "alarm_1111100_0645_2Lght") == time
    shown = family.hass.states.get(time)
    assert shown is not None
    assert shown.state == "06:45:00"


async def test_alarms_are_the_same_after_a_restart(family: Family) -> None:
    """Also in another order; those that vanished meanwhile are gone."""
    await set_in_app(family, MORNING, SUNDAY)
    registry = er.async_get(family.hass)
    sunday = family.entity_id("switch", "alarm_0000001_0930_2Lght")
    registry.async_update_entity(sunday, name="Lie in")
    await family.hass.config_entries.async_unload(family.entry.entry_id)
    config(family)["alarms"] = [SUNDAY]
    await family.hass.config_entries.async_setup(family.entry.entry_id)
    await family.hass.async_block_till_done()
    assert list(alarms_shown(family, "switch").values()) == ["on"]
    assert family.entity_id("switch", "alarm_0000001_0930_2Lght") == sunday


async def test_an_alarm_that_the_app_has_just_deleted_is_not_made_again(family: Family) -> None:
    """Nor is another one changed in its place."""
    await set_in_app(family, MORNING, SUNDAY)
    config(family)["alarms"] = [SUNDAY]
    with pytest.raises(ServiceValidationError, match="07:00 workdays is no longer among"):
        await change(family, "switch.turn_off", "alarm_1111100_0700_2Lght")
    assert config(family)["alarms"] == [SUNDAY]


async def test_an_alarm_rings(family: Family, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was set here is played by the player."""
    config(family)["timezone"] = "UTC"
    clock = family.simulation.world.clock
    moment = dt_util.utcnow().replace(hour=6, minute=59, second=59).timestamp()
    monkeypatch.setattr(type(clock), "now", lambda _: moment)
    await set_in_app(family, "1111111,07:00,2Lght,,,3,1")
    await asyncio.sleep(1.1)
    moment += 2
    await family.shows("playing")
    assert family.state("media_player").attributes["card_id"] == "2Lght"
    assert family.player.view()["volume"] == 3


class TestWithoutThePermission:
    """A login that may look at players and not change them."""

    @pytest.fixture
    async def tokens(self, hass: HomeAssistant, simulation: Simulation) -> Tokens:
        """Log in without the scope."""
        oauth = OAuth(
            async_get_clientsession(hass),
            Endpoints(api=simulation.http_url, login=simulation.http_url),
        )
        scopes = (*(set(LADDER[0]) - {Scope.DEVICES_MANAGE}), Scope.DEVICES_VIEW)
        code = await oauth.device_code(simulation.client_id, scopes)
        simulation.logins.approve(str(code["user_code"]))
        return await oauth.device_token(simulation.client_id, str(code["device_code"]))

    async def test_settings_are_shown_and_a_change_says_what_is_missing(
        self, family: Family
    ) -> None:
        """The family reads what to do."""
        assert value(family, "number", "day_volume_limit") == "16"
        with pytest.raises(HomeAssistantError, match="this login may not change them"):
            await change(family, "number.set_value", "day_volume_limit", value=7)
        with pytest.raises(HomeAssistantError, match="this login may not change them"):
            await family.act("yoto_smart_stream.set_shortcuts", day=["2Lght"])
        assert value(family, "number", "day_volume_limit") == "16"
