"""A queue on players that take it in different ways, each found out by a check before."""

from hashlib import sha256
from pathlib import Path

from homeassistant.exceptions import HomeAssistantError
import pytest

from custom_components.yoto_smart_stream.cards.linear import LAST, RUN
from custom_components.yoto_smart_stream.cloud.commands import start_card
from custom_components.yoto_smart_stream.const import DOMAIN
from custom_components.yoto_smart_stream.delivery.profile import (
    Finding,
    Interactive,
)
from custom_components.yoto_smart_stream.streaming.registry import async_get_registry
from simulator.traits import InteractiveStreams, Traits

from . import Family, settle
from .concert import Concert, make_concert
from .examiner import find, give


@pytest.fixture
def players() -> int:
    """One is enough."""
    return 1


@pytest.fixture
def seconds() -> float:
    """Return how long a song is."""
    return 12.0


@pytest.fixture
async def concert(family: Family, tmp_path: Path, seconds: float) -> Concert:
    """Return some songs."""
    return await make_concert(family, tmp_path, seconds=seconds)


async def play(concert: Concert, title: str, enqueue: str) -> None:
    """Play a song of the library."""
    await concert.family.act(
        "media_player.play_media",
        media_content_id=f"media-source://{DOMAIN}/library/{concert.songs[title].audio_id}",
        media_content_type="music",
        enqueue=enqueue,
    )


async def plays(family: Family, title: str) -> None:
    """Wait until a song is shown, and heard."""

    def does() -> bool:
        shown = family.state("media_player")
        return (
            shown.state == "playing"
            and shown.attributes.get("media_title") == title
            and family.player.view()["hearing"] is not None
        )

    await settle(does)


def heard_whole(concert: Concert) -> list[str]:
    """Return the songs that were heard from the first byte to the last, in their order."""
    hashes = {sha256(concert.content(title)).hexdigest(): title for title in concert.songs}
    played = [str(one["sha256"]) for one in concert.family.player.played()]
    return [hashes[one] for one in played if one in hashes]


@pytest.mark.parametrize(
    ("interactive", "reached", "shown"),
    [
        (Interactive.PLAYED, Finding.YES, "live"),
        (Interactive.UNKNOWN, Finding.YES, "unsure"),
        (Interactive.IGNORED, Finding.YES, "linear"),
        (Interactive.REFUSED, Finding.YES, "linear"),
        (Interactive.UNKNOWN, Finding.NO, "none"),
    ],
)
async def test_what_a_check_has_found_is_shown(
    family: Family, interactive: Interactive, reached: Finding, shown: str
) -> None:
    """The knobs are not lost in silence: an entity says so."""
    assert family.state("sensor", "player_check").state == "unchecked"
    assert family.state("sensor", "player_check").attributes["checked_at"] is None
    await find(family, interactive, reached)
    sensor = family.state("sensor", "player_check")
    assert sensor.state == shown
    assert sensor.attributes["checked_at"] is not None


PLAIN = [
    (Interactive.REFUSED, InteractiveStreams.REFUSED),
    (Interactive.IGNORED, InteractiveStreams.LINEAR),
]


@pytest.mark.parametrize(
    ("interactive", "streams"),
    [(Interactive.PLAYED, InteractiveStreams.PLAYED), *PLAIN],
)
async def test_a_queue_is_heard_to_its_end(
    family: Family, concert: Concert, interactive: Interactive, streams: InteractiveStreams
) -> None:
    """Each song once and whole, and then the player stops."""
    give(family, Traits(interactive_streams=streams))
    await find(family, interactive)
    await play(concert, "Ant", "replace")
    await plays(family, "Ant")
    await play(concert, "Bee", "add")
    await play(concert, "Cat", "add")
    await settle(lambda: heard_whole(concert) == ["Ant", "Bee", "Cat"])
    await family.shows("idle")
    assert family.player.view()["playing"] is None


@pytest.mark.parametrize("seconds", [60.0])
@pytest.mark.parametrize(("interactive", "streams"), PLAIN)
async def test_home_assistant_leads_on(
    family: Family, concert: Concert, interactive: Interactive, streams: InteractiveStreams
) -> None:
    """And so does the knob of the player: turned forwards to the next, back to the previous."""
    give(family, Traits(interactive_streams=streams))
    await find(family, interactive)
    await play(concert, "Ant", "replace")
    await plays(family, "Ant")
    await play(concert, "Bee", "add")
    await family.act("media_player.media_next_track")
    await plays(family, "Bee")
    await family.act("media_player.media_previous_track")
    await plays(family, "Ant")
    await play(concert, "Cat", "add")
    await family.player.turn("right", 1)
    await plays(family, "Bee")
    # Two clicks at once are one step, so the queue is not over.
    await family.player.turn("right", 2)
    await plays(family, "Cat")
    await family.player.press("right")
    await family.shows("paused")
    assert family.state("media_player").attributes["media_title"] == "Cat"
    await family.player.press("right")
    await play(concert, "Dog", "play")
    await plays(family, "Dog")
    assert family.state("media_player").attributes["queue"] == ["Ant", "Bee", "Cat", "Dog"]


@pytest.mark.parametrize(("speed", "seconds"), [(2.0, 2.5)], ids=[""])
@pytest.mark.parametrize("key", [f"{RUN + 1:02}", LAST])
async def test_a_plain_card_never_comes_to_its_end(
    family: Family, concert: Concert, key: str
) -> None:
    """After the last chapter of a run the song that is to be repeated is repeated.

    An end is told from a turn by Home Assistant's clock, which fast players do not live by.
    """
    give(family, Traits(interactive_streams=InteractiveStreams.REFUSED))
    await find(family, Interactive.REFUSED)
    await play(concert, "Ant", "replace")
    await plays(family, "Ant")
    await play(concert, "Bee", "add")
    await family.act("media_player.repeat_set", repeat="one")
    registry = await async_get_registry(family.hass)
    card = registry.live_card(family.player_id, owner=family.entry.entry_id)
    assert card is not None
    assert card.card_id is not None
    await family.act("media_player.media_stop")
    await family.shows("idle")
    before = len(heard_whole(concert))
    command = start_card(card.card_id, chapter_key=key, track_key="01", seconds=0)
    await family.entry.runtime_data.async_command(family.player_id, command)
    await settle(lambda: heard_whole(concert)[before:] == ["Ant", "Ant"])


async def test_a_player_that_nothing_reaches_says_so(family: Family, concert: Concert) -> None:
    """The text says what to do, and nothing is made at Yoto."""
    await find(family, Interactive.UNKNOWN, Finding.NO)
    with pytest.raises(HomeAssistantError, match="does not reach Home Assistant"):
        await play(concert, "Ant", "replace")
    registry = await async_get_registry(family.hass)
    card = registry.live_card(family.player_id, owner=family.entry.entry_id)
    assert card is None or card.card_id is None


@pytest.mark.parametrize("seconds", [60.0])
async def test_another_check_changes_the_card(family: Family, concert: Concert) -> None:
    """In place: there is one card for each player, whatever it is like."""
    await play(concert, "Ant", "replace")
    await plays(family, "Ant")
    for interactive in (Interactive.REFUSED, Interactive.PLAYED):
        await find(family, interactive)
        await play(concert, "Bee", "replace")
        await plays(family, "Bee")
        await play(concert, "Ant", "replace")
        await plays(family, "Ant")
    titles = [
        one.title
        for one in family.entry.runtime_data.account.shelf.own_cards
        if one.title.startswith("Home Assistant")
    ]
    assert len(titles) == 1
