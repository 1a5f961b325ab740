"""What is to be said of a story, in people's words: problems with their places, and the fixes."""

from collections.abc import Mapping
from typing import Final

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from ..const import DOMAIN
from ..json import Json, JsonObject
from ..story.errors import Place, Problem, StoryError, StoryProblem
from ..story.formats.losses import Loss, Lost

_STORY_PROBLEMS: Final = {
    StoryProblem.EXPRESSION_DEEP: "story_problem_expression_deep",
    StoryProblem.EXPRESSION_FORBIDDEN: "story_problem_expression_forbidden",
    StoryProblem.EXPRESSION_SYNTAX: "story_problem_expression_syntax",
    StoryProblem.EXPRESSION_TYPE: "story_problem_expression_type",
    StoryProblem.MISSING_FIELD: "story_problem_missing_field",
    StoryProblem.NOT_READABLE: "story_problem_not_readable",
    StoryProblem.NOT_SUPPORTED: "story_problem_not_supported",
    StoryProblem.OUT_OF_RANGE: "story_problem_out_of_range",
    StoryProblem.TOO_DEEP: "story_problem_too_deep",
    StoryProblem.TOO_LONG: "story_problem_too_long",
    StoryProblem.TOO_MANY: "story_problem_too_many",
    StoryProblem.TWICE: "story_problem_twice",
    StoryProblem.UNKNOWN_FIELD: "story_problem_unknown_field",
    StoryProblem.UNKNOWN_FILE: "story_problem_unknown_file",
    StoryProblem.UNKNOWN_NODE: "story_problem_unknown_node",
    StoryProblem.UNKNOWN_VARIABLE: "story_problem_unknown_variable",
    StoryProblem.WRONG_TYPE: "story_problem_wrong_type",
}
_STORY_KINDS: Final = {
    "list": "story_kind_list",
    "mapping": "story_kind_mapping",
    "nothing": "story_kind_nothing",
    "number": "story_kind_number",
    "text": "story_kind_text",
    "truth": "story_kind_truth",
    "word": "story_kind_word",
}
"""What can stand somewhere, by the word for it."""
_OF_KINDS: Final = frozenset({StoryProblem.EXPRESSION_TYPE, StoryProblem.WRONG_TYPE})
_STORY_LOSSES: Final = {
    Loss.ACTIONS: "story_loss_actions",
    Loss.AUDIO: "story_loss_audio",
    Loss.BACKTICK: "story_loss_backtick",
    Loss.CHANCE: "story_loss_chance",
    Loss.HOME: "story_loss_home",
    Loss.ICON: "story_loss_icon",
    Loss.NAME: "story_loss_name",
    Loss.NODE_TITLE: "story_loss_node_title",
    Loss.REPEAT: "story_loss_repeat",
    Loss.SET_AT_STOP: "story_loss_set_at_stop",
    Loss.SHADOWED: "story_loss_shadowed",
    Loss.TAG: "story_loss_tag",
    Loss.VOICE: "story_loss_voice",
    Loss.WAIT: "story_loss_wait",
}
_MOST: Final = 20
"""Problems that one error names."""


def refused(err: StoryError) -> ServiceValidationError:
    """Return an error that names everything that is wrong with a story."""
    lines = [f"- {told(problem)}" for problem in err.problems[:_MOST]]
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key="story_refused",
        translation_placeholders={
            "count": str(len(err.problems)),
            "problems": "\n".join([*lines, *(["- …"] if len(err.problems) > _MOST else [])]),
        },
    )


def told(problem: Problem) -> str:
    """Return what is wrong, what can be done, and where."""
    return at(_said(problem), problem.place)


def _said(problem: Problem) -> str:
    """Return what is wrong, and what can be done."""
    detail = dict(problem.detail)
    if problem.code in _OF_KINDS:
        detail = {name: story_text(_STORY_KINDS[kind], {}) for name, kind in detail.items()}
    if problem.code is StoryProblem.UNKNOWN_NODE and detail.get("near"):
        return story_text("story_problem_unknown_node_near", detail)
    if problem.code is StoryProblem.EXPRESSION_SYNTAX and not detail.get("found"):
        return story_text("story_problem_expression_unfinished", {})
    return story_text(_STORY_PROBLEMS[problem.code], detail)


def loss_text(lost: Lost) -> str:
    """Return what a format does not hold of a story, and where."""
    return at(story_text(_STORY_LOSSES[lost.loss], {}), Place(node=lost.node))


def problem_record(problem: Problem) -> JsonObject:
    """Return a problem as an action responds with it."""
    return {
        "code": problem.code.value,
        **place_record(problem.place),
        "text": told(problem),
    }


def place_record(place: Place) -> JsonObject:
    """Return a place as an action responds with it."""
    path: list[Json] = [*place.path]
    return {"node": place.node, "path": path, "line": place.line, "column": place.column}


def at(said: str, place: Place) -> str:
    """Return a text with the place that it is about, as exactly as that is known."""
    line = {"line": str(place.line), "column": str(place.column or 1), "problem": said}
    if place.node is None:
        return said if place.line is None else story_text("story_at_line", line)
    if place.line is None:
        return story_text("story_at_node", {"node": place.node, "problem": said})
    return story_text("story_at_node_line", {"node": place.node, **line})


def story_text(key: str, placeholders: Mapping[str, str]) -> str:
    """Return a text of the exceptions."""
    return str(
        HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key=key,
            translation_placeholders=dict(placeholders),
        )
    )
