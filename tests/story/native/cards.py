"""Stories as payloads of cards, with addresses that tell the audio."""

from dataclasses import replace

from hypothesis import strategies as st

from custom_components.yoto_smart_stream.cards.builder import build
from custom_components.yoto_smart_stream.cards.model import AUDIO, Track
from custom_components.yoto_smart_stream.cards.payload import JsonObject
from custom_components.yoto_smart_stream.cards.story_card import story_card
from custom_components.yoto_smart_stream.story.model import Audio, LibraryAudio, Story
from custom_components.yoto_smart_stream.story.native.compiler import Compilation, compile_story
from custom_components.yoto_smart_stream.story.script import Script
from custom_components.yoto_smart_stream.story.situation import Silence

from ..stories import stories


def address(audio: Audio | Silence) -> str:
    """Return an address from which the audio can be seen."""
    return f"yoto:#{audio!r}"


def payload_of(story: Story, compiled: Compilation) -> JsonObject:
    """Return what Yoto would be sent."""
    tracks = {
        audio: Track(url=address(audio), kind=AUDIO, format="mp3", duration=1, size=1)
        for audio in compiled.card.audios
    }
    return build(story_card(story, compiled.card, tracks))


def compiled(story: Story) -> Compilation:
    """Compile a story."""
    return compile_story(Script.of(story))


@st.composite
def native_stories(draw: st.DrawFn) -> Story:
    """Return a story that can be a native card; in some many nodes look and sound alike."""
    story = draw(stories())
    if draw(st.booleans()):
        return story
    sounds = ("one", "two", "three")[: draw(st.integers(1, 3))]
    nodes = {
        node.id: replace(
            node,
            title="The same",
            icon=None,
            variants=tuple(
                replace(each, audio=LibraryAudio(audio_id=draw(st.sampled_from(sounds))))
                for each in node.variants
            ),
        )
        for node in story.nodes.values()
    }
    return replace(story, nodes=nodes)
