"""An imported story plays as Twine would play its passages, from top to bottom."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from hypothesis import HealthCheck, assume, given, settings, strategies as st

from custom_components.yoto_smart_stream.story.engine import begin, step
from custom_components.yoto_smart_stream.story.errors import StoryError
from custom_components.yoto_smart_stream.story.fate import NO_FATE
from custom_components.yoto_smart_stream.story.formats.reading import read
from custom_components.yoto_smart_stream.story.model import Spoken, Story
from custom_components.yoto_smart_stream.story.script import Script
from custom_components.yoto_smart_stream.story.situation import (
    Effect,
    End,
    Input,
    Knob,
    Play,
    Press,
)

NAMES = ("Start", "Cave", "Sea", "Hill")
CONDITIONS = ("$a", "not $b", "$n is 1", "$n > 1", "$a and $b", "$a or $n is 0")
SETS = ("$a to true", "$a to not $b", "$b to $a", "$b to false", "$n to it + 1", "$n to 0")
MOST = 3
INPUTS: tuple[Input, ...] = (Press(Knob.LEFT), Press(Knob.RIGHT), End())


@dataclass(frozen=True, slots=True)
class Text:
    """Words."""

    words: str


@dataclass(frozen=True, slots=True)
class Set:
    """A `(set:)`."""

    what: str


@dataclass(frozen=True, slots=True)
class Go:
    """A link, perhaps one that sets something; without target it is empty."""

    target: str
    what: str | None = None


@dataclass(frozen=True, slots=True)
class If:
    """An `(if:)` with its `(else:)`."""

    condition: str
    yes: tuple[Item, ...]
    no: tuple[Item, ...]


type Item = Text | Set | Go | If


@dataclass(slots=True)
class Shown:
    """What Twine shows of a passage."""

    words: str = ""
    links: list[Go] = field(default_factory=list)


@st.composite
def bodies(draw: st.DrawFn) -> tuple[Item, ...]:
    """Return what is in a passage."""
    found: list[Item] = []
    for _ in range(draw(st.integers(1, 5))):
        kind = draw(st.integers(0, 5))
        if kind < 2:
            found.append(Set(draw(st.sampled_from(SETS))))
        elif kind < 4:
            found.append(_link(draw))
        else:
            parts = [_parts(draw), _parts(draw)]
            found.append(If(draw(st.sampled_from(CONDITIONS)), *parts))
    return tuple(found)


def _link(draw: st.DrawFn) -> Go:
    what = draw(st.sampled_from((None, None, *SETS)))
    target = draw(st.sampled_from((*NAMES, "")))
    return Go(target, what if target else None)


def _parts(draw: st.DrawFn) -> tuple[Item, ...]:
    found: list[Item] = []
    for _ in range(draw(st.integers(0, 2))):
        kind = draw(st.integers(0, 3))
        if kind < 2:
            found.append(Text(draw(st.sampled_from(("one ", "two ", "three ")))))
        elif kind == 2:
            found.append(_link(draw))
        else:
            inner = Text(draw(st.sampled_from(("four ", "five "))))
            found.append(If(draw(st.sampled_from(CONDITIONS)), (inner,), ()))
    return tuple(found)


def twee(items: Sequence[Item]) -> str:
    """Return a passage as it is written."""
    return "".join(map(_written, items))


def _written(item: Item) -> str:
    match item:
        case Text(words):
            return words
        case Set(what):
            return f"(set: {what})"
        case Go(target, None):
            return f"[[{target}]]"
        case Go(target, what):
            return f"(link-reveal-goto: '{target}')[(set: {what})]"
        case If(condition, yes, no):
            return f"(if: {condition})[{twee(yes)}](else:)[{twee(no)}]"


class Twine:
    """Plays passages as they stand: what is set is set at once, what is asked is asked then."""

    def __init__(self, passages: dict[str, tuple[Item, ...]]) -> None:
        """Begin at the start."""
        self._passages = passages
        self._values: dict[str, int] = {"a": False, "b": False, "n": 0}
        self._is_over = False
        self.heard: list[str] = []
        self._shown = Shown()
        self._enter("Start")

    def happen(self, happened: Input) -> None:
        """Press a knob, or let the passage be over."""
        match happened:
            case Press(Knob.LEFT):
                self._follow(0)
            case Press(Knob.RIGHT):
                self._follow(1)
            case _ if not self._is_over:
                self._is_over = True
                self._follow(2)

    def _follow(self, number: int) -> None:
        if number < len(self._shown.links) and (link := self._shown.links[number]).target:
            if link.what:
                self._set(link.what)
            self._enter(link.target)

    def _enter(self, name: str) -> None:
        self._is_over = False
        self._shown = Shown()
        self._show(self._passages[name])
        self.heard.append(f"{name}: {self._shown.words}".strip())

    def _show(self, items: Sequence[Item]) -> None:
        for item in items:
            match item:
                case Text(words):
                    self._shown.words += words
                case Set(what):
                    self._set(what)
                case Go():
                    self._shown.links.append(item)
                case If(condition, yes, no):
                    self._show(yes if self._holds(condition) else no)

    def _holds(self, condition: str) -> bool:
        a, b, n = self._values["a"], self._values["b"], self._values["n"]
        answers = (a, not b, n == 1, n > 1, a and b, a or n == 0)
        return bool(answers[CONDITIONS.index(condition)])

    def _set(self, what: str) -> None:
        a, b, n = self._values["a"], self._values["b"], self._values["n"]
        values = (True, not b, a, False, min(n + 1, MOST), 0)
        self._values[what[1]] = values[SETS.index(what)]


def heard(effects: Sequence[Effect]) -> list[str]:
    """Return the texts that are played."""
    return [
        each.audio.text
        for each in effects
        if isinstance(each, Play) and isinstance(each.audio, Spoken)
    ]


@given(
    st.tuples(*(bodies() for _ in NAMES)),
    st.lists(st.sampled_from(INPUTS), max_size=12),
)
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
def test_an_imported_story_plays_as_twine_plays_it(
    bodies_of: tuple[tuple[Item, ...], ...], inputs: list[Input]
) -> None:
    """Whatever a passage sets, asks and links, in any order that we do not refuse."""
    passages = dict(zip(NAMES, bodies_of, strict=True))
    init = f"(set: $a to false, $b to false, $n to 0)(set: $n_min to 0, $n_max to {MOST})"
    text = f":: StoryInit\n{init}\n" + "\n".join(
        f":: {name}\n{name}: {twee(items)}" for name, items in passages.items()
    )
    imported: Story | None = None
    try:
        imported = read(text)
    except StoryError as err:
        # A fourth link, or something that would have to be set both before and after.
        assert {each.code for each in err.problems} <= {"too_many", "not_supported"}  # noqa: PT017
    assume(imported is not None)
    assert imported is not None
    script = Script.of(imported)
    twine = Twine(passages)
    state, effects = begin(script, 0, NO_FATE)
    played = heard(effects)
    over = False
    for happened in inputs:
        if isinstance(happened, End) and over:
            continue
        before = len(twine.heard)
        twine.happen(happened)
        state, effects = step(script, state, happened, NO_FATE)
        played += heard(effects)
        over = len(twine.heard) == before and (over or isinstance(happened, End))
    assert played == twine.heard
