"""From passages to a story, by Yoto's convention: the first link left, the second right.

The third is where the end leads to; without it the story waits there. An empty link skips its
place. `StoryInit` sets the cover and how long a player remembers, and the variables (peers of
ours have more in their passages; what we do not know of it is refused with its place).
"""

from dataclasses import dataclass
import re
from typing import Final

from ..errors import Place, Problem, StoryError, StoryProblem
from ..expression.reading import ExpressionReader
from ..expression.tree import Expression, Term
from ..expression.writing import write
from ..model import (
    ALWAYS,
    RESUME_TIMEOUT,
    Assignment,
    Choice,
    Ending,
    Goto,
    Guard,
    Node,
    Spoken,
    Stop,
    Story,
    Then,
    Variant,
)
from ..variables import Variable
from . import decisions
from .decisions import Conditions, Decision, TooManyError
from .harlowe_markup import Branch, Link, Part, Settings, read_markup, walk
from .harlowe_sets import Order, order
from .harlowe_terms import HarloweError, Setting
from .limits import ID, LINE, SPOKEN, TITLE
from .passages import Passage, Passages, problem
from .slug import slug
from .story_init import INIT, STARTUP, Init, read_init
from .twine_variables import Given, Usage, Used, infer

AUTHOR: Final = "StoryAuthor"
STYLE_TAG: Final = "stylesheet"
REFUSED_TAGS: Final = frozenset({"script", "header", "footer", "debug-header", "debug-footer"})
_CHAPBOOK: Final = re.compile(r"^(?:--|\[[^\[\]\n]+\])[ \t]*$|\{[^{}\n]+\}", re.MULTILINE)
_SLOTS: Final = 3
_SAID_BEFORE: Final = frozenset({StoryProblem.UNKNOWN_VARIABLE, StoryProblem.EXPRESSION_SYNTAX})
"""What is said of a variable where it is used first: that it is not set, or has no fit name."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A passage and its parts."""

    passage: Passage
    parts: tuple[Part, ...]


def read_passages(source: Passages) -> Story:
    """Return the story that passages tell.

    Raises:
        StoryError: It cannot be read; with all that is wrong.
    """
    problems = [*source.problems]
    special = [each for each in source.passages if each.name == INIT or STARTUP in each.tags]
    told = [each for each in source.passages if _is_told(each, problems)]
    if source.twine.get("format", "").lower() == "chapbook":
        problems += [each for passage in told for each in _chapbook(passage)]
    init = read_init(special, problems)
    read: list[_Read] = []
    for passage in told:
        parts, found = read_markup(passage)
        problems += found
        read.append(_Read(passage, parts))
    building = _Building(read, init, problems)
    story = building.story(source)
    if problems:
        raise StoryError(*problems)
    return story


def _is_told(passage: Passage, problems: list[Problem]) -> bool:
    """Return whether a passage is one of the story's own; those that do something are refused."""
    if refused := REFUSED_TAGS & {*passage.tags}:
        if passage.text.text.strip():
            problems.append(
                problem(passage.place, StoryProblem.NOT_SUPPORTED, name=", ".join(sorted(refused)))
            )
        return False
    # A style sheet has nothing to be heard.
    return not (
        passage.name in (INIT, AUTHOR) or STARTUP in passage.tags or STYLE_TAG in passage.tags
    )


def _chapbook(passage: Passage) -> list[Problem]:
    """Return what only Chapbook knows: variables above a line of hyphens, modifiers, inserts."""
    return [
        problem(passage.at(found.start()), StoryProblem.NOT_SUPPORTED, name=found[0].strip())
        for found in _CHAPBOOK.finditer(passage.text.text)
    ]


class _Building:
    """Builds the story of passages that have been read."""

    def __init__(self, read: list[_Read], init: Init, problems: list[Problem]) -> None:
        self._read = read
        self._init = init
        self._problems = problems
        self._names = {each.passage.name for each in read}
        usage = self._usage()
        self._kept = usage.kept()
        problems += usage.problems(self._kept)
        self._variables: dict[str, Variable] = infer(usage, self._kept, problems)
        self._reader = ExpressionReader(self._variables)
        for each in usage.asked:
            self._expression(each.term, each.place)

    def story(self, source: Passages) -> Story:
        """Return the story."""
        nodes: dict[str, Node] = {}
        for each in self._read:
            name = each.passage.name
            if name in nodes:
                self._problems.append(problem(each.passage.place, StoryProblem.TWICE, name=name))
            self._must_be_short(name, ID, each.passage.place)
            nodes[name] = self._node(each)
        if not nodes and not self._problems:
            self._problems.append(
                problem(Place(line=1, column=1), StoryProblem.MISSING_FIELD, name="::")
            )
        start = source.start or ("Start" if "Start" in nodes else next(iter(nodes), ""))
        if start not in nodes and nodes:
            place = Place(line=1, column=1)
            self._problems.append(problem(place, StoryProblem.UNKNOWN_NODE, name=start, near=""))
        title = source.title or self._init.texts.get("title") or start
        self._must_be_short(title, TITLE, Place(line=1, column=1))
        texts = self._init.texts
        return Story(
            id=texts.get("id") or slug(title),
            title=title,
            start=start,
            nodes=nodes,
            variables=self._variables,
            author=source.author or texts.get("author"),
            description=texts.get("description"),
            language=texts.get("language"),
            cover=texts.get("cover"),
            voice=texts.get("voice"),
            resume_timeout=(
                RESUME_TIMEOUT if self._init.resume_timeout is None else self._init.resume_timeout
            ),
            twine=source.twine,
        )

    def _usage(self) -> Usage:
        usage = self._init.usage
        for each in self._read:
            for part in walk(each.parts):
                match part:
                    case Branch(condition=term, offset=offset) if term is not None:
                        usage.asked.append(Used(term, each.passage.at(offset)))
                    case Settings(given) | Link(settings=given):
                        usage.given += [*self._given(each.passage, given)]
        return usage

    def _given(self, passage: Passage, given: tuple[Setting, ...]) -> list[Given]:
        return [
            Given(each.variable, Used(each.value, passage.at(each.offset)))
            for each in given
            if not isinstance(each.value, tuple | HarloweError)
        ]

    def _node(self, read: _Read) -> Node:
        passage = read.passage
        ordered = order(passage, read.parts, self._kept)
        self._problems += ordered.problems
        try:
            said = decisions.words(read.parts)
            slots = decisions.slots(read.parts)
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
            if each.variable not in self._kept or isinstance(each.value, tuple):
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
        known = {(each.place.node, each.code) for each in self._problems}
        for each in error.problems:
            if each.code in _SAID_BEFORE:
                continue
            if (place.node, each.code) not in known:
                self._problems.append(Problem(place=place, code=each.code, detail=each.detail))

    def _must_be_known(self, link: Link, place: Place) -> None:
        if link.target not in self._names:
            near = next((name for name in self._names if name.lower() == link.target.lower()), "")
            detail = {"name": link.target, "near": near}
            self._problems.append(problem(place, StoryProblem.UNKNOWN_NODE, **detail))

    def _must_be_short(self, text: str, most: int, place: Place) -> None:
        if len(text) > most:
            detail = {"length": str(len(text)), "most": str(most)}
            self._problems.append(problem(place, StoryProblem.TOO_LONG, **detail))
