"""Settings: typed on our side, loosely typed on Yoto's (protocol §2.2)."""

import asyncio
from collections.abc import AsyncIterator
from datetime import time

import aiohttp
from hypothesis import given, strategies as st
import pytest

from custom_components.yoto_smart_stream.cloud.account import YotoAccount
from custom_components.yoto_smart_stream.cloud.endpoints import Endpoints
from custom_components.yoto_smart_stream.cloud.errors import CloudUnreachableError
from custom_components.yoto_smart_stream.cloud.icons import Icon, find_icon, read_icons
from custom_components.yoto_smart_stream.cloud.oauth import OAuth, Tokens
from custom_components.yoto_smart_stream.cloud.settings import (
    ALARMS,
    BLUETOOTH,
    DAY_BRIGHTNESS,
    DAY_BRIGHTNESS_AUTO,
    DAY_LIGHT,
    DAY_START,
    DAY_VOLUME_LIMIT,
    HOUR_FORMAT,
    NIGHT_VOLUME_LIMIT,
    REPEAT_ALL,
    Change,
    OutOfRangeError,
    Setting,
    Settings,
)
from custom_components.yoto_smart_stream.cloud.shortcuts import (
    Mode,
    Shortcut,
    read_shortcuts,
    shortcuts_of,
    with_shortcuts,
)
from custom_components.yoto_smart_stream.cloud.tokens import TokenOwner
from custom_components.yoto_smart_stream.json import Json
from simulator.simulation import Simulation


@pytest.mark.parametrize(
    ("setting", "raw", "value"),
    [
        (DAY_VOLUME_LIMIT, "12", 12),
        (DAY_VOLUME_LIMIT, 12, 12),
        (DAY_VOLUME_LIMIT, "12.0", 12),
        (DAY_VOLUME_LIMIT, 0, 0),
        (DAY_VOLUME_LIMIT, None, None),
        (DAY_BRIGHTNESS, "auto", None),
        (DAY_BRIGHTNESS, "0", 0),
        (DAY_BRIGHTNESS_AUTO, "auto", True),
        (DAY_BRIGHTNESS_AUTO, "40", False),
        (DAY_BRIGHTNESS_AUTO, None, None),
        (BLUETOOTH, "1", True),
        (BLUETOOTH, 0, False),
        (REPEAT_ALL, False, False),
        (REPEAT_ALL, "true", True),
        (REPEAT_ALL, "perhaps", None),
        (DAY_LIGHT, "#40bfd9", (0x40, 0xBF, 0xD9)),
        (DAY_LIGHT, "#0", (0, 0, 0)),
        (DAY_LIGHT, "#nonsense", None),
        (DAY_START, "06:30", time(6, 30)),
        (DAY_START, "soon", None),
        (HOUR_FORMAT, 24, "24"),
    ],
)
def test_values_come_in_many_types(setting: Setting[object], raw: Json, value: object) -> None:
    """0 and false are values; what cannot be read is not known."""
    assert Settings({setting.key: raw}).value(setting) == value


@given(colour=st.tuples(*[st.integers(0, 255)] * 3))
def test_every_colour_survives(colour: tuple[int, int, int]) -> None:
    """Black is written as Yoto writes off."""
    change = DAY_LIGHT.change(colour)
    assert Settings(change).value(DAY_LIGHT) == colour
    assert (change["ambientColour"] == "#0") is (colour == (0, 0, 0))


@pytest.mark.parametrize(
    ("setting", "value"), [(DAY_VOLUME_LIMIT, 17), (NIGHT_VOLUME_LIMIT, -1), (DAY_BRIGHTNESS, 101)]
)
def test_what_a_setting_cannot_be_is_refused(setting: Setting[int], value: int) -> None:
    """Nobody knows what a player would make of it."""
    with pytest.raises(OutOfRangeError):
        setting.change(value)


@pytest.fixture
async def account(
    session: aiohttp.ClientSession,
    endpoints: Endpoints,
    oauth: OAuth,
    simulation: Simulation,
    tokens: Tokens,
) -> AsyncIterator[YotoAccount]:
    """Return a logged-in account."""

    async def save(_tokens: Tokens) -> None:
        """Keep nothing: these tests end before a restart."""

    owner = TokenOwner(oauth, simulation.client_id, tokens, save)
    account = YotoAccount(session, endpoints, owner, lambda _: None, lambda _: None)
    yield account
    await account.close()


async def test_writes_at_once_lose_neither(account: YotoAccount, simulation: Simulation) -> None:
    """Each is made from what the one before it has left (protocol §2.3)."""
    player_id, device = next(iter(simulation.world.devices.items()))
    device.config |= {"somethingNew": {"of": ["Yoto"]}, "alarms": ["what is this?"]}
    before = dict(device.config)
    await asyncio.gather(
        account.change_settings(player_id, lambda _: DAY_VOLUME_LIMIT.change(10)),
        account.change_settings(player_id, lambda _: REPEAT_ALL.change(value=False)),
        account.change_settings(player_id, lambda _: DAY_START.change(time(7))),
    )
    expected = {"maxVolumeLimit": "10", "repeatAll": False, "dayTime": "07:00"}
    assert device.config == before | expected


