"""Twee 3, and what of Harlowe a story can have."""

from dataclasses import replace
from typing import Final

import pytest

from custom_components.yoto_smart_stream.story.errors import StoryError
from custom_components.yoto_smart_stream.story.formats.losses import Loss, Lost
from custom_components.yoto_smart_stream.story.formats.reading import read
from custom_components.yoto_smart_stream.story.formats.story_format import StoryFormat
from custom_components.yoto_smart_stream.story.formats.writing import write
from custom_components.yoto_smart_stream.story.model import Goto, Node, Position, Spoken, Story
from custom_components.yoto_smart_stream.story.variables import Flag, Number, OneOf

from .spy_club import STOP, pages, twee

WAYS: Final = ("Cave", "Sea", "Hill")


def story(*body: str, init: str = "", data: str = "") -> Story:
    """Return the story whose first passage has a text, with three more to go to."""
    lines = [":: StoryTitle", "Test", *([":: StoryData", data] if data else [])]
    lines += [":: StoryInit", init] if init else []
    lines += [":: Start", *body, *(f":: {name}\nThe {name}." for name in WAYS)]
    return read("\n".join(lines))


def start(*body: str, init: str = "") -> Node:
    """Return the node of such a passage."""
    return story(*body, init=init).nodes["Start"]


def problems(text: str) -> list[tuple[str, int | None, int | None, dict[str, str]]]:
    """Return what is wrong with a text: code, line, column and detail."""
    with pytest.raises(StoryError) as caught:
        read(text)
    return [
        (each.code.value, each.place.line, each.place.column, {**each.detail})
        for each in caught.value.problems
    ]


def ways(node: Node) -> tuple[list[str], list[str], list[str]]:
    """Return where left, right and the end lead."""
    ends = [each.then.target if isinstance(each.then, Goto) else STOP for each in node.on_end]
    return [each.target for each in node.left], [each.target for each in node.right], ends


def said(node: Node) -> list[tuple[str | None, str]]:
    """Return what a node says, with what must hold for it."""
    found: list[tuple[str | None, str]] = []
    for each in node.variants:
        assert isinstance(each.audio, Spoken)
        found.append((each.guard.when.text if each.guard.when else None, each.audio.text))
    return found


def test_a_hundred_passages_have_yotos_events() -> None:
    """Every link of a large story leads where Yoto's convention has it lead."""
    written = pages()
    read_story = read(twee(written))
    assert list(read_story.nodes) == [page.name for page in written]
    assert read_story.start == "20000"
    assert read_story.cover == "https://example.org/cover.png"
    assert read_story.resume_timeout == 86_400
    assert read_story.variables == {}
    for page in written:
        node = read_story.nodes[page.name]
        left, right, end = ways(node)
        events = {"onLhb": left, "onRhb": right, "onEnd": end or [STOP]}
        assert {event: each[0] for event, each in events.items() if each} == page.events()
        assert said(node) == [(None, page.text)]
    assert read_story.twine["tag-colors"] == '{"tested": "green"}'
    again = write(read_story, StoryFormat.TWEE)
    assert again.lost == ()
    assert read(again.text) == read_story


@pytest.mark.parametrize(
    ("link", "label"),
    [
        ("[[Go in->Cave]]", "Go in"),
        ("[[Cave<-Go in]]", "Go in"),
        ("[[Go in|Cave]]", "Go in"),
        ("[[ Go in -> Cave ]]", "Go in"),
        ("[[Go->in->Cave]]", "Go->in"),
        ("[[Cave]]", None),
        ("[[|Cave]]", None),
        ('(link-goto: "Go in", "Cave")', "Go in"),
        ("(Link_Goto: 'Cave')", None),
        ('(link-reveal-goto: "Go in", "Cave")[ ]', "Go in"),
    ],
)
def test_every_form_of_a_link(link: str, label: str | None) -> None:
    """What a link says is its label, never a part of what is spoken."""
    node = start("Hello.", link)
    assert [(each.target, each.label) for each in node.left] == [("Cave", label)]
    assert said(node) == [(None, "Hello.")]


