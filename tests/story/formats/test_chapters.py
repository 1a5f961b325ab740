"""The JSON of the service before this integration."""

import json

import pytest

from custom_components.yoto_smart_stream.story.errors import StoryError
from custom_components.yoto_smart_stream.story.formats.reading import read
from custom_components.yoto_smart_stream.story.model import (
    Choice,
    Ending,
    Goto,
    LibraryAudio,
    Repeat,
    Spoken,
    Stop,
    Variant,
)
from custom_components.yoto_smart_stream.story.variables import Flag, Number, OneOf

QUEST = {
    "version": "1.0",
    "card_id": "abc12",
    "title": "Dragon quest",
    "type": "cyoa",
    "variables": {"brave": True, "coins": 3, "name": "Pip"},
    "chapters": {
        "2": {
            "audio_file_id": "cave.mp3",
            "title": "The cave",
            "description": "You are in the cave",
            "choices": {"left": {"next_chapter": None}, "right": {"next_chapter": "end"}},
            "on_end": "next:end",
        },
        "1": {
            "audio_file_id": 17,
            "description": "You stand before a cave. " * 10,
            "choices": {
                "left": {"label": "Enter", "next_chapter": 2},
                "right": {"label": "Go around", "next_chapter": "end"},
            },
            "on_end": "repeat",
        },
        "end": {"description": "The end.", "on_end": "stop"},
    },
}


def test_numbered_chapters() -> None:
    """Numbers may be numbers or text; audio is of the library, or else spoken."""
    story = read(json.dumps(QUEST))
    assert (story.title, story.id, story.start) == ("Dragon quest", "dragon-quest", "1")
    assert story.variables == {
        "brave": Flag(name="brave", initial=True),
        "coins": Number(name="coins", minimum=3, maximum=3, initial=3),
        "name": OneOf(name="name", words=("Pip",), initial="Pip"),
    }
    first, cave, end = (story.nodes[name] for name in ("1", "2", "end"))
    assert first.variants == (Variant(audio=LibraryAudio(audio_id="17")),)
    assert first.title is not None
    assert first.title.endswith("before a…")
    assert len(first.title) <= 100
    assert first.left == (Choice(target="2", label="Enter"),)
    assert first.right == (Choice(target="end", label="Go around"),)
    assert first.on_end == (Ending(then=Repeat()),)
    assert (cave.title, cave.left) == ("The cave", ())
    assert cave.right == (Choice(target="end"),)
    assert cave.on_end == (Ending(then=Goto("end")),)
    assert end.variants == (Variant(audio=Spoken(text="The end.")),)
    assert end.on_end == (Ending(then=Stop()),)


def test_the_same_as_yaml() -> None:
    """With numbers for names, and without a chapter 1."""
    story = read(
        "title: T\nchapters:\n  7: {description: x, choices: {left: {next_chapter: 8}}}\n  8:\n"
    )
    assert story.start == "7"
    assert [*story.nodes] == ["7", "8"]
    assert story.nodes["8"].variants == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"chapters": {}}', [("missing_field", 1, 1)]),
        (
            '{"title": "x",\n"chapters": {"1": {"choices": {"left": {"next_chapter": 3}}}}}',
            [("unknown_node", 2, 57)],
        ),
        ('{"title": "x", "chapters": {"1": {"sound": 1}}}', [("unknown_field", 1, 36)]),
        ('{"title": "x", "chapters": [1]}', [("wrong_type", 1, 28)]),
        ('{"title": "x", "chapters": {"1": {"on_end": "next: 5"}}}', [("unknown_node", 1, 46)]),
    ],
)
def test_what_is_wrong_has_its_place(text: str, found: list[tuple[str, int, int]]) -> None:
    """In JSON as anywhere."""
    with pytest.raises(StoryError) as caught:
        read(text)
    told = [(each.code, each.place.line, each.place.column) for each in caught.value.problems]
    assert told == found
