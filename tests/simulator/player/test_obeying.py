"""Commands and the answers to them (protocol §3.3, §3.4)."""

import json

import pytest

from simulator.world import Json, JsonObject

from .stage import Stage, until


def verdict(answer: JsonObject) -> tuple[str, Json]:
    """Return the word of an answer and what it says."""
    status = answer["status"]
    assert isinstance(status, dict)
    (word,) = status.keys() - {"req_body"}
    return word, status[word]


@pytest.mark.parametrize(
    ("path", "body", "word"),
    [
        ("events/request", "", "events"),
        ("events/request", "{}", "events"),
        ("events", "anything", "events"),
        ("status/request", "", "status"),
        ("status", {"requestId": "abc"}, "status"),
        ("volume/set", {"volume": 40}, "set-volume"),
        ("ambients/set", {"r": 1, "g": 2, "b": 3}, "ambients"),
        ("sleep-timer/set", {"seconds": 60}, "sleep-timer"),
        ("card/pause", "", "card-pause"),
        ("card/stop", "", "card-stop"),
        ("bluetooth/on", {"mode": "bt_speaker"}, "bluetooth"),
        ("bluetooth/off", "", "bluetooth"),
        ("bluetooth/state", "", "bluetooth"),
        ("display/preview", {"uri": "/icons/a.png", "timeout": 5, "animated": 0}, "display"),
        ("reboot", "", "reboot"),
    ],
)
async def test_commands_are_acknowledged(on_stage: Stage, path: str, body: Json, word: str) -> None:
    """With the body as it came, as text."""
    answer = await on_stage.wire.command(path, body)
    assert verdict(answer) == (word, "OK")
    status = answer["status"]
    assert isinstance(status, dict)
    assert status["req_body"] == (body if isinstance(body, str) else json.dumps(body))


@pytest.mark.parametrize(
    "body",
    [
        {"uri": "https://yoto.io/zzzzz"},
        {"uri": "https://yoto.io/abcde", "chapterKey": "2", "trackKey": "02"},
        {"uri": "https://yoto.io/abcde", "chapterKey": "02", "trackKey": "2"},
        {"uri": "https://yoto.io/abcde", "chapterKey": 2},
        {"uri": "https://yoto.io/abcde", "trackKey": "02"},
        {"uri": "https://yoto.io/abcde", "secondsIn": "soon"},
        {"uri": "abcde"},
        {},
        [],
        "abcde",
    ],
)
async def test_what_cannot_be_started_fails(on_stage: Stage, body: Json) -> None:
    """Keys are exact, `2` is not `02`; nothing starts."""
    on_stage.put_card("abcde", {}, {})
    answer = await on_stage.wire.command("card/start", body)
    assert verdict(answer) == ("card-play", "FAIL")
    assert on_stage.player.view()["playing"] is None


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("volume/set", {}),
        ("volume/set", "loud"),
        ("volume/set", {"volume": "8"}),
        ("sleep-timer/set", {}),
        ("ambients/set", {"r": 1}),
        ("dance", ""),
        ("card/resume", ""),
    ],
)
async def test_other_senseless_commands_fail(on_stage: Stage, path: str, body: Json) -> None:
    """There is never a reason given."""
    assert verdict(await on_stage.wire.command(path, body))[1] == "FAIL"


async def test_the_answer_comes_before_the_change(on_stage: Stage) -> None:
    """So that applications can tell commands from hands (protocol §3.11)."""
    await on_stage.wire.command("volume/set", {"volume": 100})
    await until(lambda: on_stage.wire.events)
    topics = [topic for topic, _ in on_stage.wire.published]
    assert topics == ["response", "events", "data/events"]
    assert on_stage.wire.events[0]["volume"] == 16


async def test_pause_and_resume_by_command(on_stage: Stage) -> None:
    """The card goes on where it was."""
    on_stage.put_card("abcde", {})
    await on_stage.player.insert("abcde")
    await until(lambda: on_stage.player.view()["waiting"] is False)
    await on_stage.wire.command("card/pause")
    await until(lambda: on_stage.wire.state()["playbackStatus"] == "paused")
    await on_stage.wire.command("card/resume")
    await until(lambda: on_stage.wire.state()["playbackStatus"] == "playing")
    assert on_stage.player.played() == []