async def test_what_the_app_changes_meanwhile_survives(
    account: YotoAccount, simulation: Simulation
) -> None:
    """What is read is what is there at that moment, not at the last poll."""
    player_id, device = next(iter(simulation.world.devices.items()))
    await account.players({})
    device.config = {**device.config, "locale": "fr"}
    settings = await account.change_settings(player_id, lambda _: DAY_VOLUME_LIMIT.change(5))
    assert device.config["locale"] == settings.raw["locale"] == "fr"
    assert settings.value(DAY_VOLUME_LIMIT) == 5


async def test_a_choice_that_fails_writes_nothing(
    account: YotoAccount, simulation: Simulation
) -> None:
    """And the next change is not held up by it."""
    player_id, device = next(iter(simulation.world.devices.items()))
    before = dict(device.config)

    def refuse(settings: Settings) -> Change:
        return DAY_VOLUME_LIMIT.change(99)

    with pytest.raises(OutOfRangeError):
        await account.change_settings(player_id, refuse)
    assert device.config == before
    await account.change_settings(player_id, lambda _: DAY_VOLUME_LIMIT.change(9))
    assert device.config["maxVolumeLimit"] == "9"


async def test_a_poll_that_was_overtaken_by_a_write_does_not_undo_it(
    account: YotoAccount, simulation: Simulation
) -> None:
    """The roster is read player by player; a write may come in between."""
    player_id = next(iter(simulation.world.devices))
    simulation.world.faults.latency = 0.2
    poll = asyncio.create_task(account.players({}))
    # The first player's settings have been asked for by then.
    await asyncio.sleep(0.5)
    simulation.world.faults.latency = 0
    write = await account.change_settings(player_id, lambda _: DAY_VOLUME_LIMIT.change(4))
    found = (await poll)[player_id].settings
    assert found == write


async def test_a_cloud_that_fails_in_the_middle_is_an_error(
    account: YotoAccount, simulation: Simulation
) -> None:
    """Nobody is shown a value that was not taken."""
    player_id, device = next(iter(simulation.world.devices.items()))
    before = dict(device.config)
    simulation.world.faults.server_errors = 1
    with pytest.raises(CloudUnreachableError):
        await account.change_settings(player_id, lambda _: DAY_VOLUME_LIMIT.change(4))
    assert device.config == before


def test_alarms_are_a_setting_like_others() -> None:
    """Their list is kept whole."""
    settings = Settings({"alarms": ["odd", "1111100,0700,4OD25,,,5"]})
    assert [place for place, _ in settings.alarms] == [1]
    assert ALARMS.change(settings.alarms) == settings.raw


SHORTCUTS: Json = {
    "versionId": "36645a9463e038d6cb9923257b38d9d9df7a6509",
    "modes": {
        "day": {
            "content": [
                {
                    "cmd": "track-play",
                    "params": {"card": "3nC80", "chapter": "daily", "track": "<yyyymmdd>"},
                },
                {"cmd": "something-new"},
            ],
            "more": 1,
        },
        "weekend": {"content": []},
    },
}
STORY = Shortcut(card_id="2Lght", chapter_key="02", track_key="01")


def test_shortcuts_of_one_mode_leave_the_rest_alone() -> None:
    """Modes and fields that we do not know survive."""
    changed = with_shortcuts(SHORTCUTS, {Mode.NIGHT: [STORY]})
    assert isinstance(SHORTCUTS, dict)
    modes, before = changed["modes"], SHORTCUTS["modes"]
    assert isinstance(modes, dict)
    assert isinstance(before, dict)
    assert modes["day"] == before["day"]
    assert modes["weekend"] == before["weekend"]
    assert shortcuts_of(changed, Mode.NIGHT) == (STORY,)
    assert read_shortcuts(changed) == {"3nC80", "2Lght"}
    assert changed["versionId"] != SHORTCUTS["versionId"]
    assert len(str(changed["versionId"])) == 40


@pytest.mark.parametrize("block", [None, {}, {"modes": None}, {"modes": {"day": []}}, "nonsense"])
def test_shortcuts_of_a_player_that_has_none(block: Json) -> None:
    """The first can be made from nothing."""
    assert read_shortcuts(block) == frozenset()
    assert shortcuts_of(with_shortcuts(block, {Mode.DAY: [STORY]}), Mode.DAY) == (STORY,)


def test_icons_without_an_address_are_left_out() -> None:
    """A picture that was uploaded twice may have an empty object there (protocol §5.3)."""
    moon: dict[str, Json] = {
        "mediaId": "abc",
        "title": "Moon",
        "url": "https://example.org/moon.png",
    }
    icons = read_icons(
        {"displayIcons": [moon, {**moon, "url": {}}, {"url": "x"}, None, {**moon, "title": None}]}
    )
    assert [icon.title for icon in icons] == ["Moon", ""]
    assert read_icons({}) == ()
    assert find_icon(icons, "moon") == find_icon(icons, "yoto:#abc") == icons[0]
    assert find_icon(icons, "sun") is None
    named_like_an_id = Icon(media_id="def", title="abc", url="y")
    assert find_icon([named_like_an_id, *icons], "abc") == icons[0]
