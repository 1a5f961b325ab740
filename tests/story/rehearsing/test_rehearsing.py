"""Play-throughs without a player tell what would be heard, and for how long."""

from collections.abc import Sequence

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.yoto_smart_stream.story.engine import begin, step
from custom_components.yoto_smart_stream.story.exploring import explore
from custom_components.yoto_smart_stream.story.model import (
    Chance,
    Ending,
    Goto,
    LibraryAudio,
    Lot,
    Node,
    Repeat,
    Story,
    Variant,
    Wait,
)
from custom_components.yoto_smart_stream.story.rehearsing.coverage import By, Edge
from custom_components.yoto_smart_stream.story.rehearsing.endings import find_endings
from custom_components.yoto_smart_stream.story.rehearsing.scripted import (
    MOST_CUES,
    Cue,
    TooManyCuesError,
    rehearse,
)
from custom_components.yoto_smart_stream.story.rehearsing.walks import (
    MOST_WALKS,
    TooManyWalksError,
    walk_at_random,
)
from custom_components.yoto_smart_stream.story.script import Script
from custom_components.yoto_smart_stream.story.situation import (
    End,
    Ended,
    Entered,
    Ignored,
    Input,
    Knob,
    Phase,
    Play,
    Silence,
)

from ..linting.test_linter import Shelf
from ..making import AWAY, HOME, LEFT, RIGHT, gives, says, script, story, then, to, when
from ..stories import stories
from ..test_engine import INPUTS


def sound(name: str) -> tuple[Variant, ...]:
    """Return an audio of the library."""
    return (Variant(audio=LibraryAudio(audio_id=name)),)


SEA = story(
    Node(
        id="beach",
        variants=sound("waves"),
        left=to("boat", label="sail"),
        on_end=then(Wait(seconds=5, then=Goto("home"))),
    ),
    Node(
        id="boat",
        on_enter=gives("coins", "coins + 1"),
        variants=sound("wind"),
        left=to("boat", "coins < 3"),
        right=to("island", "coins == 3"),
        on_end=then(Goto("beach")),
    ),
    Node(id="island", variants=sound("parrot")),
    Node(id="home", variants=sound("kettle")),
    Node(id="moon", variants=sound("nobody knows")),
    variables=("coins",),
)
SHELF = Shelf(waves=60, wind=10, parrot=20, kettle=30)


def test_given_presses_are_played() -> None:
    """With what each of them does, and the time that goes by."""
    told = rehearse(
        Script.of(SEA),
        [
            Cue(Knob.RIGHT, 7),
            Cue(Knob.LEFT, 3),
            Cue(Knob.LEFT),
            Cue(Knob.LEFT, None),
            Cue(Knob.LEFT, 100),
            Cue(None),
        ],
        seed=0,
        home=HOME,
        sounds=SHELF,
    )
    begun, ignored, sailed, again, waited, pressed, rested = told.turns
    assert begun.effects == (Entered("beach"), Play(LibraryAudio(audio_id="waves")))
    assert (ignored.effects, ignored.seconds) == ((Ignored(Knob.RIGHT),), 7)
    assert (sailed.situation.node, sailed.seconds) == ("boat", 10)
    assert (again.situation.node, again.seconds) == ("boat", 10)
    assert Entered("beach") in waited.effects, "the wind was heard to its end"
    assert (waited.situation.node, waited.seconds) == ("boat", 20)
    assert pressed.effects == (Ignored(Knob.LEFT),), "there are three coins"
    assert pressed.seconds == 30, "nothing plays longer than it is"
    assert (rested.situation.node, rested.seconds) == ("beach", 30)
    assert told.seconds == 30
    assert told.ignored == 2
    assert told.ending is None
    assert told.coverage.missed_nodes == ("island", "home", "moon")
    assert Edge("boat", By.END, "beach") in told.coverage.edges
    assert Edge("boat", By.RIGHT, "island") in told.coverage.missed_edges


def test_a_wait_takes_its_time() -> None:
    """And an ending is told; nothing goes by after it."""
    told = rehearse(Script.of(SEA), [Cue(None)] * 4, seed=0, home=HOME, sounds=SHELF)
    assert [each.seconds for each in told.turns] == [0, 60, 65, 95, 95]
    assert told.turns[1].effects == (Play(Silence(5)),)
    assert told.turns[3].effects == (Ended("home"),)
    assert told.ending == "home"


def test_a_stop_in_silence_cuts_off_what_plays() -> None:
    """There is nothing to wait for."""
    ready = script(Node(id="a", variants=says_one(), left=to("b")), Node(id="b"))
    told = rehearse(ready, [Cue(Knob.LEFT, 1), Cue(None)], seed=0, home=HOME)
    assert told.seconds <= 1
    assert told.ending == "b"


def says_one() -> tuple[Variant, ...]:
    """Return a text of a minute."""
    return (says("word " * 150),)


def test_texts_are_estimated_and_what_nobody_knows_is_counted() -> None:
    """A hundred and fifty words take a minute."""
    ready = script(
        Node(id="a", variants=says_one(), on_end=then(Goto("b"))),
        Node(id="b", variants=sound("x")),
    )
    told = rehearse(ready, [Cue(None), Cue(None)], seed=0, home=HOME, sounds=Shelf())
    assert told.seconds == 60
    assert told.unknown == 1


