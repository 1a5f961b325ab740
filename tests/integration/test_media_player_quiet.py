"""The media player is written when people see a change, and not with each word of a player."""

import asyncio

from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.util import dt as dt_util
import pytest

from . import Family, settle


@pytest.fixture
def players() -> int:
    """One is enough."""
    return 1


@pytest.fixture
def speed() -> float:
    """Let it live as fast as Home Assistant, which counts on from a position in seconds."""
    return 1


def heard(family: Family) -> int:
    """Return the newest second that the player has told of."""
    position = family.entry.runtime_data.data[family.player_id].snapshot.position
    return int(position or 0)


async def test_a_player_that_plays_on_is_not_written(family: Family, hass: HomeAssistant) -> None:
    """It tells its position every few seconds, which everybody can count by themselves."""
    await family.act("yoto_smart_stream.play_card", card_id="2Lght", chapter_key="01")
    await family.shows("playing")
    await settle(lambda: heard(family) >= 4)
    written: list[Event[EventStateChangedData]] = []

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        written.append(event)

    async_track_state_change_event(hass, family.entity_id("media_player"), note)
    before = heard(family)
    await settle(lambda: heard(family) >= before + 4)
    await family.entry.runtime_data.account.connection.ask_status(family.player_id)
    await asyncio.sleep(0.5)
    assert written == []
    shown = family.state("media_player").attributes
    counted = (
        shown["media_position"]
        + (dt_util.utcnow() - shown["media_position_updated_at"]).total_seconds()
    )
    assert abs(counted - float(str(family.player.view()["position"]))) < 2

    await family.act("media_player.media_seek", seek_position=30)
    await settle(lambda: family.state("media_player").attributes["media_position"] >= 30)
