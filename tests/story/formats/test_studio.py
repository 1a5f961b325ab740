"""Packs of Lunii STUdio: what of them a story keeps, and that it plays as a device does."""

from collections.abc import Iterator
from itertools import cycle
import json
from random import Random
from typing import Any, Final, override

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.yoto_smart_stream.json import Json
from custom_components.yoto_smart_stream.story.engine import opening, react
from custom_components.yoto_smart_stream.story.errors import StoryError, StoryProblem
from custom_components.yoto_smart_stream.story.fate import Fate
from custom_components.yoto_smart_stream.story.formats.limits import LOTS, NODES
from custom_components.yoto_smart_stream.story.formats.reading import read, read_studio
from custom_components.yoto_smart_stream.story.formats.story_format import StoryFormat
from custom_components.yoto_smart_stream.story.formats.studio.losses import PackLoss
from custom_components.yoto_smart_stream.story.formats.studio.nodes import (
    Told,
    story_of,
    title_of,
)
from custom_components.yoto_smart_stream.story.formats.studio.reading import MOST_BY_CHANCE
from custom_components.yoto_smart_stream.story.formats.writing import write
from custom_components.yoto_smart_stream.story.linting.finding import FindingCode
from custom_components.yoto_smart_stream.story.linting.linter import lint
from custom_components.yoto_smart_stream.story.model import (
    Chance,
    Choice,
    Ending,
    Goto,
    LibraryAudio,
    Story,
    Then,
    Variant,
)
from custom_components.yoto_smart_stream.story.script import Script
from custom_components.yoto_smart_stream.story.situation import (
    Effect,
    End,
    Entered,
    Input,
    Knob,
    Play,
    Press,
    WentInCircles,
)

from .packs import FARM, CirclesError, Device, Raw, assets, options, pack, packs, stage, to

PRESSES: Final = 60
INPUTS: dict[str, Input] = {"left": Press(Knob.LEFT), "right": Press(Knob.RIGHT), "end": End()}


def told(raw: Raw, audio: dict[str, str] | None = None) -> Told:
    """Return the story of a pack, whose audio is called by its files if nothing else is said."""
    read_pack = read_studio(json.dumps(raw), assets(raw))
    named = {name: name for name in assets(raw)} if audio is None else audio
    return story_of(read_pack, title_of(read_pack, "pack"), named)


def chosen(choices: tuple[Choice, ...]) -> list[tuple[str, str | None]]:
    """Return where a knob leads, with its label."""
    return [(one.target, one.label) for one in choices]


class Drawn(Fate):
    """A fate that draws what it is told."""

    def __init__(self, draws: Iterator[int]) -> None:
        """Keep what to draw."""
        self._draws = draws

    @override
    def holds(self, conditions: tuple[Json, ...]) -> bool:
        raise AssertionError

    @override
    def draw(self, chance: Chance) -> Then:
        return chance.lots[next(self._draws) % len(chance.lots)].then


def _stages(story: Story, effects: tuple[Effect, ...], raw: Raw) -> list[str]:
    """Return the stages that were come to, which their places tell."""
    places = [story.nodes[one.node].position for one in effects if isinstance(one, Entered)]
    return [raw["stageNodes"][int(place.x)]["uuid"] for place in places if place is not None]


def _heard(effects: tuple[Effect, ...]) -> list[str]:
    """Return what was heard."""
    audio = [one.audio for one in effects if isinstance(one, Play)]
    return [one.audio_id for one in audio if isinstance(one, LibraryAudio)]


@given(packs(), st.integers(0, 1 << 30), st.lists(st.integers(0, 11), min_size=1, max_size=8))
@settings(deadline=None)
def test_a_story_plays_what_a_device_plays(raw: Raw, seed: int, draws: list[int]) -> None:
    """Stage by stage, whatever is pressed and whatever chance brings."""
    done = Random(seed).choices([*INPUTS], k=PRESSES)
    story = told(raw).story
    script, fate = Script.of(story), Drawn(cycle(draws))
    situation, effects = opening(script, fate)
    been, heard = _stages(story, effects, raw), _heard(effects)
    try:
        device = Device(raw, cycle(draws))
        for each in done:
            assert (been, heard) == (device.been, device.heard)
            situation, effects = react(script, situation, INPUTS[each], fate)
            been += _stages(story, effects, raw)
            heard += _heard(effects)
            getattr(device, each)()
    except CirclesError:
        assert any(isinstance(one, WentInCircles) for one in effects)
    else:
        assert (been, heard) == (device.been, device.heard)


