"""The linter finds what is odd, and nothing else."""

from collections.abc import Sequence
from dataclasses import replace
from typing import override

from hypothesis import given, strategies as st
import pytest

from custom_components.yoto_smart_stream.story.engine import begin, step
from custom_components.yoto_smart_stream.story.errors import Place
from custom_components.yoto_smart_stream.story.linting.deliveries import (
    ObstacleCode as No,
    StoryDelivery,
    obstacles,
)
from custom_components.yoto_smart_stream.story.linting.finding import (
    Finding,
    FindingCode as Code,
    Fix,
    Severity,
)
from custom_components.yoto_smart_stream.story.linting.linter import lint
from custom_components.yoto_smart_stream.story.linting.listening import (
    LONG_BEFORE_CHOICE,
    LONG_WAIT,
)
from custom_components.yoto_smart_stream.story.linting.walking import SITUATIONS
from custom_components.yoto_smart_stream.story.model import (
    Audio,
    Chance,
    Choice,
    Ending,
    Goto,
    LibraryAudio,
    Lot,
    Node,
    Repeat,
    Spoken,
    Stop,
    Story,
    StreamAudio,
    Variant,
    Wait,
)
from custom_components.yoto_smart_stream.story.script import Script
from custom_components.yoto_smart_stream.story.situation import Ended, Entered, Input
from custom_components.yoto_smart_stream.story.sounds import Sounds

from ..making import HOME, gives, says, story, then, to, when
from ..stories import stories
from ..test_engine import INPUTS


class Shelf(Sounds):
    """Has some audio, each of a length."""

    def __init__(self, **seconds: float) -> None:
        """Keep lengths by name."""
        self._seconds = seconds

    @override
    def has(self, audio: Audio) -> bool:
        return _name(audio) in self._seconds

    @override
    def seconds(self, audio: Audio) -> float | None:
        return self._seconds.get(_name(audio))


def _name(audio: Audio) -> str:
    match audio:
        case LibraryAudio(audio_id=name) | StreamAudio(name=name) | Spoken(text=name):
            return name


def found(told: Sequence[Finding]) -> list[tuple[Code, str | None]]:
    """Return what was found, with the node."""
    return [(each.code, each.place.node) for each in told]


def lint_of(*nodes: Node, variables: Sequence[str] = ()) -> list[tuple[Code, str | None]]:
    """Return what is found in a story."""
    return found(lint(story(*nodes, variables=variables)))


END = Node(id="end", variants=(says("The end"),))


def test_a_good_story_has_nothing_odd() -> None:
    """With variables, waits, a signpost, and a knob that is asked for."""
    told = lint(
        story(
            Node(
                id="a",
                variants=(says("Go to the sea, or home?"),),
                left=to("b", label="the SEA"),
                right=to("c", label="home"),
                on_end=then(Wait(seconds=5, then=Repeat())),
            ),
            Node(
                id="b",
                variants=(says("A coin. Back or on?"),),
                on_enter=gives("coins", "coins + 1"),
                left=to("a", label="back"),
                right=to("c", label="on"),
            ),
            Node(
                id="c",
                on_end=(Ending(then=Goto("end"), guard=when("coins > 2")), Ending(then=Goto("d"))),
            ),
            Node(id="d", variants=(says("Poor"),)),
            END,
            variables=("coins",),
        )
    )
    assert not told


@pytest.mark.parametrize("target", ["left", "on_end", "wait", "chance", "start"])
def test_a_missing_target(target: str) -> None:
    """The one that may be meant is named."""
    node = Node(id="a", variants=(says("A"),))
    goto = Goto("ennd")
    match target:
        case "left":
            node = replace(node, left=to("ennd", label="A"), right=to("end", label="A"))
        case "on_end":
            node = replace(node, on_end=then(goto))
        case "wait":
            node = replace(node, on_end=then(Wait(seconds=1, then=goto)))
        case "chance":
            node = replace(node, on_end=then(Chance((Lot(weight=1, then=goto),))))
    bad = story(node, END, variables=())
    bad = replace(bad, start="ennd") if target == "start" else bad
    first = next(each for each in lint(bad) if each.code is Code.MISSING_TARGET)
    assert first.severity is Severity.ERROR
    assert first.fix is Fix.CORRECT_TARGET
    assert first.detail == {"name": "ennd", "similar": "end"}
    if target == "start":
        assert first.place == Place(path=("start",))
    else:
        assert first.place.node == "a"
    forbidden = obstacles(bad, lint(bad))
    assert all(each[0].code is No.MISSING_TARGET for each in forbidden.values())


def test_nodes_that_are_never_reached() -> None:
    """Either no way leads there, or none whose guard ever holds."""
    told = lint_of(
        Node(
            id="a",
            variants=(says("x y"),),
            left=(*to("b", "coins > 1", "x"), *to("end", label="x")),
            right=to("end", label="y"),
            on_enter=gives("coins", "1"),
        ),
        Node(id="b", variants=(says("B"),)),
        Node(id="c", variants=(says("C"),), on_end=then(Goto("b"))),
        END,
        variables=("coins",),
    )
    assert told == [
        (Code.NEVER_APPLIES, "a"),
        (Code.UNREACHABLE_BY_GUARDS, "b"),
        (Code.UNREACHABLE, "c"),
    ]


