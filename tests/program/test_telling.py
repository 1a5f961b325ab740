"""Stories as programs: they play what the engine plays, whatever is pressed and kept in between."""

from dataclasses import replace
from typing import Final

from hypothesis import given, strategies as st

from custom_components.yoto_smart_stream.cards.live import Way
from custom_components.yoto_smart_stream.json import Json
from custom_components.yoto_smart_stream.program.announcement import Announcement, Interrupted
from custom_components.yoto_smart_stream.program.contract import Step, step
from custom_components.yoto_smart_stream.program.item import (
    InStory,
    Item,
    Moment,
    Play,
    Skipped,
    Stop,
    StopCard,
    silent_seconds,
)
from custom_components.yoto_smart_stream.program.kinds import reader
from custom_components.yoto_smart_stream.program.queue import Queue
from custom_components.yoto_smart_stream.program.reading import effect_from, effect_state
from custom_components.yoto_smart_stream.program.telling import (
    KIND,
    StoryProgram,
    Telling,
    read_telling,
    retold,
    story_in,
)
from custom_components.yoto_smart_stream.story import engine
from custom_components.yoto_smart_stream.story.model import (
    Audio,
    Choice,
    Ending,
    Goto,
    Node,
    Repeat,
    Spoken,
    Story,
    Variant,
    Wait,
)
from custom_components.yoto_smart_stream.story.script import Script
from custom_components.yoto_smart_stream.story.situation import (
    End,
    Ignored,
    Knob,
    Play as PlayIt,
    Press,
    Silence,
)
from tests.story.stories import stories

LENGTH: Final = 8.0
INPUTS: Final[dict[Way, Press | End]] = {
    Way.LEFT: Press(Knob.LEFT),
    Way.RIGHT: Press(Knob.RIGHT),
    Way.END: End(),
}
WAYS: Final = st.lists(st.sampled_from(list(INPUTS)), max_size=12)


class AtHome:
    """A home in which everything is so."""

    def holds(self, conditions: tuple[Json, ...]) -> bool:
        """Say so."""
        del conditions
        return True


def item_of(audio: Audio) -> Item:
    """Return an item that says which audio it is."""
    return Item(media=repr(audio), title="a title", length=LENGTH)


def telling_of(story: Story) -> Telling:
    """Return a story in a world in which everything is there."""
    return Telling(story_id="sea", script=Script.of(story), item_of=item_of, home=AtHome())


def program_of(story: Story, remind_after: int = 30) -> StoryProgram:
    """Return a story that has not begun."""
    return StoryProgram(telling=telling_of(story), seed=7, remind_after=remind_after)


def told(taken: Step) -> StoryProgram:
    """Return the story after a step."""
    assert isinstance(taken.program, StoryProgram)
    return taken.program


def again(program: StoryProgram) -> StoryProgram:
    """Return a program as it is after a restart."""
    return read_telling(program.state, program.telling)


def spoken(text: str) -> tuple[Variant, ...]:
    """Return what a node says."""
    return (Variant(audio=Spoken(text=text)),)


def cave() -> Story:
    """Return a story in which one knob is dead, and a wait comes before a stop."""
    nodes = (
        Node(
            id="cave",
            variants=spoken("A cave. Left?"),
            left=(Choice(target="gold", label="Go in"),),
            on_end=(Ending(then=Wait(seconds=5, then=Goto("dark"))),),
            actions=({"action": "light.turn_on"},),
        ),
        Node(id="dark", variants=spoken("It is dark."), left=(Choice(target="gold"),)),
        Node(id="gold", variants=spoken("Gold!")),
    )
    return Story(id="cave", title="Cave", start="cave", nodes={node.id: node for node in nodes})


@given(stories(chance=True, home=True), WAYS, st.booleans())
def test_it_plays_what_the_engine_plays(story: Story, ways: list[Way], restarts: bool) -> None:
    """As long as it does not wait for a knob, where only knobs lead on."""
    program = program_of(story)
    taken = step(program, Way.START, 0.0)
    script, home = program.telling.script, program.telling.home
    at, happened = engine.begin(script, 7, home)
    for way in (None, *ways):
        if way is not None:
            before, rests = taken.outcome, told(taken).rest.value != "none"
            taken = step(again(told(taken)) if restarts else taken.program, way, 0.5)
            if rests and way is Way.END:
                continue
            at, happened = engine.step(script, at, INPUTS[way], home)
            if any(isinstance(one, Ignored) for one in happened):
                expected = replace(before, begin_at=0.5) if isinstance(before, Play) else Stop()
                assert taken.outcome == expected
                continue
        played = [one.audio for one in happened if isinstance(one, PlayIt)]
        assert told(taken).at == at
        if not played:
            assert told(taken).rest.value != "none"
            continue
        assert isinstance(taken.outcome, Play)
        audio = played[-1]
        if isinstance(audio, Silence):
            assert silent_seconds(taken.outcome.item) == audio.seconds
        else:
            assert taken.outcome.item == item_of(audio)


