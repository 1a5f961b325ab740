"""From passages to a story. `StoryInit` says what belongs to the story as a whole."""

from collections.abc import Sequence
from dataclasses import replace
import re
from typing import Final

from ...errors import Place, Problem, StoryError, StoryProblem
from ...model import RESUME_TIMEOUT, Node, Story
from ..limits import ID, NODES, TITLE, VARIABLES
from ..slug import slug
from .markup import Branch, Link, Part, Settings, read_markup, walk
from .nodes import Nodes
from .passages import Passage, Passages, problem
from .story_init import INIT, STARTUP, Init, read_init
from .terms import HarloweError, Setting
from .usage import Given, Usage, Used
from .variables import infer

AUTHOR: Final = "StoryAuthor"
STYLE_TAG: Final = "stylesheet"
REFUSED_TAGS: Final = frozenset({"script", "header", "footer", "debug-header", "debug-footer"})
_CHAPBOOK: Final = re.compile(r"^(?:--|\[[^\[\]\n]+\])[ \t]*$|\{[^{}\n]+\}", re.MULTILINE)
_BEGINNING: Final = Place(line=1, column=1)
_START: Final = "Start"

type Read = tuple[Passage, Sequence[Part]]


def read_passages(source: Passages) -> Story:
    """Return the story that passages tell.

    Raises:
        StoryError: It cannot be read; with all that is wrong.
    """
    problems = [*source.problems]
    special = [each for each in source.passages if each.name == INIT or STARTUP in each.tags]
    told = [each for each in source.passages if _is_told(each, problems)]
    _must_be_few(len(told), NODES, problems)
    if source.twine.get("format", "").lower() == "chapbook":
        problems += [each for passage in told for each in _chapbook(passage)]
    init = read_init(special, problems)
    read: list[Read] = []
    for passage in told:
        parts, found = read_markup(passage)
        problems += found
        read.append((passage, parts))
    usage = _usage(read, init.usage)
    kept = usage.kept()
    _must_be_few(len(kept), VARIABLES, problems)
    problems += usage.problems(kept)
    variables = infer(usage, kept, problems)
    making = Nodes([passage.name for passage in told], variables, problems)
    making.check(usage.asked)
    nodes = _nodes(read, making, problems)
    story = _story(source, init, nodes, problems)
    if problems:
        raise StoryError(*problems)
    return replace(story, variables=variables)


def _must_be_few(count: int, most: int, problems: list[Problem]) -> None:
    """Refuse a story that is too large before all of it is looked at."""
    if count > most:
        detail = {"count": str(count), "most": str(most)}
        problems.append(problem(_BEGINNING, StoryProblem.TOO_MANY, **detail))
        raise StoryError(*problems)


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


def _usage(read: Sequence[Read], usage: Usage) -> Usage:
    """Return how a story uses variables, with what `StoryInit` says of them."""
    for passage, parts in read:
        for part in walk(parts):
            match part:
                case Branch(condition=term, offset=offset) if term is not None:
                    usage.asked.append(Used(term, passage.at(offset)))
                case Settings(given) | Link(settings=given):
                    usage.given += _given(passage, given)
    return usage


def _given(passage: Passage, given: Sequence[Setting]) -> list[Given]:
    return [
        Given(each.variable, Used(each.value, passage.at(each.offset)))
        for each in given
        if not isinstance(each.value, tuple | HarloweError)
    ]


def _nodes(read: Sequence[Read], making: Nodes, problems: list[Problem]) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for passage, parts in read:
        name = passage.name
        if name in found:
            problems.append(problem(passage.place, StoryProblem.TWICE, name=name))
        _must_be_short(name, ID, passage.place, problems)
        found[name] = making.node(passage, parts)
    if not found and not problems:
        problems.append(problem(_BEGINNING, StoryProblem.MISSING_FIELD, name="::"))
    return found


def _story(source: Passages, init: Init, nodes: dict[str, Node], problems: list[Problem]) -> Story:
    """Return the story without its variables."""
    start = source.start or (_START if _START in nodes else next(iter(nodes), ""))
    if start not in nodes and nodes:
        problems.append(problem(_BEGINNING, StoryProblem.UNKNOWN_NODE, name=start, near=""))
    title = source.title or start
    _must_be_short(title, TITLE, _BEGINNING, problems)
    texts = init.texts
    resume = init.resume_timeout
    return Story(
        id=texts.get("id") or slug(title),
        title=title,
        start=start,
        nodes=nodes,
        author=source.author or texts.get("author"),
        description=texts.get("description"),
        language=texts.get("language"),
        cover=texts.get("cover"),
        voice=texts.get("voice"),
        resume_timeout=RESUME_TIMEOUT if resume is None else resume,
        twine=source.twine,
    )


def _must_be_short(text: str, most: int, place: Place, problems: list[Problem]) -> None:
    if len(text) > most:
        detail = {"length": str(len(text)), "most": str(most)}
        problems.append(problem(place, StoryProblem.TOO_LONG, **detail))
