"""A compiled story on a simulated player, which knows nothing of stories: all its endings."""

from dataclasses import replace

from custom_components.yoto_smart_stream.cards.builder import build
from custom_components.yoto_smart_stream.cards.model import AUDIO, Track
from custom_components.yoto_smart_stream.cards.story_card import story_card
from custom_components.yoto_smart_stream.json import JsonObject
from custom_components.yoto_smart_stream.story.formats.reading import read
from custom_components.yoto_smart_stream.story.native.compiler import compile_story
from custom_components.yoto_smart_stream.story.rehearsing.endings import find_endings
from custom_components.yoto_smart_stream.story.script import Script
from custom_components.yoto_smart_stream.story.situation import Input, Knob, Press
from custom_components.yoto_smart_stream.story_examples import example
from tests.simulator.player.stage import Stage, stage, tune, until

from .payload_player import END, LEFT, RIGHT, Moment, PayloadPlayer

CARDS = "ABCDEFGH"
LONG, SHORT = "long.mp3", "short.mp3"
LONG_SECONDS = 1_200


def event_of(happened: Input) -> str:
    """Return what a card calls what happens."""
    if not isinstance(happened, Press):
        return END
    return LEFT if happened.knob is Knob.LEFT else RIGHT


def way_of(player: PayloadPlayer, inputs: tuple[Input, ...]) -> list[Moment]:
    """Return where a way leads on a card, from its beginning on."""
    way = [player.beginning]
    for happened in inputs:
        way.append(player.after(way[-1], event_of(happened))[0])
    return way


def put_card(scene: Stage, card_id: str, payload: JsonObject, pressed: set[str]) -> None:
    """Make the card. What is pressed in takes long, so that a slow machine is never too late."""
    card = {**payload, "cardId": card_id, "updatedAt": "2026-11-01T10:00:00.000Z"}
    content = card["content"]
    assert isinstance(content, dict)
    chapters = content["chapters"]
    assert isinstance(chapters, list)
    for chapter in chapters:
        assert isinstance(chapter, dict)
        assert isinstance(chapter["tracks"], list)
        (track,) = chapter["tracks"]
        assert isinstance(track, dict)
        name = LONG if chapter["key"] in pressed else SHORT
        track["trackUrl"] = scene.media.url + name
        track["duration"] = 0
    scene.shelf.cards[card_id] = card


async def arrived(scene: Stage, at: Moment) -> None:
    """Wait until an application can see that a chapter plays, or has stopped."""
    status = "playing" if at.is_playing else "paused"
    await until(
        lambda: (
            scene.wire.state().get("chapterKey") == at.chapter
            and scene.wire.state().get("trackKey") == at.track
            and scene.wire.state().get("playbackStatus") == status
        )
    )


async def test_all_endings_of_the_example_are_reached_by_knob_presses(socket_enabled: None) -> None:
    """The shortest way to each, with a press on a knob that does nothing at its end."""
    script = Script.of(read(example("the_way_home")))
    compiled = compile_story(script).card
    audio = Track(url="yoto:#new", kind=AUDIO, format="mp3", duration=0, size=1)
    tracks = {each: replace(audio) for each in compiled.audios}
    endings = find_endings(script)
    assert endings.complete
    assert 1 < len(endings.paths) <= len(CARDS)
    async with stage() as scene:
        scene.media.bodies |= {LONG: tune(LONG_SECONDS, seed=1), SHORT: tune(1, seed=2)}
        await scene.ready()
        # A player goes on where a card was left, so each way gets a card of its own.
        for card_id, path in zip(CARDS, endings.paths, strict=False):
            payload = build(story_card(script.story, compiled, tracks))
            player = PayloadPlayer(payload)
            way = way_of(player, path.inputs)
            steps = list(zip(way, path.inputs, strict=False))
            pressed = {at.chapter for at, each in steps if isinstance(each, Press)}
            put_card(scene, card_id, payload, pressed)
            before = len(scene.player.played())
            await scene.player.insert(card_id)
            for at, happened in steps:
                if isinstance(happened, Press):
                    await arrived(scene, at)
                    await scene.player.press(happened.knob.value)
            await arrived(scene, way[-1])
            heard = [each["chapter_key"] for each in scene.player.played()[before:]]
            assert heard == [at.chapter for at in way if at.is_playing]
            (ending,) = (each for each in compiled.chapters if each.key == way[-1].chapter)
            assert path.node in ending.nodes
            assert not way[-1].is_playing
            await scene.player.press("left")
            await scene.player.press("right")
            assert scene.player.played()[-1]["chapter_key"] == way[-1].chapter
            assert scene.wire.state()["playbackStatus"] == "paused"
            await scene.player.remove()
            await until(lambda: scene.wire.state()["playbackStatus"] == "stopped")
