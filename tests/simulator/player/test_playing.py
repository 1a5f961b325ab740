"""What a player plays, and where it goes from there."""

import asyncio
import hashlib

import pytest

from .stage import Stage, stage, tune, until


def digest(body: bytes) -> str:
    """Return the hash by which the control API names bytes."""
    return hashlib.sha256(body).hexdigest()


async def begun(scene: Stage, chapter_key: str, plays: int = 0) -> None:
    """Wait until sound of a chapter is heard, after a number of plays."""
    await until(
        lambda: (
            len(scene.player.played()) >= plays
            and scene.wire.state().get("chapterKey") == chapter_key
            and scene.wire.state()["playbackStatus"] == "playing"
            and not scene.wire.state()["playbackWait"]
        )
    )


async def stopped(scene: Stage) -> None:
    """Wait until the player says that it has stopped."""
    await until(lambda: scene.wire.state().get("playbackStatus") == "stopped")


async def test_a_card_that_is_inserted_plays_to_its_end(on_stage: Stage) -> None:
    """Every track is fetched, heard in full and told about, then the card is over."""
    on_stage.put_card("abcde", {"name": "a.mp3"}, {"name": "b.mp3"})

    await on_stage.player.insert("abcde")
    await begun(on_stage, "01")
    first = on_stage.wire.events[0]
    await stopped(on_stage)

    assert first["cardId"] == "abcde"
    assert (first["chapterKey"], first["trackKey"], first["source"]) == ("01", "01", "card")
    assert (first["streaming"], first["playbackWait"], first["trackLength"]) == (True, True, 0)
    heard = on_stage.player.played()
    assert [entry["chapter_key"] for entry in heard] == ["01", "02"]
    assert [entry["sha256"] for entry in heard] == [
        digest(on_stage.media.bodies[name]) for name in ("a.mp3", "b.mp3")
    ]
    assert [entry["seconds"] for entry in heard] == [pytest.approx(20, abs=0.05)] * 2
    assert [entry["error"] for entry in heard] == [None, None]
    assert on_stage.wire.state()["cardId"] == "abcde"
    assert on_stage.player.view()["slot"] == "abcde"


async def test_the_length_of_a_stream_is_told_when_its_end_has_come(on_stage: Stage) -> None:
    """Until then it is 0; a declared length counts from the start."""
    on_stage.put_card("abcde", {"name": "a.mp3"}, {"name": "b.mp3", "duration": 33})

    await on_stage.player.insert("abcde")
    await begun(on_stage, "02")

    lengths = [body["trackLength"] for body in on_stage.wire.events if "trackLength" in body]
    assert lengths == [0, 20, 33]


async def test_the_position_is_told_every_five_seconds(on_stage: Stage) -> None:
    """And a tick says nothing else."""
    on_stage.put_card("abcde", {"name": "a.mp3"})

    await on_stage.player.insert("abcde")
    await stopped(on_stage)

    ticks = [body for body in on_stage.wire.events if set(body) == {"position", "eventUtc"}]
    positions = [body["position"] for body in ticks]
    assert len(positions) == 4
    for position, due in zip(positions, (5, 10, 15, 20), strict=True):
        assert isinstance(position, int)
        assert due <= position < due + 5


async def test_removing_the_card_stops_and_leaves_stale_keys(on_stage: Stage) -> None:
    """The wire says `none` and does not clear what was played (protocol §3.8)."""
    on_stage.put_card("abcde", {"name": "a.mp3"})
    await on_stage.player.insert("abcde")
    await begun(on_stage, "01")

    await on_stage.player.remove()
    await stopped(on_stage)

    last = on_stage.wire.events[-1]
    assert last["cardId"] == "none"
    assert "chapterKey" not in last
    await on_stage.wire.command("events/request")
    assert on_stage.wire.events[-1]["chapterKey"] == "01"
    heard = on_stage.last_played()
    assert heard["error"] is None
    assert heard["sha256"] != digest(on_stage.media.bodies["a.mp3"])


async def test_a_card_goes_on_where_it_was_left(on_stage: Stage) -> None:
    """Also in another track than the first, and no byte before the position is played again."""
    on_stage.put_card("abcde", {"name": "a.mp3"}, {"name": "b.mp3"})
    await on_stage.player.insert("abcde")
    await begun(on_stage, "01")
    await on_stage.player.turn("right", 1)
    await until(lambda: on_stage.wire.state()["position"] != 0)
    await on_stage.player.remove()
    left_at = on_stage.player.view()["position"]
    assert isinstance(left_at, float)
    on_stage.wire.published.clear()

    await on_stage.player.insert("abcde")
    await begun(on_stage, "02")

    assert on_stage.wire.events[0]["position"] == int(left_at)
    await stopped(on_stage)
    heard = on_stage.last_played()["seconds"]
    assert isinstance(heard, float)
    assert heard == pytest.approx(20 - left_at, abs=0.2)


