"""What a live card plays: fetches as players make them, knobs, and restarts in between."""

from collections.abc import Awaitable, Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from homeassistant.util import dt as dt_util
import pytest

from custom_components.yoto_smart_stream.audio.silence import silence
from custom_components.yoto_smart_stream.cards.live import LiveCard, build_live
from custom_components.yoto_smart_stream.cloud.commands import STOP, start_card
from custom_components.yoto_smart_stream.const import DOMAIN
from custom_components.yoto_smart_stream.live.runner import LIVE_CARDS, STORE_KEY
from custom_components.yoto_smart_stream.live.serving import async_setup_live_cards
from custom_components.yoto_smart_stream.opening.opener import async_get_opener
from custom_components.yoto_smart_stream.program.editing import queue_of
from custom_components.yoto_smart_stream.program.item import Effect, Item, StopCard
from custom_components.yoto_smart_stream.program.session import begin
from custom_components.yoto_smart_stream.streaming.addresses import stream_path
from custom_components.yoto_smart_stream.streaming.registry import async_get_registry

from . import Family, settle
from .concert import PLAYER, PROFILE, Concert, make_concert


class Live:
    """A live card of the first player."""

    def __init__(self, family: Family, concert: Concert, token: str) -> None:
        """Begin with an empty card."""
        self.family, self.concert, self.token = family, concert, token
        self.done: list[Effect] = []

    async def load(self) -> None:
        """Load what has been written down, as after a restart."""
        opener = await async_get_opener(self.family.hass)
        live = await async_setup_live_cards(self.family.hass, opener)
        live.async_connect(self.family.player_id, self.obey)

    async def obey(self, player_id: str, effect: Effect) -> None:
        """Do what is due."""
        self.done.append(effect)
        if isinstance(effect, StopCard):
            await self.family.entry.runtime_data.async_command(player_id, STOP)

    async def play(self, *titles: str) -> None:
        """Lay out a queue."""
        opener = await async_get_opener(self.family.hass)
        items: list[Item] = []
        for title in titles:
            media_id = f"media-source://{DOMAIN}/library/{self.concert.songs[title].audio_id}"
            items += await opener.async_describe(media_id, None)
        session = begin(self.token, self.family.player_id, queue_of(items), dt_util.utcnow())
        live = self.family.hass.data[LIVE_CARDS]
        await live.async_change(self.token, self.family.player_id, lambda _: session)

    def lose(self, title: str) -> None:
        """Delete a song from the library."""
        self.concert.catalog.collection.index.delete(
            self.concert.songs[title].audio_id, now=dt_util.utcnow()
        )

    async def fetch(self, chapter: str, **headers: str) -> bytes:
        """Return what a chapter sounds like."""
        return await self.concert.heard(stream_path(self.token, chapter), **headers)


@pytest.fixture
def seconds() -> float:
    """Return how long a song is."""
    return 0.4


@pytest.fixture
async def live(family: Family, tmp_path: Path, seconds: float) -> Live:
    """Return a live card with nothing to play."""
    registry = await async_get_registry(family.hass)
    card = await registry.async_add_live_card(family.player_id, owner=family.entry.entry_id)
    live = Live(family, await make_concert(family, tmp_path, seconds=seconds), card.token)
    await live.load()
    return live


async def test_knobs_and_the_end_lead_on_and_repetitions_do_not(live: Live) -> None:
    """Each chapter is asked for more than once."""
    await live.play("Ant", "Bee", "Cat")
    for chapter, title in (("start", "Ant"), ("R1", "Bee"), ("L0", "Ant"), ("E1", "Bee")):
        await live.family.client.head(stream_path(live.token, chapter), headers=PLAYER)
        for _ in range(2):
            assert await live.fetch(chapter) == live.concert.content(title)
    assert await live.fetch("E1", Range="bytes=100-") == live.concert.content("Bee")[100:]
    assert await live.fetch("E1", Range="bytes=-50") == live.concert.content("Bee")[-50:]