def test_all_endings_with_the_shortest_way() -> None:
    """The fewest presses and ends of audio."""
    found = find_endings(Script.of(SEA), sounds=SHELF)
    assert found.complete
    home, island = found.paths
    assert (home.node, home.inputs, home.seconds) == ("home", (End(), End(), End()), 95)
    assert home.presses == 0
    assert island.node == "island"
    assert island.inputs == (LEFT, LEFT, LEFT, RIGHT, End())
    assert island.nodes == ("beach", "boat", "boat", "boat", "island")
    assert island.labels == ("sail", None, None, None)
    assert island.seconds == 60 + 3 * 10 + 20
    assert island.is_certain
    assert found.coverage.missed_nodes == ("moon",)
    assert not found.coverage.missed_edges


def test_chance_and_home_are_all_tried() -> None:
    """What they can lead to is found, and told from what is certain."""
    lots = Chance((Lot(weight=1, then=Goto("a")), Lot(weight=1, then=Goto("b"))))
    ready = script(
        Node(id="dice", on_end=then(lots)),
        Node(id="a", variants=(says("A"),)),
        Node(
            id="b",
            variants=(says("B"),),
            on_end=(Ending(then=Goto("c"), guard=when(None, "dark")), Ending(then=Goto("d"))),
        ),
        Node(id="c", variants=(says("C"),)),
        Node(id="d", variants=(says("D"),)),
    )
    found = find_endings(ready)
    assert [each.node for each in found.paths] == ["a", "c", "d"]
    assert not any(each.is_certain for each in found.paths)
    assert found.complete


def test_a_story_with_too_many_situations_is_searched_in_part() -> None:
    """It says so."""
    found = find_endings(Script.of(SEA), most=3)
    assert not found.complete
    assert not found.paths


def test_silent_chance_that_may_never_end_is_given_up() -> None:
    """In a short time."""
    lots = Chance((Lot(weight=1, then=Repeat()), Lot(weight=1, then=Goto("a"))))
    ready = script(Node(id="dice", on_end=then(lots)), Node(id="a", variants=(says("A"),)))
    found = find_endings(ready)
    assert [each.node for each in found.paths] == ["a"]
    assert not found.complete


def test_walks_at_random_find_the_endings() -> None:
    """How often, and how long it takes."""
    ready = Script.of(SEA)
    told = walk_at_random(ready, 200, seed=3, home=HOME, sounds=SHELF)
    assert told == walk_at_random(ready, 200, seed=3, home=HOME, sounds=SHELF)
    assert sum(told.endings.values()) + told.unfinished == told.count == 200
    assert {*told.endings} == {"home", "island"}
    assert told.coverage.missed_nodes == ("moon",)
    assert told.listening is not None
    assert told.listening.shortest == 95
    listening = told.listening
    assert listening.shortest <= listening.median <= listening.longest
    assert not told.unknown
    assert walk_at_random(ready, 5, seed=3, home=HOME, sounds=Shelf()).unknown


def test_walks_without_an_end_are_given_up() -> None:
    """They count as unfinished."""
    ready = script(Node(id="a", variants=(says("A"),), on_end=then(Repeat())))
    told = walk_at_random(ready, 2, seed=0, home=HOME)
    assert (told.unfinished, told.listening, told.endings) == (2, None, {})


def test_there_are_limits() -> None:
    """With how many were asked for."""
    ready = Script.of(SEA)
    with pytest.raises(TooManyCuesError) as cues:
        rehearse(ready, [Cue(None)] * (MOST_CUES + 1), seed=0, home=HOME)
    assert (cues.value.count, cues.value.most) == (MOST_CUES + 1, MOST_CUES)
    for count in (0, MOST_WALKS + 1):
        with pytest.raises(TooManyWalksError) as walks:
            walk_at_random(ready, count, seed=0, home=HOME)
        assert walks.value.count == count


@settings(max_examples=60)
@given(
    story=stories(chance=True, home=True),
    inputs=st.lists(INPUTS, max_size=30),
    seed=st.integers(0, 50),
    is_home=st.booleans(),
)
def test_everything_that_happens_was_foreseen(
    story: Story, inputs: Sequence[Input], seed: int, is_home: bool
) -> None:
    """Every situation and every ending of a play-through is among those that are found."""
    ready = Script.of(story)
    explored = explore(ready, 5_000)
    found = find_endings(ready, most=5_000)
    if not explored.complete:
        return
    home = HOME if is_home else AWAY
    state, effects = begin(ready, seed, home)
    endings = {each.node for each in found.paths}
    for happened in (None, *inputs):
        if happened is not None:
            state, effects = step(ready, state, happened, home)
        assert state.situation in explored.situations
        assert all(each.node in endings for each in effects if isinstance(each, Ended))


@settings(max_examples=60)
@given(story=stories())
def test_the_way_to_an_ending_leads_there(story: Story) -> None:
    """Input by input, and no walk in fewer inputs does."""
    ready = Script.of(story)
    found = find_endings(ready, most=5_000)
    for path in found.paths:
        state, effects = begin(ready, 0, HOME)
        nodes = [each.node for each in effects if isinstance(each, Entered)]
        for happened in path.inputs:
            state, effects = step(ready, state, happened, HOME)
            nodes += [each.node for each in effects if isinstance(each, Entered)]
        assert effects[-1] == Ended(path.node)
        assert state.situation.phase is Phase.STOPPED
        assert tuple(nodes) == path.nodes
        assert path.is_certain


@settings(max_examples=60)
@given(story=stories(), seed=st.integers(0, 9))
def test_walks_see_no_more_than_there_is(story: Story, seed: int) -> None:
    """What is covered at random is covered by the search."""
    ready = Script.of(story)
    found = find_endings(ready, most=5_000)
    told = walk_at_random(ready, 3, seed=seed, home=HOME)
    if found.complete:
        assert {*told.coverage.nodes} <= {*found.coverage.nodes}
        assert {*told.coverage.edges} <= {*found.coverage.edges}
        assert {*told.endings} <= {each.node for each in found.paths}