async def test_a_card_forgets_its_position_after_its_timeout(on_stage: Stage) -> None:
    """A timeout of 0 always starts at the beginning."""
    on_stage.put_card("abcde", {"name": "a.mp3"}, {"name": "b.mp3"}, config={"resumeTimeout": 0})
    await on_stage.player.insert("abcde")
    await on_stage.player.turn("right", 1)
    await begun(on_stage, "02")
    await on_stage.player.remove()
    on_stage.wire.published.clear()

    await on_stage.player.insert("abcde")
    await begun(on_stage, "01")


async def test_a_card_that_came_to_its_end_starts_anew(on_stage: Stage) -> None:
    """The right knob starts it again while it is in the slot."""
    on_stage.media.bodies["a.mp3"] = tune(2)
    on_stage.put_card("abcde", {"name": "a.mp3"})
    await on_stage.player.insert("abcde")
    await stopped(on_stage)

    await on_stage.player.press("right")
    await begun(on_stage, "01", plays=1)
    await stopped(on_stage)

    assert [entry["seconds"] for entry in on_stage.player.played()] == [
        pytest.approx(2, abs=0.05)
    ] * 2


async def test_the_right_knob_pauses_and_resumes(on_stage: Stage) -> None:
    """The position stands still meanwhile, and nothing but a delta is told."""
    on_stage.put_card("abcde", {"name": "a.mp3"})
    await on_stage.player.insert("abcde")
    await begun(on_stage, "01")

    await on_stage.player.press("right")
    await until(lambda: on_stage.wire.state()["playbackStatus"] == "paused")
    at = on_stage.player.view()["position"]
    told = on_stage.wire.events[-1]
    await asyncio.sleep(0.1)
    assert on_stage.player.view()["position"] == at
    await on_stage.player.press("right")
    await stopped(on_stage)

    assert set(told) == {"playbackStatus", "position", "eventUtc"}
    assert on_stage.last_played()["sha256"] == digest(on_stage.media.bodies["a.mp3"])
    assert all("button" not in str(body).lower() for _, body in on_stage.wire.published)


async def test_the_left_press_does_nothing_on_a_linear_card(on_stage: Stage) -> None:
    """Our choice; nothing is documented."""
    on_stage.put_card("abcde", {"name": "a.mp3"})
    await on_stage.player.insert("abcde")
    await begun(on_stage, "01")
    await on_stage.player.press("left")
    assert on_stage.player.view()["status"] == "playing"


async def test_the_right_knob_changes_the_chapter(on_stage: Stage) -> None:
    """Several clicks are several chapters; beyond the ends nothing is lost."""
    on_stage.put_card("abcde", {}, {}, {}, {})
    await on_stage.player.insert("abcde")
    await begun(on_stage, "01")

    for clicks, chapter in ((2, "03"), (-1, "02"), (9, "04"), (1, "04"), (-9, "01")):
        await on_stage.player.turn("right", clicks)
        await begun(on_stage, chapter)
        assert on_stage.wire.state()["playbackStatus"] == "playing"


@pytest.mark.parametrize("switch", ["disableTrackNav", "disableChapterNav"])
async def test_a_card_can_forbid_to_change_the_chapter(on_stage: Stage, switch: str) -> None:
    """Then turning the right knob does nothing."""
    on_stage.put_card("abcde", {"name": "a.mp3"}, {"name": "b.mp3"}, config={switch: True})
    await on_stage.player.insert("abcde")
    await begun(on_stage, "01")
    await on_stage.player.turn("right", 1)
    playing = on_stage.player.view()["playing"]
    assert isinstance(playing, dict)
    assert playing["chapter_key"] == "01"


async def test_a_family_can_have_cards_repeated(on_stage: Stage) -> None:
    """With `repeatAll` a card begins again at its end."""
    on_stage.device.config["repeatAll"] = "1"
    on_stage.media.bodies["a.mp3"] = tune(2)
    on_stage.put_card("abcde", {"name": "a.mp3"})
    await on_stage.player.insert("abcde")
    await until(lambda: len(on_stage.player.played()) >= 2)
    assert on_stage.player.view()["status"] == "playing"


async def test_a_command_starts_anywhere(on_stage: Stage) -> None:
    """`secondsIn` starts inside a track, `cutOff` ends before its end."""
    on_stage.put_card("abcde", {"name": "a.mp3"}, {"name": "b.mp3"})

    answer = await on_stage.wire.command(
        "card/start",
        {
            "uri": "https://yoto.io/abcde",
            "chapterKey": "02",
            "trackKey": "02",
            "secondsIn": 8,
            "cutOff": 12,
        },
    )
    await begun(on_stage, "02")
    first = next(body for body in on_stage.wire.events if "chapterKey" in body)
    await stopped(on_stage)

    assert answer["status"]
    assert (first["position"], first["source"]) == (8, "remote")
    heard = on_stage.last_played()
    assert heard["chapter_key"] == "02"
    assert heard["seconds"] == pytest.approx(4, abs=0.1)
    assert on_stage.wire.state()["cardId"] == "none"


