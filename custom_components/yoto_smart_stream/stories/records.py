"""Stored records of stories: as JSON and back, without losing anything. Pure.

A record that cannot be read is set aside and kept as it is; it is tried again the next time, since
a newer version may understand it. Fields that are not known are kept with their story.
"""

import re
from typing import Final

from ..json import Json, JsonObject
from ..library.fields import Fields, RecordError
from ..library.sifting import Sifted, sift
from .stored import Manner, StoredStory

MAJOR: Final = 1
MINOR: Final = 1

_STORIES: Final = "stories"
_ULID: Final = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
_SLUG: Final = re.compile(r"[0-9a-z]+(?:-[0-9a-z]+)*")


type Contents = Sifted[StoredStory]


def read_contents(data: Json) -> Contents:
    """Read everything that is stored; whatever it is, nothing of it is lost."""
    return sift(data, _STORIES, read_story, lambda one: (one.story_id, f"slug {one.slug}"))


def write_contents(contents: Contents) -> JsonObject:
    """Return what is to be stored."""
    return contents.stored(_STORIES, write_story)


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