async def test_a_restart_goes_on_with_the_same_bytes(
    live: Live, hass_storage: dict[str, Any]
) -> None:
    """In the middle of an item, and at the next press."""
    await live.play("Ant", "Bee", "Cat")
    await live.fetch("start")
    first = await live.fetch("R1", Range="bytes=0-999")
    assert hass_storage[STORE_KEY]["data"]["sessions"]
    await live.load()
    assert first + await live.fetch("R1", Range="bytes=1000-") == live.concert.content("Bee")
    assert await live.fetch("R0") == live.concert.content("Cat")


async def test_what_is_missing_is_passed_over(live: Live) -> None:
    """Also where it is only looked at before."""
    await live.play("Ant", "Bee", "Cat")
    live.lose("Bee")
    await live.fetch("start")
    path = stream_path(live.token, "R1")
    looked_at = await live.family.client.head(path, headers=PLAYER)
    assert looked_at.content_length == len(live.concert.content("Cat"))
    assert await live.fetch("R1") == live.concert.content("Cat")


async def test_after_the_last_item_there_is_a_short_silence(live: Live) -> None:
    """And the player is told to stop."""
    await live.play("Ant", "Bee")
    live.lose("Bee")
    await live.fetch("start")
    assert await live.fetch("R1") == silence(PROFILE, 1.0)
    await settle(lambda: StopCard() in live.done)


async def test_an_empty_live_card_is_silent(live: Live) -> None:
    """A card that is started from Yoto's app before anything was played on it."""
    assert await live.fetch("start") == silence(PROFILE, 1.0)


async def test_there_are_no_other_chapters(live: Live) -> None:
    """Nothing can be guessed either."""
    for path in (stream_path(live.token, "X1"), stream_path("nobody", "start")):
        assert (await live.family.client.get(path)).status == 404


async def test_a_session_that_cannot_be_read_is_kept(
    live: Live, hass_storage: dict[str, Any]
) -> None:
    """And the others are not lost with it."""
    await live.play("Ant")
    await live.fetch("start")
    hass_storage[STORE_KEY]["data"]["sessions"].insert(0, {"token": "odd"})
    await live.load()
    assert live.family.hass.data[LIVE_CARDS].set_aside_count == 1
    assert await live.fetch("start") == live.concert.content("Ant")
    await live.fetch("R1")
    assert hass_storage[STORE_KEY]["data"]["set_aside"] == [{"token": "odd"}]


@pytest.mark.parametrize("seconds", [20.0])
async def test_the_knobs_of_a_player_are_next_and_previous(live: Live) -> None:
    """It plays the card as any other; the last song is heard to its last byte."""
    family = live.family
    base = str(family.client.make_url("")).rstrip("/")
    card = LiveCard(title="Any", address=lambda one: base + stream_path(live.token, one.value))
    coordinator = family.entry.runtime_data
    card_id = await coordinator.account.create_card(build_live(card))
    await live.play("Ant", "Bee")

    def plays(title: str) -> Callable[[], bool]:
        def does() -> bool:
            session = family.hass.data[LIVE_CARDS].session(live.token)
            playing = session.playing if session else None
            hearing = family.player.view()["hearing"]
            return playing is not None and playing.item.title == title and hearing is not None

        return does

    presses: list[tuple[Callable[[], Awaitable[None]], str]] = [
        (lambda: coordinator.async_command(family.player_id, start_card(card_id)), "Ant"),
        (lambda: family.player.press("right"), "Bee"),
        (lambda: family.player.press("left"), "Ant"),
        (lambda: family.player.press("right"), "Bee"),
    ]
    for press, title in presses:
        await press()
        await settle(plays(title))
    last = sha256(live.concert.content("Bee")).hexdigest()
    await settle(lambda: last in [played["sha256"] for played in family.player.played()])


async def test_a_card_that_is_no_more_is_forgotten(live: Live) -> None:
    """What it was playing goes with it."""
    await live.play("Ant")
    await live.fetch("start")
    registry = await async_get_registry(live.family.hass)
    await registry.async_revoke([live.token])
    assert live.family.hass.data[LIVE_CARDS].session(live.token) is None
    path = stream_path(live.token, "start")
    assert (await live.family.client.get(path)).status == 404