@pytest.mark.parametrize(
    ("links", "found"),
    [
        ("", ([], [], [])),
        ("[[Cave]]", (["Cave"], [], [])),
        ("[[Cave]]\n[[Sea]]", (["Cave"], ["Sea"], [])),
        ("[[Cave]] or [[Sea]] or [[Hill]]", (["Cave"], ["Sea"], ["Hill"])),
        ("[[]]\n[[Sea]]", ([], ["Sea"], [])),
        ("[[]]\n[[]]\n[[Hill]]", ([], [], ["Hill"])),
        ("[[Go->]][[]][[|Hill]]", ([], [], ["Hill"])),
        ("[[Cave]]\n[[Cave]]\n[[Start]]", (["Cave"], ["Cave"], ["Start"])),
    ],
)
def test_the_place_of_a_link_decides(links: str, found: tuple[list[str], ...]) -> None:
    """First left, second right, third at the end; an empty one skips its place."""
    assert ways(start("Hello.", links)) == found


def test_what_is_not_spoken() -> None:
    """Comments, what Twine shows, and braces are left out; quoted markup is not."""
    node = start(
        "Hello <!-- [[no->Cave]]\n no --> {there}, (print: 'x' + ')') (quietly) [sea] 5 < 6.",
        "`[[Cave]] (if: $a)` It's 3.",
        "\\:: no passage",
    )
    assert said(node) == [
        (
            None,
            "Hello  there,  (quietly) [sea] 5 < 6.\n[[Cave]] (if: $a) It's 3.\n:: no passage",
        )
    ]
    assert ways(node) == ([], [], [])


def test_names_tags_and_metadata() -> None:
    """Brackets in names have a backslash; what Twine wants back is kept."""
    text = r"""
:: StoryData
{"ifid": "A-1", "format": "Harlowe", "start": "A [b] {c} \\ d", "zoom": 1.5, "creator": "Ada"}
:: A \[b\] \{c\} \\ d [one two\]x one] {"position":"-10.5,20","size":"100,200"}
Hello.
:: Untitled [ ]
"""
    found = read(text)
    node = found.nodes["A [b] {c} \\ d"]
    assert node.tags == ("one", "two]x")
    assert node.position == Position(x=-10.5, y=20, width=100, height=200)
    assert node.place.line == 4
    assert found.start == node.id == found.title
    assert found.author == "Ada"
    assert found.twine == {"ifid": "A-1", "format": "Harlowe", "zoom": "1.5"}
    assert read(write(found, StoryFormat.TWEE).text) == found


def test_where_a_story_begins() -> None:
    """With what StoryData says, or else with Start, or else with the first passage."""
    assert story("x", data='{"start": "Sea"}').start == "Sea"
    assert read(":: Cave\nx\n:: Start\ny").start == "Start"
    assert read(":: Cave\nx\n:: Sea\ny").start == "Cave"


def test_settings() -> None:
    """StoryInit, or a passage with Harlowe's own tag, says what belongs to the story."""
    settings = """\
(set: $cover to "c.png", $resumeTimeout to 60)(set: $language to "de-AT")
(set: $author to "Ada") (set: $description to 'All of it') (set: $voice to "Otto")
(set: $id to "other")"""
    for heading in (":: StoryInit", ":: Anything [startup]"):
        found = read(f":: StoryTitle\nÖde See!\n{heading}\n{settings}\n:: a\nx")
        assert (found.cover, found.resume_timeout, found.language) == ("c.png", 60, "de-AT")
        assert (found.author, found.description, found.voice) == ("Ada", "All of it", "Otto")
        assert (found.id, found.title) == ("other", "Öde See!")
        assert [*found.nodes] == ["a"]
        again = read(write(found, StoryFormat.TWEE).text)
        assert again.twine.keys() == {"ifid", "format", "format-version"}
        assert replace(again, twine={}) == found
    assert read(":: StoryTitle\nÖde See!\n:: a\nx").id == "öde-see"


def test_variables_are_told_from_their_use() -> None:
    """Truths, words, and numbers as far as they are counted."""
    found = story(
        "(set: $coins to it + 1)(set: $gift to $mood)(set: $down to it - 2)",
        "(if: $key and $coins >= 3)[rich](if: $gift is 'hat')[x](if: $down < 0)[low]",
        '(link-reveal-goto: "in", "Cave")[(set: $key to true, $mood to "merry")]',
        init='(set: $mood to "sad", $gift to "none")(set: $level to 2)',
    )
    assert found.variables == {
        "mood": OneOf(name="mood", words=("sad", "merry"), initial="sad"),
        "gift": OneOf(name="gift", words=("none", "hat", "sad", "merry"), initial="none"),
        "level": Number(name="level", minimum=2, maximum=2, initial=2),
        "coins": Number(name="coins", minimum=0, maximum=4, initial=0),
        "down": Number(name="down", minimum=-1, maximum=0, initial=0),
        "key": Flag(name="key"),
    }


