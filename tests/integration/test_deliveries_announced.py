"""Announcements on a player that takes Home Assistant's audio on a plain card only."""

from pathlib import Path

from homeassistant.exceptions import HomeAssistantError
import pytest

from custom_components.yoto_smart_stream.delivery.profile import Finding, Interactive
from simulator.traits import InteractiveStreams, Traits

from . import Family, settle
from .concert import Concert, make_concert
from .examiner import find, give
from .test_announcements import (
    LIGHTHOUSE,
    Room,
    library,
    more_components,
    parrot,
    players,
    room,
    speed,
)

__all__ = ["more_components", "parrot", "players", "room", "speed"]


@pytest.fixture
async def concert(family: Family, tmp_path: Path) -> Concert:
    """Return songs that a slow machine does not hear to their ends meanwhile."""
    return await make_concert(family, tmp_path, seconds=15)


@pytest.fixture(autouse=True)
async def _plain(family: Family) -> None:
    """Have the player refuse interactive cards, and a check have found that."""
    give(family, Traits(interactive_streams=InteractiveStreams.REFUSED))
    await find(family, Interactive.REFUSED)


async def test_a_story_goes_on_at_the_second_where_it_stopped(room: Room) -> None:
    """After all of the text has been heard, on another card."""
    await room.play(f"yoto-card:{LIGHTHOUSE}/02/02")
    await settle(lambda: room.at() > 2)
    left = await room.left_for(room.speak("Dinner is ready"))
    await settle(room.shows("Dinner is ready"))
    await settle(lambda: room.playing().get("card_id") == LIGHTHOUSE)
    assert abs(room.at() - left) <= 1.5
    assert room.heard(await room.audio("Dinner is ready"))
    assert room.playing()["chapter_key"] == "02"


async def test_a_queue_goes_on_after_it(room: Room, concert: Concert) -> None:
    """At its second, and Home Assistant leads on from there."""
    await room.play(library(concert, "Ant"))
    await settle(lambda: room.at() > 2)
    await room.play(library(concert, "Bee"), enqueue="add")
    before, since = room.at(), room.family.hass.loop.time()
    await room.speak("Bath time")
    await settle(room.shows("Bath time"))
    passed = room.family.hass.loop.time() - since
    await settle(room.shows("Ant"))
    playing = room.session.playing
    assert playing is not None
    assert before - 1.5 <= playing.begin_at <= before + passed + 1.5
    assert playing.begin_at > 0
    await room.family.act("media_player.media_next_track")
    await settle(room.shows("Bee"))
    assert room.heard(await room.audio("Bath time"))
    await room.family.act("media_player.media_stop")


async def test_a_player_that_nothing_reaches_says_so(room: Room) -> None:
    """Nothing is interrupted for it."""
    await find(room.family, Interactive.UNKNOWN, Finding.NO)
    await room.play(f"yoto-card:{LIGHTHOUSE}/02/02")
    await room.family.shows("playing")
    with pytest.raises(HomeAssistantError, match="does not reach Home Assistant"):
        await room.announce("Dinner is ready")
    assert room.playing()["card_id"] == LIGHTHOUSE
