"""Pages that Twine 2 saves."""

from dataclasses import replace
import html

from hypothesis import HealthCheck, given, settings
import pytest

from custom_components.yoto_smart_stream.story.errors import StoryError
from custom_components.yoto_smart_stream.story.formats.reading import read
from custom_components.yoto_smart_stream.story.formats.story_format import StoryFormat
from custom_components.yoto_smart_stream.story.formats.twine.twee import read_twee
from custom_components.yoto_smart_stream.story.formats.writing import write
from custom_components.yoto_smart_stream.story.model import Position, Spoken, Story

from ..stories import TEXTS, stories
from .holdable import in_twee
from .spy_club import pages, twee

PAGE = """<!DOCTYPE html>
<html><head><title>Sea</title><script>var story = "<tw-passagedata>"; if (1 < 2) {}</script></head>
<body><tw-storydata name="The &quot;Sea&quot;" startnode="2" creator="Twine"
 creator-version="2.9.2" format="Harlowe" format-version="3.3.9" ifid="A-1" options="" tags=""
 zoom="1" hidden>
<style role="stylesheet" id="twine-user-stylesheet" type="text/twine-css">p { color: red }</style>
<script role="script" id="twine-user-script" type="text/twine-javascript"></script>
<tw-tag name="end" color="red"></tw-tag>
<tw-passagedata pid="1" name="Cave &amp; co" tags="end deep" position="1,2" size="100,200">Dark.
It&#39;s &lt;wet&gt;: `&lt;wet&gt;` &amp;
[[Out-&gt;Sea]]</tw-passagedata>
<tw-passagedata pid="2" name="Sea" tags="" position="9,8" size="100,100">Blue.
[[Cave &amp; co]]</tw-passagedata>
</tw-storydata></body></html>
"""


def page(text: str) -> str:
    """Return a Twee text as the page that Twine would make of it."""
    source = read_twee(text)
    passages = "\n".join(
        f'<tw-passagedata pid="{number}" name="{html.escape(each.name)}"'
        f' tags="{html.escape(" ".join(each.tags))}"{_where(each.position)}>'
        f"{html.escape(each.text.text)}</tw-passagedata>"
        for number, each in enumerate(source.passages)
    )
    start = [number for number, each in enumerate(source.passages) if each.name == source.start]
    twine = "".join(
        f' {name}="{html.escape(each)}"'
        for name, each in source.twine.items()
        if name != "tag-colors"
    )
    return (
        f'<tw-storydata name="{html.escape(source.title or "")}" startnode="{start[0]}"{twine}>\n'
        f"{passages}\n</tw-storydata>"
    )


def _where(position: Position | None) -> str:
    if position is None:
        return ""
    size = f' size="{position.width},{position.height}"' if position.width is not None else ""
    return f' position="{position.x},{position.y}"{size}'


def test_a_page_is_read() -> None:
    """Entities are resolved; scripts of the page and style sheets are none of the story."""
    found = read(PAGE.replace("&lt;wet&gt;: ", ""))
    assert (found.title, found.start, found.author) == ('The "Sea"', "Sea", None)
    cave = found.nodes["Cave & co"]
    assert cave.tags == ("end", "deep")
    assert cave.position == Position(x=1, y=2, width=100, height=200)
    assert cave.variants[0].audio == Spoken(text="Dark.\nIt's `<wet>` &".replace("`", ""))
    assert cave.left[0].label == "Out"
    assert (cave.left[0].place.line, cave.left[0].place.column) == (11, 1)
    assert found.twine == {
        "ifid": "A-1",
        "format": "Harlowe",
        "format-version": "3.3.9",
        "zoom": "1",
        "tag-colors": '{"end": "red"}',
    }


def test_a_problem_in_a_page_has_its_place() -> None:
    """Behind an entity the column counts what is written, not what is meant."""
    with pytest.raises(StoryError) as caught:
        read(PAGE)
    assert [(each.place.line, each.place.column) for each in caught.value.problems] == [(10, 10)]


def test_a_page_tells_the_same_as_twee() -> None:
    """A hundred passages, either way."""
    text = twee(pages())
    from_twee = read(text)
    kept = {name: each for name, each in from_twee.twine.items() if name != "tag-colors"}
    assert read(page(text)) == replace(from_twee, twine=kept)


@given(stories(waits=False, ids=TEXTS, texts=TEXTS).map(in_twee))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_story_survives_a_page(story: Story) -> None:
    """Whatever is in names and texts."""
    without_author = replace(story, author=None)
    assert read(page(write(without_author, StoryFormat.TWEE).text)) == without_author


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("<html><body>Hello</body></html>\n<p>", "not_readable", 1),
        (PAGE + PAGE, "too_many", 17),
        (PAGE.replace('twine-javascript">', 'x">alert(1)'), "not_supported", 7),
        (PAGE.replace('name="Sea"', ""), "missing_field", 12),
    ],
    ids=["no story", "two", "script", "no name"],
)
def test_what_is_wrong_with_a_page(text: str, code: str, line: int) -> None:
    """No story, two of them, scripts, passages without a name."""
    with pytest.raises(StoryError) as caught:
        read(text, StoryFormat.TWINE)
    assert (code, line) in [(each.code, each.place.line) for each in caught.value.problems]
