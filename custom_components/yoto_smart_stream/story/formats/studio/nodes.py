"""From a pack to a story, which two knobs can steer.

A press on the left knob stands for a turn of the wheel, and one on the right takes what is heard.
Where there is no wheel to turn, the left knob is the button with the house.

What the wheel turns to depends on the options among which a stage was come to, and a story has
no memory for that but the node: a stage that is an option in several places becomes several nodes.
"""

from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ...errors import Place, Problem, StoryError, StoryProblem
from ...model import (
    Chance,
    Choice,
    Ending,
    Goto,
    LibraryAudio,
    Lot,
    Node,
    Story,
    Variant,
)
from ..limits import DESCRIPTION, LOTS, NODES, TITLE
from ..slug import slug
from .losses import PackLoss, PackLost
from .pack import Options, Pack, Stage, Transition

_STAGE: Final = "stage"
_CHANCE: Final = "chance"


@dataclass(frozen=True, slots=True)
class Told:
    """A story, and what it could not keep."""

    story: Story
    lost: tuple[PackLost, ...]


@dataclass(frozen=True, slots=True)
class _Spot:
    """A stage as it is come to; where the wheel turns, with the options and the place in them."""

    stage: str
    options: str | None = None
    index: int = 0


@dataclass(frozen=True, slots=True)
class _Draw:
    """Where chance chooses among some of the options, counted from 0."""

    options: str
    begin: int
    end: int


type _Point = _Spot | _Draw
"""What becomes a node."""


def title_of(pack: Pack, otherwise: str) -> str:
    """Return what a pack is called; `otherwise` where nothing in it says so."""
    names = (pack.title, pack.stages[pack.start].name, otherwise)
    return next((line for name in names if (line := _line(name))), otherwise)


def story_of(pack: Pack, title: str, audio: Mapping[str, str]) -> Told:
    """Return the story that a pack tells.

    Args:
        pack: The pack.
        title: What the story is called, in one line.
        audio: By the names of assets, the audio of the library. What is missing is silent.

    Raises:
        StoryError: It would be too large.
    """
    telling = _Telling(pack, audio)
    nodes = telling.nodes()
    story = Story(
        id=slug(title),
        title=title,
        start=next(iter(nodes)),
        nodes=nodes,
        description=(pack.description or "")[:DESCRIPTION].strip() or None,
    )
    return Told(story, tuple(_lost(pack, audio)))