async def test_stop_and_resume_by_command(on_stage: Stage) -> None:
    """The card that is in the slot is started again."""
    on_stage.put_card("abcde", {})
    await on_stage.player.insert("abcde")
    await on_stage.wire.command("card/stop")
    await until(lambda: on_stage.wire.state()["cardId"] == "none")
    assert verdict(await on_stage.wire.command("card/resume")) == ("card-resume", "OK")
    await until(lambda: on_stage.wire.state()["cardId"] == "abcde")


async def test_the_night_light_and_the_display_can_be_seen(on_stage: Stage) -> None:
    """Transient both."""
    await on_stage.wire.command("ambients/set", {"r": 255, "g": 0, "b": 16})
    await on_stage.wire.command("display/preview", {"uri": "/icons/a.png", "timeout": 400})
    await until(lambda: on_stage.player.view()["preview"] == "/icons/a.png")
    assert on_stage.player.view()["nightlight"] == "0xff0010"


async def test_players_can_be_told_to_refuse(on_stage: Stage) -> None:
    """Then everything fails and nothing happens."""
    on_stage.world.faults.refuse_commands = True
    on_stage.put_card("abcde", {})
    answer = await on_stage.wire.command("card/start", {"uri": "https://yoto.io/abcde"})
    assert verdict(answer) == ("card-play", "FAIL")
    assert verdict(await on_stage.wire.command("volume/set", {"volume": 0}))[1] == "FAIL"
    assert on_stage.player.view()["volume"] == 8
    assert on_stage.player.view()["playing"] is None


async def test_players_can_be_told_to_ignore(on_stage: Stage) -> None:
    """Then there is no answer; the next command that is not ignored gets the first one."""
    on_stage.world.faults.ignore_commands = True
    await on_stage.wire.send("volume/set", {"volume": 0})
    on_stage.world.faults.ignore_commands = False
    answer = await on_stage.wire.command("sleep-timer/set", {"seconds": 0})
    assert verdict(answer)[0] == "sleep-timer"
    assert len(on_stage.wire.of("response")) == 1
    assert on_stage.player.view()["volume"] == 8


async def test_a_reboot_comes_back(on_stage: Stage) -> None:
    """With the card that is in, and not armed."""
    on_stage.put_card("abcde", {})
    await on_stage.player.insert("abcde")
    await on_stage.wire.command("reboot")
    await until(lambda: on_stage.wire.farewells)
    on_stage.wire.published.clear()
    await until(lambda: on_stage.wire.events)
    assert on_stage.wire.farewells == [True]
    await until(lambda: on_stage.player.view()["playing"] is not None)
    assert on_stage.player.view()["slot"] == "abcde"


async def test_of_two_status_requests_one_may_be_lost(on_stage: Stage) -> None:
    """As players do when they come back to back (protocol §3.6)."""
    on_stage.world.faults.drop_status_replies = 1.0
    await on_stage.wire.send("status/request")
    await on_stage.wire.command("status", {"requestId": "a"})
    await until(lambda: len(on_stage.wire.of("response")) == 2)
    await on_stage.wire.command("volume/set", {"volume": 50})
    assert len(on_stage.wire.of("data/status")) == 1
    assert on_stage.wire.of("status/full") == []


async def test_both_status_requests_are_answered_otherwise(on_stage: Stage) -> None:
    """Version 1 and version 3, the latter also as the cloud's shadow."""
    await on_stage.wire.send("status/request")
    await on_stage.wire.send("status", {"requestId": "a"})
    await until(lambda: on_stage.wire.of("status/full"))
    short = on_stage.wire.of("data/status")[0]["status"]
    full = on_stage.wire.of("status/full")[0]["status"]
    assert isinstance(short, dict)
    assert isinstance(full, dict)
    assert (short["statusVersion"], full["statusVersion"]) == (1, 3)
    assert full["shutDown"] == "nA"
    assert on_stage.device.shadow["statusVersion"] == 3
