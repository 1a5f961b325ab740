"""Stories that are written by hand in tests, in few words."""

from collections.abc import Sequence
from typing import Final, override

from custom_components.yoto_smart_stream.json import Json
from custom_components.yoto_smart_stream.story.expression.reading import ExpressionReader
from custom_components.yoto_smart_stream.story.fate import Home
from custom_components.yoto_smart_stream.story.model import (
    Assignment,
    Choice,
    Ending,
    Guard,
    Node,
    Spoken,
    Story,
    Variant,
)
from custom_components.yoto_smart_stream.story.script import Script
from custom_components.yoto_smart_stream.story.situation import Knob, Play, Press
from custom_components.yoto_smart_stream.story.variables import Flag, Number, OneOf, Variable

from .naive import Holds

LEFT, RIGHT = Press(Knob.LEFT), Press(Knob.RIGHT)
VARIABLES: Final[dict[str, Variable]] = {
    "coins": Number(name="coins", minimum=0, maximum=3, initial=0),
    "lamp": Flag(name="lamp"),
    "pet": OneOf(name="pet", words=("cat", "dog"), initial="cat"),
}
READER: Final = ExpressionReader(VARIABLES)


class Homely(Home):
    """A home in which one by one condition holds or does not."""

    def __init__(self, holds: Holds = lambda _: True) -> None:
        """Keep which conditions hold."""
        self._holds = holds

    @override
    def holds(self, conditions: tuple[Json, ...]) -> bool:
        return all(map(self._holds, conditions))


HOME: Final = Homely()
AWAY: Final = Homely(lambda _: False)


def story(*nodes: Node, variables: Sequence[str] = ("coins", "lamp")) -> Story:
    """Return a story that begins with the first node."""
    return Story(
        id="s",
        title="S",
        start=nodes[0].id,
        nodes={each.id: each for each in nodes},
        variables={name: VARIABLES[name] for name in variables},
    )


def script(*nodes: Node) -> Script:
    """Return a story that is ready to be played."""
    return Script.of(story(*nodes))


def says(text: str, guard: str | None = None) -> Variant:
    """Return what a node says."""
    return Variant(audio=Spoken(text=text), guard=when(guard))


def when(guard: str | None = None, *home: Json) -> Guard:
    """Return a guard."""
    return Guard(when=None if guard is None else READER.guard(guard), home=home)


def gives(variable: str, value: str) -> tuple[Assignment, ...]:
    """Return an assignment."""
    return (Assignment(variable=variable, value=READER.value(variable, value)),)


def to(target: str, guard: str | None = None, label: str | None = None) -> tuple[Choice, ...]:
    """Return where a knob leads."""
    return (Choice(target=target, guard=when(guard), label=label),)


def then(*thens: object) -> tuple[Ending, ...]:
    """Return what comes at the end."""
    return tuple(Ending(then=each) for each in thens)  # type: ignore[arg-type]


def play(text: str) -> Play:
    """Return what is to be done to say something."""
    return Play(Spoken(text=text))
