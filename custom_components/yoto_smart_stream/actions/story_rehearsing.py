"""The action that plays a story without a player."""

from dataclasses import dataclass
from functools import partial
from typing import Final

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from ..const import DOMAIN
from ..json import Json, JsonObject
from ..stories.sounds import StorySounds
from ..story.model import Story
from ..story.rehearsing.coverage import Coverage
from ..story.rehearsing.endings import Path, find_endings
from ..story.rehearsing.scripted import MOST_CUES, Cue, Rehearsal, Turn, rehearse
from ..story.rehearsing.walks import MOST_WALKS, Walks, walk_at_random
from ..story.script import Script
from ..story.situation import Entered, Ignored, Input, Knob, Press
from .story_fields import STORY, async_meant
from .story_findings import async_sounds

_END: Final = "end"
_SIMULATE: Final = vol.Schema(
    {
        **STORY,
        vol.Optional("presses"): vol.All(
            cv.ensure_list, vol.Length(max=MOST_CUES), [vol.In([*Knob, _END])]
        ),
        vol.Optional("walks", default=100): vol.All(vol.Coerce(int), vol.Range(0, MOST_WALKS)),
        vol.Optional("seed", default=0): vol.All(vol.Coerce(int), vol.Range(min=0)),
        vol.Optional("conditions_hold", default=True): cv.boolean,
    }
)


@dataclass(frozen=True, slots=True)
class _Home:
    """A home in which everything is so, or nothing."""

    is_so: bool

    def holds(self, conditions: tuple[Json, ...]) -> bool:
        """Return whether some conditions hold."""
        del conditions
        return self.is_so


@callback
def async_setup_story_rehearsing_action(hass: HomeAssistant) -> None:
    """Register the action."""
    hass.services.async_register(
        DOMAIN,
        "simulate_story",
        _async_simulate,
        schema=_SIMULATE,
        supports_response=SupportsResponse.ONLY,
    )


async def _async_simulate(call: ServiceCall) -> ServiceResponse:
    """Play a story by given presses, at random, and to all its endings."""
    meant = await async_meant(call)
    work = partial(_simulated, call, meant.script, await async_sounds(call.hass, meant))
    return await call.hass.async_add_executor_job(work)


def _simulated(call: ServiceCall, script: Script, sounds: StorySounds) -> JsonObject:
    """Play a story (blocking)."""
    home, seed = _Home(call.data["conditions_hold"]), call.data["seed"]
    story = script.story
    found = find_endings(script, sounds=sounds)
    endings: list[Json] = [_path(story, path) for path in found.paths]
    answer: JsonObject = {
        "title": story.title,
        "endings": endings,
        "all_found": found.complete,
        "reachable": _coverage(found.coverage),
    }
    if (count := call.data["walks"]) > 0:
        walks = walk_at_random(script, count, seed=seed, home=home, sounds=sounds)
        answer["walks"] = _walks(walks)
    if "presses" in call.data:
        cues = [_cue(one) for one in call.data["presses"]]
        rehearsal = rehearse(script, cues, seed=seed, home=home, sounds=sounds)
        answer["play_through"] = _rehearsal(story, rehearsal)
    return answer


def _cue(given: str) -> Cue:
    """Return what a child does: it presses at once, and listens only where that is said."""
    return Cue(None) if given == _END else Cue(Knob(given))


def _path(story: Story, path: Path) -> JsonObject:
    """Describe the shortest way to an ending."""
    return {
        "node": path.node,
        "title": story.nodes[path.node].title or path.node,
        "presses": [_given(one) for one in path.inputs],
        "choices": [*path.labels],
        "nodes": [*path.nodes],
        "certain": path.is_certain,
        "seconds": round(path.seconds, 1),
    }


def _given(given: Input) -> str:
    """Return the word for an input."""
    return given.knob.value if isinstance(given, Press) else _END


def _walks(walks: Walks) -> JsonObject:
    """Describe play-throughs at random."""
    listening = walks.listening
    return {
        "count": walks.count,
        "endings": dict(walks.endings),
        "unfinished": walks.unfinished,
        "seconds": None
        if listening is None
        else {
            "shortest": round(listening.shortest, 1),
            "median": round(listening.median, 1),
            "mean": round(listening.mean, 1),
            "longest": round(listening.longest, 1),
        },
        "seconds_unknown": walks.unknown,
        "coverage": _coverage(walks.coverage),
    }


def _rehearsal(story: Story, rehearsal: Rehearsal) -> JsonObject:
    """Describe a play-through by given presses."""
    turns: list[Json] = [_turn(story, turn) for turn in rehearsal.turns]
    return {
        "turns": turns,
        "ending": rehearsal.ending,
        "seconds": round(rehearsal.seconds, 1),
        "ignored": rehearsal.ignored,
        "coverage": _coverage(rehearsal.coverage),
    }


def _turn(story: Story, turn: Turn) -> JsonObject:
    """Describe what came of a press or an end."""
    cue, at = turn.cue, turn.situation
    return {
        "press": None if cue is None else _END if cue.knob is None else cue.knob.value,
        "ignored": any(isinstance(one, Ignored) for one in turn.effects),
        "entered": [one.node for one in turn.effects if isinstance(one, Entered)],
        "node": at.node,
        "variables": dict(zip(story.variables, at.values, strict=True)),
        "seconds": round(turn.seconds, 1),
    }


def _coverage(coverage: Coverage) -> JsonObject:
    """Describe what was seen of a story."""
    missed: list[Json] = [
        {"node": one.node, "by": one.by.value, "target": one.target}
        for one in coverage.missed_edges
    ]
    return {
        "nodes": len(coverage.nodes),
        "ways": len(coverage.edges),
        "missed_nodes": [*coverage.missed_nodes],
        "missed_ways": missed,
    }