def test_ranges_can_be_declared() -> None:
    """`_min`, `_max` and `_words` in StoryInit, of which none is a variable itself."""
    found = story(
        "(set: $n to it * 2)(set: $w to 'b')",
        init=(
            "(set: $n to 1)(set: $n_min to -3)(set: $n_max to 8)"
            "(set: $w to 'a')(set: $w_words to (a: 'c', 'a', 'b'))"
        ),
    )
    assert found.variables == {
        "n": Number(name="n", minimum=-3, maximum=8, initial=1),
        "w": OneOf(name="w", words=("c", "a", "b"), initial="a"),
    }


def test_what_nobody_reads_is_twines_own() -> None:
    """Unless StoryInit sets it, a variable that decides nothing is left out."""
    found = story('(set: $passage to "x")', "(set: $n to $n + 1)", "Hello.")
    assert found.variables == {}
    assert found.nodes["Start"].on_enter == ()


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("$k", "k"),
        ("not $k", "not k"),
        ("$k is true", "k == true"),
        ("$n is 1 and it < 3", "n == 1 and n < 3"),
        ("$n is not 1", "n != 1"),
        ("$n isnt 1", "n != 1"),
        ("$k and ($n > 1 or $n is -1)", "k and (n > 1 or n == -1)"),
        ("$n + 1 >= 2 * ($n - 1)", "n + 1 >= 2 * (n - 1)"),
        ('"b" is $w', "'b' == w"),
        ("not $k is $k", "(not k) == k"),
        ("NOT $k AND $n IS 1", "not k and n == 1"),
    ],
)
def test_conditions(condition: str, expected: str) -> None:
    """As Harlowe reads them: `not` belongs to what follows it."""
    node = start(
        f"(if: {condition})[yes](else:)[no]",
        init=(
            "(set: $k to false, $n to 1, $n_min to 0, $n_max to 3)"
            "(set: $w to 'a', $w_words to (a: 'a', 'b'))"
        ),
    )
    assert said(node) == [(expected, "yes"), (None, "no")]


def test_branches_of_a_text() -> None:
    """Side by side and in each other; the first that holds counts."""
    node = start(
        "You see (if: $a)[a cave(if: $b)[ and a sea]](else-if: $b)[a sea](else:)[nothing].",
        "(unless: $b)[It is dark.]",
        init="(set: $a to false, $b to false)",
    )
    assert said(node) == [
        ("a and b and not b", "You see a cave and a sea.\nIt is dark."),
        ("a and b", "You see a cave and a sea."),
        ("a and not b", "You see a cave.\nIt is dark."),
        ("a", "You see a cave."),
        ("b and not b", "You see a sea.\nIt is dark."),
        ("b", "You see a sea."),
        ("not b", "You see nothing.\nIt is dark."),
        (None, "You see nothing."),
    ]


def test_branches_without_words() -> None:
    """Where nothing is said, what comes later is not said either."""
    node = start(
        "(if: $a)[](else-if: $b)[b](else:)[c]",
        init="(set: $a to false, $b to false)",
    )
    assert said(node) == [("b and not a", "b"), ("not a", "c")]


def test_branches_of_links() -> None:
    """Each place has its own list; links that are there or not move those behind them."""
    one_each = start(
        "(if: $a)[[[in->Cave]]](else:)[[[]]]",
        "(if: $a)[[[out->Sea]]](else-if: $b)[[[up->Hill]]](else:)[[[in->Cave]]]",
        "(if: $b)[[[Start]]](else:)[[[]]]",
        init="(set: $a to false, $b to false)",
    )
    assert [(each.guard.when and each.guard.when.text, each.target) for each in one_each.left] == [
        ("a", "Cave")
    ]
    assert [(each.guard.when and each.guard.when.text, each.target) for each in one_each.right] == [
        ("a", "Sea"),
        ("b", "Hill"),
        (None, "Cave"),
    ]
    assert [each.guard.when and each.guard.when.text for each in one_each.on_end] == ["b"]
    moving = start("(if: $a) [[Cave]]", "[[Sea]]", init="(set: $a to false)")
    assert [(each.guard.when and each.guard.when.text, each.target) for each in moving.left] == [
        ("a", "Cave"),
        (None, "Sea"),
    ]
    assert [(each.guard.when and each.guard.when.text, each.target) for each in moving.right] == [
        ("a", "Sea")
    ]