def test_things_that_never_apply() -> None:
    """Behind what always applies, or with a guard that no value makes true."""
    told = lint_of(
        Node(
            id="a",
            variants=(says("x", "coins > 3"), says("x"), says("z")),
            left=(*to("end", "coins <= 3", "x"), *to("end", label="x")),
            right=to("end", "lamp", "x"),
            on_end=(Ending(then=Stop()), Ending(then=Goto("end"))),
        ),
        END,
        variables=("coins", "lamp"),
    )
    assert sorted(told) == sorted(
        [
            (Code.NEVER_HOLDS, "a"),
            (Code.NEVER_REACHED, "a"),
            (Code.NEVER_REACHED, "a"),
            (Code.NEVER_REACHED, "a"),
            (Code.NEVER_APPLIES, "a"),
            (Code.DEAD_BUTTON, "a"),
            (Code.NEVER_SET, None),
            (Code.NEVER_SET, None),
        ]
    )


def test_dead_buttons() -> None:
    """One that has no choice is a hint, as it may be meant."""
    told = lint(story(Node(id="a", variants=(says("x"),), left=to("end", label="x")), END))
    dead = [each for each in told if each.code is Code.DEAD_BUTTON]
    assert [(each.severity, each.detail) for each in dead] == [
        (Severity.HINT, {"knob": "right"}),
    ]


def test_buttons_that_nobody_can_know() -> None:
    """The text of each variant says the label, as words."""
    told = lint(
        story(
            Node(
                id="a",
                variants=(says("The sea-side?", "lamp"), says("The seaside, or home!")),
                left=to("b", label="Sea side"),
                right=to("b"),
            ),
            Node(id="b", left=to("end"), right=to("end"), on_end=then(Stop())),
            Node(
                id="end",
                variants=(Variant(audio=LibraryAudio(audio_id="x")),),
                left=to("a", label="unheard"),
                right=to("a", label="unheard"),
            ),
            variables=("lamp",),
        )
    )
    about = [each for each in told if each.code not in {Code.NO_ENDING, Code.NEVER_SET}]
    assert found(about) == [
        (Code.LABEL_NOT_SPOKEN, "a"),
        (Code.NO_LABEL, "a"),
        (Code.CHOICE_IN_SILENCE, "b"),
    ]
    assert about[0].detail == {"knob": "left", "label": "Sea side"}


def test_loops_without_a_sound() -> None:
    """An error where the story gets stuck, a warning where a knob or time can help."""
    stuck = lint(
        story(
            Node(id="a", on_end=then(Goto("b"))),
            Node(id="b", on_end=then(Goto("c"))),
            Node(id="c", on_end=then(Goto("b"))),
            variables=(),
        )
    )
    loops = [each for each in stuck if each.code is Code.SILENT_LOOP]
    assert Severity.ERROR in {each.severity for each in loops}
    waits = lint(
        story(
            Node(
                id="a",
                left=to("end"),
                right=to("end"),
                on_end=then(Wait(seconds=3, then=Repeat())),
            ),
            END,
            variables=(),
        )
    )
    assert (Code.SILENT_LOOP, Severity.WARNING) in {(each.code, each.severity) for each in waits}


def test_no_ending_from_here() -> None:
    """Where it begins, and only there."""
    assert lint_of(
        Node(
            id="a",
            variants=(says("x y"),),
            left=to("b", label="x"),
            right=to("end", label="y"),
        ),
        Node(id="b", variants=(says("B"),), on_end=then(Goto("c"))),
        Node(id="c", variants=(says("C"),), on_end=then(Goto("b"))),
        END,
    ) == [(Code.NO_ENDING, "b")]
    assert lint_of(
        Node(id="a", variants=(says("A"),), on_end=then(Goto("b"))),
        Node(id="b", variants=(says("B"),), on_end=then(Goto("a"))),
    ) == [(Code.NO_ENDING, "a")]


def test_variables_that_are_not_needed() -> None:
    """One that only counts itself decides nothing."""
    told = lint(
        story(
            Node(
                id="a",
                variants=(says("A", "lamp"), says("B")),
                on_enter=(*gives("coins", "coins + 1"), *gives("coins", "7")),
            ),
            variables=("coins", "lamp", "pet"),
        )
    )
    assert [(each.code, each.detail["name"]) for each in told] == [
        (Code.NEVER_READ, "coins"),
        (Code.NEVER_SET, "lamp"),
        (Code.NEVER_READ, "pet"),
        (Code.OUT_OF_RANGE, "coins"),
    ]
    assert told[0].place == Place(path=("variables", "coins"))
    assert told[3].detail["maximum"] == "3"


