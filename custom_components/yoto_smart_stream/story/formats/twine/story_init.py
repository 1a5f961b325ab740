"""What `StoryInit` says: settings of the story, and what its variables begin with."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from ...errors import Problem, StoryProblem
from ...expression.tree import Literal
from ..limits import DESCRIPTION, LINE, RESUME
from .markup import Branches, Link, Settings, read_markup
from .passages import Passage, problem
from .terms import HarloweError, Setting
from .usage import Usage, Used

INIT: Final = "StoryInit"
STARTUP: Final = "startup"
"""The tag with which Harlowe marks such a passage."""
TEXTS: Final = {
    "id": LINE,
    "author": LINE,
    "description": DESCRIPTION,
    "language": LINE,
    "cover": LINE,
    "voice": LINE,
}
"""What is set as a text, and how long it may be."""
RESUME_TIMEOUT: Final = "resumeTimeout"


@dataclass(slots=True)
class Init:
    """What such passages say."""

    texts: dict[str, str] = field(default_factory=dict)
    resume_timeout: int | None = None
    usage: Usage = field(default_factory=Usage)


def read_init(passages: Sequence[Passage], problems: list[Problem]) -> Init:
    """Return what passages set before a story begins."""
    init = Init()
    for passage in passages:
        parts, found = read_markup(passage)
        problems += found
        for part in parts:
            match part:
                case Settings(given):
                    for each in given:
                        _take(init, passage, each, problems)
                case Link(offset=offset):
                    problems.append(
                        problem(passage.at(offset), StoryProblem.NOT_SUPPORTED, name="[[ ]]")
                    )
                case Branches(branches):
                    at = passage.at(branches[0].offset)
                    problems.append(problem(at, StoryProblem.NOT_SUPPORTED, name="(if:)"))
    return init


def _take(init: Init, passage: Passage, given: Setting, problems: list[Problem]) -> None:
    place = passage.at(given.offset)
    name, value = given.variable, given.value
    match value:
        case tuple():
            init.usage.lists[name] = value
        case Literal(str(text)) if name in TEXTS:
            if len(text) > TEXTS[name]:
                detail = {"length": str(len(text)), "most": str(TEXTS[name])}
                problems.append(problem(place, StoryProblem.TOO_LONG, **detail))
            init.texts[name] = text.strip()
        case Literal(int(seconds)) if name == RESUME_TIMEOUT:
            if not 0 <= seconds <= RESUME:
                known = f"0-{RESUME}"
                problems.append(
                    problem(place, StoryProblem.OUT_OF_RANGE, value=str(seconds), known=known)
                )
            init.resume_timeout = seconds
        case Literal():
            init.usage.initial[name] = Used(value, place)
        case HarloweError():
            # It may be of use to Twine alone; whoever reads it is told that it is not set.
            pass
        case _:
            problems.append(problem(place, StoryProblem.NOT_SUPPORTED, name=f"(set: ${name} …)"))
