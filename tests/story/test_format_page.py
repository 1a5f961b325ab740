"""The page that describes the formats, and the schema beside it, say what is so."""

import json
from pathlib import Path
import re
from typing import Any, Final

from hypothesis import HealthCheck, given, settings
import pytest

from custom_components.yoto_smart_stream.manuscript.json_text import read_json
from custom_components.yoto_smart_stream.manuscript.tree import as_json
from custom_components.yoto_smart_stream.manuscript.yaml_text import read_yaml
from custom_components.yoto_smart_stream.story.errors import StoryError
from custom_components.yoto_smart_stream.story.formats.losses import Loss
from custom_components.yoto_smart_stream.story.formats.reading import read
from custom_components.yoto_smart_stream.story.formats.story_format import StoryFormat, recognise
from custom_components.yoto_smart_stream.story.formats.writing import write
from custom_components.yoto_smart_stream.story.linting.finding import Severity
from custom_components.yoto_smart_stream.story.linting.linter import lint
from custom_components.yoto_smart_stream.story.model import Story
from custom_components.yoto_smart_stream.story_examples import EXAMPLES, example

from .schema import faults
from .stories import TEXTS, stories

DOCS: Final = Path(__file__).parents[2] / "docs"
PAGE: Final = (DOCS / "story-format.md").read_text(encoding="utf-8")
SCHEMA: Final[dict[str, Any]] = json.loads((DOCS / "story.schema.json").read_text("utf-8"))
BLOCKS: Final = re.findall(r"^```(yaml|json|text)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
STORIES: Final = [text for _, text in BLOCKS if re.search(r"^(title:|\{$|:: )", text, re.MULTILINE)]


def described(text: str) -> list[str]:
    """Return what of a text in our own format is not as the schema says."""
    is_json = recognise(text) is StoryFormat.JSON
    return [*faults(as_json((read_json if is_json else read_yaml)(text)), SCHEMA, SCHEMA)]


@pytest.mark.parametrize("text", STORIES, ids=range(len(STORIES)))
def test_every_story_on_the_page_is_a_good_one(text: str) -> None:
    """It can be read, and the linter finds at most hints."""
    told = [each for each in lint(read(text)) if each.severity is not Severity.HINT]
    assert told == []


def test_the_page_has_stories_in_every_format() -> None:
    """Of which each can be tried."""
    assert {recognise(text) for text in STORIES} >= {
        StoryFormat.YAML,
        StoryFormat.JSON,
        StoryFormat.TWEE,
    }


def test_the_page_names_every_field() -> None:
    """In code, as it is written."""
    definitions = SCHEMA["$defs"]
    names = {*SCHEMA["properties"], *definitions["node"]["properties"]}
    for each in ("sound", "choice", "ending"):
        names |= {*definitions[each]["anyOf"][1]["properties"]}
    assert [name for name in sorted(names) if f"`{name}`" not in PAGE] == []


def test_the_page_names_every_loss() -> None:
    """What Twee cannot hold is in its list."""
    section = PAGE.split("## What Twee cannot hold")[1]
    assert len(re.findall(r"^\* ", section, re.MULTILINE)) == len(Loss)


@pytest.mark.parametrize("name", [each for each in EXAMPLES if "baker" not in each])
def test_the_examples_are_as_the_schema_says(name: str) -> None:
    """Those in our own format."""
    assert described(example(name)) == []


@given(stories(chance=True, home=True, streams=True, texts=TEXTS, max_nodes=3))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_story_is_as_the_schema_says(story: Story) -> None:
    """In YAML and in JSON."""
    for story_format in (StoryFormat.YAML, StoryFormat.JSON):
        assert described(write(story, story_format).text) == []


@pytest.mark.parametrize(
    "text",
    [
        "nodes: {a: }",
        "title: x",
        "title: x\nnodes: {}",
        "title: [x]\nnodes: {a: }",
        f"title: {'x' * 101}\nnodes: {{a: }}",
        "title: x\nnodes: {a: }\nresume_timeout: -1",
        "title: x\nnodes: {a: }\ncolour: red",
        "title: x\nnodes: {a: x}",
        "title: x\nnodes: {a: {lft: a}}",
        "title: x\nnodes: {a: {left: {label: x}}}",
        "title: x\nnodes: {a: {left: {to: a, wait: 1}}}",
        "title: x\nnodes: {a: {left: [[a]]}}",
        "title: x\nnodes: {a: {end: {wait: 5}}}",
        "title: x\nnodes: {a: {end: {wait: 0, then: a}}}",
        "title: x\nnodes: {a: {end: {random: {a: 0}}}}",
        "title: x\nnodes: {a: {end: {random: []}}}",
        "title: x\nnodes: {a: {position: {x: 1}}}",
        "title: x\nnodes: {a: {set: 1}}",
        "title: x\nvariables: {n: 1}\nnodes: {a: }",
        "title: x\nvariables: {n: {min: 1}}\nnodes: {a: }",
        "title: x\nvariables: {n: {one_of: []}}\nnodes: {a: }",
        "title: x\nvariables: {n: {one_of: [a], min: 1}}\nnodes: {a: }",
    ],
)
def test_what_the_schema_refuses_is_refused(text: str) -> None:
    """By the schema, and by us."""
    assert described(text) != []
    with pytest.raises(StoryError):
        read(text)
