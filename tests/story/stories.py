"""Stories that are made up, for tests with properties."""

from collections.abc import Sequence

from hypothesis import strategies as st

from custom_components.yoto_smart_stream.json import Json
from custom_components.yoto_smart_stream.story.model import (
    ALWAYS,
    Assignment,
    Audio,
    Chance,
    Choice,
    Ending,
    Goto,
    Guard,
    LibraryAudio,
    Lot,
    Node,
    Position,
    Repeat,
    Spoken,
    Stop,
    Story,
    StreamAudio,
    Then,
    Variant,
    Wait,
)
from custom_components.yoto_smart_stream.story.variables import Flag, Number, OneOf, Variable

from .terms import truth, value

NAMES = ("key", "coins", "mood", "lamp")
WORDS = ("happy", "sad", "sleepy")
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co", "Zl", "Zp")),
    min_size=1,
    max_size=12,
).filter(lambda text: text == text.strip())
"""Whatever a family may write on one line."""
CONDITIONS: st.SearchStrategy[Json] = st.sampled_from(
    (
        "{{ is_state('sun.sun', 'below_horizon') }}",
        {"condition": "state", "entity_id": "light.sea", "state": "on"},
        {"condition": "time", "after": "18:00:00", "weekday": ["sat", "sun"]},
    )
)
ACTIONS: st.SearchStrategy[Json] = st.sampled_from(
    (
        {"action": "light.turn_on", "data": {"color_name": "blue", "brightness": 90}},
        {"delay": 0.5},
        {"action": "scene.turn_on", "target": {"entity_id": ["scene.sea", "scene.1"]}},
    )
)


@st.composite
def stories(
    draw: st.DrawFn,
    *,
    max_nodes: int = 5,
    chance: bool = False,
    waits: bool = True,
    home: bool = False,
    streams: bool = False,
    silent: bool = True,
    ids: st.SearchStrategy[str] | None = None,
    texts: st.SearchStrategy[str] | None = None,
) -> Story:
    """Return a story, small enough to be walked through entirely.

    Unless it is told otherwise, it can be made into a native card. Every variant has an audio of
    its own, so that what is heard tells where the story is. `home` adds conditions and actions
    of Home Assistant, `ids` and `texts` make names and labels.
    """
    variables = draw(_variables())
    if ids is None:
        names = [f"n{number}" for number in range(draw(st.integers(1, max_nodes)))]
    else:
        names = draw(st.lists(ids, min_size=1, max_size=max_nodes, unique=True))
    labels = st.sampled_from(("to the sea", "home", "up")) if texts is None else texts
    make = _Making(draw, names, variables, labels, chance=chance, waits=waits, home=home)
    nodes = {
        name: make.node(name, number, silent=silent, streams=streams)
        for number, name in enumerate(names)
    }
    optional = st.none() | labels
    return Story(
        id=draw(st.sampled_from(("s", "the-sea", "01"))),
        title=draw(labels),
        start=draw(st.sampled_from(names)),
        nodes=nodes,
        variables={each.name: each for each in variables},
        author=draw(optional),
        description=draw(optional),
        language=draw(st.sampled_from((None, "en", "de-AT"))),
        cover=draw(optional),
        voice=draw(optional),
        resume_timeout=draw(st.sampled_from((2_592_000, 60, 3600))),
    )


@st.composite
def _variables(draw: st.DrawFn) -> tuple[Variable, ...]:
    found: list[Variable] = []
    for name in draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=3)):
        kind = draw(st.integers(0, 2))
        if kind == 0:
            found.append(Flag(name=name, initial=draw(st.booleans())))
        elif kind == 1:
            low = draw(st.integers(-2, 2))
            high = low + draw(st.integers(0, 3))
            initial = draw(st.integers(low, high))
            found.append(Number(name=name, minimum=low, maximum=high, initial=initial))
        else:
            words = WORDS[: draw(st.integers(1, 3))]
            found.append(OneOf(name=name, words=words, initial=draw(st.sampled_from(words))))
    return tuple(found)