def test_asking_first_and_setting_then() -> None:
    """What is set behind a question is set on leaving; what has nothing to do with it, at once."""
    node = start(
        "(set: $n to 1)(if: $met)[Again!](else:)[Hello!](set: $met to true)(set: $n to it + 1)",
        "[[Cave]]",
        "(link-reveal-goto: 'Sea')[(set: $n to 0)]",
        "[[Hill]]",
        init="(set: $n to 0, $met to false)(set: $n_max to 5)",
    )
    assert said(node) == [("met", "Again!"), (None, "Hello!")]
    assert [(each.variable, each.value.text) for each in node.on_enter] == [
        ("n", "1"),
        ("n", "n + 1"),
    ]
    assert [(each.variable, each.value.text) for each in node.left[0].assignments] == [
        ("met", "true")
    ]
    assert [(each.variable, each.value.text) for each in node.right[0].assignments] == [
        ("met", "true"),
        ("n", "0"),
    ]
    assert [(each.variable, each.value.text) for each in node.on_end[0].assignments] == [
        ("met", "true")
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("[[Nowhere]]", [("unknown_node", 2, 1, {"name": "Nowhere", "near": ""})]),
        ("x [[start->START]]", [("unknown_node", 2, 3, {"name": "START", "near": "Start"})]),
        ("[[A]][[A]][[A]]\n[[A]]", [("too_many", 3, 1, {"count": "4", "most": "3"})]),
        ("(live: 2s)[x]", [("not_supported", 2, 1, {"name": "(live:)"})]),
        ("a (display: 'x') b", [("not_supported", 2, 3, {"name": "(display:)"})]),
        ("You have $coins.", [("not_supported", 2, 10, {"name": "$coins"})]),
        (
            "<b>x</b>",
            [("not_supported", 2, 1, {"name": "<b>"}), ("not_supported", 2, 5, {"name": "</b>"})],
        ),
        ("<<set a>>", [("not_supported", 2, 1, {"name": "<<set"})]),
        ("<% s %>", [("not_supported", 2, 1, {"name": "<%"})]),
        ("|box>[x]", [("not_supported", 2, 1, {"name": "|box>"})]),
        ("a <!-- b", [("not_supported", 2, 3, {"name": "<!--"})]),
        (
            "(if: $k)[x",
            [
                ("unknown_variable", 2, 6, {"name": "$k"}),
                ("expression_syntax", 2, 9, {"found": "["}),
            ],
        ),
        ("(if: true) x", [("expression_syntax", 2, 1, {"found": "(if:)"})]),
        ("(else:)[x]", [("expression_syntax", 2, 1, {"found": "(else:)"})]),
        ("(if: true)[x](else:)[y](else:)[z]", [("expression_syntax", 2, 24, {"found": "(else:)"})]),
        ("(if: true", [("expression_syntax", 2, 1, {"found": "(if:"})]),
        ("(if: 1 is 1 or)[x]", [("expression_syntax", 2, 15, {"found": ""})]),
        ("(if: true and false or true)[x]", [("expression_forbidden", 2, 21, {"found": "or"})]),
        ("(if: (random: 1, 2) is 1)[x]", [("expression_forbidden", 2, 6, {"found": "(random:"})]),
        ("(if: 1.5 > 1)[x]", [("expression_forbidden", 2, 6, {"found": "1.5"})]),
        ("(if: 1)[x]", [("expression_type", 2, 6, {"found": "number", "wanted": "truth"})]),
        ("(set: 3 to 4)", [("expression_forbidden", 2, 7, {"found": "3"})]),
        ("(set: $k = 4)", [("expression_forbidden", 2, 10, {"found": "="})]),
        (
            "(if: $k)[(set: $k to true)]",
            [("not_supported", 2, 10, {"name": "(if:)[(set:)]"})],
        ),
        (
            "(if: $k)[a](set: $k to true)(if: $k)[b]",
            [("not_supported", 2, 34, {"name": "(set:)"})],
        ),
        (
            "(set: $n to it * 2)(if: $n > 5)[x]",
            [("missing_field", 2, 13, {"name": "$n_min, $n_max"})],
        ),
        (
            "(set: $w to 'a')(if: $w is 'b')[x]",
            [("missing_field", 2, 13, {"name": "(set: $w to …)"})],
        ),
        ("(set: $class to 1)(if: $class is 1)[x]", [("not_supported", 2, 17, {"name": "$class"})]),
    ],
)
def test_what_cannot_be_taken_is_told_with_its_place(
    body: str, expected: list[tuple[str, int, int, dict[str, str]]]
) -> None:
    """Nothing of Harlowe's, SugarCube's, Snowman's or HTML is left out in silence."""
    assert problems(f":: Start\n{body}\n:: A\n.") == expected


