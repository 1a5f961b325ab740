"""The payload of a story's card, in the shape of protocol §4.5."""

from dataclasses import replace

from custom_components.yoto_smart_stream.cards.builder import DEFAULT_ICON, build
from custom_components.yoto_smart_stream.cards.limits import faults_of
from custom_components.yoto_smart_stream.cards.model import AUDIO, STREAM, Track
from custom_components.yoto_smart_stream.cards.reading import read
from custom_components.yoto_smart_stream.cards.story_card import Tracks, story_card
from custom_components.yoto_smart_stream.cards.writing import write
from custom_components.yoto_smart_stream.story.model import (
    Choice,
    Ending,
    Node,
    Repeat,
    Spoken,
    Story,
    Variant,
    Wait,
)
from custom_components.yoto_smart_stream.story.native.compiler import compile_story
from custom_components.yoto_smart_stream.story.script import Script
from custom_components.yoto_smart_stream.story.situation import Silence

ASK, SEA = Spoken(text="To the sea?"), Spoken(text="The sea")
STORY = Story(
    id="sea",
    title="The sea",
    start="ask",
    author="Ada",
    description="A short way",
    language="de-AT",
    resume_timeout=60,
    nodes={
        "ask": Node(
            id="ask",
            title="Where to?",
            icon="question",
            variants=(Variant(audio=ASK),),
            left=(Choice(target="sea", label="to the sea"),),
            on_end=(Ending(then=Wait(seconds=5, then=Repeat())),),
        ),
        "sea": Node(id="sea", variants=(Variant(audio=SEA),)),
    },
)
COMPILED = compile_story(Script.of(STORY)).card


def uploaded(sha: str, seconds: float) -> Track:
    """Return a track that Yoto has."""
    return Track(
        url=f"yoto:#{sha}",
        kind=AUDIO,
        format="aac",
        duration=seconds,
        size=1000,
        channels="mono",
    )


TRACKS: Tracks = {ASK: uploaded("A", 3), SEA: uploaded("S", 4), Silence(5): uploaded("0", 5)}


def test_the_payload_is_what_yotos_own_tool_sends() -> None:
    """One chapter with one track for each place, whose keys are the same."""
    card = story_card(
        STORY,
        COMPILED,
        TRACKS,
        icons={"question": "yoto:#Q"},
        cover="https://example.org/cover.jpg",
    )
    payload = build(card)
    assert faults_of(card) == []
    assert payload["title"] == "The sea"
    assert payload["metadata"] == {
        "author": "Ada",
        "description": "A short way",
        "category": "activities",
        "languages": ["de"],
        "cover": {"imageL": "https://example.org/cover.jpg"},
        "media": {"duration": 12, "fileSize": 3000, "hasStreams": False},
    }
    content = payload["content"]
    assert isinstance(content, dict)
    chapters = content.pop("chapters")
    assert content == {
        "activity": "yoto_Player",
        "version": "1",
        "restricted": True,
        "playbackType": "interactive",
        "editSettings": {
            "autoOverlayLabels": "chapters",
            "editKeys": False,
            "interactiveContent": True,
        },
        "config": {
            "resumeTimeout": 60,
            "autoadvance": "none",
            "disableTrackNav": True,
            "disableChapterNav": True,
        },
    }
    sea = {"cmd": "goto", "params": {"chapterKey": "sea", "trackKey": "sea"}}
    waiting = {"cmd": "goto", "params": {"chapterKey": "ask, waiting", "trackKey": "ask, waiting"}}
    ask = {"cmd": "goto", "params": {"chapterKey": "ask", "trackKey": "ask"}}
    assert chapters == [
        chapter("ask", "Where to?", "1", "yoto:#Q", "A", 3, {"onEnd": waiting, "onLhb": sea}),
        chapter("ask, waiting", "Where to?", "2", "yoto:#Q", "0", 5, {"onEnd": ask, "onLhb": sea}),
        chapter("sea", "sea", "3", DEFAULT_ICON, "S", 4, {"onEnd": {"cmd": "stop"}}),
    ]


def chapter(
    key: str, title: str, label: str, icon: str, sha: str, seconds: int, events: object
) -> object:
    """Return a chapter as Yoto gets it."""
    common = {"key": key, "title": title, "overlayLabel": label, "display": {"icon16x16": icon}}
    track = {
        **common,
        "trackUrl": f"yoto:#{sha}",
        "type": "audio",
        "format": "aac",
        "duration": seconds,
        "fileSize": 1000,
        "channels": "mono",
        "events": events,
    }
    return {**common, "duration": seconds, "fileSize": 1000, "tracks": [track]}


def test_one_stream_makes_the_card_need_the_network() -> None:
    """Otherwise a child could be stuck halfway."""
    stream = replace(TRACKS[SEA], url="https://example.org/sea", kind=STREAM)
    card = story_card(STORY, COMPILED, {**TRACKS, SEA: stream})
    assert card.config.online_only is True
    assert build(card)["content"]["config"]["onlineOnly"] is True  # type: ignore[index,call-overload]


def test_a_card_can_be_read_and_written_again() -> None:
    """Whoever changes its title keeps its ways."""
    payload = build(story_card(STORY, COMPILED, TRACKS))
    assert write(read(payload)) == payload