@given(packs())
@settings(deadline=None)
def test_a_story_is_written_and_read_again(raw: Raw) -> None:
    """It is kept as a text of our own format, whatever stages are called."""
    story = told(raw).story
    assert read(write(story, StoryFormat.YAML).text) == story


@given(packs())
@settings(deadline=None)
def test_every_stage_becomes_a_node(raw: Raw) -> None:
    """Also those that nothing leads to."""
    places = {one.position.x for one in told(raw).story.nodes.values() if one.position}
    assert places == {*range(len(raw["stageNodes"]))}


def test_a_menu_becomes_two_knobs() -> None:
    """The left one goes round, the right one takes what is heard."""
    story = told(FARM).story
    assert (story.title, story.id, story.start) == ("Who goes there?", "who-goes-there", "cover")
    nodes = story.nodes
    assert [*nodes] == [
        *("cover", "question", "duck", "pig", "the-duck", "cow", "the-pig", "the-cow"),
    ]
    assert nodes["duck"].title == "Duck"
    assert nodes["duck"].variants == (Variant(audio=LibraryAudio(audio_id="duck.mp3")),)
    assert chosen(nodes["duck"].left) == [("pig", "Pig")]
    assert chosen(nodes["pig"].left) == [("cow", "Cow")]
    assert chosen(nodes["duck"].right) == [("the-duck", "Duck")]
    assert nodes["duck"].on_end == ()
    assert nodes["question"].on_end == (Ending(then=Goto("duck")),)
    assert (nodes["question"].left, nodes["question"].right) == ((), ())
    assert chosen(nodes["cover"].right) == [("question", "Question")]
    assert nodes["cover"].left == ()


def test_the_house_is_the_left_knob_where_no_wheel_turns() -> None:
    """And is said to be left out where one does, as pictures are."""
    made = told(FARM)
    assert chosen(made.story.nodes["the-duck"].left) == [("question", "Question")]
    assert {one.loss: one.count for one in made.lost} == {PackLoss.HOME: 3, PackLoss.PICTURES: 1}


def test_audio_is_that_of_the_library() -> None:
    """What is not in it is silent, and said."""
    made = told(FARM, {"cover.mp3": "01", "pond.ogg": "02"})
    heard = {name: [one.audio for one in node.variants] for name, node in made.story.nodes.items()}
    assert heard["the-pig"] == heard["the-duck"] == [LibraryAudio(audio_id="02")]
    assert heard["cow"] == []
    assert {one.loss: one.count for one in made.lost}[PackLoss.SILENCE] == 5


def test_a_stage_in_two_menus_becomes_two_nodes() -> None:
    """Since the wheel turns to something else there. Where it does not turn, it stays one."""
    wheel = {"wheel": True, "ok": True}
    raw = pack(
        [
            stage("one", "1.mp3", **wheel, okTransition=to("b")),
            stage("two", "2.mp3", **wheel, okTransition=to("a")),
            stage("three", "3.mp3"),
        ],
        [options("a", "one", "three"), options("b", "two", "one", "three")],
    )
    nodes = told(raw).story.nodes
    assert [*nodes] == ["one", "two", "one-2", "one-3", "three"]
    assert chosen(nodes["one-2"].left) == [("three", "Three")]
    assert chosen(nodes["one-3"].left) == [("three", "Three")]
    assert nodes["one"].left == nodes["three"].left == ()


def test_chance_becomes_chance() -> None:
    """On a press and at an end; more options than chance can have are drawn in two steps."""
    many = LOTS + 1
    raw = pack(
        [
            stage("start", "s.mp3", ok=True, autoplay=True, okTransition=to("any", -1)),
            *(stage(f"n{number}") for number in range(many)),
        ],
        [options("any", *(f"n{number}" for number in range(many)))],
    )
    nodes = told(raw).story.nodes
    assert chosen(nodes["start"].right) == [("any", "Any")]
    assert nodes["start"].on_end == (Ending(then=Goto("any")),)
    (ending,) = nodes["any"].on_end
    assert isinstance(ending.then, Chance)
    assert [(one.then, one.weight) for one in ending.then.lots] == [
        (Goto("any-2"), LOTS),
        (Goto("any-3"), 1),
    ]


