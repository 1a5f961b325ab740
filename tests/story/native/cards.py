"""Stories as payloads of cards, with addresses that tell the audio."""

from hypothesis import strategies as st

from custom_components.yoto_smart_stream.cards.builder import build
from custom_components.yoto_smart_stream.cards.model import AUDIO, Track
from custom_components.yoto_smart_stream.cards.story_card import story_card
from custom_components.yoto_smart_stream.json import JsonObject
from custom_components.yoto_smart_stream.story.model import (
    ALWAYS,
    Assignment,
    Audio,
    Choice,
    Ending,
    Goto,
    Guard,
    LibraryAudio,
    Node,
    Repeat,
    Stop,
    Story,
    Then,
    Variant,
    Wait,
)
from custom_components.yoto_smart_stream.story.native.compiler import Compilation, compile_story
from custom_components.yoto_smart_stream.story.script import Script
from custom_components.yoto_smart_stream.story.situation import Silence
from custom_components.yoto_smart_stream.story.variables import Flag, Number, Variable

from ..stories import stories
from ..terms import truth, value


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


FLAGS = ("key", "lamp")
COUNTER = Number(name="coins", minimum=0, maximum=2, initial=0)
VARIABLES: tuple[Variable, ...] = (*(Flag(name=name) for name in FLAGS), COUNTER)
IDS = tuple("abcd")


def native_stories() -> st.SearchStrategy[Story]:
    """Return stories that can be native cards."""
    return st.one_of(stories(), busy_stories())


@st.composite
def busy_stories(draw: st.DrawFn) -> Story:
    """Return a story in which much is remembered, and in which nodes look and sound alike."""
    sounds = ("one", "two", "three")[: draw(st.integers(1, 3))]
    ids = IDS[: draw(st.integers(2, 4))]

    def guard() -> Guard:
        return ALWAYS if draw(st.booleans()) else Guard(when=truth(draw, VARIABLES))

    def assignments() -> tuple[Assignment, ...]:
        some = draw(st.lists(st.sampled_from(VARIABLES), max_size=2))
        return tuple(
            Assignment(variable=each.name, value=value(draw, each, VARIABLES)) for each in some
        )

    def choices() -> tuple[Choice, ...]:
        return tuple(
            Choice(target=draw(st.sampled_from(ids)), guard=guard(), assignments=assignments())
            for _ in range(draw(st.integers(1, 2)))
        )

    def ending() -> Ending:
        thens: list[Then] = [Stop(), Repeat(), *map(Goto, ids)]
        after = draw(st.sampled_from(thens))
        then = Wait(seconds=draw(st.integers(1, 2)), then=after) if draw(st.booleans()) else after
        return Ending(then=then, guard=guard(), assignments=assignments())

    def node(name: str) -> Node:
        return Node(
            id=name,
            title="The same" if draw(st.booleans()) else None,
            variants=tuple(
                Variant(audio=LibraryAudio(audio_id=draw(st.sampled_from(sounds))), guard=guard())
                for _ in range(draw(st.integers(0, 2)))
            ),
            on_enter=assignments(),
            left=choices(),
            right=choices(),
            on_end=tuple(ending() for _ in range(draw(st.integers(1, 2)))),
        )

    return Story(
        id="busy",
        title="Busy",
        start="a",
        nodes={name: node(name) for name in ids},
        variables={each.name: each for each in VARIABLES},
    )