def test_all_that_is_wrong_is_told_in_the_order_of_the_text() -> None:
    """Of the file, its headers and its passages."""
    text = """\
stray
:: StoryData
{"ifid": }
:: StoryTitle
One
:: StoryTitle
Two
:: Twice
(live:)[[x]]
:: Twice
:: Open [tag
:: Bad {"position": 1
:: {}
:: Code [script]
alert()
"""
    assert [(code, line) for code, line, _, _ in problems(text)] == [
        ("not_readable", 1),
        ("not_readable", 3),
        ("twice", 6),
        ("not_supported", 9),
        ("unknown_node", 9),
        ("twice", 10),
        ("not_readable", 11),
        ("not_readable", 12),
        ("missing_field", 13),
        ("not_supported", 14),
    ]


def test_chapbook_is_told_from_the_rest() -> None:
    """Only where StoryData says so, since brackets and hyphens are text elsewhere."""
    body = "mood: 'x'\n--\n[if mood]\nHello {mood}"
    assert said(read(f":: Start\n{body}").nodes["Start"])[0][1].startswith("mood")
    data = ':: StoryData\n{"format": "Chapbook"}\n'
    assert [
        (code, line, detail["name"])
        for code, line, _, detail in problems(f"{data}:: Start\n{body}")
    ] == [
        ("not_supported", 5, "--"),
        ("not_supported", 6, "[if mood]"),
        ("not_supported", 7, "{mood}"),
    ]


def test_too_many_combinations() -> None:
    """A passage with many questions side by side is refused instead of growing without end."""
    body = "".join(f"(if: $a is {each})[{each}]" for each in range(7))
    text = f":: StoryInit\n(set: $a to 1, $a_min to 0)\n:: Start\n{body}"
    assert problems(text) == [("too_many", 3, 4, {"count": "128", "most": "64"})]


def test_what_twee_cannot_hold_is_said() -> None:
    """Each loss once for each node, and the text is still a story."""
    full = read("""\
title: Lost
variables: {id: false, k: {min: 0, max: 1}, k_max: true}
nodes:
  StoryInit:
    title: Other
    icon: sun
    actions: [{delay: 1}]
    tags: [a b, script, fine]
    sounds:
      - {home: "{{ true }}", say: never}
      - {audio: wind}
      - {say: unheard}
    end: {wait: 5, then: repeat}
  b:
    say: "A `tick`"
    voice: Otto
    left: {to: StoryInit, set: {id: true}}
    end: {set: {k: 1}, then: stop}
  c:
    stream: sea
    end: {random: {b: 1, c: 2}}
""")
    written = write(full, StoryFormat.TWEE)
    init = [each.loss for each in written.lost if each.node == "StoryInit"]
    assert init == [
        Loss.NAME,
        Loss.NODE_TITLE,
        Loss.ICON,
        Loss.ACTIONS,
        Loss.WAIT,
        Loss.REPEAT,
        Loss.HOME,
        Loss.AUDIO,
        Loss.SHADOWED,
        Loss.TAG,
    ]
    assert [each for each in written.lost if each.node != "StoryInit"] == [
        Lost(Loss.NAME, "id"),
        Lost(Loss.NAME, "k_max"),
        Lost(Loss.SET_AT_STOP, "b"),
        Lost(Loss.VOICE, "b"),
        Lost(Loss.BACKTICK, "b"),
        Lost(Loss.CHANCE, "c"),
        Lost(Loss.AUDIO, "c"),
    ]
    again = read(written.text)
    assert [*again.nodes] == ["StoryInit_", "b", "c"]
    assert [*again.variables] == ["id_", "k", "k_max_"]
    assert ways(again.nodes["StoryInit_"]) == ([], [], ["StoryInit_"])
    assert ways(again.nodes["b"]) == (["StoryInit_"], [], [])
    assert again.nodes["b"].left[0].assignments[0].variable == "id_"
    assert said(again.nodes["b"]) == [(None, "A 'tick'")]
    assert ways(again.nodes["c"]) == ([], [], ["b"])
