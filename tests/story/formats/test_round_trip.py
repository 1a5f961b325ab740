"""A story that was written and is read again is the same story."""

from hypothesis import HealthCheck, given, settings, strategies as st
import pytest

from custom_components.yoto_smart_stream.story.formats.losses import Written
from custom_components.yoto_smart_stream.story.formats.reading import read
from custom_components.yoto_smart_stream.story.formats.story_format import StoryFormat
from custom_components.yoto_smart_stream.story.formats.writing import write
from custom_components.yoto_smart_stream.story.model import Story

from ..stories import TEXTS, stories
from .holdable import in_twee

ODD_NAMES = st.sampled_from(
    ("stop", "repeat", "yes", "1", "01", "null", "a->b", "[x]", "{y}", "a|b", "St. Ives", "Ö", "~")
)
ANYTHING = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)


@pytest.mark.parametrize("story_format", [StoryFormat.YAML, StoryFormat.JSON])
@given(story=stories(chance=True, home=True, streams=True, ids=ODD_NAMES | TEXTS, texts=TEXTS))
@ANYTHING
def test_our_own_format_holds_everything(story_format: StoryFormat, story: Story) -> None:
    """Whatever a story has, both as YAML and as JSON."""
    written = write(story, story_format)
    assert written == Written(written.text)
    assert read(written.text, story_format) == story
    assert read(written.text) == story


@given(story=stories(waits=False, ids=ODD_NAMES | TEXTS, texts=TEXTS).map(in_twee))
@ANYTHING
def test_twee_holds_what_it_can(story: Story) -> None:
    """Texts, links, variables, conditions, tags and positions."""
    written = write(story, StoryFormat.TWEE)
    assert written.lost == ()
    assert read(written.text) == story
