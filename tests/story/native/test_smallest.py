"""There is no smaller card that plays the same: merged again by slow and simple means."""

from collections.abc import Callable, Hashable, Sequence
from itertools import combinations

from hypothesis import given, settings

from custom_components.yoto_smart_stream.story.engine import opening, react
from custom_components.yoto_smart_stream.story.fate import NO_FATE
from custom_components.yoto_smart_stream.story.model import Story
from custom_components.yoto_smart_stream.story.script import Script
from custom_components.yoto_smart_stream.story.situation import (
    End,
    Ignored,
    Knob,
    Phase,
    Play,
    Press,
    Situation,
)

from .cards import compiled, native_stories, payload_of
from .payload_player import END, LEFT, RIGHT, Moment, PayloadPlayer


def tell_apart[T: Hashable](
    things: Sequence[T], output: Callable[[T], object], ways: Callable[[T], Sequence[T | None]]
) -> set[frozenset[T]]:
    """Return the pairs that differ, by filling the table of Moore until nothing is added."""
    pairs = [frozenset(pair) for pair in combinations(things, 2)]
    apart = {pair for pair in pairs if len({repr(output(each)) for each in pair}) > 1}
    is_growing = True
    while is_growing:
        is_growing = False
        for pair in pairs:
            if pair in apart:
                continue
            one, other = pair
            for a, b in zip(ways(one), ways(other), strict=True):
                if a != b and (a is None or b is None or frozenset((a, b)) in apart):
                    apart.add(pair)
                    is_growing = True
    return apart


@given(native_stories())
def test_no_two_chapters_play_the_same(story: Story) -> None:
    """Tell every two apart."""
    player = PayloadPlayer(payload_of(story, compiled(story)))
    moments = player.moments

    def ways(moment: Moment) -> list[Moment | None]:
        found = [player.after(moment, event) for event in (LEFT, RIGHT, END)]
        return [at if heard else None for at, heard in found]

    apart = tell_apart(moments, player.heard, ways)
    assert all(frozenset(pair) in apart for pair in combinations(moments, 2))


@given(native_stories())
def test_every_chapter_can_be_come_to(story: Story) -> None:
    """Follow all ways from the beginning."""
    player = PayloadPlayer(payload_of(story, compiled(story)))
    found = [player.beginning]
    for moment in found:
        for event in (LEFT, RIGHT, END):
            at, heard = player.after(moment, event)
            if heard is not None and at not in found:
                found.append(at)
    assert {at.chapter for at in found} == {at.chapter for at in player.moments}


class Naive:
    """All situations of a story with all variables, and which of them sound the same for ever."""

    def __init__(self, story: Story) -> None:
        """Look at everything, and part it until nothing can be parted."""
        self._story = story
        self._script = Script.of(story)
        first, effects = opening(self._script, NO_FATE)
        self._sounds = {first: self._sound(effects)}
        self._ways: dict[Situation, tuple[Situation | None, ...]] = {}
        self.situations = [first]
        for situation in self.situations:
            self._ways[situation] = tuple(
                self._after(situation, happened)
                for happened in (Press(Knob.LEFT), Press(Knob.RIGHT), End())
            )
        numbers: dict[Situation, int] = {}
        signatures: dict[Situation, object] = {each: self._output(each) for each in self.situations}
        while (count := len(set(numbers.values()))) < len(set(signatures.values())) or not count:
            known = {each: place for place, each in enumerate(dict.fromkeys(signatures.values()))}
            numbers = {each: known[signatures[each]] for each in self.situations}
            signatures = {
                each: (numbers[each], *(way and numbers[way] for way in self._ways[each]))
                for each in self.situations
            }
        self._numbers = numbers

    def count_chapters(self) -> int:
        """Return how many chapters a card needs at the least."""
        first = self.situations[0]
        needed = {self._numbers[first]: first}
        waiting = [first]
        for situation in waiting:
            for way, target in zip("lre", self._ways[situation], strict=True):
                if target is None or (way == "e" and self._stays(situation, target)):
                    continue
                if self._numbers[target] not in needed:
                    needed[self._numbers[target]] = target
                    waiting.append(target)
        return len(needed)

    def _stays(self, situation: Situation, target: Situation) -> bool:
        """Tell whether a chapter can simply stop at its end."""
        if target.phase is not Phase.STOPPED or self._look(situation) != self._look(target):
            return False
        return all(
            (a and self._numbers[a]) == (b and self._numbers[b])
            for a, b in zip(self._ways[situation][:2], self._ways[target][:2], strict=True)
        )

    def _after(self, situation: Situation, happened: Press | End) -> Situation | None:
        """Return what follows, or None for nothing."""
        if situation.phase is Phase.STOPPED and isinstance(happened, End):
            return None
        now, effects = react(self._script, situation, happened, NO_FATE)
        if any(isinstance(effect, Ignored) for effect in effects):
            return None
        sound = self._sound(effects)
        if now not in self._sounds:
            self._sounds[now] = sound
            self.situations.append(now)
        assert self._sounds[now] == sound
        return now

    def _output(self, situation: Situation) -> object:
        return self._sounds[situation], self._look(situation)

    def _look(self, situation: Situation) -> object:
        node = self._story.nodes[situation.node]
        return node.title or node.id, node.icon

    def _sound(self, effects: Sequence[object]) -> object:
        return next((each.audio for each in effects if isinstance(each, Play)), None)


@settings(max_examples=200)
@given(native_stories())
def test_no_card_with_fewer_chapters_plays_the_same(story: Story) -> None:
    """Count without leaving anything out beforehand."""
    compilation = compiled(story)
    naive = Naive(story)
    assert len(compilation.card.chapters) == naive.count_chapters()
    assert compilation.report.chapters == len(compilation.card.chapters)
    assert compilation.report.situations <= len(naive.situations)
