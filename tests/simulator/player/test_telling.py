"""What a player tells without being asked, and when it keeps quiet (protocol §3.5 to §3.8)."""

from datetime import UTC, datetime, timedelta

import pytest

from simulator.world import Json, JsonObject

from .stage import Stage, stage, until


def block(body: JsonObject) -> JsonObject:
    """Return the inside of a status message."""
    status = body["status"]
    assert isinstance(status, dict)
    return status


async def test_a_start_is_reported(socket_enabled: None) -> None:
    """In the order that was captured; the first report knows neither time nor day."""
    async with stage() as scene:
        assert scene.device.online
        await until(lambda: scene.wire.events)
        topics = [topic for topic, _ in scene.wire.published]
        assert topics == ["status", "status", "data/status", "events", "data/events"]
        first, battery = scene.wire.of("status")
        assert block(first)["statusVersion"] == 3
        assert (block(first)["utcTime"], block(first)["day"]) == (0, -1)
        assert "batteryLevel" in block(battery)
        assert "shutDown" not in block(battery)
        idle = scene.wire.events[0]
        assert (idle["cardId"], idle["playbackStatus"]) == ("none", "stopped")
        assert "chapterKey" not in idle


async def test_switching_off_is_reported(on_stage: Stage) -> None:
    """One last block, then a farewell; nothing about the card that played."""
    on_stage.put_card("abcde", {})
    await on_stage.player.insert("abcde")
    on_stage.wire.published.clear()

    await on_stage.player.power(on=False)

    assert on_stage.wire.published[-1][0] == "status"
    assert all(body.get("playbackStatus") != "stopped" for body in on_stage.wire.events)
    assert block(on_stage.wire.of("status")[0])["shutDown"] == "userShutdown"
    assert on_stage.wire.farewells == [True]
    assert not on_stage.device.online
    assert on_stage.player.view()["on"] is False
    assert on_stage.player.view()["slot"] == "abcde"
    assert on_stage.last_played()["error"] is None


async def test_a_player_that_is_off_does_nothing(on_stage: Stage) -> None:
    """Except taking a card, which it plays when it is switched on."""
    on_stage.put_card("abcde", {})
    await on_stage.player.power(on=False)
    await on_stage.player.press("right")
    await on_stage.player.turn("left", 3)
    await on_stage.player.insert("abcde")
    assert on_stage.player.view()["volume"] == 8
    assert on_stage.player.view()["playing"] is None

    await on_stage.player.power(on=True)
    await until(lambda: on_stage.player.view()["playing"])


async def test_losing_the_wifi_is_no_farewell(on_stage: Stage) -> None:
    """The broker has to find out by itself; knobs work on unseen."""
    await on_stage.player.wifi(up=False)
    assert on_stage.wire.farewells == [False]
    assert not on_stage.device.online
    await on_stage.player.turn("left", -2)
    assert on_stage.player.view()["volume"] == 6

    await on_stage.player.wifi(up=True)
    assert on_stage.wire.connected
    assert on_stage.device.online


async def test_the_cloud_can_be_made_to_lag(on_stage: Stage) -> None:
    """It says what it said, until it is told to look again."""
    on_stage.world.faults.stale_online = True
    await on_stage.player.wifi(up=False)
    assert on_stage.device.online
    on_stage.world.faults.stale_online = False
    on_stage.player.report_online()
    assert not on_stage.device.online


async def test_changes_are_told_only_after_a_request(socket_enabled: None) -> None:
    """And no longer some time after it; a request gets everything at any time."""
    async with stage() as scene:
        scene.player.workings.announcer.armed_for = 0.3
        await until(lambda: scene.wire.events)
        scene.wire.published.clear()
        await scene.player.turn("left", 1)
        await scene.wire.command("events/request")
        await until(lambda: scene.wire.events)
        assert len(scene.wire.events) == 1
        assert scene.wire.events[0]["volume"] == 9

        await scene.player.turn("left", 1)
        await until(lambda: len(scene.wire.events) == 2)
        await until(lambda: not scene.player.workings.announcer.armed)
        await scene.player.turn("left", 1)
        await scene.wire.command("events/request")
        await until(lambda: len(scene.wire.events) == 3)
        assert scene.wire.events[-1]["volume"] == 11
        assert "playbackStatus" in scene.wire.events[-1]


async def test_the_left_knob_tells_a_delta(on_stage: Stage) -> None:
    """The volume with its cap and nothing else; the legacy twin comes first."""
    await on_stage.player.turn("left", -3)
    await until(lambda: on_stage.wire.events)
    assert [topic for topic, _ in on_stage.wire.published] == ["events", "data/events"]
    assert set(on_stage.wire.events[0]) == {"volume", "volumeMax", "eventUtc"}
    assert on_stage.wire.events[0]["volume"] == 5
    assert on_stage.wire.of("events") == on_stage.wire.events


