"""The audio item: one piece of audio that a family has, and everything known about it. Pure.

Values only: an item never changes, the index holds another one in its place.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
import re
from typing import Final

from ..audio.container import Mark
from ..audio.frame_writer import Written
from ..json import Json

LONGEST_LINE: Final = 200
LONGEST_TEXT: Final = 1_000_000

_AUDIO_SUFFIX: Final = "mp3"
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_SUFFIX: Final = re.compile(r"[0-9a-z]{1,8}")
_ULID: Final = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
_SLUG: Final = re.compile(r"[0-9a-z]+(?:-[0-9a-z]+)*")


class Place(StrEnum):
    """Say what a stored file is for; the value is the name of its folder."""

    AUDIO = "audio"
    COVERS = "covers"
    ORIGINALS = "originals"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class StoredFile:
    """Name a file by its content, so that the same content is one file and no name is a path.

    `sha256` is in hexadecimal digits, `suffix` without a dot.
    """

    place: Place
    sha256: str
    suffix: str

    def __post_init__(self) -> None:
        """Refuse what could lead out of the folder."""
        if not _SHA256.fullmatch(self.sha256) or not _SUFFIX.fullmatch(self.suffix):
            raise ValueError("A stored file is named by its digest")

    @property
    def name(self) -> str:
        """Return the name of the file in its folder."""
        return f"{self.sha256}.{self.suffix}"


class SourceKind(StrEnum):
    """Say how audio came into the library."""

    FILE = "file"
    UPLOAD = "upload"
    MEDIA = "media"
    URL = "url"
    SPEECH = "speech"
    RECORDING = "recording"
    STITCHED = "stitched"
    SPLIT = "split"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Say where audio is from. `reference` is shown to people, so it must hold no secret."""

    kind: SourceKind
    reference: str | None = None

    def __post_init__(self) -> None:
        """Refuse what could not be stored."""
        _check_text(self.reference)


class UserKind(StrEnum):
    """Name what can use audio."""

    CARD = "card"
    STREAM = "stream"
    STORY = "story"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class User:
    """Name one thing that uses audio, so that it is not deleted under its feet."""

    kind: UserKind
    reference: str

    def __post_init__(self) -> None:
        """Refuse what could not be stored."""
        if not self.reference:
            raise ValueError("A user has a reference")
        _check_text(self.reference)


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What people may say of an item and change as they like.

    `cover` is a picture in the library, `icon` the reference of an icon of Yoto's.
    """

    title: str
    author: str | None = None
    tags: tuple[str, ...] = ()
    description: str | None = None
    cover: StoredFile | None = None
    icon: str | None = None
    transcript: str | None = None

    def __post_init__(self) -> None:
        """Refuse what could not be shown or found again."""
        for text in (self.title, self.author, self.icon, *self.tags):
            if text is not None and not _is_line(text):
                raise ValueError("A title, author, icon or tag is one line of text")
        if len(self.tags) > 1 and len({tag.casefold() for tag in self.tags}) != len(self.tags):
            raise ValueError("A tag is there once")
        _check_text(self.description)
        _check_text(self.transcript)
        if self.cover is not None and self.cover.place is not Place.COVERS:
            raise ValueError("A cover is among the covers")


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioItem:
    """Describe one piece of audio of the library.

    `audio_id` is a ULID and never changes, `slug` is what people type and never changes either.
    `file` describes the canonical file, `original` names what it was made from, if that is kept.
    `chapters` are those of what it was made from, in seconds of this audio, for splitting it.
    `trashed` is when it was deleted, None while it is there. Times are in UTC. `unknown` holds the
    fields of its record that this version does not know, so that a newer one finds them again.
    """

    audio_id: str
    slug: str
    details: Details
    file: Written
    source: Source
    created: datetime
    original: StoredFile | None = None
    chapters: tuple[Mark, ...] = ()
    used_by: frozenset[User] = frozenset()
    trashed: datetime | None = None
    unknown: Mapping[str, Json] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        """Refuse what is no item."""
        if not _ULID.fullmatch(self.audio_id) or not _SLUG.fullmatch(self.slug):
            raise ValueError("An item has a ULID and a slug")
        if self.file.frames <= 0 or self.file.size_bytes <= 0:
            raise ValueError("An item has audio")
        if not _SHA256.fullmatch(self.file.sha256):
            raise ValueError("An item has a digest")
        if self.original is not None and self.original.place is not Place.ORIGINALS:
            raise ValueError("An original is among the originals")
        if (self.trashed or self.created).tzinfo is None or self.created.tzinfo is None:
            raise ValueError("Times have a time zone")

    @property
    def title(self) -> str:
        """Return what people call it."""
        return self.details.title

    @property
    def duration(self) -> float:
        """Return how long it plays, in seconds."""
        return self.file.seconds

    @property
    def audio_name(self) -> str:
        """Return the name of the canonical file in its folder."""
        return f"{self.file.sha256}.{_AUDIO_SUFFIX}"

    @property
    def stored_audio(self) -> StoredFile:
        """Name the canonical file."""
        return audio_file(self.file.sha256)

    @property
    def other_files(self) -> tuple[StoredFile, ...]:
        """Name the files that belong to it beside the canonical one."""
        files = (self.details.cover, self.original)
        return tuple([file for file in files if file is not None])

    @property
    def stored_files(self) -> tuple[StoredFile, ...]:
        """Name every file that belongs to it."""
        return (self.stored_audio, *self.other_files)


def audio_file(sha256: str) -> StoredFile:
    """Name a canonical file."""
    return StoredFile(place=Place.AUDIO, sha256=sha256, suffix=_AUDIO_SUFFIX)


def one_line(text: str) -> str:
    """Return a text as one line that can be printed and stored, cut where it is too long."""
    if not text.isprintable():
        text = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(text.split())[:LONGEST_LINE].rstrip()


def _is_line(text: str) -> bool:
    """Tell whether a text is as `one_line` leaves it, faster than by making it so.

    The only white space that can be printed is the blank.
    """
    return (
        0 < len(text) <= LONGEST_LINE
        and text.isprintable()
        and text[0] != " "
        and text[-1] != " "
        and "  " not in text
    )


def clean(text: str) -> str:
    """Return a text of many lines that can be stored: without half signs, cut where too long."""
    return text.strip()[:LONGEST_TEXT].encode(errors="replace").decode()


def once(tags: Iterable[str]) -> tuple[str, ...]:
    """Return tags in one line each, and none of them twice."""
    lines = {line.casefold(): line for tag in tags if (line := one_line(tag))}
    return tuple(lines.values())


def _check_text(text: str | None) -> None:
    """Refuse a text that is too long, or that holds half a sign and so cannot be written."""
    if text is None:
        return
    if len(text) > LONGEST_TEXT:
        raise ValueError("A text is too long")
    text.encode()
