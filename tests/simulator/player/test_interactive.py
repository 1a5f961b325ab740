"""Branching cards: which button was pressed shows only in what plays next (protocol §4.4, §4.5)."""

import pytest

from simulator.world import JsonObject

from .stage import Stage, tune, until


def goto(key: str) -> JsonObject:
    """Return a rule that jumps."""
    return {"cmd": "goto", "params": {"chapterKey": key, "trackKey": key}}


def put_story(scene: Stage, playback_type: str = "interactive", **start: JsonObject) -> None:
    """Make a card that starts in a chapter with the rules given."""
    scene.media.bodies["short.mp3"] = tune(1)
    scene.put_card(
        "story",
        {"key": "start", "name": "short.mp3", "events": dict(start)},
        {"key": "cave", "name": "a.mp3", "events": {}},
        {"key": "lake", "name": "a.mp3", "events": {}},
        playbackType=playback_type,
        config={"disableTrackNav": True, "disableChapterNav": True, "autoadvance": "none"},
    )


async def at(scene: Stage, key: str) -> None:
    """Wait until an application can see that a chapter plays."""
    await until(
        lambda: (
            scene.wire.state().get("chapterKey") == key
            and scene.wire.state()["playbackStatus"] == "playing"
        )
    )


@pytest.mark.parametrize(("side", "key"), [("left", "cave"), ("right", "lake")])
@pytest.mark.parametrize("after_the_end", [False, True])
async def test_a_press_chooses(on_stage: Stage, side: str, key: str, after_the_end: bool) -> None:
    """While the track plays and after it has halted."""
    put_story(on_stage, onLhb=goto("cave"), onRhb=goto("lake"), onEnd={"cmd": "stop"})
    if not after_the_end:
        on_stage.media.bodies["short.mp3"] = tune(20)
    await on_stage.player.insert("story")
    await at(on_stage, "start")
    if after_the_end:
        await until(lambda: on_stage.wire.state()["playbackStatus"] == "paused")
        assert on_stage.wire.state()["cardId"] == "story"

    await on_stage.player.press("left" if side == "left" else "right")

    await at(on_stage, key)
    assert on_stage.wire.state()["trackKey"] == key


async def test_the_end_of_a_track_can_lead_somewhere(on_stage: Stage) -> None:
    """No answer is an answer too."""
    put_story(on_stage, onEnd=goto("lake"))
    await on_stage.player.insert("story")
    await at(on_stage, "lake")


async def test_a_track_can_repeat(on_stage: Stage) -> None:
    """Until a button ends it."""
    put_story(on_stage, onEnd={"cmd": "repeat"}, onLhb=goto("cave"))
    await on_stage.player.insert("story")
    await until(lambda: len(on_stage.player.played()) >= 3)
    assert {entry["chapter_key"] for entry in on_stage.player.played()} == {"start"}
    await on_stage.player.press("left")
    await at(on_stage, "cave")


async def test_a_wrong_goto_is_silent(on_stage: Stage) -> None:
    """The track goes on as if nothing had been pressed (protocol §4.5)."""
    put_story(on_stage, onLhb=goto("Cave"))
    on_stage.media.bodies["short.mp3"] = tune(20)
    await on_stage.player.insert("story")
    await at(on_stage, "start")
    told = len(on_stage.wire.events)
    await on_stage.player.press("left")
    assert on_stage.player.view()["status"] == "playing"
    assert all(set(body) <= {"position", "eventUtc"} for body in on_stage.wire.events[told:])
    assert on_stage.player.played() == []


async def test_turning_does_nothing_where_it_is_forbidden(on_stage: Stage) -> None:
    """Stories forbid to leaf through them."""
    put_story(on_stage, onLhb=goto("cave"))
    on_stage.media.bodies["short.mp3"] = tune(20)
    await on_stage.player.insert("story")
    await at(on_stage, "start")
    await on_stage.player.turn("right", 1)
    assert on_stage.player.played() == []


async def test_rules_are_ignored_on_a_linear_card(on_stage: Stage) -> None:
    """Then the right knob pauses, and the end is the end."""
    put_story(on_stage, "linear", onLhb=goto("cave"), onRhb=goto("lake"), onEnd={"cmd": "repeat"})
    on_stage.media.bodies["short.mp3"] = tune(4)
    await on_stage.player.insert("story")
    await at(on_stage, "start")
    await on_stage.player.press("left")
    await on_stage.player.press("right")
    assert on_stage.player.view()["status"] == "paused"
    await on_stage.player.press("right")
    await until(lambda: on_stage.wire.state()["playbackStatus"] == "stopped")
    assert [entry["chapter_key"] for entry in on_stage.player.played()] == ["start"]
