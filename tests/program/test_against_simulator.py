"""Live cards on simulated players, which know nothing of them: what is heard, byte for byte."""

from collections.abc import Callable

import pytest

from custom_components.yoto_smart_stream.cards.live import LiveChapter
from custom_components.yoto_smart_stream.program.announcement import Announcement, Message
from custom_components.yoto_smart_stream.program.editing import queue_of
from custom_components.yoto_smart_stream.program.fetching import Verdict
from custom_components.yoto_smart_stream.program.item import Play, StopCard
from custom_components.yoto_smart_stream.program.queue import Queue
from custom_components.yoto_smart_stream.program.steering import to_announcement
from simulator.traits import StreamLength, Traits
from tests.simulator.player.stage import until

from .concert import CARD, SECONDS, Concert, concert, digest
from .songs import song


def songs(names: str) -> Queue:
    """Return a queue of songs of the length that they have."""
    return queue_of([song(name, SECONDS) for name in names])


def heard_in_full(running: Concert) -> list[str]:
    """Return the hashes of what was played to its end."""
    return [
        str(entry["sha256"])
        for entry in running.scene.player.played()
        if isinstance(entry["seconds"], float) and entry["seconds"] > SECONDS - 0.1
    ]


TRAITS: dict[str, Callable[[Traits], None]] = {
    "usual": lambda _: None,
    "asks repeatedly": lambda traits: setattr(traits, "repeats", 2),
    "without ranges": lambda traits: setattr(traits, "ranges", False),
    "without probes": lambda traits: setattr(traits, "probes", False),
    "prefetches": lambda traits: setattr(traits, "prefetches", True),
    "probes ahead": lambda traits: setattr(traits, "probes_ahead", True),
    "keeps presses to itself": lambda traits: setattr(traits, "tells_presses", False),
    "knows lengths": lambda traits: setattr(traits, "stream_length", StreamLength.EARLY),
}


@pytest.mark.parametrize("trait", TRAITS)
@pytest.mark.parametrize("is_deaf", [False, True])
async def test_knobs_and_ends_lead_through_a_queue(
    socket_enabled: None, trait: str, is_deaf: bool
) -> None:
    """Whatever the player is like, and whether or not anything is heard of it."""
    queue = songs("abcdefgh")
    async with concert(queue, TRAITS[trait]) as running:
        running.is_deaf = is_deaf
        player = running.scene.player
        await running.until_heard("a")
        await player.press("right")
        await running.until_heard("b")
        await player.press("right")
        await running.until_heard("c")
        await player.press("left")
        await running.until_heard("b")
        # The end, by itself.
        await running.until_in(LiveChapter.E0)
        await player.press("right")
        await running.until_heard("d")
        assert {entry["error"] for entry in player.played()} == {None}
        assert heard_in_full(running) == [digest(Play(item=song("b", SECONDS)))]
        assert Verdict.OUT_OF_PHASE not in running.verdicts


async def test_two_presses_at_once_are_two_steps(socket_enabled: None) -> None:
    """The player never asks for the chapter in between, but says that it was there."""
    async with concert(songs("abcd")) as running:
        await running.until_heard("a")
        await running.scene.player.press("right")
        await running.scene.player.press("right")
        await running.until_heard("c")


async def test_the_end_of_a_queue_stops_the_player(socket_enabled: None) -> None:
    """After the last song, also where the player asks ahead. Then the card begins it anew."""
    async with concert(songs("a"), TRAITS["prefetches"]) as running:
        await until(lambda: running.scene.player.view()["status"] == "stopped", 5)
        assert StopCard() in running.done
        assert heard_in_full(running) == [digest(Play(item=song("a", SECONDS)))]
        await running.scene.player.insert(CARD)
        await running.until_heard("a")


async def test_a_player_that_loses_its_power_goes_on(socket_enabled: None) -> None:
    """In the chapter in which it was, with the same song."""
    async with concert(songs("abcd")) as running:
        await running.until_heard("a")
        await running.scene.player.press("right")
        await running.until_heard("b")
        await running.scene.player.power(False)
        await running.scene.player.power(True)
        await running.scene.wire.command("events/request")
        await running.scene.player.insert(CARD)
        await running.until_heard("b")
        await running.scene.player.press("right")
        await running.until_heard("c")


async def test_an_announcement_gives_back_what_it_has_interrupted(socket_enabled: None) -> None:
    """At the second: what is heard afterwards are the very bytes from there on."""
    async with concert(songs("abcd")) as running:
        await running.until_heard("a")
        await until(lambda: float(str(running.scene.player.view()["position"])) > 4)
        news = Announcement(messages=(Message(item=song("n", SECONDS)),))
        running.session, chapter = to_announcement(running.session, news)
        await running.scene.wire.command(
            "card/start",
            {
                "uri": f"https://yoto.io/{CARD}",
                "chapterKey": chapter.value,
                "trackKey": chapter.value,
                "secondsIn": 0,
            },
        )
        await running.until_heard("n")
        await running.until_heard("a")
        playing = running.session.playing
        assert playing is not None
        assert 3 < playing.begin_at < 8
        await running.until_heard("b")
        first, announced, rest = running.scene.player.played()
        assert announced["sha256"] == digest(Play(item=song("n", SECONDS)))
        assert rest["sha256"] == digest(playing)
        assert abs(float(str(first["seconds"])) - playing.begin_at) < 1
