"""The engine does what the rules say, and what their naive reading does."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.yoto_smart_stream.story.engine import (
    VISITED,
    ForeignStateError,
    begin,
    choices,
    opening,
    react,
    resume,
    silence,
    step,
)
from custom_components.yoto_smart_stream.story.errors import StoryError, StoryProblem
from custom_components.yoto_smart_stream.story.fate import NO_FATE, UndecidedError
from custom_components.yoto_smart_stream.story.model import (
    Chance,
    Choice,
    Ending,
    Goto,
    Guard,
    Lot,
    Node,
    Repeat,
    Stop,
    Story,
    Wait,
)
from custom_components.yoto_smart_stream.story.script import Script
from custom_components.yoto_smart_stream.story.situation import (
    Chosen,
    Effect,
    End,
    Ended,
    Entered,
    Ignored,
    Input,
    Knob,
    Phase,
    Play,
    Press,
    Rested,
    Run,
    Silence,
    Tick,
    WentInCircles,
)

from .making import AWAY, HOME, LEFT, RIGHT, Homely, gives, play, says, script, when
from .naive import NaivePlay, home_of
from .stories import stories

INPUTS: st.SearchStrategy[Input] = st.sampled_from(
    (LEFT, LEFT, RIGHT, RIGHT, End(), End(), Tick(1), Tick(30), Tick(60))
)


def told(effects: Sequence[Effect]) -> list[str]:
    """Return effects as the naive interpreter writes them."""
    return [_told(each) for each in effects]


def _told(effect: Effect) -> str:
    match effect:
        case Play(Silence(seconds)):
            return f"silence {seconds}"
        case Play(audio):
            return f"play {audio}"
        case Entered(node):
            return f"entered {node}"
        case Chosen(node=node, knob=knob, target=target, label=label):
            return f"chosen {node} {knob} {target} {label}"
        case Ignored(knob):
            return f"ignored {knob}"
        case Run(node, actions):
            return f"run {node} {[*actions]}"
        case Rested(node):
            return f"rested {node}"
        case Ended(node):
            return f"ended {node}"
        case WentInCircles(node):
            return f"circles {node}"


@settings(max_examples=150)
@given(
    story=stories(chance=True, home=True, streams=True),
    inputs=st.lists(INPUTS, max_size=30),
    seed=st.integers(0, 1000),
    number=st.integers(0, 10),
)
def test_it_does_what_the_naive_interpreter_does(
    story: Story, inputs: Sequence[Input], seed: int, number: int
) -> None:
    """The same is done, and the same is remembered, step by step."""
    holds = home_of(number)
    ready = Script.of(story)
    state, effects = begin(ready, seed, Homely(holds))
    naive = NaivePlay(story, seed, holds)
    for happened in (None, *inputs):
        match happened:
            case Press(knob):
                naive.press(knob.value)
            case End():
                naive.over()
            case Tick(seconds):
                naive.pass_time(seconds)
        if happened is not None:
            state, effects = step(ready, state, happened, Homely(holds))
        situation = state.situation
        assert told(effects) == naive.done
        assert situation.node == naive.node
        assert situation.phase == naive.phase
        assert dict(zip(ready.names, situation.values, strict=True)) == naive.values
        assert silence(ready, situation) == (naive.waits and naive.waits.seconds)


@given(story=stories(), inputs=st.lists(INPUTS, max_size=20))
def test_without_chance_and_home_the_situation_decides(
    story: Story, inputs: Sequence[Input]
) -> None:
    """What a compiler walks through is what the engine plays."""
    ready = Script.of(story)
    state, effects = begin(ready, 1, HOME)
    situation, done = opening(ready, NO_FATE)
    assert (state.situation, effects) == (situation, done)
    for happened in inputs:
        state, effects = step(ready, state, happened, HOME)
        situation, done = react(ready, situation, happened, NO_FATE)
        assert (state.situation, effects) == (situation, done)


def test_entering_assigns_runs_actions_and_then_chooses_the_audio() -> None:
    """And repeating does none of these, but chooses the audio again."""
    ready = script(
        Node(
            id="a",
            on_enter=gives("coins", "coins + 1"),
            actions=("lights on",),
            variants=(says("poor", "coins < 1"), says("one", "coins == 1"), says("rich")),
            on_end=(Ending(then=Repeat(), assignments=gives("coins", "coins + 1")),),
        )
    )
    state, effects = begin(ready, 0, HOME)
    assert effects == (Entered("a"), Run("a", ("lights on",)), play("one"))
    state, effects = step(ready, state, End(), HOME)
    assert effects == (play("rich"),)
    assert state.situation.values == (2, False)
    for _ in range(3):
        state, _ = step(ready, state, End(), HOME)
    assert state.situation.values == (3, False), "it stops at the bound"


def test_knobs_work_while_it_plays_in_a_wait_and_after_a_stop() -> None:
    """And do nothing where nothing applies."""
    ready = script(
        Node(
            id="a",
            variants=(says("A"),),
            left=(Choice(target="b", label="go on", guard=when("not lamp")),),
            on_end=(Ending(then=Wait(seconds=5, then=Stop())),),
        ),
        Node(id="b", variants=(says("B"),), on_enter=gives("lamp", "true")),
    )
    playing, _ = begin(ready, 0, HOME)
    waiting, effects = step(ready, playing, End(), HOME)
    assert effects == (Play(Silence(5)),)
    assert silence(ready, waiting.situation) == 5
    stopped, effects = step(ready, waiting, End(), HOME)
    assert effects == (Rested("a"),)
    for state in (playing, waiting, stopped):
        assert [*choices(ready, state.situation, HOME)] == [Knob.LEFT]
        moved, effects = step(ready, state, LEFT, HOME)
        chosen = Chosen(node="a", knob=Knob.LEFT, target="b", label="go on")
        assert effects == (chosen, Entered("b"), play("B"))
        assert step(ready, moved, RIGHT, HOME) == (moved, (Ignored(Knob.RIGHT),))
        ended, effects = step(ready, moved, End(), HOME)
        assert effects == (Ended("b"),)
        assert step(ready, ended, End(), HOME) == (ended, ())
    assert step(ready, stopped, RIGHT, HOME)[1] == (Ignored(Knob.RIGHT),)


def test_a_wait_ends_by_time_where_no_silence_plays() -> None:
    """Less time than it takes does nothing."""
    ready = script(
        Node(id="a", variants=(says("A"),), on_end=(Ending(then=Wait(seconds=5, then=Goto("b"))),)),
        Node(id="b", variants=(says("B"),)),
    )
    state, _ = begin(ready, 0, HOME)
    assert step(ready, state, Tick(60), HOME) == (state, ())
    state, _ = step(ready, state, End(), HOME)
    assert step(ready, state, Tick(4.9), HOME) == (state, ())
    assert step(ready, state, Tick(5), HOME)[1] == (Entered("b"), play("B"))


def test_silent_nodes_are_passed_and_circles_stop() -> None:
    """A circle that a counter leaves is none."""
    ready = script(
        Node(
            id="a",
            on_enter=gives("coins", "coins + 1"),
            on_end=(
                Ending(then=Goto("b"), guard=when("coins == 3")),
                Ending(then=Goto("a")),
            ),
        ),
        Node(id="b", left=(Choice(target="c"),), on_end=(Ending(then=Stop()),)),
        Node(id="c", on_end=(Ending(then=Goto("d")),)),
        Node(id="d", on_end=(Ending(then=Goto("c")),)),
    )
    state, effects = begin(ready, 0, HOME)
    assert effects == (Entered("a"),) * 3 + (Entered("b"), Rested("b"))
    state, effects = step(ready, state, LEFT, HOME)
    assert effects[-1] == WentInCircles("c")
    assert state.situation.phase is Phase.STOPPED
    assert state.visited[-3:] == ("c", "d", "c")


def test_chance_is_fair_and_the_same_again() -> None:
    """It follows the weights; the seed and the number of the draw decide."""
    lots = (Lot(weight=1, then=Goto("rare")), Lot(weight=3, then=Goto("often")))
    back = (Ending(then=Goto("dice")),)
    ready = script(
        Node(id="dice", on_end=(Ending(then=Chance(lots)),)),
        Node(id="rare", variants=(says("rare"),), on_end=back),
        Node(id="often", variants=(says("often"),), on_end=back),
    )

    def come(seed: int) -> list[str]:
        state, _ = begin(ready, seed, HOME)
        for _ in range(400):
            state, _ = step(ready, state, End(), HOME)
        return [each for each in state.visited if each != "dice"]

    heard = come(7)
    assert heard == come(7)
    assert heard != come(8)
    assert len(heard) == VISITED // 2
    assert 10 <= heard.count("rare") <= 40
    with pytest.raises(UndecidedError):
        opening(ready, NO_FATE)


def test_home_decides_where_it_is_asked() -> None:
    """A choice that only Home Assistant forbids now is still a choice."""
    guard = Guard(home=("it is dark",))
    ready = script(
        Node(id="a", variants=(says("A"),), left=(Choice(target="b", guard=guard),)),
        Node(id="b", variants=(says("B"),)),
    )
    state, _ = begin(ready, 0, AWAY)
    assert step(ready, state, LEFT, AWAY)[1] == (Ignored(Knob.LEFT),)
    assert step(ready, state, End(), AWAY)[1] == (Rested("a"),)
    assert step(ready, state, LEFT, HOME)[0].situation.node == "b"
    assert not choices(ready, state.situation, AWAY)
    with pytest.raises(UndecidedError):
        react(ready, state.situation, LEFT, NO_FATE)


def test_it_resumes_with_what_was_playing() -> None:
    """Nothing is entered again."""
    ready = script(
        Node(
            id="a",
            on_enter=gives("coins", "coins + 1"),
            variants=(says("A"),),
            on_end=(Ending(then=Wait(seconds=5, then=Stop())),),
        )
    )
    state, _ = begin(ready, 0, HOME)
    assert resume(ready, state, HOME) == (state, (play("A"),))
    state, _ = step(ready, state, End(), HOME)
    assert resume(ready, state, HOME) == (state, (Play(Silence(5)),))
    state, _ = step(ready, state, End(), HOME)
    assert resume(ready, state, HOME) == (state, (Ended("a"),))


def test_a_state_of_another_story_is_refused() -> None:
    """It would be read with other variables."""
    ready = script(Node(id="a", variants=(says("A"),)))
    other = script(Node(id="a", variants=(says("B"),)))
    state, _ = begin(ready, 0, HOME)
    with pytest.raises(ForeignStateError):
        step(other, state, End(), HOME)
    with pytest.raises(ForeignStateError):
        resume(other, state, HOME)


def test_a_story_that_leads_nowhere_cannot_be_played() -> None:
    """All that is missing is named."""
    story = script(
        Node(id="a", left=(Choice(target="a"),), on_enter=gives("coins", "1")),
    ).story
    broken = replace(
        story,
        start="x",
        variables={},
        nodes={
            "a": replace(
                story.nodes["a"],
                right=(Choice(target="y"),),
                on_end=(Ending(then=Wait(seconds=1, then=Goto("z"))),),
            )
        },
    )
    with pytest.raises(StoryError) as refused:
        Script.of(broken)
    found = [(each.code, each.detail["name"]) for each in refused.value.problems]
    assert found == [
        (StoryProblem.UNKNOWN_NODE, "x"),
        (StoryProblem.UNKNOWN_NODE, "y"),
        (StoryProblem.UNKNOWN_NODE, "z"),
        (StoryProblem.UNKNOWN_VARIABLE, "coins"),
    ]