def test_a_stage_without_audio_waits_or_is_passed() -> None:
    """As on a device: a picture alone waits for a press, and what plays on by itself is passed."""
    raw = pack(
        [
            stage("start", autoplay=True, okTransition=to("a")),
            stage("picture", ok=True, okTransition=to("b")),
            stage("end", "end.mp3"),
        ],
        [options("a", "picture"), options("b", "end")],
    )
    story = told(raw).story
    script, fate = Script.of(story), Drawn(iter(()))
    situation, _ = opening(script, fate)
    assert situation.node == "picture"
    situation, effects = react(script, situation, Press(Knob.RIGHT), fate)
    assert (situation.node, _heard(effects)) == ("end", ["end.mp3"])
    assert FindingCode.CHOICE_IN_SILENCE in {one.code for one in lint(story)}


def test_what_nothing_leads_to_is_told_by_the_linter() -> None:
    """It is kept, with its menu."""
    raw = pack(
        [stage("start", "s.mp3"), stage("a", wheel=True), stage("b", wheel=True), stage("c")],
        [options("lost", "a", "b")],
    )
    story = told(raw).story
    assert chosen(story.nodes["a"].left) == [("b", "B")]
    lonely = [one.place.node for one in lint(story) if one.code is FindingCode.UNREACHABLE]
    assert lonely == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("more", "title"),
    [
        ({}, "Who goes there?"),
        ({"title": None}, "Cover"),
        ({"title": " \n "}, "Cover"),
        ({"title": "x" * 120}, f"{'x' * 99}…"),
    ],
)
def test_a_pack_has_a_title(more: dict[str, Any], title: str) -> None:
    """Its own, or that of its cover."""
    assert told(FARM | more).story.title == title


def test_a_pack_without_any_name_is_called_as_its_file() -> None:
    """Nothing else is known."""
    raw = pack([stage("a", name=None)], [], title=None)
    assert title_of(read_studio(json.dumps(raw), ()), "my pack") == "my pack"


def refused(raw: object) -> list[tuple[StoryProblem, str | None, str]]:
    """Return what is wrong with a pack: what, where, and the first detail."""
    text = raw if isinstance(raw, str) else json.dumps(raw, indent=1)
    with pytest.raises(StoryError) as caught:
        read_studio(text, assets(FARM))
    assert all(one.place.line is not None for one in caught.value.problems)
    return [
        (one.code, one.place.node, next(iter(one.detail.values()), ""))
        for one in caught.value.problems
    ]


