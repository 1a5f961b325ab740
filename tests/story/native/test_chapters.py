"""What stories that are written by hand become."""

from collections.abc import Sequence

import pytest

from custom_components.yoto_smart_stream.story.model import (
    Chance,
    Ending,
    Goto,
    LibraryAudio,
    Lot,
    Node,
    Repeat,
    Spoken,
    Stop,
    StreamAudio,
    Variant,
    Wait,
)
from custom_components.yoto_smart_stream.story.native.card import REST, Chapter
from custom_components.yoto_smart_stream.story.native.compiler import compile_story
from custom_components.yoto_smart_stream.story.native.errors import (
    Multiplier,
    NeedsServerError,
    TooManySituationsError,
)
from custom_components.yoto_smart_stream.story.native.obstacles import ObstacleCode
from custom_components.yoto_smart_stream.story.native.report import Advice, AdviceCode, Crowd
from custom_components.yoto_smart_stream.story.script import Script
from custom_components.yoto_smart_stream.story.situation import Silence

from ..making import gives, says, story, then, to, when


def chapters(*nodes: Node) -> dict[str, Chapter]:
    """Return the chapters of a story by their keys."""
    card = compile_story(Script.of(story(*nodes, variables=("coins", "lamp", "pet")))).card
    return {chapter.key: chapter for chapter in card.chapters}


def test_a_variable_becomes_a_place() -> None:
    """The lamp is remembered by the chapter that plays."""
    found = chapters(
        Node(id="hall", variants=(says("Hall"),), left=to("cellar"), right=to("shelf")),
        Node(
            id="shelf",
            variants=(says("A lamp!"),),
            on_enter=gives("lamp", "true"),
            on_end=then(Goto("hall")),
        ),
        Node(
            id="cellar",
            variants=(says("All is bright", "lamp"), says("It is dark")),
            right=to("hall"),
        ),
    )
    assert [*found] == [
        "hall (no lamp)",
        "hall (lamp)",
        "shelf",
        "cellar (no lamp)",
        "cellar (lamp)",
    ]
    assert found["hall (no lamp)"].left == "cellar (no lamp)"
    assert found["hall (no lamp)"].right == "shelf"
    assert found["shelf"].end == "hall (lamp)"
    assert found["hall (lamp)"].left == "cellar (lamp)"
    assert found["cellar (lamp)"].audio == Spoken(text="All is bright")
    assert found["cellar (lamp)"].right == "hall (lamp)"
    assert found["hall (no lamp)"].audio == found["hall (lamp)"].audio
    assert found["hall (lamp)"].title == "hall"


def test_what_nobody_asks_for_makes_no_chapter() -> None:
    """Coins are counted, and a number is drawn on a hat that only another counting reads."""
    found = chapters(
        Node(
            id="fair",
            variants=(says("Fair"),),
            on_enter=(*gives("coins", "coins + 1"), *gives("pet", '"dog"')),
            left=to("fair"),
            right=to("home"),
        ),
        Node(id="home", variants=(says("Home"),)),
    )
    assert [*found] == ["fair", "home"]
    assert found["home"].is_ending


def test_numbers_and_words_are_told_in_names() -> None:
    """Values that make no difference are put together."""
    found = chapters(
        Node(
            id="mine",
            variants=(says("Mine"),),
            on_enter=gives("coins", "coins + 1"),
            left=to("mine"),
            right=to("inn"),
        ),
        Node(
            id="inn",
            variants=(says("A feast", "coins == 3"), says("Some bread", "coins == 2")),
        ),
    )
    assert [*found] == [
        "mine (coins 1)",
        "mine (coins 2)",
        "mine (coins 3)",
        "inn, stopped",
        "inn (coins 2)",
        "inn (coins 3)",
    ]
    assert found["inn, stopped"].audio == REST


def test_a_wait_is_a_silent_chapter_whose_buttons_work() -> None:
    """What is left of ten seconds is the same as before."""
    found = chapters(
        Node(
            id="ask",
            variants=(says("Left or right?"),),
            left=to("cave"),
            right=to("lake"),
            on_end=then(Wait(seconds=10, then=Repeat())),
        ),
        Node(id="cave", variants=(says("Cave"),)),
        Node(id="lake", variants=(says("Lake"),), on_end=then(Repeat())),
    )
    waiting = found["ask, waiting"]
    assert waiting.audio == Silence(10)
    assert (waiting.left, waiting.right, waiting.end) == ("cave", "lake", "ask")
    assert found["ask"].end == "ask, waiting"
    assert found["lake"].end == "lake"
    assert found["cave"].end is None


def test_buttons_that_change_at_the_end_need_a_silent_chapter() -> None:
    """A card that has stopped has the buttons that it had."""
    found = chapters(
        Node(
            id="door",
            variants=(says("Wait for me"),),
            left=to("garden", "lamp"),
            on_end=(Ending(then=Stop(), assignments=gives("lamp", "true")),),
        ),
        Node(id="garden", variants=(says("Garden"),)),
    )
    assert found["door"].left is None
    assert found["door"].end == "door, stopped"
    assert found["door, stopped"].left == "garden"
    assert found["door, stopped"].end is None


def test_what_was_assigned_before_a_wait_is_known_after_it() -> None:
    """The node itself always assigns it, so it matters only while it waits."""
    found = chapters(
        Node(
            id="gate",
            variants=(says("Gate"),),
            left=to("gate", "coins == 0"),
            on_end=(
                Ending(
                    then=Wait(seconds=2, then=Goto("garden")),
                    guard=when("coins == 0"),
                    assignments=gives("lamp", "true") + gives("coins", "1"),
                ),
                Ending(
                    then=Wait(seconds=2, then=Goto("garden")), assignments=gives("lamp", "false")
                ),
            ),
        ),
        Node(
            id="garden", variants=(says("Light", "lamp"), says("Dark")), on_end=then(Goto("gate"))
        ),
    )
    assert {key: chapter.end for key, chapter in found.items()} == {
        "gate (coins 0)": "gate, waiting (lamp)",
        "gate (coins 1)": "gate, waiting (no lamp)",
        "gate, waiting (lamp)": "garden (lamp)",
        "gate, waiting (no lamp)": "garden (no lamp)",
        "garden (lamp)": "gate (coins 1)",
        "garden (no lamp)": "gate (coins 1)",
    }


