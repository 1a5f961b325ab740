"""A radio station on a player: what has no end is heard for as long as somebody listens."""

import asyncio

from aiohttp import ClientSession
import pytest

from demo.waiting import until

from .home import Home
from .station import NAME, RATE, TONE, Station, pitch

HEARD = 14.0
"""Seconds; more than comes at once."""


async def beginning(url: str, count: int) -> bytes:
    """Return so many bytes of what an address sends, and hang up."""
    async with ClientSession() as session, session.get(url) as answer:
        assert answer.content_length is None
        assert answer.headers["Accept-Ranges"] == "none"
        return await answer.content.readexactly(count)


async def test_a_station_is_heard_until_the_player_stops(home: Home) -> None:
    """It has one listener, whoever hears it here, and none soon after the last of them has gone."""
    async with Station.on_air() as station:
        await home.act(
            "media_player.play_media",
            media_content_type="music",
            media_content_id=station.url,
        )

        async def heard() -> str | None:
            hearing = (await home.device())["hearing"]
            return hearing["url"] if hearing and hearing["seconds"] > HEARD else None

        url = await until(heard, "the station is heard")
        shown = (await home.state()).attributes
        assert shown["media_title"] == NAME
        assert "media_duration" not in shown
        sound = await beginning(url, 2 * RATE)
        assert await asyncio.to_thread(pitch, sound) == pytest.approx(TONE, abs=10)
        assert station.listeners == 1
        # Whoever looked what it is has gone at once.
        assert station.served <= 3
        await home.act("media_player.media_stop")
        await home.becomes("idle")

        async def alone() -> bool:
            return station.listeners == 0

        await until(alone, "nobody listens to the station any more")
        played = (await home.simulation.played(home.player.player_id))[-1]
        assert played["url"] == url
        assert played["seconds"] > HEARD
        assert played["error"] is None