@given(stories(chance=True, home=True), WAYS)
def test_nothing_is_lost_by_a_restart(story: Story, ways: list[Way]) -> None:
    """Program and effects are the same when they are read again."""
    taken = step(program_of(story), Way.START, 0.0)
    for way in ways:
        assert again(told(taken)) == taken.program
        assert tuple(effect_from(effect_state(one)) for one in taken.effects) == taken.effects
        taken = step(taken.program, way, 1.0)


def test_a_dead_knob_lets_the_story_go_on_where_it_was() -> None:
    """Nothing is told of it either."""
    begun = program_of(cave()).start()
    pressed = begun.program.right(3.5)
    assert isinstance(begun.outcome, Play)
    assert pressed.outcome == replace(begun.outcome, begin_at=3.5)
    assert pressed.effects == ()
    # A press in the last moment finds nothing left to go on with.
    late = begun.program.right(LENGTH + 1)
    assert isinstance(late.outcome, Play)
    assert silent_seconds(late.outcome.item) == 5


def test_what_happens_is_told() -> None:
    """Beginning, nodes, what they have Home Assistant do, choices and endings."""
    begun = program_of(cave()).start()
    assert [(one.moment, one.node, one.runs) for one in in_story(begun)] == [
        (Moment.BEGUN, "cave", False),
        (Moment.ENTERED, "cave", False),
        (Moment.ENTERED, "cave", True),
    ]
    chosen, entered = in_story(begun.program.left(0.0))
    assert (chosen.moment, chosen.node, chosen.target) == (Moment.CHOSEN, "cave", "gold")
    assert (chosen.side, chosen.label) == ("left", "Go in")
    assert (entered.moment, entered.node) == (Moment.ENTERED, "gold")
    over = begun.program.left(0.0).program.end()
    assert [one.moment for one in in_story(over)] == [Moment.ENDED]
    assert over.outcome == Stop()
    assert StopCard() in over.effects


def in_story(taken: Step) -> list[InStory]:
    """Return what is told of the story."""
    return [one for one in taken.effects if isinstance(one, InStory)]


def test_a_question_is_asked_again_until_nobody_is_there() -> None:
    """Knobs work in the silence between; at last the card stops, and asks when begun again."""
    program = program_of(cave(), remind_after=20).start().program.end().program.end().program
    asked = []
    taken = program.end()
    while isinstance(taken.outcome, Play):
        asked.append(silent_seconds(taken.outcome.item))
        assert told(taken.program.left(1.0)).at is not None
        taken = taken.program.end()
    assert asked == [20, None, 20, None, 20, None, 20]
    assert taken.effects == (StopCard(),)
    taken = taken.program.start()
    assert isinstance(taken.outcome, Play)
    assert "dark" in taken.outcome.item.media
    taken = taken.program.left(0.0)
    assert [one.node for one in in_story(taken)] == ["dark", "gold"]


def test_nothing_is_asked_again_where_nobody_wants_that() -> None:
    """A long silence is enough, and has an end too."""
    taken = program_of(cave(), remind_after=0).start().program.end().program.end().program.end()
    rounds = 0
    while isinstance(taken.outcome, Play):
        assert silent_seconds(taken.outcome.item) == 60
        rounds += 1
        taken = taken.program.end()
    assert 5 < rounds < 20


def test_a_story_that_has_ended_begins_anew() -> None:
    """With other chances; a knob does nothing until then."""
    ended = program_of(cave()).start().program.left(0.0).program.end()
    assert ended.program.left(0.0).outcome == Stop()
    assert ended.program.end().outcome == Stop()
    begun = ended.program.start()
    assert [one.node for one in in_story(begun)][:2] == ["cave", "cave"]
    assert told(begun).seed != told(ended).seed


def test_audio_that_is_gone_is_passed_over_and_not_for_ever() -> None:
    """A story of nothing but lost audio comes to a stop."""
    node = Node(id="a", variants=spoken("Lost"), on_end=(Ending(then=Repeat()),))
    taken = program_of(Story(id="a", title="A", start="a", nodes={"a": node})).start()
    steps = 0
    while isinstance(taken.outcome, Play):
        taken = taken.program.missing(Way.END)
        assert isinstance(taken.effects[0], Skipped)
        steps += 1
        assert steps < 100
    assert StopCard() in taken.effects


def test_another_text_goes_on_at_the_same_node() -> None:
    """Within an announcement too; other stories and queues are left alone."""
    before = program_of(cave())
    standing = before.start().program.end().program.end()
    story = cave()
    node = replace(story.nodes["dark"], on_end=(Ending(then=Goto("gold")),))
    telling = telling_of(replace(story, nodes={**story.nodes, "dark": node}))
    announced = Announcement(
        interrupted=Interrupted(program=standing.program, outcome=standing.outcome)
    )
    after = retold(telling)(announced)
    found = story_in(after)
    assert found is not None
    assert found.at is not None
    assert found.at.situation.node == "dark"
    assert [one.node for one in in_story(found.end())] == ["gold"]
    assert retold(telling)(Queue()) == Queue()
    assert story_in(Queue()) is None
    assert retold(replace(telling, story_id="other"))(before) == before


def test_a_story_is_read_by_whoever_knows_it() -> None:
    """As a kind of program among the others."""
    program = program_of(cave())
    read = reader({KIND: lambda state: read_telling(state, program.telling)})
    assert read(program.start().program.state) == program.start().program