class _Telling:
    """Goes from node to node, and makes each when it is its turn."""

    def __init__(self, pack: Pack, audio: Mapping[str, str]) -> None:
        self._pack = pack
        self._audio = audio
        self._ids: dict[_Point, str] = {}
        self._stages: set[str] = set()
        """Those that have become a node."""
        self._taken: set[str] = set()
        self._alike: Counter[str] = Counter()
        self._waiting: deque[_Point] = deque()

    def nodes(self) -> dict[str, Node]:
        """Return all nodes, the start first."""
        pack = self._pack
        made: dict[str, Node] = {}
        self._id(_Spot(pack.start))
        made.update(self._made())
        # What nothing leads to is kept all the same; the linter tells of it.
        for options in pack.options.values():
            for index, name in enumerate(options.stages):
                if name not in self._stages:
                    self._id(self._spot(options, index))
                    made.update(self._made())
        for name in pack.stages:
            if name not in self._stages:
                self._id(_Spot(name))
                made.update(self._made())
        return made

    def _made(self) -> Iterator[tuple[str, Node]]:
        """Make the nodes that wait, and those that they lead to."""
        while self._waiting:
            point = self._waiting.popleft()
            node = self._node(point) if isinstance(point, _Spot) else self._signpost(point)
            yield node.id, node

    def _node(self, spot: _Spot) -> Node:
        stage = self._pack.stages[spot.stage]
        audio = None if stage.audio is None else self._audio.get(stage.audio)
        name = self._ids[spot]
        title = _line(stage.name)
        return Node(
            id=name,
            title=None if title in {"", name} else title,
            variants=() if audio is None else (Variant(audio=LibraryAudio(audio_id=audio)),),
            left=self._left(spot, stage),
            right=self._right(spot, stage),
            on_end=self._endings(stage),
            position=stage.position,
        )

    def _left(self, spot: _Spot, stage: Stage) -> tuple[Choice, ...]:
        """Return where the wheel turns to, or else where the house leads."""
        if spot.options is None:
            return () if stage.home is None else (self._choice(stage.home),)
        options = self._pack.options[spot.options]
        index = (spot.index + 1) % len(options.stages)
        return (self._choice(Transition(options=options.id, index=index)),)

    def _right(self, spot: _Spot, stage: Stage) -> tuple[Choice, ...]:
        """Return where a press leads. Of several options, it takes the one that is heard."""
        if stage.onward is None or not stage.taken:
            return ()
        own = None if spot.options is None else _line(stage.name) or None
        return (self._choice(stage.onward, own),)

    def _endings(self, stage: Stage) -> tuple[Ending, ...]:
        if stage.onward is None or not stage.passes:
            return ()
        target, _ = self._target(stage.onward)
        return (Ending(then=Goto(target)),)

    def _choice(self, transition: Transition, label: str | None = None) -> Choice:
        target, named = self._target(transition)
        return Choice(target=target, label=label or named)

    def _target(self, transition: Transition) -> tuple[str, str | None]:
        """Return the node that a transition leads to, and what people call that."""
        options = self._pack.options[transition.options]
        index = transition.index
        if index is None and len(options.stages) > 1:
            draw = _Draw(options.id, 0, len(options.stages))
            return self._id(draw), _line(options.name) or None
        spot = self._spot(options, index or 0)
        return self._id(spot), _line(self._pack.stages[spot.stage].name) or None

    def _spot(self, options: Options, index: int) -> _Spot:
        """Return one of some options as it is come to."""
        stage = self._pack.stages[options.stages[index]]
        if stage.turns and len(options.stages) > 1:
            return _Spot(stage.id, options.id, index)
        return _Spot(stage.id)

    def _signpost(self, draw: _Draw) -> Node:
        """Return a silent node from which chance leads on, in two steps where there are many."""
        options = self._pack.options[draw.options]
        targets: Sequence[tuple[_Point, int]]
        if draw.end - draw.begin > LOTS:
            parts = [
                _Draw(draw.options, begin, min(begin + LOTS, draw.end))
                for begin in range(draw.begin, draw.end, LOTS)
            ]
            targets = [(part, part.end - part.begin) for part in parts]
        else:
            targets = [(self._spot(options, index), 1) for index in range(draw.begin, draw.end)]
        lots = tuple(Lot(weight=weight, then=Goto(self._id(one))) for one, weight in targets)
        return Node(
            id=self._ids[draw],
            on_end=(Ending(then=Chance(lots)),),
            position=options.position,
        )

    def _id(self, point: _Point) -> str:
        """Return what a node is called, which is made when it is its turn."""
        if point not in self._ids:
            self._ids[point] = self._fresh(self._base(point))
            if isinstance(point, _Spot):
                self._stages.add(point.stage)
            self._waiting.append(point)
        return self._ids[point]

    def _base(self, point: _Point) -> str:
        if isinstance(point, _Spot):
            return slug(self._pack.stages[point.stage].name or _STAGE)
        return slug(self._pack.options[point.options].name or _CHANCE)

    def _fresh(self, base: str) -> str:
        """Return an id that nothing has yet.

        Raises:
            StoryError: There are too many already.
        """
        if len(self._taken) == NODES:
            detail = {"count": f"{NODES}+", "most": str(NODES)}
            raise StoryError(Problem(place=Place(), code=StoryProblem.TOO_MANY, detail=detail))
        name = base
        while name in self._taken:
            self._alike[base] += 1
            name = f"{base}-{self._alike[base] + 1}"
        self._taken.add(name)
        return name


def _lost(pack: Pack, audio: Mapping[str, str]) -> Iterator[PackLost]:
    """Yield what a story cannot keep of a pack."""
    wheels = {
        name
        for options in pack.options.values()
        if len(options.stages) > 1
        for name in options.stages
        if pack.stages[name].turns
    }
    counts = {
        PackLoss.HOME: sum(pack.stages[name].home is not None for name in wheels),
        PackLoss.PICTURES: len({one.picture for one in pack.stages.values() if one.picture}),
        PackLoss.SILENCE: len(pack.audio.keys() - audio.keys()),
    }
    for loss, count in counts.items():
        if count:
            yield PackLost(loss, count)


def _line(text: str | None) -> str:
    """Return a text as one line, not longer than a title."""
    printed = "".join(sign if sign.isprintable() else " " for sign in text or "")
    line = " ".join(printed.split())
    return line if len(line) <= TITLE else f"{line[: TITLE - 1].rstrip()}…"
