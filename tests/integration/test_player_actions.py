"""Actions on players: what they ask for, what the player does, and what they answer."""

from datetime import timedelta
from typing import Any

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
import pytest

from custom_components.yoto_smart_stream.const import DOMAIN
from simulator.world import Json

from . import Family, settle

LIGHTHOUSE = "2Lght"
DAILY: Json = {
    "cmd": "track-play",
    "params": {"card": "3nC80", "chapter": "daily", "track": "<yyyymmdd>"},
}


async def ask(family: Family, name: str, /, **data: object) -> dict[str, Any]:
    """Use an action on the first player and return what it answers for that player."""
    entity_id = family.entity_id("media_player")
    answer = await family.hass.services.async_call(
        DOMAIN, name, {"entity_id": entity_id, **data}, blocking=True, return_response=True
    )
    assert answer is not None
    found = answer[entity_id]
    assert isinstance(found, dict)
    return found


def config(family: Family) -> dict[str, Json]:
    """Return the settings of the first player as Yoto has them."""
    return family.simulation.world.devices[family.player_id].config


def commands(family: Family, path: str) -> list[str]:
    """Return the payloads of the commands of a kind that players have obeyed."""
    return [
        str(entry["payload"])
        for entry in family.simulation.world.log
        if entry["kind"] == "command" and entry.get("path") == path
    ]


@pytest.mark.parametrize(
    "data", [{"minutes": 20}, {"duration": {"minutes": 20}}, {"duration": "00:20:00"}]
)
async def test_set_sleep_timer(family: Family, data: dict[str, object]) -> None:
    """The player counts, and the answer says until when."""
    answer = await ask(family, "set_sleep_timer", **data)
    ends_at = dt_util.parse_datetime(answer["ends_at"])
    assert ends_at is not None
    assert abs(ends_at - dt_util.utcnow() - timedelta(minutes=20)) < timedelta(seconds=10)
    await family.shows("20", "number", "sleep_timer")
    assert await ask(family, "set_sleep_timer", minutes=0) == {"ends_at": None}
    await family.shows("0", "number", "sleep_timer")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "either minutes or a duration"),
        ({"minutes": 1, "duration": "00:01:00"}, "either minutes or a duration"),
        ({"minutes": 721}, "0 to 720 minutes"),
        ({"minutes": -1}, "0 to 720 minutes"),
    ],
)
async def test_a_senseless_sleep_timer_is_explained(
    family: Family, data: dict[str, object], said: str
) -> None:
    """Nothing is sent."""
    with pytest.raises(ServiceValidationError, match=said):
        await ask(family, "set_sleep_timer", **data)
    assert commands(family, "sleep-timer/set") == []


async def test_set_alarm_makes_changes_and_delete_alarm_deletes(family: Family) -> None:
    """An alarm is named by its number or its time, its card by title."""
    made = await ask(
        family, "set_alarm", time="07:00", days=["workdays"], card="the lighthouse cat"
    )
    assert made == {
        "alarms": [
            {
                "number": 1,
                "time": "07:00",
                "days": ["mon", "tue", "wed", "thu", "fri"],
                "sound": LIGHTHOUSE,
                "title": "The Lighthouse Cat",
                "volume": 8,
                "enabled": True,
            }
        ]
    }
    assert config(family)["alarms"] == ["1111100,07:00,2Lght,,,8,1"]
    await ask(family, "set_alarm", time="09:00", days=["sat", "sun"], sound="4OD25", volume=3)
    changed = await ask(family, "set_alarm", alarm="07:00", time="06:45:30", enabled=False)
    assert [alarm["time"] for alarm in changed["alarms"]] == ["06:45", "09:00"]
    await ask(family, "set_alarm", alarm="2", volume=0)
    assert config(family)["alarms"] == ["1111100,06:45,2Lght,,,8,0", "0000011,09:00,4OD25,,,0,1"]
    left = await ask(family, "delete_alarm", alarm="1")
    assert [alarm["time"] for alarm in left["alarms"]] == ["09:00"]
    assert config(family)["alarms"] == ["0000011,09:00,4OD25,,,0,1"]


