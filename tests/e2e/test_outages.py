"""Restarts of Home Assistant and power cuts of a player in the middle of an item, in any order."""

import pytest

from demo.api import Json

from .ears import Ears
from .home import Home
from .songs import FRAME_SECONDS, LONG, Songbook

MIDDLE = 4.0
"""Seconds into an item, most of which the player has not fetched by then."""


@pytest.fixture
def ears(home: Home, songs: Songbook) -> Ears:
    """Return who listens to the first player."""
    return Ears(home, home.player, songs)


async def play_queue(ears: Ears) -> None:
    """Play the long songs again and again, the first of them now."""
    for number, title in enumerate(LONG):
        await ears.play(title, "add" if number else "replace")
    await ears.act("media_player.repeat_set", repeat="all")
    await ears.shows(LONG[0], list(LONG), 1)


async def put_card_in(home: Home, ears: Ears) -> None:
    """Put the player's live card into the slot, as a card that it is linked to."""
    name = f"Home Assistant · {ears.player.name}"
    cards: list[Json] = await home.simulation.get("/sim/cards")
    (card_id,) = (card["card_id"] for card in cards if card["title"] == name)
    await ears.operate("insert", card_id=card_id)


async def cut_power(ears: Ears) -> None:
    """Take the power away: there is no farewell."""
    await ears.operate("wifi", up=False)
    await ears.operate("power", on=False)


async def give_power(ears: Ears) -> None:
    """Give it back."""
    await ears.operate("wifi", up=True)
    await ears.operate("power", on=True)


async def goes_on(ears: Ears, title: str, before: int) -> None:
    """Wait until an item that was cut is over, and see that all of it was heard, once."""
    first, rest = (await ears.has_played(before + 2))[before : before + 2]
    assert ears.songs.beginning_with(first["sha256"]) == title
    assert first["url"] == rest["url"]
    assert ears.songs.is_rest(title, rest)
    both = first["seconds"] + rest["seconds"]
    assert both == pytest.approx(ears.songs.seconds(title), abs=2 * FRAME_SECONDS)


async def test_restart_and_then_a_power_cut(home: Home, ears: Ears) -> None:
    """The first item is heard in one piece, the second goes on where it was cut."""
    await play_queue(ears)
    await put_card_in(home, ears)
    await ears.operate("press", button="right")
    before = len(await ears.played())
    now = await ears.hears(LONG[1], seconds=MIDDLE)
    await ears.act("media_player.media_pause")
    await home.becomes("paused")
    await home.stack.home_assistant.restart()
    await home.becomes("paused")
    await ears.shows(LONG[1], list(LONG), 2)
    assert (await ears.state()).attributes["repeat"] == "all"
    await ears.act("media_player.media_play")
    whole = (await ears.has_played(before + 1))[before]
    assert whole["url"] == now.url
    assert ears.songs.is_whole(LONG[1], whole["sha256"])
    await ears.hears(LONG[2], seconds=MIDDLE)
    await cut_power(ears)
    await give_power(ears)
    await goes_on(ears, LONG[2], before + 1)
    await ears.hears(LONG[0])
    await ears.shows(LONG[0], list(LONG), 1)


async def test_restart_while_the_player_has_no_power(home: Home, ears: Ears) -> None:
    """What was playing goes on once both are there again."""
    await play_queue(ears)
    await put_card_in(home, ears)
    await ears.operate("press", button="right")
    before = len(await ears.played())
    await ears.hears(LONG[1], seconds=MIDDLE)
    await cut_power(ears)
    await home.stack.home_assistant.restart()
    await give_power(ears)
    await goes_on(ears, LONG[1], before)
    await ears.hears(LONG[2])
    await ears.shows(LONG[2], list(LONG), 3)
