"""A play-through survives a restart, and a change of its story."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
import json

from hypothesis import given, strategies as st
import pytest

from custom_components.yoto_smart_stream.json import Json
from custom_components.yoto_smart_stream.story.digest import digest
from custom_components.yoto_smart_stream.story.engine import VISITED, begin, step
from custom_components.yoto_smart_stream.story.errors import Place
from custom_components.yoto_smart_stream.story.model import (
    Choice,
    Ending,
    Goto,
    Node,
    Position,
    Story,
    Wait,
)
from custom_components.yoto_smart_stream.story.saving import StateError, carried, read, written
from custom_components.yoto_smart_stream.story.script import Script
from custom_components.yoto_smart_stream.story.situation import (
    End,
    Input,
    Phase,
    Situation,
    State,
)
from custom_components.yoto_smart_stream.story.variables import Flag, Number, OneOf, Variable

from .making import AWAY, HOME, LEFT, says
from .stories import stories
from .test_engine import INPUTS

VARIABLES: Mapping[str, Variable] = {
    "coins": Number(name="coins", minimum=0, maximum=9, initial=1),
    "lamp": Flag(name="lamp"),
    "pet": OneOf(name="pet", words=("cat", "dog"), initial="cat"),
}


def story(*names: str, variables: Mapping[str, Variable] = VARIABLES) -> Story:
    """Return nodes, each of which leads left to the next and waits at its end."""
    nodes = [
        Node(
            id=name,
            variants=(says(name),),
            left=(Choice(target=after),),
            on_end=(Ending(then=Wait(seconds=3, then=Goto(after))),),
        )
        for name, after in zip(names, [*names[1:], names[0]], strict=True)
    ]
    return Story(
        id="s",
        title="S",
        start=names[0],
        nodes={node.id: node for node in nodes},
        variables=variables,
    )


def played(script: Script, *inputs: Input) -> State:
    """Return the state after some inputs."""
    state, _ = begin(script, 5, HOME)
    for each in inputs:
        state, _ = step(script, state, each, HOME)
    return state


@given(
    story=stories(chance=True, home=True),
    inputs=st.lists(INPUTS, max_size=15),
    more=st.lists(INPUTS, max_size=8),
)
def test_a_restart_changes_nothing(
    story: Story, inputs: Sequence[Input], more: Sequence[Input]
) -> None:
    """Not even what comes after it."""
    script = Script.of(story)
    state = played(script, *inputs)
    again = read(Script.of(story), json.loads(json.dumps(written(script, state))))
    assert again == state
    for each in more:
        state, effects = step(script, state, each, AWAY)
        again, same = step(script, again, each, AWAY)
        assert (again, same) == (state, effects)


@given(before=stories(chance=True), after=stories(), inputs=st.lists(INPUTS, max_size=15))
def test_any_story_can_take_the_place_of_another(
    before: Story, after: Story, inputs: Sequence[Input]
) -> None:
    """The play-through goes on with it, by the rule."""
    old, new = Script.of(before), Script.of(after)
    state = played(old, *inputs)
    fresh = carried(old, state, new)
    known = [each for each in state.visited if each in after.nodes]
    if state.situation.node in after.nodes:
        assert fresh.situation.node == state.situation.node
    else:
        assert fresh.situation.node == (known[-1] if known else after.start)
    assert all(each in after.nodes for each in fresh.visited)
    for each in (LEFT, End(), End()):
        fresh, _ = step(new, fresh, each, HOME)


def test_the_same_node_stays_as_it_is() -> None:
    """A wait goes on, if it is still one."""
    script = Script.of(story("a", "b"))
    state = played(script, LEFT, End())
    assert state.situation.phase is Phase.WAITING
    longer = Script.of(story("a", "x", "b"))
    assert carried(script, state, longer).situation == state.situation
    assert carried(script, state, longer).story == longer.digest
    nodes = longer.story.nodes
    b = replace(nodes["b"], on_end=())
    without = Script.of(replace(longer.story, nodes={**nodes, "b": b}))
    assert carried(script, state, without).situation == replace(
        state.situation, phase=Phase.PLAYING, ending=None
    )


def test_a_node_that_is_gone_leads_to_the_one_before_it() -> None:
    """Or to the start, if none is left."""
    script = Script.of(story("a", "b", "c"))
    state = played(script, LEFT, LEFT, End())
    assert carried(script, state, Script.of(story("x", "b", "a"))).situation.node == "b"
    assert carried(script, state, Script.of(story("x", "a"))).situation.node == "a"
    fresh = carried(script, state, Script.of(story("x", "y")))
    assert fresh.situation.node == "x"
    assert fresh.situation.phase is Phase.PLAYING
    assert fresh.visited == ()


def test_values_stay_where_they_fit() -> None:
    """The order of the variables does not matter."""
    script = Script.of(story("a"))
    state = replace(played(script), situation=Situation("a", (7, True, "dog")))
    changed: list[Variable] = [
        Flag(name="fresh", initial=True),
        OneOf(name="pet", words=("cow", "dog"), initial="cow"),
        Number(name="coins", minimum=0, maximum=5, initial=2),
        Number(name="lamp", minimum=0, maximum=5, initial=4),
    ]
    fresh = Script.of(story("a", variables={each.name: each for each in changed}))
    assert carried(script, state, fresh).situation.values == (True, "dog", 2, 4)


def test_only_so_many_nodes_are_remembered() -> None:
    """The newest."""
    script = Script.of(story("a", "b", "c"))
    state = played(script, *[LEFT] * (VISITED + 7))
    assert len(state.visited) == VISITED
    assert state.visited[-1] == state.situation.node


@pytest.mark.parametrize(
    "change",
    [
        {"node": 3},
        {"values": []},
        {"phase": "asleep"},
        {"ending": "x"},
        {"seed": None},
        {"visited": "a"},
        {"drawn": "1"},
        {"story": None},
    ],
)
def test_what_is_no_play_through_is_refused(change: dict[str, Json]) -> None:
    """Nothing is made up in its place."""
    script = Script.of(story("a"))
    saved = written(script, played(script))
    assert read(script, saved)
    with pytest.raises(StateError):
        read(script, saved | change)
    missing = next(iter(change))
    with pytest.raises(StateError):
        read(script, {key: value for key, value in saved.items() if key != missing})


def test_the_digest_is_of_what_is_played() -> None:
    """Not of how it is written or drawn."""
    plain = story("a", "b")
    node = plain.nodes["a"]
    place = Place(node="a", line=3, column=1)

    def with_node(**changes: object) -> str:
        changed = replace(node, **changes)  # type: ignore[arg-type]
        return digest(replace(plain, nodes={**plain.nodes, "a": changed}))

    unseen = {"title": "A", "tags": ("x",), "icon": "i", "position": Position(x=1, y=2)}
    assert with_node(**unseen, place=place) == digest(plain)
    assert digest(replace(plain, title="T", author="me")) == digest(plain)
    turned = dict(reversed([*plain.nodes.items()]))
    assert digest(replace(plain, nodes=turned)) == digest(plain)
    seen = [
        with_node(variants=(says("other"),)),
        with_node(variants=(says("a", "coins > 1"),)),
        with_node(left=()),
        with_node(right=node.left),
        with_node(on_end=()),
        with_node(actions=("on",)),
        digest(replace(plain, start="b")),
        digest(replace(plain, variables={})),
    ]
    assert len({digest(plain), *seen}) == len(seen) + 1
    spaced, close = says("a", "coins > 1"), says("a", "coins>1")
    assert with_node(variants=(spaced,)) == with_node(variants=(close,))