async def test_an_alarm_is_not_made_twice(family: Family) -> None:
    """An automation that sets the same alarm every evening ends up with one."""
    for volume in (4, 6):
        await ask(family, "set_alarm", time="07:00", card=LIGHTHOUSE, volume=volume)
    assert config(family)["alarms"] == ["1111111,07:00,2Lght,,,6,1"]


async def test_alarms_that_cannot_be_read_are_shown_and_kept(family: Family) -> None:
    """Numbers are those of the whole list."""
    config(family)["alarms"] = ["odd", "1111111,07:00,2Lght,,,5,1,new"]
    answer = await ask(family, "set_alarm", alarm="2", volume=6)
    assert answer["alarms"][0] == {"number": 1, "line": "odd"}
    assert config(family)["alarms"] == ["odd", "1111111,07:00,2Lght,,,6,1,new"]


async def test_alarms_of_a_player_that_is_off(family: Family) -> None:
    """They live in the cloud, so bedtime routines need not wait for the player."""
    await family.player.power(on=False)
    await family.shows("unavailable")
    await ask(family, "set_alarm", time="07:00", card=LIGHTHOUSE)
    assert config(family)["alarms"] == ["1111111,07:00,2Lght,,,8,1"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param({"card": LIGHTHOUSE}, "needs a time", id="no time"),
        pytest.param({"time": "08:00"}, "needs something to play", id="no sound"),
        pytest.param({"card": LIGHTHOUSE, "sound": "4OD25"}, "a card or a sound", id="both"),
        pytest.param({"alarm": "1", "sound": "a,b"}, "without commas", id="comma"),
        pytest.param({"alarm": "1", "volume": 17}, "from 0 to 16", id="volume"),
        pytest.param({"alarm": "1", "days": []}, "needs a day", id="no day"),
        pytest.param({"alarm": "3"}, r"no alarm 3. Its alarms are: 1 \(07:00\), 2", id="number"),
        pytest.param({"alarm": "08:00"}, "no alarm 08:00", id="unknown time"),
        pytest.param({"alarm": "07:00"}, r"Several alarms ring at 07:00: 1 \(", id="ambiguous"),
        pytest.param({"alarm": "1", "card": "zzzzz"}, "no card zzzzz", id="unknown card"),
    ],
)
async def test_a_senseless_alarm_is_explained(
    family: Family, data: dict[str, object], said: str
) -> None:
    """Nothing is written."""
    lines: list[Json] = ["1111100,07:00,2Lght,,,5,1", "0000011,07:00,2Lght,,,5,1"]
    config(family)["alarms"] = [*lines]
    with pytest.raises(ServiceValidationError, match=said):
        await ask(family, "set_alarm", **data)
    assert config(family)["alarms"] == lines


async def test_deleting_where_there_is_no_alarm_says_so(family: Family) -> None:
    """The list that could be offered is empty."""
    with pytest.raises(ServiceValidationError, match="has no alarms"):
        await ask(family, "delete_alarm", alarm="1")


async def test_set_shortcuts(family: Family) -> None:
    """A press on the right knob plays them in turn, with no card in."""
    device = family.simulation.world.devices[family.player_id]
    device.shortcuts = {"modes": {"day": {"content": []}, "night": {"content": [DAILY]}}}
    config(family).update({"dayTime": "00:00", "nightTime": "00:00"})
    answer = await ask(
        family,
        "set_shortcuts",
        day=["The Lighthouse Cat", {"card": LIGHTHOUSE, "chapter": "03"}],
    )
    assert [(place["card"], place["chapter"]) for place in answer["day"]] == [
        (LIGHTHOUSE, "01"),
        (LIGHTHOUSE, "03"),
    ]
    assert answer["day"][0]["title"] == "The Lighthouse Cat"
    assert [place["track"] for place in answer["night"]] == ["<yyyymmdd>"]
    await settle(lambda: family.player.view()["day"] == 1)
    await family.player.press("right")
    await family.shows("playing")
    assert family.state("media_player").attributes["chapter_key"] == "01"
    await family.act("media_player.media_stop")
    await family.shows("idle")
    await family.player.press("right")
    await settle(lambda: family.state("media_player").attributes.get("chapter_key") == "03")
    await family.shows("playing")


