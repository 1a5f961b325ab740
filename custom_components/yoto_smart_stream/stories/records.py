"""Stored records of stories: as JSON and back, without losing anything. Pure.

A record that cannot be read is set aside and kept as it is; it is tried again the next time, since
a newer version may understand it. Fields that are not known are kept with their story.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
import re
from typing import Final

from ..library.fields import Fields, RecordError
from ..library.item import Json, JsonObject
from .stored import Manner, StoredStory

MAJOR: Final = 1
MINOR: Final = 1

_STORIES: Final = "stories"
_SET_ASIDE: Final = "set_aside"
_ULID: Final = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
_SLUG: Final = re.compile(r"[0-9a-z]+(?:-[0-9a-z]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """Everything that is stored.

    `set_aside` are the records that could not be read, `unknown` what else is in the store.
    """

    stories: tuple[StoredStory, ...] = ()
    set_aside: tuple[Json, ...] = ()
    unknown: Mapping[str, Json] = field(default_factory=dict)


def read_contents(data: Json) -> Contents:
    """Read everything that is stored; whatever it is, nothing of it is lost."""
    if not isinstance(data, dict):
        return Contents(set_aside=() if data is None else (data,))
    stories: list[StoredStory] = []
    taken: set[str] = set()
    set_aside: list[Json] = []
    for record in (*_listed(data.get(_STORIES)), *_listed(data.get(_SET_ASIDE))):
        try:
            story = read_story(record)
        except ValueError:
            set_aside.append(record)
            continue
        names = {story.story_id, f"slug {story.slug}"}
        if names & taken:
            set_aside.append(record)
            continue
        stories.append(story)
        taken |= names
    unknown = {key: value for key, value in data.items() if key not in {_STORIES, _SET_ASIDE}}
    return Contents(stories=tuple(stories), set_aside=tuple(set_aside), unknown=unknown)


def write_contents(contents: Contents) -> JsonObject:
    """Return what is to be stored."""
    return {
        **contents.unknown,
        _STORIES: [write_story(story) for story in contents.stories],
        _SET_ASIDE: list(contents.set_aside),
    }


def read_story(record: Json) -> StoredStory:
    """Read the record of a story.

    Raises:
        ValueError: It is none.
    """
    fields = Fields(record)
    story_id, slug = fields.text("id"), fields.text("slug")
    if not _ULID.fullmatch(story_id) or not _SLUG.fullmatch(slug):
        raise RecordError("A story has a ULID and a slug")
    if (revision := fields.whole("revision")) < 1:
        raise RecordError("A revision is counted from 1")
    manner = fields.mapping_or_none("manner")
    return StoredStory(
        story_id=story_id,
        slug=slug,
        title=fields.text("title"),
        format=fields.text("format"),
        text=fields.text("text"),
        revision=revision,
        created=fields.moment("created"),
        changed=fields.moment("changed"),
        manner=None if manner is None else _manner(manner),
        spoken=_texts(fields, "spoken"),
        cards=_texts(fields, "cards"),
        unknown=fields.rest,
    )


def write_story(story: StoredStory) -> JsonObject:
    """Return the record of a story."""
    manner = story.manner
    return {
        **story.unknown,
        "id": story.story_id,
        "slug": story.slug,
        "title": story.title,
        "format": story.format,
        "text": story.text,
        "revision": story.revision,
        "created": story.created.isoformat(),
        "changed": story.changed.isoformat(),
        "manner": None
        if manner is None
        else {
            "engine": manner.engine,
            "language": manner.language,
            "voice": manner.voice,
            "options": dict(manner.options),
        },
        "spoken": dict(story.spoken),
        "cards": dict(story.cards),
    }


def _manner(record: JsonObject) -> Manner:
    """Read how texts were spoken."""
    fields = Fields(record)
    return Manner(
        engine=fields.text_or_none("engine"),
        language=fields.text_or_none("language"),
        voice=fields.text_or_none("voice"),
        options=fields.mapping_or_none("options") or {},
    )


def _texts(fields: Fields, name: str) -> dict[str, str]:
    """Read an object that holds texts only."""
    found = fields.mapping_or_none(name) or {}
    texts = {key: value for key, value in found.items() if isinstance(value, str)}
    if len(texts) != len(found):
        raise RecordError(f"{name} holds something else than texts")
    return texts


def _listed(value: Json) -> list[Json]:
    """Return the records of a list; what is no list is one bad record."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
