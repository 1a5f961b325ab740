"""The order of a queue as it is heard: shuffle, repeat, its ends, going on, and winding."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.yoto_smart_stream.live.runner import STORE_KEY
from custom_components.yoto_smart_stream.live.serving import async_setup_live_cards
from custom_components.yoto_smart_stream.opening.opener import async_get_opener

from . import Family, settle
from .concert import Concert, make_concert
from .jukebox import heard, line_up, play, plays, rests, song


@pytest.fixture
def more_components(hass: HomeAssistant, tmp_path: Path) -> tuple[str, ...]:
    """Ask for media in a folder."""
    hass.config.media_dirs = {"local": str(tmp_path)}
    return ()


@pytest.fixture
async def concert(family: Family, tmp_path: Path) -> Concert:
    """Return songs that are long enough to do something meanwhile."""
    return await make_concert(family, tmp_path, seconds=60)


@pytest.fixture
async def short(family: Family, tmp_path: Path) -> Concert:
    """Return songs that are soon over; the player lives ten times as fast as people."""
    return await make_concert(family, tmp_path, seconds=5)


async def play_list(concert: Concert, folder: Path, *titles: str) -> None:
    """Play songs, all of which are put into the queue at once."""
    lines = "\n".join(song(concert, title) for title in titles)
    await asyncio.to_thread((folder / "list.m3u").write_text, lines)
    await play(concert.family, "media-source://media_source/local/list.m3u")


async def test_all_is_repeated(concert: Concert, short: Concert) -> None:
    """To the last byte of each, and so is a queue that takes the place of another."""
    await line_up(concert, "Ant")
    await plays(concert.family, "Ant")
    await concert.family.act("media_player.repeat_set", repeat="all")
    await line_up(short, "Ant", "Bee")
    await settle(lambda: "ABA" in heard(short))
    assert concert.family.state("media_player").attributes["repeat"] == "all"


async def test_one_is_repeated_until_somebody_goes_on(concert: Concert, short: Concert) -> None:
    """And the one after it then."""
    await line_up(concert, "Ant")
    await plays(concert.family, "Ant")
    await concert.family.act("media_player.repeat_set", repeat="one")
    await line_up(short, "Ant", "Bee")
    await settle(lambda: "AA" in heard(short))
    await concert.family.act("media_player.media_next_track")
    await settle(lambda: heard(short).endswith("BB"))


async def test_a_shuffled_queue_is_heard_in_the_order_that_is_shown(
    concert: Concert, short: Concert, tmp_path: Path
) -> None:
    """Each song once, and then it is over."""
    await line_up(concert, "Ant")
    await plays(concert.family, "Ant")
    await concert.family.act("media_player.shuffle_set", shuffle=True)
    await play_list(short, tmp_path, "Ant", "Bee", "Cat", "Dog")
    await settle(lambda: len(concert.family.state("media_player").attributes["queue"] or ()) == 4)
    shown = concert.family.state("media_player").attributes["queue"]
    assert sorted(shown) == ["Ant", "Bee", "Cat", "Dog"]
    await settle(lambda: len(heard(short)) == len(shown))
    assert heard(short) == "".join(title[0] for title in shown)
    await concert.family.shows("idle")


async def test_at_the_ends_of_a_queue(concert: Concert) -> None:
    """Nothing is before the first; nothing after the last, and that is said."""
    family = concert.family
    await line_up(concert, "Ant", "Bee")
    await family.act("media_player.media_previous_track")
    await plays(family, "Ant")
    await family.act("media_player.media_next_track")
    await plays(family, "Bee")
    await family.act("media_player.media_next_track")
    await family.shows("idle")
    with pytest.raises(ServiceValidationError, match="queue of Kitchen is at its end"):
        await family.act("media_player.media_next_track")
    await family.act("media_player.media_previous_track")
    await plays(family, "Bee")


async def test_a_queue_that_is_over_begins_anew(short: Concert, tmp_path: Path) -> None:
    """When the player is told to play."""
    await play_list(short, tmp_path, "Ant", "Bee")
    await settle(lambda: heard(short) == "AB")
    await short.family.shows("idle")
    await short.family.act("media_player.media_play")
    await settle(lambda: heard(short) == "ABAB")


async def test_an_empty_queue_says_so(concert: Concert) -> None:
    """There is nothing to play, and nothing that is next."""
    family = concert.family
    await play(family, song(concert, "Ant"))
    await plays(family, "Ant")
    await family.act("media_player.clear_playlist")
    await family.act("media_player.media_seek", seek_position=58)
    await family.shows("idle")
    for action in ("media_next_track", "media_previous_track", "media_play"):
        with pytest.raises(ServiceValidationError, match="queue of Kitchen is empty"):
            await family.act(f"media_player.{action}")


async def test_winding_lands_where_it_was_asked_to(concert: Concert) -> None:
    """As it is shown, and as it is heard."""
    family = concert.family
    await line_up(concert, "Ant", "Bee")
    await plays(family, "Ant")
    began = family.state("media_player").attributes["media_position"]
    assert began < 20
    await family.act("media_player.media_seek", seek_position=50)
    await settle(lambda: 50 <= family.state("media_player").attributes["media_position"] < 53)
    wanted = rests(concert.content("Ant"), 50)
    await settle(lambda: any(one["sha256"] in wanted for one in family.player.played()))
    await plays(family, "Bee")
    assert family.state("media_player").attributes["media_position"] < 20


async def test_a_player_goes_on_where_it_was(
    concert: Concert, hass_storage: dict[str, Any]
) -> None:
    """After it was stopped, and after a restart of Home Assistant."""
    family = concert.family
    hass = family.hass
    await line_up(concert, "Ant", "Bee", "Cat")
    await plays(family, "Ant")
    await family.act("media_player.media_next_track")
    await plays(family, "Bee")
    await family.act("media_player.media_seek", seek_position=40)
    await settle(lambda: family.state("media_player").attributes["media_position"] >= 40)
    await family.act("media_player.media_stop")
    await family.shows("idle")
    before = hass_storage[STORE_KEY]
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=10))
    await settle(lambda: hass_storage[STORE_KEY] is not before)
    await async_setup_live_cards(hass, await async_get_opener(hass))
    assert await hass.config_entries.async_reload(family.entry.entry_id)
    await family.shows("idle")
    await family.act("media_player.media_play")
    await plays(family, "Bee")
    shown = family.state("media_player").attributes
    assert 40 <= shown["media_position"] < 60
    assert shown["queue"] == ["Ant", "Bee", "Cat"]
    assert shown["queue_position"] == 2