def test_where_silent_nodes_that_lead_in_circles_stop_is_known() -> None:
    """It depends on a number that no guard asks for."""
    up = gives("coins", "coins + 1")
    found = chapters(
        Node(id="begin", variants=(says("Begin"),), left=to("mill"), right=to("more")),
        Node(id="more", variants=(says("More"),), on_enter=gives("coins", "1"), left=to("mill")),
        Node(id="mill", on_enter=up, on_end=then(Goto("wheel"))),
        Node(id="wheel", on_enter=up, on_end=then(Goto("mill"))),
    )
    assert found["begin"].left == "mill, stopped"
    assert found["more"].left == "wheel, stopped"


def test_nodes_that_look_and_sound_alike_share_a_chapter() -> None:
    """Two ways to the same end."""
    same = {"title": "The end", "variants": (says("The end"),)}
    found = chapters(
        Node(id="fork", variants=(says("Fork"),), left=to("one"), right=to("two")),
        Node(id="one", **same),  # type: ignore[arg-type]
        Node(id="two", **same),  # type: ignore[arg-type]
    )
    assert [*found] == ["fork", "one"]
    assert found["fork"].right == "one"
    assert found["one"].nodes == ("one", "two")


def test_names_are_never_alike() -> None:
    """A node may be called like the chapter of another one."""
    wait = then(Wait(seconds=1, then=Goto("a, waiting")))
    found = chapters(
        Node(id="a", variants=(says("A"),), on_end=wait, left=to("b", label="b")),
        Node(id="a, waiting", variants=(says("B"),)),
        Node(id="b", variants=(says("C"),)),
    )
    assert len(found) == 4
    assert found["a, waiting"].audio == Spoken(text="B")
    assert found["a, waiting, waiting"].audio == Silence(1)


def test_what_needs_a_server_is_named_with_its_place() -> None:
    """What nobody can come to, or what is behind a choice that always applies, is in no way."""
    lots = Chance((Lot(weight=1, then=Stop()),))
    nodes = (
        Node(
            id="a",
            variants=(Variant(audio=StreamAudio(name="radio")),),
            left=to("b"),
            actions=({"action": "light.turn_on"},),
            on_end=(Ending(then=Wait(seconds=1, then=lots), guard=when(None, "sun is up")),),
        ),
        Node(id="b", variants=(Variant(audio=LibraryAudio(audio_id="x")),), left=to("b") + to("c")),
        Node(id="c", actions=("on",)),
    )
    with pytest.raises(NeedsServerError) as raised:
        compile_story(Script.of(story(*nodes)))
    assert [(each.code, each.place.node, each.place.path) for each in raised.value.obstacles] == [
        (ObstacleCode.ACTIONS, "a", ("actions",)),
        (ObstacleCode.STREAM, "a", ("audio", 0)),
        (ObstacleCode.HOME, "a", ("on_end", 0, "home")),
        (ObstacleCode.CHANCE, "a", ("on_end", 0)),
    ]


def counted(most: int, *nodes: Node) -> Sequence[Multiplier]:
    """Return what multiplies the situations of a story that has too many."""
    with pytest.raises(TooManySituationsError) as raised:
        compile_story(Script.of(story(*nodes)), most=most)
    assert raised.value.most == most
    assert raised.value.crowded[0] == "mine"
    return raised.value.multipliers


MINE = (
    Node(
        id="mine",
        variants=(says("Mine"),),
        left=(*to("mine", "coins == 3"), *to("more")),
        right=to("lamp"),
    ),
    Node(id="more", on_enter=gives("coins", "coins + 1"), on_end=then(Goto("mine"))),
    Node(id="lamp", on_enter=gives("lamp", "not lamp"), on_end=then(Goto("shop"))),
    Node(
        id="shop",
        variants=(says("Rich", "lamp and coins == 3"), says("Poor")),
        left=to("mine"),
    ),
)


def test_too_many_situations_say_what_multiplies_them() -> None:
    """The worst comes first."""
    found = counted(12, *MINE)
    assert [each.variable for each in found] == ["coins", "lamp"]
    assert found[0].without < found[1].without


def test_the_report_tells_what_has_multiplied_the_chapters() -> None:
    """As many as there are, and as many as there would be."""
    report = compile_story(Script.of(story(*MINE))).report
    assert (report.nodes, report.chapters, report.audios, report.silences) == (2, 16, 3, 0)
    assert report.crowds[0] == Crowd(node="mine", chapters=8)
    assert report.multipliers[0].variable == "coins"
    assert report.fits
    assert report.advice == ()


def test_a_story_that_does_not_fit_is_told_what_to_change() -> None:
    """The nodes alone are too many here, and each waits."""
    rooms = [
        Node(
            id=f"room {number}",
            variants=(says(f"Room {number}"),),
            on_end=then(Wait(seconds=3, then=Goto(f"room {number + 1}"))),
        )
        for number in range(110)
    ]
    report = compile_story(Script.of(story(*rooms, Node(id="room 110")))).report
    assert not report.fits
    assert report.advice == (
        Advice(code=AdviceCode.JOIN_WAITS, saves=111),
        Advice(code=AdviceCode.FEWER_NODES, saves=11),
    )