async def test_the_volume_saturates_silently(on_stage: Stage) -> None:
    """At the cap and at silence nothing is told."""
    on_stage.device.config["maxVolumeLimit"] = "8"
    await until(lambda: on_stage.wire.events)
    on_stage.wire.published.clear()
    await on_stage.player.turn("left", 5)
    await on_stage.wire.command("volume/set", {"volume": 80})
    await on_stage.player.turn("left", -20)
    await until(lambda: on_stage.wire.events)
    await on_stage.player.turn("left", -1)
    await on_stage.wire.command("sleep-timer/set", {"seconds": 0})
    assert [body["volume"] for body in on_stage.wire.events] == [0]


async def test_limited_headphones_lower_the_cap(on_stage: Stage) -> None:
    """And taking them out raises it again."""
    on_stage.device.config["headphonesVolumeLimited"] = True
    await on_stage.player.turn("left", 8)
    await on_stage.player.headphones(connected=True)
    await on_stage.player.headphones(connected=False)
    await until(lambda: len(on_stage.wire.events) == 3)
    assert [(body["volume"], body["volumeMax"]) for body in on_stage.wire.events] == [
        (16, 16),
        (10, 10),
        (16, 16),
    ]


async def test_the_night_lowers_the_cap(socket_enabled: None) -> None:
    """The limit of the night counts from its start."""
    now = datetime.now(UTC)
    async with stage() as scene:
        scene.device.config |= {
            "dayTime": f"{now + timedelta(hours=6):%H:%M}",
            "nightTime": f"{now - timedelta(hours=6):%H:%M}",
            "nightMaxVolumeLimit": "5",
        }
        await until(lambda: scene.wire.events)
        assert (scene.wire.events[0]["volume"], scene.wire.events[0]["volumeMax"]) == (5, 5)
        assert scene.player.view()["day"] == 0


@pytest.mark.parametrize(
    ("kind", "inserted", "expected"), [("stream", True, 3), ("audio", True, 1), ("audio", False, 2)]
)
async def test_a_status_tells_where_the_card_is(
    on_stage: Stage, kind: str, inserted: bool, expected: int
) -> None:
    """0 none, 1 physical, 2 remote, 3 streaming (protocol §3.7)."""
    on_stage.put_card("abcde", {"type": kind})
    if inserted:
        await on_stage.player.insert("abcde")
    else:
        await on_stage.wire.command("card/start", {"uri": "https://yoto.io/abcde"})
    await on_stage.wire.command("status/request")
    await until(lambda: on_stage.wire.of("data/status"))
    status = block(on_stage.wire.of("data/status")[-1])
    assert (status["cardInserted"], status["activeCard"]) == (expected, "abcde")
    assert on_stage.wire.state()["streaming"] is (kind == "stream")

    await on_stage.wire.command("card/stop")
    await on_stage.wire.command("status/request")
    await until(lambda: len(on_stage.wire.of("data/status")) == 2)
    status = block(on_stage.wire.of("data/status")[-1])
    assert (status["cardInserted"], status["activeCard"]) == (int(inserted), "none")


async def test_the_battery_is_reported(on_stage: Stage) -> None:
    """On the legacy topic when the charger changes, and in every status."""
    await on_stage.player.battery(level=42, charging=True)
    await on_stage.wire.command("status/request")
    await until(lambda: on_stage.wire.of("data/status"))
    told: list[Json] = [block(on_stage.wire.of("status")[0])["batteryLevel"]]
    told.append(block(on_stage.wire.of("data/status")[0])["batteryLevel"])
    assert told == [42, 42]
    assert block(on_stage.wire.of("data/status")[0])["charging"] == 1
    assert on_stage.device.shadow["batteryLevel"] == 42


async def test_the_clock_of_a_player_can_be_fast(on_stage: Stage) -> None:
    """Its messages carry its own time."""
    await on_stage.player.turn("left", 1)
    on_stage.world.faults.clock_skew = 1000
    await on_stage.player.turn("left", 1)
    await until(lambda: len(on_stage.wire.events) == 2)
    first, second = (body["eventUtc"] for body in on_stage.wire.events)
    assert isinstance(first, int)
    assert isinstance(second, int)
    assert 1000 <= second - first <= 1002


async def test_an_idle_player_switches_itself_off(socket_enabled: None) -> None:
    """After its timeout, with a report and a farewell."""
    async with stage() as scene:
        scene.device.config["shutdownTimeout"] = "1"
        await until(lambda: scene.wire.farewells)
        assert scene.wire.farewells == [True]
        assert block(scene.wire.of("status")[-1])["shutDown"] == "idleShutdown"
        assert scene.player.view()["on"] is False


async def test_nothing_is_left_after_the_end(socket_enabled: None) -> None:
    """Every task ends with the player, whatever it was doing."""
    async with stage() as scene:
        await scene.ready()
        scene.put_card("abcde", {})
        await scene.player.insert("abcde")
        await scene.wire.command("sleep-timer/set", {"seconds": 600})
        crew = scene.player.workings.crew
        assert crew.size > 0
    assert crew.size == 0