def broken(number: int, **more: object) -> Raw:
    """Return the farm with one stage that is different."""
    stages = [*FARM["stageNodes"]]
    stages[number] = {**stages[number], **more}
    return {**FARM, "stageNodes": [one for one in stages if one is not None]}


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        pytest.param("{", (StoryProblem.NOT_READABLE, None, "JSON"), id="no JSON"),
        pytest.param("[]", (StoryProblem.WRONG_TYPE, None, "list"), id="a list"),
        pytest.param({**FARM, "format": "v2"}, (StoryProblem.OUT_OF_RANGE, None, "v2"), id="v2"),
        pytest.param(
            {"actionNodes": []}, (StoryProblem.MISSING_FIELD, None, "stageNodes"), id="no field"
        ),
        pytest.param(
            {**FARM, "stageNodes": []},
            (StoryProblem.UNKNOWN_NODE, "Ask", "question"),
            id="no stages for options",
        ),
        pytest.param(
            pack([], []), (StoryProblem.MISSING_FIELD, None, "stageNodes"), id="no stages"
        ),
        pytest.param(
            {**FARM, "stageNodes": [4]}, (StoryProblem.WRONG_TYPE, None, "number"), id="a number"
        ),
        pytest.param(
            {**FARM, "actionNodes": [*FARM["actionNodes"], []]},
            (StoryProblem.WRONG_TYPE, None, "list"),
            id="options that are none",
        ),
        pytest.param(
            {**FARM, "actionNodes": [*FARM["actionNodes"], options("more", "horse")]},
            (StoryProblem.UNKNOWN_NODE, "More", "horse"),
            id="an option that points nowhere",
        ),
        pytest.param(
            {**FARM, "actionNodes": [*FARM["actionNodes"], {"id": "m", "options": [None]}]},
            (StoryProblem.WRONG_TYPE, "m", "nothing"),
            id="an option that is nothing",
        ),
        pytest.param(
            {**FARM, "actionNodes": [*FARM["actionNodes"], options("ask", "cow")]},
            (StoryProblem.TWICE, None, "ask"),
            id="options twice",
        ),
        pytest.param(
            broken(1, uuid="cover"), (StoryProblem.TWICE, None, "cover"), id="a stage twice"
        ),
        pytest.param(
            broken(0, uuid=None), (StoryProblem.MISSING_FIELD, None, "uuid"), id="no name"
        ),
        pytest.param(
            broken(0, audio="other.mp3"),
            (StoryProblem.UNKNOWN_FILE, "Cover", "other.mp3"),
            id="audio that is missing",
        ),
        pytest.param(
            broken(0, audio="../story.json"),
            (StoryProblem.UNKNOWN_FILE, "Cover", "../story.json"),
            id="audio that is elsewhere",
        ),
        pytest.param(
            broken(0, okTransition=to("nobody")),
            (StoryProblem.UNKNOWN_NODE, "Cover", "nobody"),
            id="unknown options",
        ),
        pytest.param(
            broken(0, okTransition=to("animals", 3)),
            (StoryProblem.OUT_OF_RANGE, "Cover", "3"),
            id="an option too many",
        ),
        pytest.param(
            broken(2, homeTransition=to("animals", -2)),
            (StoryProblem.OUT_OF_RANGE, "Cow", "-2"),
            id="an option before the first",
        ),
        pytest.param(
            broken(0, okTransition={}),
            (StoryProblem.MISSING_FIELD, "Cover", "actionNode"),
            id="a transition that says nothing",
        ),
        pytest.param(
            broken(0, okTransition={"actionNode": "ask"}),
            (StoryProblem.MISSING_FIELD, "Cover", "optionIndex"),
            id="a transition without option",
        ),
        pytest.param(
            broken(0, controlSettings=None),
            (StoryProblem.MISSING_FIELD, "Cover", "controlSettings"),
            id="no controls",
        ),
        pytest.param(
            broken(0, controlSettings={"ok": "yes"}),
            (StoryProblem.WRONG_TYPE, "Cover", "text"),
            id="a control that is no truth",
        ),
        pytest.param(
            {
                **broken(0, okTransition=to("none")),
                "actionNodes": [*FARM["actionNodes"], options("none")],
            },
            (StoryProblem.MISSING_FIELD, "Cover", "options"),
            id="options without any",
        ),
        pytest.param(
            {
                **broken(0, okTransition=to("many", -1)),
                "actionNodes": [
                    *FARM["actionNodes"],
                    options("many", *["cow"] * (MOST_BY_CHANCE + 1)),
                ],
            },
            (StoryProblem.TOO_MANY, "Cover", str(MOST_BY_CHANCE + 1)),
            id="more than chance can have",
        ),
    ],
)
def test_what_is_wrong_with_a_pack_is_said(
    raw: object, problem: tuple[StoryProblem, str | None, str]
) -> None:
    """With the stage, the line and the column."""
    assert problem in refused(raw)


def test_what_no_control_leads_to_may_lead_nowhere() -> None:
    """Editors leave such things behind."""
    raw = pack([stage("a", okTransition=to("x"), homeTransition=to("y"))], [])
    assert told(raw).story.nodes["a"].left == ()


def test_a_pack_that_becomes_too_large_is_refused() -> None:
    """A stage that is an option in many places becomes as many nodes."""
    raw = pack(
        [stage("start", ok=True, okTransition=to("many")), stage("a", wheel=True)],
        [options("many", *["a"] * NODES)],
    )
    with pytest.raises(StoryError) as caught:
        told(raw)
    assert [one.code for one in caught.value.problems] == [StoryProblem.TOO_MANY]