async def test_shortcuts_can_be_set_as_they_were_answered(family: Family) -> None:
    """Also those that the account cannot look up, like Yoto's daily programme."""
    device = family.simulation.world.devices[family.player_id]
    device.shortcuts = {"modes": {"day": {"content": [DAILY]}}, "more": True}
    before = await ask(family, "set_shortcuts", night=[LIGHTHOUSE])
    after = await ask(family, "set_shortcuts", day=[*before["day"], *before["night"]])
    assert after["day"] == [*before["day"], *before["night"]]
    modes = device.shortcuts["modes"]
    assert isinstance(modes, dict)
    day = modes["day"]
    assert isinstance(day, dict)
    assert isinstance(day["content"], list)
    assert day["content"][0] == DAILY
    assert device.shortcuts["more"] is True
    assert (await ask(family, "set_shortcuts", day=[]))["day"] == []


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param({}, "for the day, for the night", id="nothing"),
        pytest.param({"day": ["zzzzz"]}, "no card zzzzz", id="card"),
        pytest.param(
            {"day": [{"card": LIGHTHOUSE, "chapter": "1"}]}, "has no chapter 1", id="chapter"
        ),
        pytest.param(
            {"day": [{"card": LIGHTHOUSE, "chapter": "01", "track": "9"}]},
            "has no track 9",
            id="track",
        ),
        pytest.param(
            {"day": [{"card": LIGHTHOUSE, "track": "01"}]}, "needs its chapter", id="track alone"
        ),
    ],
)
async def test_a_senseless_shortcut_is_explained(
    family: Family, data: dict[str, object], said: str
) -> None:
    """Nothing is written."""
    with pytest.raises(ServiceValidationError, match=said):
        await ask(family, "set_shortcuts", **data)
    assert family.simulation.world.devices[family.player_id].shortcuts == {}


async def test_shortcuts_say_when_yoto_is_out_of_reach(family: Family) -> None:
    """Nobody believes they were set."""
    family.simulation.world.faults.server_errors = 1
    with pytest.raises(HomeAssistantError, match="settings of Kitchen could not be changed"):
        await ask(family, "set_shortcuts", day=[])


async def test_show_icon(family: Family) -> None:
    """One of Yoto's icons by its title, or any picture by its address."""
    answer = await ask(family, "show_icon", icon="moon", seconds=600)
    assert answer["icon"].startswith(family.simulation.http_url)
    await settle(lambda: family.player.view()["preview"] == answer["icon"])
    picture = "https://example.org/cat.gif"
    typed = "Https://example.org/cat.gif"
    assert await ask(family, "show_icon", icon=typed, animated=True) == {"icon": picture}
    assert commands(family, "display/preview")[-1] == (
        f'{{"uri": "{picture}", "timeout": 10, "animated": 1}}'
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"icon": "rainbo"}, "Similar ones: Rainbow"),
        ({"icon": "qqqqqq"}, "Use the address of a picture"),
        ({"icon": "moon", "seconds": 0}, "1 to 3600 seconds"),
    ],
)
async def test_an_icon_that_does_not_exist_is_explained(
    family: Family, data: dict[str, object], said: str
) -> None:
    """With icons that it may have been meant to be."""
    with pytest.raises(ServiceValidationError, match=said):
        await ask(family, "show_icon", **data)
    assert commands(family, "display/preview") == []


