"""Stories as actions describe them."""

from ..library.item import Json, JsonObject
from ..stories.stored import StoredStory
from ..story.errors import StoryError
from ..story.variables import Flag, Number, OneOf, Variable
from .story_fields import Meant
from .story_texts import problem_record


def describe(meant: Meant) -> JsonObject:
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
    return described if stored is None else {**_kept(stored), **described}


def describe_unread(stored: StoredStory, err: StoryError) -> JsonObject:
    """Return what there is to know about a story whose text cannot be read."""
    problems: list[Json] = [problem_record(one) for one in err.problems]
    return {**_kept(stored), "title": stored.title, "problems": problems}


def _kept(stored: StoredStory) -> JsonObject:
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
        "cards": [*stored.cards.values()],
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