async def test_a_command_without_keys_resumes(on_stage: Stage) -> None:
    """With keys and without seconds it starts at the beginning of the track."""
    on_stage.put_card("abcde", {"name": "a.mp3"}, {"name": "b.mp3"})
    await on_stage.wire.command(
        "card/start",
        {"uri": "https://yoto.io/abcde", "chapterKey": "02", "trackKey": "02", "secondsIn": 9},
    )
    await begun(on_stage, "02")
    await on_stage.wire.command("card/stop")
    on_stage.wire.published.clear()

    await on_stage.wire.command("card/start", {"uri": "https://yoto.io/abcde"})
    resumed = next(body for body in on_stage.wire.events if "chapterKey" in body)
    await on_stage.wire.command("card/start", {"uri": "https://yoto.io/abcde", "chapterKey": "02"})
    anew = [body for body in on_stage.wire.events if "chapterKey" in body][-1]

    assert resumed["chapterKey"] == "02"
    assert isinstance(resumed["position"], int)
    assert resumed["position"] >= 9
    assert (anew["chapterKey"], anew["position"]) == ("02", 0)


async def test_any_button_can_stop(on_stage: Stage) -> None:
    """A press ends what was started with `anyButtonStop` (one reading, protocol §9)."""
    on_stage.put_card("abcde", {"name": "a.mp3"})
    await on_stage.wire.command(
        "card/start", {"uri": "https://yoto.io/abcde", "anyButtonStop": True}
    )
    await begun(on_stage, "01")
    await on_stage.player.press("left")
    await stopped(on_stage)
    assert on_stage.wire.state()["cardId"] == "none"


async def test_the_sleep_timer_pauses(on_stage: Stage) -> None:
    """It tells that it is active, what is left, and when it is over."""
    on_stage.put_card("abcde", {"name": "a.mp3"})
    await on_stage.player.insert("abcde")
    await begun(on_stage, "01")

    await on_stage.wire.command("sleep-timer/set", {"seconds": 8})
    await until(lambda: on_stage.wire.state().get("sleepTimerActive"))
    left = on_stage.wire.state()["sleepTimerSeconds"]
    await until(lambda: on_stage.wire.state()["playbackStatus"] == "paused")

    assert isinstance(left, int)
    assert 0 < left <= 8
    await until(lambda: on_stage.wire.state()["sleepTimerActive"] is False)


async def test_the_sleep_timer_can_be_ended(on_stage: Stage) -> None:
    """Zero seconds end it."""
    await on_stage.wire.command("sleep-timer/set", {"seconds": 600})
    await on_stage.wire.command("sleep-timer/set", {"seconds": 0})
    await until(lambda: on_stage.wire.state().get("sleepTimerActive") is False)
    assert on_stage.player.view()["sleep_timer"] is None


async def test_the_player_keeps_to_its_speed(socket_enabled: None) -> None:
    """Ten seconds take half a second at twenty times real time, and not less."""
    async with stage(speed=20) as scene:
        await scene.ready()
        scene.media.bodies["a.mp3"] = tune(10)
        scene.put_card("abcde", {"name": "a.mp3"})
        loop = asyncio.get_running_loop()
        began = loop.time()
        await scene.player.insert("abcde")
        await stopped(scene)
        assert 0.5 <= loop.time() - began < 2


async def test_an_unknown_card_is_shown_as_a_problem(on_stage: Stage) -> None:
    """Nothing plays, and a person can see why."""
    await on_stage.player.insert("zzzzz")
    assert on_stage.player.view()["error"] == "the card is unknown or empty"
    assert on_stage.player.view()["status"] == "stopped"
    await on_stage.player.remove()
    assert on_stage.player.view()["error"] is None


async def test_a_command_leaves_the_card_in_the_slot(on_stage: Stage) -> None:
    """Another card plays, is stopped, and the one that is in can be started again."""
    on_stage.put_card("abcde", {"name": "a.mp3"})
    on_stage.put_card("other", {"name": "b.mp3", "key": "X"})
    await on_stage.player.insert("abcde")
    await begun(on_stage, "01")

    await on_stage.wire.command("card/start", {"uri": "https://yoto.io/other"})
    await begun(on_stage, "X")
    await on_stage.wire.command("card/stop")
    await stopped(on_stage)
    assert on_stage.player.view()["slot"] == "abcde"

    await on_stage.player.press("right")
    await begun(on_stage, "01", plays=2)
