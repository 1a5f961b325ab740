"""Whatever a text is, reading it gives a story or says all that is wrong, and takes little time."""

from hypothesis import HealthCheck, given, settings, strategies as st
import pytest

from custom_components.yoto_smart_stream.story.errors import Problem, StoryError
from custom_components.yoto_smart_stream.story.formats.reading import read
from custom_components.yoto_smart_stream.story.formats.story_format import StoryFormat
from custom_components.yoto_smart_stream.story.formats.writing import write
from custom_components.yoto_smart_stream.story.model import Story

from ..stories import stories

FORMATS = st.none() | st.sampled_from(StoryFormat)
PIECES = st.sampled_from(
    (
        *"[](){}<>|:-'\"`\\$&*!#%@,.?\n\t ax1",
        "\n:: ",
        "\n:: Start\n",
        ":: StoryInit\n",
        ":: StoryData\n{",
        "[[",
        "]]",
        "[[a->x]]",
        "->",
        "(if: $a is 1)[",
        "(else:)[",
        "(set: $a to it + 1)",
        "(set: $a to ",
        "(link-reveal-goto: 'a', 'x')[",
        "(print: ",
        "<!--",
        "-->",
        "<tw-storydata name='x'>",
        "<tw-passagedata pid=1 name=x>",
        "</tw-passagedata>",
        "<![CDATA[",
        "<!DOCTYPE",
        "<script>",
        "&amp;",
        "&#0;",
        "&#x110000;",
        "title: x\n",
        "nodes:\n  a: ",
        "say: x\n",
        "    left: {to: a, when: ",
        "    end: {random: {a: 1}}\n",
        "  - ",
        "{x: ",
        '{"nodes": ',
        '{"chapters": {',
        '"\\ud800"',
        "null",
        "1e999",
        "\x00",
        "\ud800",
        "\ufeff",
        "\u2028",
    )
)
THOROUGH = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def attempt(text: str, story_format: StoryFormat | None) -> None:
    """Read a text. Any exception but the story's own fails the test."""
    problems: tuple[Problem, ...] = ()
    try:
        story = read(text, story_format)
    except StoryError as err:
        problems = err.problems
    else:
        assert story.start in story.nodes
        return
    assert problems
    for each in problems:
        assert (each.place.line or 0) >= 1
        assert (each.place.column or 0) >= 1


@given(st.lists(PIECES | st.text(max_size=5), max_size=40).map("".join), FORMATS)
@THOROUGH
def test_texts_like_stories(text: str, story_format: StoryFormat | None) -> None:
    """Pieces of all formats in any order."""
    attempt(text, story_format)


@given(st.binary(max_size=200), FORMATS)
def test_any_bytes(data: bytes, story_format: StoryFormat | None) -> None:
    """As they are, and with what is no text left in as half characters."""
    attempt(data.decode("latin-1"), story_format)
    attempt(data.decode("utf-8", "surrogateescape"), story_format)


@given(
    stories(chance=True, home=True, max_nodes=3),
    st.sampled_from((StoryFormat.YAML, StoryFormat.JSON, StoryFormat.TWEE)),
    st.data(),
)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_damaged_stories(story: Story, story_format: StoryFormat, data: st.DataObject) -> None:
    """A story from which something is missing, or in which there is something strange."""
    text = write(story, story_format).text
    begins = data.draw(st.integers(0, len(text)))
    ends = data.draw(st.integers(begins, min(begins + 20, len(text))))
    attempt(text[:begins] + data.draw(PIECES | st.just("")) + text[ends:], None)


REPEATED = {
    "brackets": "[" * 200_000,
    "links": ":: a\n" + "[[" * 200_000,
    "closed links": ":: a\n" + "[[a]]" * 20_000,
    "fences": ":: a\n" + "".join("`" * each + "x" for each in range(600)),
    "hooks": ":: a\n" + "(if: $a)[" * 50_000,
    "macros": ":: a\n" + "(if: " * 100_000,
    "reveals": ":: a\n" + "(link-reveal-goto: 'a')[" * 50_000,
    "sums": ":: a\n(if: " + "$a + " * 100_000 + ")[x]",
    "nots": ":: a\n(if: " + "not " * 100_000 + ")[x]",
    "alternatives": ":: a\n" + "".join(f"(if: $a is {each})[{each}]" for each in range(2_000)),
    "headers": ":: a\n" * 50_000,
    "backslashes": ":: a\n" + "\\::\n" * 50_000,
    "comments": ":: a\n" + "<!--" * 100_000,
    "quotes": ":: a\n(print: " + "'\"" * 100_000,
    "flow": "{" * 100_000,
    "flow lists": "a: " + "[" * 100_000,
    "json lists": '{"a": ' + "[" * 100_000,
    "dashes": "- " * 50_000,
    "aliases": "a: &a [x]\n" + "".join(f"b{each}: [*a, *a]\n" for each in range(20_000)),
    "tags": "<tw-storydata>" + "<tw-passagedata name='" * 20_000,
    "entities": "<tw-storydata><tw-passagedata name=a>" + "&amp" * 50_000,
    "unclosed": "<tw-storydata><tw-passagedata name=a>" + "<!" * 50_000,
    "guard": "title: x\nnodes: {a: {left: {to: a, when: '" + "(" * 100_000 + "'}}}",
    "unknown nodes": "title: x\nnodes:\n"
    + "".join(f" n{n}: {{left: m{n}}}\n" for n in range(9_000)),
    "unknown links": "".join(f":: n{each}\n[[m{each}]]\n" for each in range(19_000)),
    "unknown variables": "".join(f":: n{each}\n(if: $a is 1)[x]\n" for each in range(9_000)),
    "many variables": ":: a\n" + "".join(f"(if: $a{n})[x](set: $a{n} to 1)" for n in range(9_000)),
    "odd variables": ":: a\n" + "".join(f"(if: ${n}a)[x]" for n in range(9_000)),
    "length": "x" * 8_000_001,
}


@pytest.mark.parametrize("name", REPEATED)
def test_nothing_takes_long(name: str) -> None:
    """With the square of their length these would take minutes, which no test may."""
    attempt(REPEATED[name], None)
