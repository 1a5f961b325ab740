"""What a display shows of what plays, by its kind."""

from dataclasses import replace

import pytest

from custom_components.yoto_smart_stream.artwork.signs import Sign
from custom_components.yoto_smart_stream.cards.live import LiveChapter
from custom_components.yoto_smart_stream.live.showing import Shown, shown, sign_of
from custom_components.yoto_smart_stream.program.announcement import (
    Announcement,
    Message,
    interrupt,
)
from custom_components.yoto_smart_stream.program.contract import Step
from custom_components.yoto_smart_stream.program.editing import queue_of
from custom_components.yoto_smart_stream.program.item import Item, Play, silent
from custom_components.yoto_smart_stream.program.session import Standing
from custom_components.yoto_smart_stream.story.model import Choice, Node, Story
from tests.program.songs import NOON, song
from tests.program.test_telling import program_of, spoken

SONG = replace(song("a"), cover="/a.png")
NEWS = Announcement(messages=(Message(item=replace(song("news", 3), cover="/news.png")),))
SEA = Story(
    id="sea",
    title="The sea",
    start="beach",
    nodes={
        "beach": Node(
            id="beach",
            icon="A beach",
            variants=spoken("Where to?"),
            left=(Choice(target="cave"),),
        ),
        "cave": Node(id="cave", variants=spoken("It is dark.")),
    },
)


def after(step: Step) -> Shown:
    """Return what is shown after a step."""
    return shown(
        Standing(chapter=LiveChapter.R0, program=step.program, outcome=step.outcome, since=NOON)
    )


@pytest.mark.parametrize(
    ("media", "length", "sign"),
    [
        ("media-source://yoto_smart_stream/library/01", 60.0, Sign.MUSIC),
        ("media-source://yoto_smart_stream/streams/01", None, Sign.MUSIC),
        ("https://example.com/a.mp3", 60.0, Sign.MUSIC),
        ("https://example.com/station", None, Sign.RADIO),
        ("media-source://radio_browser/01", None, Sign.RADIO),
        ("media-source://tts/tts.parrot?message=Hello", 2.0, Sign.SPEECH),
    ],
)
def test_the_media_tells_its_kind(media: str, length: float | None, sign: Sign) -> None:
    """As far as an id tells anything."""
    assert sign_of(Item(media=media, title="a", length=length)) is sign


def test_a_queue_shows_its_items_and_its_end_nothing() -> None:
    """With all that an item may have of a picture."""
    begun = queue_of([SONG]).start()
    assert after(begun) == Shown(sign=Sign.MUSIC, item=SONG)
    assert after(begun.program.right(0.0)) == Shown(sign=Sign.SILENCE)
    quiet = Step(program=begun.program, outcome=Play(item=silent(5, "quiet")))
    assert after(quiet) == Shown(sign=Sign.SILENCE)


def test_an_announcement_shows_speech_whatever_it_is_made_of() -> None:
    """Afterwards what was interrupted is shown again."""
    begun = queue_of([SONG]).start()
    announced = interrupt(NEWS, begun.program, begun.outcome, 5.0)
    assert after(announced) == Shown(sign=Sign.SPEECH)
    assert after(announced.program.end()) == Shown(sign=Sign.MUSIC, item=SONG)


def test_a_story_shows_the_icon_of_its_node_in_silence_too() -> None:
    """A child that thinks about a choice still is where it was."""
    begun = program_of(SEA).start()
    assert isinstance(begun.outcome, Play)
    assert after(begun) == Shown(sign=Sign.STORY, icon="A beach", item=begun.outcome.item)
    resting = begun.program.end()
    assert after(resting) == Shown(sign=Sign.STORY, icon="A beach")
    chosen = resting.program.left(0.0)
    assert isinstance(chosen.outcome, Play)
    assert after(chosen) == Shown(sign=Sign.STORY, item=chosen.outcome.item)
    announced = interrupt(NEWS, begun.program, begun.outcome, 0.0)
    assert after(announced) == Shown(sign=Sign.SPEECH)
