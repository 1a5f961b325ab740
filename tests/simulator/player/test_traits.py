"""Players that behave in the one way or the other where nobody knows (protocol §9)."""

from collections.abc import Callable

import pytest

from simulator.traits import InteractiveStreams, StreamLength
from simulator.world import JsonObject

from .stage import Stage, tune, until
from .test_interactive import at, goto, put_story


def requests(scene: Stage) -> list[tuple[object, object, object]]:
    """Return what was asked for: method, name and range."""
    return [
        (fetch["method"], str(fetch["url"]).rsplit("/", 1)[1], fetch["range"])
        for fetch in scene.player.fetches()
    ]


async def play(scene: Stage, *tracks: JsonObject) -> JsonObject:
    """Play a card to the end of its first track and return how that went."""
    scene.put_card("abcde", *(tracks or ({"name": "a.mp3"},)))
    await scene.player.insert("abcde")
    await until(scene.player.played)
    return scene.player.played()[0]


async def test_a_beginning_is_asked_for_repeatedly(on_stage: Stage) -> None:
    """And the track is heard all the same."""
    on_stage.device.traits.repeats = 2
    assert (await play(on_stage))["error"] is None
    assert requests(on_stage)[:3] == [
        ("HEAD", "a.mp3", None),
        ("GET", "a.mp3", None),
        ("GET", "a.mp3", None),
    ]
    assert requests(on_stage)[3][2] is not None


async def test_ranges_are_left_alone(on_stage: Stage) -> None:
    """Although the server offers them."""
    on_stage.device.traits.ranges = False
    assert (await play(on_stage))["error"] is None
    assert requests(on_stage) == [("HEAD", "a.mp3", None), ("GET", "a.mp3", None)]


async def test_nothing_is_probed(on_stage: Stage) -> None:
    """A server may have no HEAD."""
    on_stage.device.traits.probes = False
    assert (await play(on_stage))["error"] is None
    assert {method for method, _, _ in requests(on_stage)} == {"GET"}


@pytest.mark.parametrize(
    ("trait", "name", "error"),
    [
        ("plain_http", "a.mp3", "addresses without TLS are not fetched"),
        ("redirects", "to-a.mp3", "the server answered 302"),
    ],
)
async def test_an_address_is_no_good(on_stage: Stage, trait: str, name: str, error: str) -> None:
    """The player says why, and stops."""
    setattr(on_stage.device.traits, trait, False)
    assert (await play(on_stage, {"name": name}))["error"] == error
    assert on_stage.player.view()["status"] == "stopped"


@pytest.mark.parametrize(
    ("trait", "wanted"),
    [
        ("prefetches", [("GET", "b.mp3", None)]),
        ("probes_ahead", [("HEAD", "b.mp3", None)]),
    ],
)
async def test_what_follows_is_asked_for_ahead(
    on_stage: Stage, trait: str, wanted: list[tuple[object, object, object]]
) -> None:
    """While the first track is heard."""
    setattr(on_stage.device.traits, trait, True)
    on_stage.put_card("abcde", {"name": "a.mp3"}, {"name": "b.mp3"})
    await on_stage.player.insert("abcde")
    await until(lambda: any(name == "b.mp3" for _, name, _ in requests(on_stage)))
    assert on_stage.player.played() == []
    assert [one for one in requests(on_stage) if one[1] == "b.mp3"] == wanted


async def test_a_probe_goes_to_every_way(on_stage: Stage) -> None:
    """Left, right and the end."""
    on_stage.device.traits.probes_ahead = True
    on_stage.media.bodies["short.mp3"] = tune(1)
    put_story(on_stage, onLhb=goto("cave"), onRhb=goto("lake"), onEnd={"cmd": "stop"})
    on_stage.media.bodies["short.mp3"] = tune(20)
    await on_stage.player.insert("story")
    await until(lambda: requests(on_stage).count(("HEAD", "a.mp3", None)) == 2)


