"""What stories ask of Home Assistant and have it do: conditions and actions, checked and compiled.

A step cannot wait, and conditions need not: they are compiled before the first step that may ask
for them, and looked at in the very moment of a step. What cannot be compiled does not hold.
"""

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
import json
from typing import Any, Final

from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.condition import (
    ConditionChecker,
    async_from_config,
    async_validate_condition_config,
)
from homeassistant.helpers.script import Script, async_validate_actions_config
import voluptuous as vol

from ..const import DOMAIN, LOGGER
from ..json import Json
from ..story.model import Guard, Story


@dataclass(frozen=True, slots=True, kw_only=True)
class AtHome:
    """Something that a node asks of Home Assistant and cannot have."""

    node: str
    what: str
    """How it is written."""
    reason: str


class HomeConditions:
    """The conditions of all stories, compiled."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Know none yet."""
        self._hass = hass
        self._checkers: dict[str, ConditionChecker | None] = {}

    async def async_ready(self, story: Story) -> None:
        """Compile the conditions of a story; those that are compiled already cost nothing."""
        for _, condition in _conditions_of(story):
            key = _key(condition)
            if key not in self._checkers:
                try:
                    self._checkers[key] = await _async_compiled(self._hass, condition)
                except (vol.Invalid, HomeAssistantError) as err:
                    LOGGER.warning("A condition of the story %s never holds: %s", story.title, err)
                    self._checkers[key] = None

    @callback
    def holds(self, conditions: tuple[Json, ...]) -> bool:
        """Return whether all of some conditions hold now."""
        return all(self._is_so(condition) for condition in conditions)

    @callback
    def async_keep(self, stories: Iterable[Story]) -> None:
        """Forget the conditions that none of some stories has."""
        needed = {_key(condition) for story in stories for _, condition in _conditions_of(story)}
        for key in self._checkers.keys() - needed:
            if (checker := self._checkers.pop(key)) is not None:
                checker.async_unload()

    def _is_so(self, condition: Json) -> bool:
        """Return whether a condition holds now."""
        checker = self._checkers.get(_key(condition))
        if checker is None:
            return False
        try:
            return checker.async_check() is True
        except HomeAssistantError as err:
            LOGGER.warning("A condition of a story does not hold: %s", err)
            return False


async def async_run(
    hass: HomeAssistant, story: Story, node_id: str, variables: Mapping[str, Any]
) -> None:
    """Run the actions of a node; what is wrong with them is in the log."""
    node = story.nodes.get(node_id)
    if node is None or not node.actions:
        return
    try:
        sequence = await _async_sequence(hass, node.actions)
    except (vol.Invalid, HomeAssistantError) as err:
        LOGGER.error("The actions of %s in %s cannot be run: %s", node_id, story.title, err)
        return
    script = Script(hass, sequence, f"{story.title}: {node.title or node_id}", DOMAIN)
    try:
        await script.async_run(dict(variables), Context())
    except (vol.Invalid, HomeAssistantError) as err:
        LOGGER.error("The actions of %s in %s failed: %s", node_id, story.title, err)
    finally:
        await script.async_unload()


async def async_check(hass: HomeAssistant, story: Story) -> tuple[AtHome, ...]:
    """Return what a story asks of Home Assistant and cannot have, in the order of the text."""
    found: list[AtHome] = []
    for node, condition in _conditions_of(story):
        try:
            (await _async_compiled(hass, condition)).async_unload()
        except (vol.Invalid, HomeAssistantError) as err:
            found.append(AtHome(node=node, what=_said(condition), reason=str(err)))
    for one in story.nodes.values():
        for action in one.actions:
            try:
                await _async_sequence(hass, (action,))
            except (vol.Invalid, HomeAssistantError) as err:
                found.append(AtHome(node=one.id, what=_said(action), reason=str(err)))
    return tuple(found)


async def _async_compiled(hass: HomeAssistant, condition: Json) -> ConditionChecker:
    """Compile a condition as automations have it: an object, or a template.

    Raises:
        vol.Invalid, HomeAssistantError: it is none.
    """
    checked = cv.CONDITION_SCHEMA(deepcopy(condition))
    return await async_from_config(hass, await async_validate_condition_config(hass, checked))


async def _async_sequence(hass: HomeAssistant, actions: tuple[Json, ...]) -> list[dict[str, Any]]:
    """Return actions as scripts take them.

    Raises:
        vol.Invalid, HomeAssistantError: they are none.
    """
    checked = cv.SCRIPT_SCHEMA(deepcopy(list(actions)))
    return await async_validate_actions_config(hass, checked)


def _conditions_of(story: Story) -> Iterator[tuple[str, Json]]:
    """Yield the conditions of a story with the ids of their nodes."""
    for node in story.nodes.values():
        for guard in _guards(story, node.id):
            for condition in guard.home:
                yield node.id, condition


def _guards(story: Story, node_id: str) -> Iterator[Guard]:
    """Yield every guard of a node."""
    node = story.nodes[node_id]
    yield from (variant.guard for variant in node.variants)
    yield from (choice.guard for choice in (*node.left, *node.right))
    yield from (ending.guard for ending in node.on_end)


_LONGEST: Final = 120


def _key(condition: Json) -> str:
    """Return what a condition is known by."""
    return json.dumps(condition, sort_keys=True)


def _said(what: Json) -> str:
    """Return how something is written, not too long to be read."""
    text = what if isinstance(what, str) else json.dumps(what, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
