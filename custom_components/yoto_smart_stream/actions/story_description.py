"""Stories as actions describe them."""

from enum import StrEnum

from homeassistant.core import HomeAssistant

from ..json import Json, JsonObject
from ..stories.stored import StoredStory
from ..story.errors import StoryError
from ..story.variables import Flag, Number, OneOf, Variable
from ..streaming.registry import STREAM_REGISTRY
from .story_fields import Meant
from .story_texts import problem_record


class Delivery(StrEnum):
    """How a story is put on a card."""

    AUTO = "auto"
    """As a native card where the story allows it, else as a live one."""
    NATIVE = "native"
    """As an interactive card that needs no Home Assistant."""
    LIVE = "live"
    """As an interactive card whose story Home Assistant tells."""
    REMOTE = "remote"
    """As a plain one, on which turns of the knob are answered by commands."""


def describe(hass: HomeAssistant, meant: Meant) -> JsonObject:
    """Return what there is to know about a story, but for its text."""
    story, stored = meant.story, meant.stored
    variables: list[Json] = [_variable(one) for one in story.variables.values()]
    described: JsonObject = {
        "title": story.title,
        "author": story.author,
        "description": story.description,
        "language": story.language,
        "start": story.start,
        "nodes": len(story.nodes),
        "variables": variables,
    }
    return described if stored is None else {**_kept(hass, stored), **described}


def describe_unread(hass: HomeAssistant, stored: StoredStory, err: StoryError) -> JsonObject:
    """Return what there is to know about a story whose text cannot be read."""
    problems: list[Json] = [problem_record(one) for one in err.problems]
    return {**_kept(hass, stored), "title": stored.title, "problems": problems}


def describe_cards(hass: HomeAssistant, stored: StoredStory) -> list[Json]:
    """Return the cards that a story is on, and how."""
    registry = hass.data.get(STREAM_REGISTRY)
    told = {
        one.card_id: Delivery.REMOTE if one.is_plain else Delivery.LIVE
        for one in (registry.story_cards() if registry else ())
    }
    return [
        {"card_id": card_id, "delivery": told.get(card_id, Delivery.NATIVE).value}
        for card_id in stored.cards.values()
    ]


def _kept(hass: HomeAssistant, stored: StoredStory) -> JsonObject:
    """Return what there is to know about a story because it is kept."""
    manner = stored.manner
    return {
        "story_id": stored.story_id,
        "slug": stored.slug,
        "format": stored.format,
        "revision": stored.revision,
        "created": stored.created.isoformat(),
        "changed": stored.changed.isoformat(),
        "engine": None if manner is None else manner.engine,
        "cards": describe_cards(hass, stored),
    }


def _variable(variable: Variable) -> Json:
    """Describe a variable."""
    match variable:
        case Flag():
            return {"name": variable.name, "type": "flag", "initial": variable.initial}
        case Number():
            return {
                "name": variable.name,
                "type": "number",
                "initial": variable.initial,
                "minimum": variable.minimum,
                "maximum": variable.maximum,
            }
        case OneOf():
            words: list[Json] = [*variable.words]
            return {
                "name": variable.name,
                "type": "one_of",
                "initial": variable.initial,
                "words": words,
            }