async def test_streams_on_interactive_cards_are_refused(on_stage: Stage) -> None:
    """An error, and the end."""
    on_stage.device.traits.interactive_streams = InteractiveStreams.REFUSED
    put_story(on_stage, onEnd=goto("lake"))
    await on_stage.player.insert("story")
    await until(on_stage.player.played)
    assert on_stage.last_played()["error"] == "a stream on an interactive card"
    assert on_stage.player.view()["status"] == "stopped"
    # Other cards are none of that.
    assert (await play_another(on_stage))["error"] is None


async def play_another(scene: Stage) -> JsonObject:
    """Play a linear card and return how that went."""
    before = len(scene.player.played())
    scene.put_card("abcde", {"name": "a.mp3"})
    await scene.player.insert("abcde")
    await until(lambda: len(scene.player.played()) > before)
    return scene.last_played()


async def test_the_rules_of_cards_with_streams_are_ignored(on_stage: Stage) -> None:
    """The right knob pauses then, as on a linear card."""
    on_stage.device.traits.interactive_streams = InteractiveStreams.LINEAR
    put_story(on_stage, onLhb=goto("lake"), onRhb=goto("lake"))
    on_stage.media.bodies["short.mp3"] = tune(20)
    await on_stage.player.insert("story")
    await at(on_stage, "start")
    await on_stage.player.press("left")
    await on_stage.player.press("right")
    assert on_stage.player.view()["status"] == "paused"


@pytest.mark.parametrize("told", [True, False])
async def test_a_press_is_told_or_not(on_stage: Stage, told: bool) -> None:
    """Until somebody asks for everything."""
    on_stage.device.traits.tells_presses = told
    put_story(on_stage, onLhb=goto("cave"))
    on_stage.media.bodies["short.mp3"] = tune(20)
    await on_stage.player.insert("story")
    await at(on_stage, "start")
    await on_stage.player.press("left")
    await until(lambda: "position" in on_stage.wire.events[-1] and len(on_stage.wire.events) > 4)
    assert on_stage.wire.state()["chapterKey"] == ("cave" if told else "start")
    await on_stage.wire.command("events/request")
    await until(lambda: on_stage.wire.state()["chapterKey"] == "cave")


@pytest.mark.parametrize("told", [True, False])
async def test_a_turn_is_told_or_not(on_stage: Stage, told: bool) -> None:
    """What was turned to is played either way."""
    on_stage.device.traits.tells_turns = told
    on_stage.put_card("abcde", {"name": "a.mp3"}, {"name": "b.mp3"})
    await on_stage.player.insert("abcde")
    await until(lambda: on_stage.wire.state().get("chapterKey") == "01")
    await on_stage.player.turn("right", 1)
    before = len(on_stage.wire.events)
    await until(lambda: len(on_stage.wire.events) > before + 2)
    assert on_stage.wire.state()["chapterKey"] == ("02" if told else "01")


def never(scene: Stage) -> bool:
    """Return whether the end has come without a length."""
    return bool(scene.player.played()) and scene.player.view()["length"] == 0


def early(scene: Stage) -> bool:
    """Return whether the length is known while most has not come."""
    view = scene.player.view()
    return float(str(view["length"])) > 99 and scene.player.fetches()[-1]["range"] is not None


@pytest.mark.parametrize(
    ("length", "seen"), [(StreamLength.NEVER, never), (StreamLength.EARLY, early)]
)
async def test_the_length_of_a_stream(
    on_stage: Stage, length: StreamLength, seen: Callable[[Stage], bool]
) -> None:
    """Is never told, or as soon as it can be worked out."""
    on_stage.device.traits.stream_length = length
    on_stage.media.bodies["long.mp3"] = tune(100)
    on_stage.put_card("abcde", {"name": "long.mp3"})
    await on_stage.player.insert("abcde")
    await until(lambda: seen(on_stage))
    told = {body["trackLength"] for body in on_stage.wire.events if "trackLength" in body}
    assert any(told) is (length is StreamLength.EARLY)
