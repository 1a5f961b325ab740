"""Automations that ask about players before they act."""

from collections.abc import Mapping
from datetime import time

from homeassistant.core import HomeAssistant
from homeassistant.helpers.condition import async_from_config, async_validate_condition_config
from homeassistant.util import dt as dt_util
import pytest

from custom_components.yoto_smart_stream.cloud.settings import DAY_START, NIGHT_START
from custom_components.yoto_smart_stream.const import DOMAIN

from . import Family, settle
from .diary import LIGHTHOUSE, RAINY_DAY, Diary, device_of, trigger


async def holds(
    family: Family, name: str, target: Mapping[str, str] | None = None, **options: object
) -> bool:
    """Ask a condition in the way that an automation does."""
    config = await async_validate_condition_config(
        family.hass,
        {
            "condition": f"{DOMAIN}.{name}",
            **({"target": target} if target else {}),
            "options": options,
        },
    )
    checker = await async_from_config(family.hass, config)
    try:
        return checker.async_check() is True
    finally:
        checker.async_unload()


def bedroom(family: Family) -> dict[str, str]:
    """Mean the second player."""
    return {"device_id": device_of(family, 1).id}


def kitchen(family: Family) -> dict[str, str]:
    """Mean the first player by one of its entities, one for diagnosis."""
    return {"entity_id": family.entity_id("sensor", "battery")}


async def test_is_playing(family: Family) -> None:
    """While it is heard, and not while it is paused."""
    assert not await holds(family, "is_playing")
    await family.player.insert(LIGHTHOUSE)
    await family.shows("playing")
    assert await holds(family, "is_playing")
    assert await holds(family, "is_playing", kitchen(family), title=["lighthouse"])
    assert not await holds(family, "is_playing", kitchen(family), card_id=[RAINY_DAY])
    assert not await holds(family, "is_playing", bedroom(family))
    await family.player.press("right")
    await family.shows("paused")
    assert not await holds(family, "is_playing", kitchen(family))


async def test_a_card_is_in(family: Family) -> None:
    """Whether it plays or not; a card that was started without plastic is not in."""
    assert not await holds(family, "card_is_in")
    await family.player.insert(LIGHTHOUSE)
    await family.shows("playing")
    await family.player.press("right")
    await family.shows("paused")
    assert await holds(family, "card_is_in", kitchen(family))
    assert await holds(family, "card_is_in", kitchen(family), card_id=[LIGHTHOUSE])
    assert await holds(family, "card_is_in", kitchen(family), title=["CAT"])
    assert not await holds(family, "card_is_in", kitchen(family), title=["Songs"])
    await family.player.remove()
    await family.shows("idle")
    assert not await holds(family, "card_is_in", kitchen(family))
    await family.act("yoto_smart_stream.play_card", card_id=RAINY_DAY)
    await family.shows("playing")
    assert not await holds(family, "card_is_in", kitchen(family))


async def test_any_or_all(family: Family) -> None:
    """Of several players, any is enough unless all are asked for."""
    await family.player.insert(LIGHTHOUSE)
    await family.shows("playing")
    assert await holds(family, "is_playing", behavior="any")
    assert not await holds(family, "is_playing", behavior="all")
    assert await holds(family, "is_playing", kitchen(family), behavior="all")
    assert not await holds(family, "is_playing", {"entity_id": "light.none"}, behavior="all")


@pytest.mark.parametrize("is_night", [True, False])
async def test_night_mode(family: Family, is_night: bool) -> None:
    """As the player itself says, by its own clock."""
    hour = dt_util.utcnow().hour
    early, late = time((hour + 6) % 24), time((hour + 7) % 24)
    day, night = (early, late) if is_night else (late, early)
    await family.entry.runtime_data.async_change_settings(
        family.player_id, lambda _: {**DAY_START.change(day), **NIGHT_START.change(night)}
    )

    def says_so() -> bool:
        return family.player.view()["day"] == (0 if is_night else 1)

    await settle(says_so)
    await family.hass.services.async_call(
        "button", "press", {"entity_id": family.entity_id("button", "refresh")}, blocking=True
    )
    snapshots = family.entry.runtime_data.data
    await settle(lambda: snapshots[family.player_id].snapshot.day_mode is not None)
    assert await holds(family, "is_in_night_mode", kitchen(family)) is is_night


async def test_an_account_that_is_gone_holds_nothing(family: Family, hass: HomeAssistant) -> None:
    """Nothing is known about its players."""
    await family.player.insert(LIGHTHOUSE)
    await family.shows("playing")
    assert await hass.config_entries.async_unload(family.entry.entry_id)
    assert not await holds(family, "is_playing")
    assert await hass.config_entries.async_setup(family.entry.entry_id)


async def test_an_automation_asks(family: Family, diary: Diary) -> None:
    """It does nothing while nothing plays."""
    await diary.keep(
        trigger("knob_used"),
        conditions=[{"condition": f"{DOMAIN}.is_playing", "target": kitchen(family)}],
    )
    before = family.state("media_player").attributes["volume_level"]
    await family.player.turn("left", 1)
    await settle(lambda: family.state("media_player").attributes["volume_level"] != before)
    await diary.tells(0)
    await family.player.insert(LIGHTHOUSE)
    await family.shows("playing")
    await family.player.turn("left", 1)
    await diary.tells(1)