class _Making:
    """Makes the nodes of one story."""

    def __init__(
        self,
        draw: st.DrawFn,
        names: Sequence[str],
        variables: tuple[Variable, ...],
        labels: st.SearchStrategy[str],
        *,
        chance: bool,
        waits: bool,
        home: bool,
    ) -> None:
        """Remember what the story has."""
        self._draw = draw
        self._names = names
        self._variables = variables
        self._labels = labels
        self._chance = chance
        self._waits = waits
        self._home = home

    def node(self, name: str, number: int, *, silent: bool, streams: bool) -> Node:
        """Make one node."""
        draw = self._draw
        sounds = draw(st.integers(0 if silent else 1, 2))
        variants = [
            Variant(
                audio=self._audio(f"{number} {each}", streams=streams),
                guard=self._guard(certain=not silent and each == sounds - 1),
            )
            for each in range(sounds)
        ]
        extra = draw(st.booleans())
        optional = st.none() | self._labels
        return Node(
            id=name,
            title=draw(optional.filter(lambda title: title != name)) if extra else None,
            variants=tuple(variants),
            icon=draw(optional) if extra else None,
            on_enter=self._assignments(),
            left=self._choices(),
            right=self._choices(),
            on_end=tuple(
                Ending(then=self._then(), guard=self._guard(), assignments=self._assignments())
                for _ in range(draw(st.integers(0, 2)))
            ),
            actions=tuple(draw(st.lists(ACTIONS, max_size=2))) if self._home else (),
            tags=tuple(draw(st.lists(st.sampled_from(("sea", "sad-end")), unique=True))),
            position=Position(x=100, y=12.5) if extra and draw(st.booleans()) else None,
        )

    def _audio(self, unique: str, *, streams: bool) -> Audio:
        if streams and self._draw(st.booleans()):
            return StreamAudio(name=unique)
        if self._draw(st.booleans()):
            return LibraryAudio(audio_id=unique)
        return Spoken(text=unique, voice=self._draw(st.none() | self._labels))

    def _guard(self, *, certain: bool = False) -> Guard:
        if certain or self._draw(st.booleans()):
            return ALWAYS
        conditions = self._draw(st.lists(CONDITIONS, max_size=2)) if self._home else []
        timeless: bool = self._draw(st.booleans())
        if conditions and timeless:
            return Guard(home=tuple(conditions))
        return Guard(when=truth(self._draw, self._variables), home=tuple(conditions))

    def _assignments(self) -> tuple[Assignment, ...]:
        if not self._variables:
            return ()
        chosen = self._draw(st.lists(st.sampled_from(self._variables), max_size=2, unique=True))
        return tuple(
            Assignment(variable=each.name, value=value(self._draw, each, self._variables))
            for each in chosen
        )

    def _choices(self) -> tuple[Choice, ...]:
        return tuple(
            Choice(
                target=self._target(),
                label=self._draw(st.none() | self._labels),
                guard=self._guard(),
                assignments=self._assignments(),
            )
            for _ in range(self._draw(st.integers(0, 2)))
        )

    def _target(self) -> str:
        return self._draw(st.sampled_from(self._names))

    def _then(self) -> Then | Wait | Chance:
        if self._waits and self._draw(st.integers(0, 3)) == 0:
            return Wait(seconds=self._draw(st.integers(1, 60)), then=self._chance_or_then())
        return self._chance_or_then()

    def _chance_or_then(self) -> Then | Chance:
        if self._chance and self._draw(st.integers(0, 2)) == 0:
            lots = self._draw(st.integers(1, 3))
            return Chance(
                tuple(
                    Lot(weight=self._draw(st.integers(1, 5)), then=self._plain())
                    for _ in range(lots)
                )
            )
        return self._plain()

    def _plain(self) -> Then:
        match self._draw(st.integers(0, 3)):
            case 0:
                return Stop()
            case 1:
                return Repeat()
            case _:
                return Goto(self._target())
