"""What a family has set in the cloud, and how a player obeys."""

import asyncio

import pytest

from simulator.world import Json

from .stage import Stage, until


def shortcut(card: str, chapter: str) -> Json:
    """Return a shortcut as the cloud keeps it."""
    return {"cmd": "track-play", "params": {"card": card, "chapter": chapter, "track": chapter}}


async def test_presses_go_through_the_shortcuts(on_stage: Stage) -> None:
    """One after the other, while no card is in and nothing plays (protocol §2.5)."""
    on_stage.put_card("abcde", {}, {})
    content = [shortcut("abcde", "02"), shortcut("zzzzz", "01"), shortcut("abcde", "01")]
    on_stage.device.shortcuts = {"modes": {"day": {"content": content}, "night": {}}}
    on_stage.device.config |= {"dayTime": "00:00", "nightTime": "00:00"}
    chapters = []
    for _ in range(3):
        await on_stage.player.press("right")
        playing = on_stage.player.view()["playing"]
        chapters.append(playing["chapter_key"] if isinstance(playing, dict) else None)
        await on_stage.wire.command("card/stop")
        await until(lambda: on_stage.player.view()["playing"] is None)
    assert chapters == ["02", None, "01"]


@pytest.mark.parametrize("shortcuts", [{}, {"modes": None}, {"modes": {"day": {"content": "x"}}}])
async def test_a_press_without_shortcuts_does_nothing(
    on_stage: Stage, shortcuts: dict[str, Json]
) -> None:
    """As does one of the left knob."""
    on_stage.device.shortcuts = shortcuts
    await on_stage.player.press("right")
    await on_stage.player.press("left")
    assert on_stage.player.view()["playing"] is None


async def test_limits_and_brightness_are_obeyed_and_told(on_stage: Stage) -> None:
    """Without anybody at the player."""
    on_stage.device.config |= {
        "maxVolumeLimit": "4",
        "nightMaxVolumeLimit": "4",
        "dayDisplayBrightness": "30",
        "nightDisplayBrightness": "30",
    }
    await until(lambda: on_stage.wire.events)
    assert (on_stage.wire.events[-1]["volume"], on_stage.wire.events[-1]["volumeMax"]) == (4, 4)
    assert on_stage.player.view()["brightness"] == 30
    await on_stage.wire.send("status/request")
    await until(lambda: on_stage.wire.of("data/status"))
    status = on_stage.wire.of("data/status")[0]["status"]
    assert isinstance(status, dict)
    assert status["dnowBrightness"] == 30


async def test_bluetooth_comes_and_goes(on_stage: Stage) -> None:
    """By command, and by the family's switch."""
    for path, expected in (
        ("bluetooth/on", True),
        ("bluetooth/disconnect", False),
        ("bluetooth/connect", True),
        ("bluetooth/state", True),
        ("bluetooth/delete-bonds", False),
    ):
        await on_stage.wire.command(path, {})
        assert on_stage.player.view()["bluetooth"] is expected
    await on_stage.wire.command("bluetooth/on", {})
    on_stage.device.config["bluetoothEnabled"] = "0"
    await until(lambda: on_stage.player.view()["bluetooth"] is False)


async def test_an_alarm_plays_its_card_in_place_of_another(
    on_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At its own volume."""
    on_stage.put_card("abcde", {})
    on_stage.put_card("fghij", {})
    await on_stage.player.insert("abcde")
    on_stage.device.config["alarms"] = ["1111111,07:00,fghij,,,2,1", "1111111,07:00,zzzzz,,,2,0"]
    moment = 1_795_244_399.0  # A second before seven.
    monkeypatch.setattr(on_stage.world.clock, "now", lambda: moment)
    await until(lambda: on_stage.player.view()["day"] == 1)
    before = on_stage.player.view()["playing"]
    assert isinstance(before, dict)
    assert before["card_id"] == "abcde"
    # The player looks at its clock once a second, and has to have seen the time before.
    await asyncio.sleep(1.2)
    moment += 60
    await until(lambda: "fghij" in str(on_stage.player.view()["playing"]))
    assert on_stage.player.view()["volume"] == 2
