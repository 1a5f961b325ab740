"""What is odd about a story, and which deliveries it allows or why not: as data and in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from homeassistant.core import HomeAssistant

from ..json import Json, JsonObject
from ..sources.refusals import async_library
from ..stories.home import async_check
from ..stories.sounds import StorySounds
from ..story.linting.deliveries import Obstacle, ObstacleCode, StoryDelivery, obstacles
from ..story.linting.finding import Finding, FindingCode, Fix
from ..story.linting.linter import lint
from ..story.native.compiler import Compilation, compile_story
from ..story.native.errors import NeedsServerError, TooManySituationsError
from ..story.native.report import Advice, AdviceCode, Report
from ..story.script import Script
from ..story.sounds import Sounds
from .story_fields import Meant
from .story_texts import at, place_record, story_text
from .stream_fields import async_streams

_STORY_FINDINGS: Final = {
    FindingCode.CHOICE_IN_SILENCE: "story_finding_choice_in_silence",
    FindingCode.DEAD_BUTTON: "story_finding_dead_button",
    FindingCode.LABEL_NOT_SPOKEN: "story_finding_label_not_spoken",
    FindingCode.LONG_BEFORE_CHOICE: "story_finding_long_before_choice",
    FindingCode.LONG_WAIT: "story_finding_long_wait",
    FindingCode.MISSING_AUDIO: "story_finding_missing_audio",
    FindingCode.MISSING_TARGET: "story_finding_missing_target",
    FindingCode.NEVER_APPLIES: "story_finding_never_applies",
    FindingCode.NEVER_HOLDS: "story_finding_never_holds",
    FindingCode.NEVER_REACHED: "story_finding_never_reached",
    FindingCode.NEVER_READ: "story_finding_never_read",
    FindingCode.NEVER_SET: "story_finding_never_set",
    FindingCode.NO_ENDING: "story_finding_no_ending",
    FindingCode.NO_LABEL: "story_finding_no_label",
    FindingCode.NOT_SPOKEN: "story_finding_not_spoken",
    FindingCode.OUT_OF_RANGE: "story_finding_out_of_range",
    FindingCode.SILENT_LOOP: "story_finding_silent_loop",
    FindingCode.TOO_MANY_TRACKS: "story_finding_too_many_tracks",
    FindingCode.UNREACHABLE: "story_finding_unreachable",
    FindingCode.UNREACHABLE_BY_GUARDS: "story_finding_unreachable_by_guards",
}
_STORY_FIXES: Final = {
    Fix.ADD_AUDIO: "story_fix_add_audio",
    Fix.ADD_CHOICE: "story_fix_add_choice",
    Fix.ADD_ENDING: "story_fix_add_ending",
    Fix.ADD_LABEL: "story_fix_add_label",
    Fix.CORRECT_GUARD: "story_fix_correct_guard",
    Fix.CORRECT_TARGET: "story_fix_correct_target",
    Fix.CORRECT_VALUE: "story_fix_correct_value",
    Fix.FEWER_STATES: "story_fix_fewer_states",
    Fix.IMPORT_AUDIO: "story_fix_import_audio",
    Fix.LEAD_THERE: "story_fix_lead_there",
    Fix.REORDER: "story_fix_reorder",
    Fix.SAY_LABEL: "story_fix_say_label",
    Fix.SET_VARIABLE: "story_fix_set_variable",
    Fix.SHORTEN: "story_fix_shorten",
    Fix.SPEAK: "story_fix_speak",
    Fix.USE_VARIABLE: "story_fix_use_variable",
}
_STORY_OBSTACLES: Final = {
    ObstacleCode.CHANCE: "story_obstacle_chance",
    ObstacleCode.HOME_ACTIONS: "story_obstacle_home_actions",
    ObstacleCode.HOME_CONDITION: "story_obstacle_home_condition",
    ObstacleCode.MISSING_AUDIO: "story_obstacle_missing_audio",
    ObstacleCode.MISSING_TARGET: "story_obstacle_missing_target",
    ObstacleCode.STREAM: "story_obstacle_stream",
    ObstacleCode.TOO_MANY_CHAPTERS: "story_obstacle_too_many_chapters",
}
_STORY_ADVICE: Final = {
    AdviceCode.FEWER_NODES: "story_advice_fewer_nodes",
    AdviceCode.FORGET: "story_advice_forget",
    AdviceCode.JOIN_WAITS: "story_advice_join_waits",
}


async def async_report(
    hass: HomeAssistant, meant: Meant, sounds: Sounds | None = None
) -> JsonObject:
    """Return what is odd about a story, and how it can reach players.

    Without `sounds`, what is in the library counts.

    Raises:
        HomeAssistantError: The library or the streams cannot be read.
    """
    if sounds is None:
        sounds = await async_sounds(hass, meant)
    home: list[Json] = [
        {
            "node": one.node,
            "text": story_text("story_home_unusable", {"what": one.what, "reason": one.reason}),
        }
        for one in await async_check(hass, meant.story)
    ]
    looked = await hass.async_add_executor_job(_look_at, meant.script, sounds)
    listed: list[Json] = [_finding(one) for one in looked.findings]
    native = [_obstacle_text(one) for one in looked.forbidden[StoryDelivery.NATIVE]]
    if isinstance(looked.card, TooManySituationsError):
        most = str(looked.card.most)
        native.append(story_text("story_obstacle_too_many_situations", {"most": most}))
    told = {
        one: _delivery([_obstacle_text(each) for each in looked.forbidden[one]])
        for one in (StoryDelivery.LIVE, StoryDelivery.REMOTE)
    }
    card = looked.card
    return {
        "findings": listed,
        "home": home,
        "deliveries": {
            "native": _delivery(native),
            "live": told[StoryDelivery.LIVE],
            "remote": told[StoryDelivery.REMOTE],
        },
        "native": native_report(card.report) if isinstance(card, Compilation) else None,
    }


async def async_sounds(hass: HomeAssistant, meant: Meant) -> StorySounds:
    """Return what audio of a story is there.

    Raises:
        HomeAssistantError: The library or the streams cannot be read.
    """
    streams = await async_streams(hass)
    return StorySounds(
        stored=meant.stored,
        story=meant.story,
        catalog=await async_library(hass),
        has_stream=lambda name: streams.index.find(name) is not None,
    )


def compiled(script: Script) -> Compilation | TooManySituationsError | None:
    """Return a story as a native card, None where it needs Home Assistant (blocking)."""
    try:
        return compile_story(script)
    except NeedsServerError:
        return None
    except TooManySituationsError as err:
        return err


@dataclass(frozen=True, slots=True)
class _Looked:
    """What was found in a story: what it is as a native card, what is odd, what is forbidden."""

    card: Compilation | TooManySituationsError | None
    findings: tuple[Finding, ...]
    forbidden: Mapping[StoryDelivery, tuple[Obstacle, ...]]


def _look_at(script: Script, sounds: Sounds) -> _Looked:
    """Look at a story (blocking)."""
    card = compiled(script)
    chapters = card.report.chapters if isinstance(card, Compilation) else None
    findings = lint(script.story, sounds=sounds, chapters=chapters)
    return _Looked(card, findings, obstacles(script.story, findings, chapters))


def native_report(report: Report) -> JsonObject:
    """Return what a story is as a native card, and how it gets smaller."""
    variables: list[Json] = [
        {"variable": one.variable, "chapters_without": one.without} for one in report.multipliers
    ]
    crowds: list[Json] = [{"node": one.node, "chapters": one.chapters} for one in report.crowds]
    return {
        "fits": report.fits,
        "nodes": report.nodes,
        "situations": report.situations,
        "chapters": report.chapters,
        "audios": report.audios,
        "variables": variables,
        "nodes_with_most_chapters": crowds,
        "advice": [*advice_texts(report)],
    }


def advice_texts(report: Report) -> tuple[str, ...]:
    """Say how a story gets small enough for a native card."""
    return tuple(_advice_text(one) for one in report.advice)


def _advice_text(advice: Advice) -> str:
    """Say one thing that can be done."""
    detail = {"saves": str(advice.saves), "variable": advice.variable or ""}
    return story_text(_STORY_ADVICE[advice.code], detail)


def _finding(finding: Finding) -> JsonObject:
    """Return something that was found."""
    return {
        "code": finding.code.value,
        "severity": finding.severity.value,
        **place_record(finding.place),
        "text": at(story_text(_STORY_FINDINGS[finding.code], finding.detail), finding.place),
        "fix": story_text(_STORY_FIXES[finding.fix], {}),
    }


def _obstacle_text(obstacle: Obstacle) -> str:
    """Say why a delivery is not possible."""
    return at(story_text(_STORY_OBSTACLES[obstacle.code], obstacle.detail), obstacle.place)


def _delivery(reasons: Sequence[str]) -> JsonObject:
    """Return whether a delivery is possible, and why not."""
    return {"possible": not reasons, "reasons": [*reasons]}
