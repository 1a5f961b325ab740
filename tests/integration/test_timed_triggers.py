"""Automations that start by the clock: before the end of a track, and after a player has gone."""

from datetime import timedelta

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from . import Family, settle
from .diary import LIGHTHOUSE, RAINY_DAY, Diary, shown, trigger


def position(family: Family) -> float:
    """Return the second that the first player shows."""
    return float(family.state("media_player").attributes.get("media_position") or 0)


async def test_a_track_is_about_to_end(family: Family, diary: Diary) -> None:
    """Once in each track, and the automation knows which."""
    await diary.keep(trigger("track_about_to_end", seconds=8))
    await family.player.insert(RAINY_DAY)
    first, second = await diary.tells(2)
    assert (first["chapter_key"], first["track_title"]) == ("01", "Drip drop")
    assert (second["chapter_key"], second["track_title"]) == ("02", "Umbrella waltz")
    assert first["card_title"] == "Songs for a Rainy Day"
    assert 15 <= first["position"] <= 25
    assert 25 <= second["position"] <= 35
    assert first["cause"] == "automatic"


async def test_a_pause_or_a_skip_stops_the_countdown(
    family: Family, diary: Diary, hass: HomeAssistant
) -> None:
    """What is not heard does not come to its end."""
    await diary.keep(trigger("track_about_to_end", seconds=10))
    await family.player.insert(LIGHTHOUSE)
    await family.shows("playing")
    await family.act("media_player.media_pause")
    await family.shows("paused")
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=60))
    await diary.tells(0)
    await family.player.remove()
    await family.shows("idle")
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=60))
    await diary.tells(0)


async def test_a_track_is_heard_again(family: Family, diary: Diary) -> None:
    """Whoever goes back hears the warning again."""
    await diary.keep(trigger("track_about_to_end", seconds=10))
    await family.act("yoto_smart_stream.play_card", card_id=LIGHTHOUSE, seconds=28)
    await diary.tells(1)
    await family.act("media_player.media_seek", seek_position=5)
    await diary.tells(2)
    assert {told["chapter_key"] for told in diary.entries} == {"01"}


async def test_an_automation_that_comes_late_says_nothing(family: Family, diary: Diary) -> None:
    """Saving an automation in the last seconds of a track does not start it."""
    await family.act("yoto_smart_stream.play_card", card_id=LIGHTHOUSE, seconds=5)
    await settle(lambda: position(family) >= 10)
    await diary.keep(trigger("track_about_to_end", seconds=39))
    heard = position(family)
    await settle(lambda: position(family) > heard)
    await diary.tells(0)


async def test_triggers_outlive_the_account(
    family: Family, diary: Diary, hass: HomeAssistant
) -> None:
    """An account that is loaded anew starts automations as before, and once each."""
    await diary.keep(
        trigger("card_inserted"), trigger("track_about_to_end", seconds=8, title="Lighthouse")
    )
    assert await hass.config_entries.async_reload(family.entry.entry_id)
    await settle(
        lambda: all(
            state.snapshot.volume is not None for state in family.entry.runtime_data.data.values()
        )
    )
    await family.player.insert(LIGHTHOUSE)
    inserted, ending = await diary.tells(2)
    assert inserted["type"] == "card_inserted"
    assert ending["type"] == "track_about_to_end"


async def test_an_account_that_is_gone_counts_no_more(
    family: Family, diary: Diary, hass: HomeAssistant
) -> None:
    """What was planned for its players does not happen."""
    await diary.keep(trigger("track_about_to_end", seconds=5))
    await family.player.insert(LIGHTHOUSE)
    await family.shows("playing")
    await settle(lambda: position(family) > 0)
    assert await hass.config_entries.async_unload(family.entry.entry_id)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=2))
    await diary.tells(0)
    assert await hass.config_entries.async_setup(family.entry.entry_id)


@pytest.mark.parametrize("reason", ["switched_off", "lost"])
async def test_a_player_went_offline(family: Family, diary: Diary, reason: str) -> None:
    """At once, and only for the reason that is asked for."""
    await diary.keep(trigger("went_offline", reason=reason))
    kitchen, bedroom = family.simulation.players.values()
    if reason == "lost":
        await bedroom.power(on=False)
        await kitchen.wifi(up=False)
    else:
        await bedroom.wifi(up=False)
        await kitchen.power(on=False)
    [told] = await diary.tells()
    assert (told["player"], told["reason"]) == ("Kitchen", reason)


async def test_a_player_has_been_away_for_long(
    family: Family, diary: Diary, hass: HomeAssistant
) -> None:
    """One that comes back in time starts nothing."""
    await diary.keep(trigger("went_offline", **{"for": {"minutes": 30}}))
    kitchen, bedroom = family.simulation.players.values()
    await bedroom.power(on=False)
    await kitchen.power(on=False)
    await family.shows("unavailable")
    await bedroom_shows(hass, available=False)
    await bedroom.power(on=True)
    await bedroom_shows(hass, available=True)
    await diary.tells(0)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=31))
    [told] = await diary.tells()
    assert told["player"] == "Kitchen"


async def test_the_time_away_begins_anew(family: Family, diary: Diary, hass: HomeAssistant) -> None:
    """A player that was back in between counts once, from when it last went."""
    await diary.keep(trigger("went_offline", **{"for": {"minutes": 30}}))
    _, bedroom = family.simulation.players.values()
    for on in (False, True, False):
        await bedroom.power(on=on)
        await bedroom_shows(hass, available=on)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=31))
    await diary.tells(1)


async def bedroom_shows(hass: HomeAssistant, *, available: bool) -> None:
    """Wait until the second player is there, or is not."""
    await settle(lambda: (shown(hass, "media_player.bedroom") != "unavailable") is available)
