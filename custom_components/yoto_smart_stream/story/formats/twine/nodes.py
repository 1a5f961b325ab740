"""From the parts of a passage to a node, by Yoto's convention (peers §4b).

The first link is where the left knob leads, the second the right one, the third the end; an empty
one keeps its place.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from ...errors import Place, Problem, StoryError, StoryProblem
from ...expression.reading import ExpressionReader
from ...expression.tree import Expression, Term
from ...expression.writing import write
from ...model import (
    ALWAYS,
    Assignment,
    Choice,
    Ending,
    Goto,
    Guard,
    Node,
    Spoken,
    Stop,
    Then,
    Variant,
)
from ...variables import Variable
from ..limits import LINE, SPOKEN
from . import decisions
from .decisions import Conditions, Decision, TooManyError
from .markup import Link, Part
from .passages import Passage, problem
from .sets import Order, order
from .terms import HarloweError, Setting
from .usage import Used

_SLOTS: Final = 3
_SAID_BEFORE: Final = frozenset({StoryProblem.UNKNOWN_VARIABLE, StoryProblem.EXPRESSION_SYNTAX})
"""What is said of a variable where it is used first: that it is not set, or has no fit name."""


class Nodes:
    """Makes the nodes of one story."""

    def __init__(
        self, names: Sequence[str], variables: Mapping[str, Variable], problems: list[Problem]
    ) -> None:
        """Keep the names of all passages and the variables; problems are added to those given."""
        self._names = {name.lower(): name for name in reversed(names)}
        self._known = frozenset(names)
        self._variables = frozenset(variables)
        self._reader = ExpressionReader(variables)
        self._problems = problems
        self._told: set[tuple[str | None, StoryProblem]] = set()

    def check(self, asked: Sequence[Used]) -> None:
        """Make sure of conditions, each where it stands, before they are put together."""
        for each in asked:
            self._expression(each.term, each.place)

    def node(self, passage: Passage, parts: Sequence[Part]) -> Node:
        """Return the node that a passage is."""
        ordered = order(passage, parts, self._variables)
        self._problems += ordered.problems
        try:
            said = decisions.words(parts)
            slots = decisions.slots(parts)
        except TooManyError as err:
            detail = {"count": str(err.count), "most": str(decisions.MOST)}
            self._problems.append(problem(passage.place, StoryProblem.TOO_MANY, **detail))
            said, slots = [], []
        self._fourth(passage, slots)
        return Node(
            id=passage.name,
            variants=self._variants(passage, said),
            on_enter=self._assignments(passage, ordered.early),
            left=self._choices(passage, slots[0], ordered) if slots else (),
            right=self._choices(passage, slots[1], ordered) if len(slots) > 1 else (),
            on_end=self._endings(passage, slots[2], ordered) if len(slots) >= _SLOTS else (),
            tags=passage.tags,
            position=passage.position,
            place=passage.place,
        )

    def _fourth(self, passage: Passage, slots: list[Decision[Link | None]]) -> None:
        """Refuse links that no knob is left for."""
        for slot in slots[_SLOTS:]:
            for link in {id(link): link for _, link in slot if link is not None}.values():
                detail = {"count": str(len(slots)), "most": str(_SLOTS)}
                place = passage.at(link.offset)
                self._problems.append(problem(place, StoryProblem.TOO_MANY, **detail))

    def _variants(self, passage: Passage, said: Decision[str]) -> tuple[Variant, ...]:
        place = passage.at(0)
        found: list[Variant] = []
        for conditions, text in decisions.without_nothing(
            [(conditions, text.strip() or None) for conditions, text in said]
        ):
            self._must_be_short(text, SPOKEN, place)
            guard = self._guard(conditions, place)
            found.append(Variant(audio=Spoken(text=text), guard=guard, place=place))
        return tuple(found)

    def _choices(
        self, passage: Passage, slot: Decision[Link | None], ordered: Order
    ) -> tuple[Choice, ...]:
        found: list[Choice] = []
        for conditions, link in decisions.without_nothing(slot):
            place = passage.at(link.offset)
            self._must_be_known(link, place)
            self._must_be_short(link.label or "", LINE, place)
            found.append(
                Choice(
                    target=link.target,
                    label=link.label,
                    guard=self._guard(conditions, place),
                    assignments=self._assignments(passage, [*ordered.late, *link.settings]),
                    place=place,
                )
            )
        return tuple(found)

    def _endings(
        self, passage: Passage, slot: Decision[Link | None], ordered: Order
    ) -> tuple[Ending, ...]:
        found: list[Ending] = []
        for conditions, link in slot:
            then: Then = Stop()
            place = passage.place
            if link is not None:
                place = passage.at(link.offset)
                self._must_be_known(link, place)
                then = Goto(link.target)
            given = [] if link is None else [*ordered.late, *link.settings]
            found.append(
                Ending(
                    then=then,
                    guard=self._guard(conditions, place),
                    assignments=self._assignments(passage, given),
                    place=place,
                )
            )
            if not conditions:
                break
        while found and found[-1].then == Stop():
            # Where nothing applies, it stops in any case.
            found.pop()
        return tuple(found)

    def _guard(self, conditions: Conditions, place: Place) -> Guard:
        if not conditions:
            return ALWAYS
        term = decisions.joined(conditions)
        return Guard(when=self._expression(term, place))

    def _expression(self, term: Term, place: Place) -> Expression | None:
        try:
            return self._reader.guard(write(term), place)
        except StoryError as err:
            self._keep(err, place)
            return None

    def _assignments(self, passage: Passage, given: list[Setting]) -> tuple[Assignment, ...]:
        found: list[Assignment] = []
        for each in given:
            if each.variable not in self._variables or isinstance(each.value, tuple):
                continue
            place = passage.at(each.offset)
            if isinstance(each.value, HarloweError):
                at = passage.at(each.value.offset)
                self._problems.append(problem(at, each.value.code, found=each.value.found))
                continue
            try:
                value = self._reader.value(each.variable, write(each.value), place)
            except StoryError as err:
                self._keep(err, place)
            else:
                found.append(Assignment(variable=each.variable, value=value, place=place))
        return tuple(found)

    def _keep(self, error: StoryError, place: Place) -> None:
        """Keep what is wrong with an expression, where it begins: its columns were Harlowe's."""
        for each in error.problems:
            told = (place.node, each.code)
            if each.code not in _SAID_BEFORE and told not in self._told:
                self._told.add(told)
                self._problems.append(Problem(place=place, code=each.code, detail=each.detail))

    def _must_be_known(self, link: Link, place: Place) -> None:
        if link.target not in self._known:
            near = self._names.get(link.target.lower(), "")
            detail = {"name": link.target, "near": near}
            self._problems.append(problem(place, StoryProblem.UNKNOWN_NODE, **detail))

    def _must_be_short(self, text: str, most: int, place: Place) -> None:
        if len(text) > most:
            detail = {"length": str(len(text)), "most": str(most)}
            self._problems.append(problem(place, StoryProblem.TOO_LONG, **detail))
