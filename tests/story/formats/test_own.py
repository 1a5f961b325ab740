"""Our own format, as a family writes it."""

from textwrap import dedent

import pytest

from custom_components.yoto_smart_stream.story.errors import StoryError
from custom_components.yoto_smart_stream.story.formats.reading import read
from custom_components.yoto_smart_stream.story.formats.story_format import StoryFormat, recognise
from custom_components.yoto_smart_stream.story.formats.writing import write
from custom_components.yoto_smart_stream.story.model import (
    Chance,
    Choice,
    Ending,
    Goto,
    LibraryAudio,
    Lot,
    Node,
    Position,
    Repeat,
    Spoken,
    Stop,
    StreamAudio,
    Variant,
    Wait,
)
from custom_components.yoto_smart_stream.story.variables import Flag, Number, OneOf

VARIABLES = "variables: {key: false, n: {min: 0, max: 3}, mood: {one_of: [happy, sad]}}"


def node(text: str) -> Node:
    """Return the node that some fields describe; there is a node b besides."""
    described = "\n".join(f"    {line}" for line in dedent(text).strip().splitlines())
    story = (
        f"title: T\n{VARIABLES}\nnodes:\n  a:\n{described}\n  b: {{say: B}}\n  stop: {{say: S}}\n"
    )
    return read(story).nodes["a"]


def problems(text: str) -> list[tuple[str, str | None, int | None, int | None]]:
    """Return what is wrong with a text: code, node, line and column."""
    with pytest.raises(StoryError) as caught:
        read(text)
    return [
        (each.code.value, each.place.node, each.place.line, each.place.column)
        for each in caught.value.problems
    ]


def test_a_story_begins_with_its_first_node() -> None:
    """Title and nodes are all that it needs."""
    story = read("title: Über den Wald\nnodes:\n  yes: {say: 12}\n  1: {say: No}")
    assert (story.id, story.start) == ("über-den-wald", "yes")
    assert story.nodes["yes"].variants == (Variant(audio=Spoken(text="12")),)
    assert story.nodes["1"].variants == (Variant(audio=Spoken(text="No")),)


def test_variables() -> None:
    """Three kinds, each in the form that says what it can be."""
    story = read(
        "title: T\nnodes: {a: {say: x}}\nvariables:\n"
        "  key: yes\n  n: {min: -2, max: 5, start: 3}\n  low: {min: 2, max: 5}\n"
        "  high: {min: -9, max: -2}\n  w: {one_of: [a, 1], start: 1}\n  v: {one_of: [no]}\n"
    )
    assert [*story.variables.values()] == [
        Flag(name="key", initial=True),
        Number(name="n", minimum=-2, maximum=5, initial=3),
        Number(name="low", minimum=2, maximum=5, initial=2),
        Number(name="high", minimum=-9, maximum=-2, initial=-2),
        OneOf(name="w", words=("a", "1"), initial="1"),
        OneOf(name="v", words=("no",), initial="no"),
    ]


def test_sounds() -> None:
    """Spoken, of the library or a stream; several with what must hold."""
    assert node("say: '  Hello '").variants == (Variant(audio=Spoken(text="Hello")),)
    assert node("say: |\n  One\n  Two\nvoice: Otto").variants == (
        Variant(audio=Spoken(text="One\nTwo", voice="Otto")),
    )
    assert node("audio: wind").variants == (Variant(audio=LibraryAudio(audio_id="wind")),)
    assert node("stream: 7").variants == (Variant(audio=StreamAudio(name="7")),)
    several = node("""
        sounds:
          - {when: key and n > 1, audio: wind}
          - home: {condition: state, entity_id: sun.sun, state: on}
            say: It is
          - Just this
    """).variants
    assert [each.guard.when and each.guard.when.text for each in several] == [
        "key and n > 1",
        None,
        None,
    ]
    assert several[1].guard.home == ({"condition": "state", "entity_id": "sun.sun", "state": True},)
    assert several[2].audio == Spoken(text="Just this")
    assert node("icon:\nsay:\ntitle: ~").variants == ()


def test_choices() -> None:
    """A node alone, fields, or a list."""
    assert node("left: b").left == (Choice(target="b"),)
    assert node("right: {to: b, label: Yes}").right == (Choice(target="b", label="Yes"),)
    several = node("""
        left:
          - {when: "mood == 'sad'", to: b, set: {mood: happy, n: n + 1, key: not key}}
          - {when: false, to: b, set: [{n: 1}, {n: n * 2}]}
          - b
    """).left
    assert [each.guard.when and each.guard.when.text for each in several] == [
        "mood == 'sad'",
        "false",
        None,
    ]
    assert [(each.variable, each.value.text) for each in several[0].assignments] == [
        ("mood", "'happy'"),
        ("n", "n + 1"),
        ("key", "not key"),
    ]
    assert [each.value.text for each in several[1].assignments] == ["1", "n * 2"]


