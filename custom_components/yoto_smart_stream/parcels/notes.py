"""Notes: what is not quite as it was in a parcel, or in a card that came out of one. Pure."""

from dataclasses import dataclass, field
from enum import StrEnum

from ..json import Json, JsonObject
from ..library.fields import Fields


class NoteCode(StrEnum):
    """Say in one word what somebody should know."""

    AUDIO_GONE = "parcel_note_audio_gone"
    """`count` items of `stream` are gone, and are not in the parcel."""
    LIVE = "parcel_note_live"
    """`stream` plays `count` sources that are not in the parcel, but named in it."""
    PICTURE_LEFT = "parcel_note_picture_left"
    """The picture of `title` could not be fetched from Yoto; `reason` is why."""
    PICTURE_UNFIT = "parcel_note_picture_unfit"
    """The picture of `title` is of no use."""
    RENAMED = "parcel_note_renamed"
    """There is another `stream`, so that the one of the parcel is called `name`."""
    RULES_LEFT = "parcel_note_rules_left"
    """`count` rules of `stream` hold for this home only, and are not in the parcel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One thing that somebody should know."""

    code: NoteCode
    facts: dict[str, str] = field(default_factory=dict, hash=False)


def write_note(note: Note) -> JsonObject:
    """Return a note as a part of a job's result."""
    return {"code": note.code.value, "facts": {**note.facts}}


def read_note(record: Json) -> Note:
    """Read a note in a job's result.

    Raises:
        ValueError: It is none.
    """
    fields = Fields(record)
    facts = fields.mapping_or_none("facts") or {}
    return Note(
        code=NoteCode(fields.text("code")),
        facts={name: str(value) for name, value in facts.items()},
    )
