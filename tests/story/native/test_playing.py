"""The compiled card plays what the engine plays, whatever a child presses."""

from hypothesis import given, settings, strategies as st

from custom_components.yoto_smart_stream.cards.builder import DEFAULT_ICON
from custom_components.yoto_smart_stream.story.engine import begin, opening, react, step
from custom_components.yoto_smart_stream.story.fate import NO_FATE
from custom_components.yoto_smart_stream.story.model import Story
from custom_components.yoto_smart_stream.story.native.card import REST
from custom_components.yoto_smart_stream.story.script import Script
from custom_components.yoto_smart_stream.story.situation import (
    Effect,
    End,
    Input,
    Knob,
    Phase,
    Play,
    Press,
    Situation,
)

from .cards import address, compiled, native_stories, payload_of
from .payload_player import END, LEFT, RIGHT, Heard, Moment, PayloadPlayer

PRESSES = 12
EVENTS: dict[str, Input] = {LEFT: Press(Knob.LEFT), RIGHT: Press(Knob.RIGHT), END: End()}


def sounds(effects: tuple[Effect, ...]) -> list[str]:
    """Return the addresses of what the engine wants to be played."""
    return [address(effect.audio) for effect in effects if isinstance(effect, Play)]


def audible(heard: Heard | None) -> list[str]:
    """Return the address of what is heard, unless it is only there to wait for a knob."""
    return [] if heard is None or heard.url == address(REST) else [heard.url]


def assert_shows(story: Story, situation: Situation, player: PayloadPlayer, at: Moment) -> None:
    """Check what is seen of the card, and whether it plays."""
    node = story.nodes[situation.node]
    shown = player.heard(at)
    assert shown.title == (node.title or node.id)
    assert shown.icon == (node.icon or DEFAULT_ICON)
    if shown.url != address(REST):
        assert at.is_playing == (situation.phase is not Phase.STOPPED)


@settings(max_examples=200)
@given(native_stories())
def test_every_sequence_of_presses_sounds_the_same(story: Story) -> None:
    """Go through all sequences at once: those that lead to the same are the same from there on."""
    script = Script.of(story)
    player = PayloadPlayer(payload_of(story, compiled(story)))
    situation, effects = opening(script, NO_FATE)
    moment = player.beginning
    assert audible(player.heard(moment)) == sounds(effects)
    seen = {(moment, situation)}
    newest = [*seen]
    for _ in range(PRESSES):
        before, newest = newest, []
        for moment, situation in before:
            for event, happened in EVENTS.items():
                at, heard = player.after(moment, event)
                now, effects = react(script, situation, happened, NO_FATE)
                assert audible(heard) == sounds(effects)
                assert_shows(story, now, player, at)
                if (at, now) not in seen:
                    seen.add((at, now))
                    newest.append((at, now))


class Nowhere:
    """A home that a native story asks nothing."""

    def holds(self, conditions: object) -> bool:
        """Fail."""
        raise AssertionError(conditions)


@given(native_stories(), st.lists(st.sampled_from([*EVENTS]), max_size=PRESSES))
def test_a_play_through_sounds_the_same(story: Story, events: list[str]) -> None:
    """Play with everything that the engine remembers."""
    script = Script.of(story)
    player = PayloadPlayer(payload_of(story, compiled(story)))
    moment = player.beginning
    state, effects = begin(script, 7, Nowhere())
    card, engine = audible(player.heard(moment)), sounds(effects)
    for event in events:
        moment, heard = player.after(moment, event)
        state, effects = step(script, state, EVENTS[event], Nowhere())
        card += audible(heard)
        engine += sounds(effects)
    assert card == engine