@pytest.mark.parametrize(
    ("end", "then"),
    [
        ("b", Goto("b")),
        ("stop", Stop()),
        ("repeat", Repeat()),
        ("{to: stop}", Goto("stop")),
        ("{then: stop}", Stop()),
        ("{wait: 10, then: repeat}", Wait(seconds=10, then=Repeat())),
        ("{wait: 600, to: b}", Wait(seconds=600, then=Goto("b"))),
        (
            "{random: {b: 2, stop: 1}}",
            Chance((Lot(weight=2, then=Goto("b")), Lot(weight=1, then=Stop()))),
        ),
        (
            "{wait: 3, random: [b, {to: stop, weight: 4}, {then: repeat}]}",
            Wait(
                seconds=3,
                then=Chance(
                    (
                        Lot(weight=1, then=Goto("b")),
                        Lot(weight=4, then=Goto("stop")),
                        Lot(weight=1, then=Repeat()),
                    )
                ),
            ),
        ),
    ],
)
def test_endings(end: str, then: Goto | Stop | Repeat | Wait | Chance) -> None:
    """What happens when the audio is over."""
    assert node(f"end: {end}").on_end == (Ending(then=then),)
    assert node(f"end: [{end}]").on_end == (Ending(then=then),)


def test_the_rest_of_a_node() -> None:
    """One thing or a list of it."""
    full = node("""
        title: 1984
        icon: yoto:#abc
        set: {n: 2}
        actions: {action: light.turn_on, data: {level: 0.5, on: off, text: "on", no: ~}}
        tags: sea
        position: {x: 1, y: -2.5, width: 100, height: 50}
    """)
    assert full.title == "1984"
    assert full.icon == "yoto:#abc"
    assert full.on_enter[0].value.text == "2"
    data = {"level": 0.5, "on": False, "text": "on", "no": None}
    assert full.actions == ({"action": "light.turn_on", "data": data},)
    assert full.tags == ("sea",)
    assert full.position == Position(x=1, y=-2.5, width=100, height=50)
    assert node("actions: [{delay: 1}, {stop: x}]").actions == ({"delay": 1}, {"stop": "x"})


def test_what_is_written_is_short() -> None:
    """A story is written as a family would write it."""
    text = dedent("""\
        title: The door
        id: the-door
        start: door
        variables:
          key: false
          mood:
            one_of:
              - happy
              - sad
            start: happy
        nodes:
          door:
            say: |-
              A door.
              Press left.
            left:
              - when: key
                to: garden
                set:
                  mood: sad
              - label: Knock
                to: door
            right: garden
            end:
              wait: 5
              then: repeat
          garden:
            say: Flowers!
    """)
    assert write(read(text), StoryFormat.YAML).text == text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [("wrong_type", None, 1, 1)]),
        ("just words", [("wrong_type", None, 1, 1)]),
        ("title: x", [("missing_field", None, 1, 1)]),
        ("title: x\nnodes: {}", [("missing_field", None, 2, 8)]),
        ("title: x\nnodes: [a]", [("wrong_type", None, 2, 8)]),
        ("title: x\nnodes: {a: }\nstart: b", [("unknown_node", None, 3, 8)]),
        ("title: x\nnodes: {a: }\ncolour: b", [("unknown_field", None, 3, 1)]),
        ("title: x\nnodes: {a: }\nresume_timeout: -1", [("out_of_range", None, 3, 17)]),
        (f"title: {'x' * 101}\nnodes: {{a: }}", [("too_long", None, 1, 8)]),
        ("title: x\nnodes: {a: {say: x}, a: {say: y}}", [("twice", None, 2, 22)]),
        ('title: x\nnodes: {"a\\nb": }', [("not_supported", None, 2, 10)]),
    ],
)
def test_what_is_wrong_with_a_story(
    text: str, found: list[tuple[str, str | None, int, int]]
) -> None:
    """With line and column."""
    assert problems(text) == found


