"""A queue on real processes: what is heard, after whatever is done, is what a model of it says."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from .ears import Ears
from .home import Home
from .songs import Songbook
from .walk import Walk

QUEUE, LATER = 40, 10
STEPS = 200


def listed(folder: Path, name: str, songs: Songbook, titles: Sequence[str]) -> str:
    """Write a playlist, and return its media id (blocking)."""
    folder.mkdir(exist_ok=True)
    lines = ["#EXTM3U", *(songs.media[title] for title in titles)]
    (folder / name).write_text("\n".join(lines))
    return f"media-source://media_source/local/{folder.name}/{name}"


async def walk(home: Home, songs: Songbook, number: int, titles: Sequence[str], seed: int) -> Walk:
    """Prepare a walk of a player."""
    folder = home.stack.home_assistant.media_dir / "lists"
    playlist = await asyncio.to_thread(listed, folder, f"{number}.m3u", songs, titles)
    return Walk(Ears(home, home.players[number], songs), playlist, titles, seed)


@pytest.mark.timeout(300)
async def test_a_queue_of_fifty_plays_what_a_model_says(home: Home, songs: Songbook) -> None:
    """After each of two hundred presses and actions; the queue grows to fifty on the way."""
    titles = songs.titles[:QUEUE]
    walked = await walk(home, songs, 0, titles, seed=20261126)
    await walked.begin(songs.titles[QUEUE : QUEUE + LATER])
    await walked.go(STEPS)
    await walked.end()


async def test_two_players_do_not_hear_each_other(home: Home, songs: Songbook) -> None:
    """Each is stepped through a queue of its own at the same time."""
    both = [
        await walk(home, songs, number, songs.titles[number * 20 : number * 20 + 20], seed=number)
        for number in range(2)
    ]
    await asyncio.gather(*(one.begin() for one in both))
    await asyncio.gather(*(one.go(25) for one in both))
    await asyncio.gather(*(one.end() for one in both))
