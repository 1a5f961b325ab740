"""Announcements in the middle of a card and of a queue: what was playing goes on where it was."""

from hashlib import sha256
from time import monotonic

from aiohttp import ClientSession
import pytest

from demo.api import Json
from demo.waiting import until

from .conftest import SPEED
from .ears import Ears
from .home import BOUGHT, Home
from .songs import MESSAGE, Songbook

CHAPTER, CHAPTER_SECONDS = "01", 40.0
"""The first chapter of the card that the family has bought."""
TOLD_EVERY = 5.0
"""Seconds between two positions that a player tells (protocol §3.5)."""
SLOW = 1.0
"""Real seconds that a message or a command may take on a machine that has much else to do."""
TOLERANCE = TOLD_EVERY * (1 - 1 / SPEED) + SLOW * (SPEED - 1) + 1.0
"""Home Assistant counts on by its own clock from a position of whole seconds, while these players
live faster. With real ones, whose clock is the same, the whole second is what is left of this."""
MIDDLE = 11.0
_FRAMES = 3 * 1044


@pytest.fixture
def ears(home: Home, songs: Songbook) -> Ears:
    """Return who listens to the first player."""
    return Ears(home, home.player, songs)


async def heard_so_far(ears: Ears, seconds: float) -> None:
    """Wait until so much of what plays was heard."""

    async def look() -> bool:
        hearing = (await ears.device())["hearing"]
        return bool(hearing and hearing["seconds"] >= seconds)

    await until(look, f"{ears.player.name} has heard {seconds:g} seconds")


async def body(url: str) -> bytes:
    """Return what is behind an address."""
    async with ClientSession() as session, session.get(url) as answer:
        return await answer.read()


def is_piece(content: bytes, piece: Json, *, begins: bool) -> bool:
    """Tell whether what was played is the beginning, or the end, of some audio (blocking)."""
    size = round(len(content) * piece["seconds"] / CHAPTER_SECONDS)
    lengths = range(max(size - _FRAMES, 0), min(size + _FRAMES, len(content)) + 1)
    if not begins:
        return any(_hashed(content[-length:]) == piece["sha256"] for length in lengths if length)
    return any(_hashed(content[:length]) == piece["sha256"] for length in lengths)


def _hashed(content: bytes) -> str:
    return sha256(content).hexdigest()


async def test_in_the_middle_of_a_bought_card(home: Home, ears: Ears) -> None:
    """The message is heard whole, and then the chapter from the second on where it was left."""
    before = len(await ears.played())
    await ears.operate("insert", card_id=BOUGHT)
    await heard_so_far(ears, MIDDLE)
    await home.becomes("playing")
    await ears.announce(MESSAGE)

    async def look() -> list[Json] | None:
        played = (await ears.played())[before:]
        chapters = [one for one in played if one["card_id"] == BOUGHT]
        return played if len(chapters) > 1 else None

    first, message, *silence, rest = await until(look, "the chapter has been heard to its end")
    assert ears.songs.is_whole(MESSAGE, message["sha256"])
    assert not [one for one in silence if ears.songs.beginning_with(one["sha256"])]
    assert {first["chapter_key"], rest["chapter_key"]} == {CHAPTER}
    content = await body(first["url"])
    assert is_piece(content, first, begins=True)
    assert is_piece(content, rest, begins=False)
    both = first["seconds"] + rest["seconds"]
    assert both == pytest.approx(CHAPTER_SECONDS, abs=TOLERANCE)


async def test_in_the_middle_of_a_queue(ears: Ears) -> None:
    """The message is heard whole, then the rest of the item, and then the next one."""
    one, two = ears.songs.titles[:2]
    await ears.play(one, "replace")
    await ears.play(two, "add")
    before = len(await ears.played())
    await ears.hears(one, seconds=MIDDLE)
    await ears.announce(MESSAGE)
    first, message, rest = (await ears.has_played(before + 3))[before:][:3]
    assert ears.songs.beginning_with(first["sha256"]) == one
    assert ears.songs.is_whole(MESSAGE, message["sha256"])
    assert ears.songs.is_rest(one, rest)
    both = first["seconds"] + rest["seconds"]
    assert both == pytest.approx(ears.songs.seconds(one), abs=TOLERANCE)
    await ears.hears(two)
    await ears.shows(two, [one, two], 2)


async def test_a_child_who_presses_a_knob_wins(ears: Ears) -> None:
    """The message ends, and the press does to the queue what it would have done."""
    one, two, message = ears.songs.titles[:3]
    await ears.play(one, "replace")
    await ears.play(two, "add")
    await ears.hears(one)
    await ears.announce(message)
    before = len(await ears.played())
    await ears.hears(message)
    await ears.operate("press", button="right")
    await ears.hears(two)
    await ears.shows(two, [one, two], 2)
    (left,) = (await ears.played())[before:]
    assert ears.songs.beginning_with(left["sha256"]) == message


async def test_what_played_goes_on_after_home_assistant_was_away(home: Home, ears: Ears) -> None:
    """It is killed in the middle of the message, and nobody is there at its end."""
    one, two, message = ears.songs.titles[:3]
    await ears.play(one, "replace")
    await ears.play(two, "add")
    before = len(await ears.played())
    await ears.hears(one, seconds=MIDDLE)
    await ears.announce(message)
    began = monotonic()
    await ears.hears(message)
    await home.kill()

    async def over() -> bool:
        # By the clock of Home Assistant, which these players do not live by.
        is_over = monotonic() - began > ears.songs.seconds(message) + TOLERANCE
        return is_over and (await ears.device())["status"] == "stopped"

    await until(over, "the player has come to the end of the message", seconds=60)
    await home.stack.home_assistant.start()
    await ears.hears(two)
    first, announced, *_, rest = (await ears.played())[before:]
    assert ears.songs.beginning_with(first["sha256"]) == one
    assert ears.songs.is_whole(message, announced["sha256"])
    assert ears.songs.is_rest(one, rest)
    both = first["seconds"] + rest["seconds"]
    assert both == pytest.approx(ears.songs.seconds(one), abs=TOLERANCE)
    await ears.shows(two, [one, two], 2)