@pytest.mark.parametrize(
    ("declared", "code", "column"),
    [
        ("n: 3", "missing_field", 16),
        ("n: happy", "missing_field", 16),
        ("n: {min: 3}", "missing_field", 16),
        ("n: {min: 3, max: 1}", "out_of_range", 30),
        ("n: {min: 3, max: 4, start: 5}", "out_of_range", 40),
        ("n: {min: a, max: 4}", "wrong_type", 22),
        ("n: {one_of: []}", "missing_field", 16),
        ("n: {one_of: [a, a]}", "twice", 29),
        ("n: {one_of: [a], start: b}", "out_of_range", 37),
        ("n: {one_of: [a], min: 1}", "unknown_field", 35),
        ("if: false", "out_of_range", 13),
        ("two words: false", "out_of_range", 13),
    ],
)
def test_what_is_wrong_with_a_variable(declared: str, code: str, column: int) -> None:
    """Above all a number without bounds: no card could hold it."""
    text = f"variables: {{{declared}}}\ntitle: x\nnodes: {{a: }}".replace("{{", "{").replace(
        "}}", "}"
    )
    text = f"variables: {{{declared}}}\ntitle: x\nnodes: {{a: }}"
    assert problems(text) == [(code, None, 1, column)]


@pytest.mark.parametrize(
    ("described", "code", "column"),
    [
        ("say: x, audio: y", "twice", 22),
        ("voice: Otto", "missing_field", 6),
        ("audio: x, voice: Otto", "missing_field", 24),
        ("say: x, sounds: [y]", "twice", 12),
        ("sounds: [{when: key}]", "missing_field", 16),
        ("say: [x]", "wrong_type", 12),
        ("say: ''", "wrong_type", 13),
        ("lft: a", "unknown_field", 7),
        ("left: c", "unknown_node", 13),
        ("left: {label: x}", "missing_field", 13),
        ("left: {to: a, wait: 3}", "unknown_field", 21),
        ("left: {to: a, when: n}", "expression_type", 27),
        ("left: {to: a, when: n > }", "expression_syntax", 29),
        ("left: {to: a, when: 'n > x'}", "unknown_variable", 32),
        ("left: {to: a, when: print(n)}", "expression_forbidden", 27),
        ("set: {m: 1}", "unknown_variable", 13),
        ("set: {mood: angry}", "unknown_variable", 19),
        ("set: {mood: \"'angry'\"}", "out_of_range", 20),
        ("set: {n: [1]}", "wrong_type", 16),
        ("end: {}", "missing_field", 12),
        ("end: {to: a, then: stop}", "twice", 26),
        ("end: {wait: 0, then: a}", "out_of_range", 19),
        ("end: {wait: 601, then: a}", "out_of_range", 19),
        ("end: {wait: a, then: a}", "wrong_type", 19),
        ("end: {random: {}}", "missing_field", 21),
        ("end: {random: {a: 0}}", "out_of_range", 25),
        ("end: {random: [{weight: 2}]}", "missing_field", 22),
        ("end: {random: {c: 1}}", "unknown_node", 22),
        ("tags: [a, a]", "twice", 17),
        ("position: {x: 1}", "missing_field", 17),
        ("position: {x: 1, y: b}", "wrong_type", 27),
    ],
)
def test_what_is_wrong_with_a_node(described: str, code: str, column: int) -> None:
    """Each with the node and the exact place."""
    text = f"title: x\n{VARIABLES}\nnodes:\n  a: {{{described}}}"
    assert problems(text) == [(code, "a", 4, column)]


def test_a_field_that_is_nearly_right_is_told() -> None:
    """Whoever has mistyped is shown what is known."""
    with pytest.raises(StoryError) as caught:
        read("titles: x\nnodes: {gate: {say: x, left: gaet}}")
    assert [dict(each.detail) for each in caught.value.problems] == [
        {"name": "titles", "known": "title"},
        {"name": "title"},
        {"name": "gaet", "near": "gate"},
    ]


@pytest.mark.parametrize(
    ("text", "story_format"),
    [
        (' \ufeff\n{"title": 1}', StoryFormat.JSON),
        ("title: x", StoryFormat.YAML),
        ("title: |\n  :: no\nnodes:", StoryFormat.YAML),
        (":: Start\nx", StoryFormat.TWEE),
        ("\r\n\r\n::Start\r\nx", StoryFormat.TWEE),
        ("<!DOCTYPE html>\n<tw-storydata name='x'>\n:: a", StoryFormat.TWINE),
        ("x\n<tw-storydata>", StoryFormat.TWINE),
        (":: a\n<tw-storydata>", StoryFormat.TWEE),
    ],
)
def test_formats_are_told_apart(text: str, story_format: StoryFormat) -> None:
    """By how a text begins."""
    assert recognise(text) is story_format


def test_a_format_that_is_only_read_is_not_written() -> None:
    """Twine's pages and numbered chapters."""
    with pytest.raises(ValueError, match="twine"):
        write(read("title: x\nnodes: {a: }"), StoryFormat.TWINE)