async def test_icons_that_cannot_be_listed_are_an_error(family: Family) -> None:
    """The reason is Yoto's."""
    family.simulation.world.faults.server_errors = 1
    with pytest.raises(HomeAssistantError, match="list of icons could not be fetched"):
        await ask(family, "show_icon", icon="moon")


async def test_set_bluetooth(family: Family) -> None:
    """On and connect may name a partner."""
    await ask(family, "set_bluetooth", action="on", name="Red headphones")
    assert commands(family, "bluetooth/on") == [
        '{"action": "on", "mode": true, "name": "Red headphones"}'
    ]
    await settle(lambda: family.player.view()["bluetooth"] is True)
    await ask(family, "set_bluetooth", action="disconnect")
    await settle(lambda: family.player.view()["bluetooth"] is False)
    await ask(family, "set_bluetooth", action="connect", mac="00:1A:7D:DA:71:13")
    await settle(lambda: family.player.view()["bluetooth"] is True)
    await ask(family, "set_bluetooth", action="forget")
    await settle(lambda: family.player.view()["bluetooth"] is False)
    await ask(family, "set_bluetooth", action="off")
    assert len(commands(family, "bluetooth/off")) == 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"action": "off", "name": "Red headphones"}, "only for on and connect"),
        ({"action": "connect", "mac": "red"}, "red is not a Bluetooth address"),
    ],
)
async def test_a_senseless_bluetooth_partner_is_explained(
    family: Family, data: dict[str, object], said: str
) -> None:
    """Nothing is sent."""
    with pytest.raises(ServiceValidationError, match=said):
        await ask(family, "set_bluetooth", **data)
    assert commands(family, "bluetooth/connect") == []


async def test_refresh(family: Family) -> None:
    """Yoto and the player are both asked."""
    config(family)["maxVolumeLimit"] = "6"
    await family.player.battery(41, charging=False)
    assert await ask(family, "refresh") == {}
    await family.shows("6", "number", "day_volume_limit")
    await family.shows("41", "sensor", "battery")


async def test_a_device_is_as_good_as_its_media_player(family: Family) -> None:
    """And several players are answered for one by one."""
    registry = dr.async_get(family.hass)
    devices = [
        registry.async_get_device_by_identifier((DOMAIN, player_id), family.entry.entry_id)
        for player_id in family.simulation.players
    ]
    answer = await family.hass.services.async_call(
        DOMAIN,
        "set_sleep_timer",
        {"device_id": [device.id for device in devices if device], "minutes": 5},
        blocking=True,
        return_response=True,
    )
    assert answer is not None
    assert set(answer) == {"media_player.kitchen", "media_player.bedroom"}
    for player in family.simulation.players.values():
        assert player.view()["sleep_timer"] is not None


async def test_what_is_no_player_is_refused(family: Family) -> None:
    """An action that does nothing in silence would be worse."""
    with pytest.raises(ServiceValidationError, match="is a Yoto player that is set up"):
        await family.hass.services.async_call(
            DOMAIN, "refresh", {"entity_id": "light.somewhere"}, blocking=True
        )


async def test_a_player_that_is_off_does_not_obey_in_silence(
    family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What needs the player is an error without it."""
    connection = family.entry.runtime_data.account.connection
    monkeypatch.setattr(connection._answers, "_patience", 0.3)
    await family.player.power(on=False)
    await family.shows("unavailable")
    with pytest.raises(HomeAssistantError, match="Kitchen did not answer"):
        await ask(family, "set_sleep_timer", minutes=5)


async def test_a_refusal_is_an_error(family: Family) -> None:
    """Players never say why (protocol §3.3)."""
    family.simulation.world.faults.refuse_commands = True
    with pytest.raises(HomeAssistantError, match="Kitchen refused"):
        await ask(family, "show_icon", icon="https://example.org/moon.png")
