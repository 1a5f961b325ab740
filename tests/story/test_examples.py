"""The stories that come with the integration are good ones."""

import pytest

from custom_components.yoto_smart_stream.story.formats.reading import read
from custom_components.yoto_smart_stream.story.linting.linter import lint
from custom_components.yoto_smart_stream.story.model import Spoken
from custom_components.yoto_smart_stream.story_examples import EXAMPLES, example


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_clean(name: str) -> None:
    """It can be read, and the linter has nothing to say."""
    story = read(example(name))
    assert lint(story) == ()
    assert 8 <= len(story.nodes) <= 20


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_tells_what_to_press(name: str) -> None:
    """Whenever a knob leads on, the child hears which one."""
    for node in read(example(name)).nodes.values():
        for variant in node.variants:
            assert isinstance(variant.audio, Spoken)
            text = variant.audio.text
            assert ("press the left knob" in text) == bool(node.left)
            assert ("press the right knob" in text) == bool(node.right)


def test_the_examples_show_what_there_is() -> None:
    """One with variables for a card, one with Home Assistant and chance, one of Twine's."""
    way_home = read(example("the_way_home"))
    assert len(way_home.variables) == 3
    assert not any(node.actions for node in way_home.nodes.values())
    sea = read(example("the_sea_in_the_bedroom"))
    assert sum(bool(node.actions) for node in sea.nodes.values()) == 6
    assert any(variant.guard.home for variant in sea.nodes["curtain"].variants)
    assert read(example("the_cloud_baker")).twine["format"] == "Harlowe"