def test_audio_that_is_missing_or_long() -> None:
    """A text that is not spoken yet can be spoken; what is not in the library is an error."""
    bad = story(
        Node(
            id="a",
            variants=(
                Variant(audio=LibraryAudio(audio_id="wind"), guard=when("lamp")),
                Variant(audio=StreamAudio(name="sea"), guard=when("coins == 1")),
                says("hello", "coins == 2"),
                Variant(audio=LibraryAudio(audio_id="long")),
            ),
            left=to("b", label="x"),
            right=to("b", label="x"),
            on_end=then(Wait(seconds=LONG_WAIT + 1, then=Stop())),
        ),
        Node(id="b", variants=(says("word " * 1000),)),
    )
    shelf = Shelf(sea=10, long=LONG_BEFORE_CHOICE + 1)
    told = [each for each in lint(bad, sounds=shelf) if each.code is not Code.NEVER_SET]
    about = [(each.code, each.severity, each.place.node) for each in told]
    assert set(about) == {
        (Code.MISSING_AUDIO, Severity.ERROR, "a"),
        (Code.LABEL_NOT_SPOKEN, Severity.WARNING, "a"),
        (Code.NOT_SPOKEN, Severity.HINT, "a"),
        (Code.NOT_SPOKEN, Severity.HINT, "b"),
        (Code.LONG_BEFORE_CHOICE, Severity.HINT, "a"),
        (Code.LONG_WAIT, Severity.HINT, "a"),
    }
    assert not {Code.MISSING_AUDIO, Code.NOT_SPOKEN} & {each.code for each in lint(bad)}


def test_too_many_tracks() -> None:
    """As the compiler has counted."""
    fine = story(END, variables=())
    assert not lint(fine, chapters=100)
    told = lint(fine, chapters=101)
    assert [(each.code, each.detail) for each in told] == [
        (Code.TOO_MANY_TRACKS, {"count": "101", "most": "100"})
    ]
    forbidden = obstacles(fine, told, chapters=101)
    assert [each.code for each in forbidden[StoryDelivery.NATIVE]] == [No.TOO_MANY_CHAPTERS]
    assert not forbidden[StoryDelivery.LIVE]


def test_what_forbids_a_card_that_works_offline() -> None:
    """With the place of each."""
    lots = Chance((Lot(weight=1, then=Stop()),))
    live = story(
        Node(
            id="a",
            variants=(Variant(audio=StreamAudio(name="sea"), guard=when(None, "dark")), says("A")),
            left=(Choice(target="b", guard=when("lamp", "dark")),),
            actions=("on",),
        ),
        Node(
            id="b",
            on_end=(
                Ending(then=lots, guard=when("lamp")),
                Ending(then=Wait(seconds=1, then=lots)),
                Ending(then=lots, guard=when("lamp", "covered")),
            ),
        ),
        Node(id="unreachable", actions=("on",)),
        variables=("lamp",),
    )
    forbidden = obstacles(live, lint(live))
    assert [(each.code, each.place.node) for each in forbidden[StoryDelivery.NATIVE]] == [
        (No.HOME_ACTIONS, "a"),
        (No.HOME_CONDITION, "a"),
        (No.STREAM, "a"),
        (No.HOME_CONDITION, "a"),
        (No.CHANCE, "b"),
        (No.CHANCE, "b"),
    ]
    assert forbidden[StoryDelivery.NATIVE][2].detail == {"name": "sea"}
    assert forbidden[StoryDelivery.NATIVE][3].place.path == ("left", 0, "home")
    assert not forbidden[StoryDelivery.LIVE]
    assert not forbidden[StoryDelivery.REMOTE]


@given(
    story=stories(chance=True, home=True, streams=True),
    inputs=st.lists(INPUTS, max_size=40),
    seed=st.integers(0, 50),
)
def test_it_is_right_about_what_can_be_reached(
    story: Story, inputs: Sequence[Input], seed: int
) -> None:
    """Nothing happens that it says cannot."""
    told = lint(story)
    never = {
        each.place.node
        for each in told
        if each.code in {Code.UNREACHABLE, Code.UNREACHABLE_BY_GUARDS}
    }
    endless = {each.place.node for each in told if each.code is Code.NO_ENDING}
    script = Script.of(story)
    state, effects = begin(script, seed, HOME)
    is_endless = False
    for happened in (None, *inputs):
        if happened is not None:
            state, effects = step(script, state, happened, HOME)
        for effect in effects:
            match effect:
                case Entered(node):
                    assert node not in never
                case Ended():
                    assert not is_endless
        is_endless = is_endless or endless == {story.start}


def test_many_nodes_are_judged_by_their_graph() -> None:
    """What only walking would show is not said."""
    count = SITUATIONS + 10
    nodes = [
        Node(
            id=f"n{number}",
            variants=(says("x"),),
            left=to(f"n{number + 1}", label="x"),
            right=to(f"n{number // 2}", label="x"),
        )
        for number in range(count)
    ]
    nodes.append(Node(id=f"n{count}", variants=(says("x"),), on_end=then(Repeat())))
    told = lint(story(*nodes, variables=()))
    assert found(told) == [(Code.NO_ENDING, "n0")]
