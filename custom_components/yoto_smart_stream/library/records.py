"""Stored records: items as JSON and back, without losing anything. Pure.

A record that cannot be read is set aside and kept as it is; it is tried again the next time, since
a newer version may understand it. Fields that are not known are kept with their item.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
import re
from types import MappingProxyType
from typing import Final

from ..audio.container import Mark
from ..audio.frame_writer import Written
from ..audio.profile import Profile
from ..json import Json, JsonObject
from .errors import NewerStoreError
from .fields import Fields, RecordError
from .item import AudioItem, Details, Place, Source, SourceKind, StoredFile, User, UserKind
from .sifting import Sifted, sift

MAJOR: Final = 1
"""Raised where an older version would misunderstand or lose something."""
MINOR: Final = 2
"""Raised where fields are added; older versions keep what they do not know."""

_ITEMS: Final = "items"
# What most items have is there once, which spares the search for garbage many things to look at.
_NOBODY: Final[frozenset[User]] = frozenset()
_NOTHING: Final[Mapping[str, Json]] = MappingProxyType({})
_DIGEST: Final = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")

type Step = Callable[[JsonObject], JsonObject]
"""Makes the data of one major version those of the next."""

# By the version that a step starts from. The first version has nothing before it.
STEPS: Final[Mapping[int, Step]] = {}


type Contents = Sifted[AudioItem]


def digests_set_aside(contents: Contents) -> frozenset[str]:
    """Return every digest in the records that were set aside: their files are needed, too."""
    return frozenset(_digests(list(contents.set_aside)))


def migrate(
    data: JsonObject, major: int, *, to: int = MAJOR, steps: Mapping[int, Step] = STEPS
) -> JsonObject:
    """Return stored data in the present version. Minor versions need nothing.

    Raises:
        NewerStoreError: The data are of a later major version.
    """
    if major > to:
        raise NewerStoreError(major)
    for version in range(major, to):
        data = steps[version](data)
    return data


def read_contents(data: Json) -> Contents:
    """Read everything that is stored; whatever it is, nothing of it is lost."""
    return sift(data, _ITEMS, read_item, lambda item: (item.audio_id, item.slug))


def write_contents(contents: Contents) -> JsonObject:
    """Return what is to be stored."""
    return contents.stored(_ITEMS, write_item)


def read_item(record: Json) -> AudioItem:
    """Read the record of an item.

    Raises:
        ValueError: It is none.
    """
    fields = Fields(record)
    return AudioItem(
        audio_id=fields.text("id"),
        slug=fields.text("slug"),
        details=Details(
            title=fields.text("title"),
            author=fields.text_or_none("author"),
            tags=fields.texts("tags"),
            description=fields.text_or_none("description"),
            cover=_stored_file(Place.COVERS, fields.text_or_none("cover")),
            icon=fields.text_or_none("icon"),
            transcript=fields.text_or_none("transcript"),
        ),
        file=Written(
            profile=_profile(
                fields.whole("bit_rate"), fields.whole("sample_rate"), fields.whole("channels")
            ),
            frames=fields.whole("frames"),
            size_bytes=fields.whole("bytes"),
            sha256=fields.text("sha256"),
        ),
        source=Source(
            kind=SourceKind(fields.text("source")),
            reference=fields.text_or_none("source_reference"),
        ),
        created=fields.moment("created"),
        original=_stored_file(Place.ORIGINALS, fields.text_or_none("original")),
        chapters=tuple([_chapter(record) for record in fields.records("chapters")]),
        used_by=frozenset([_user(text) for text in fields.texts("used_by")]) or _NOBODY,
        trashed=fields.moment_or_none("trashed"),
        unknown=fields.rest or _NOTHING,
    )


def write_item(item: AudioItem) -> JsonObject:
    """Return the record of an item, without what it does not have, which takes time to read."""
    details, file, trashed = item.details, item.file, item.trashed
    cover, original = details.cover, item.original
    fields: JsonObject = {
        "id": item.audio_id,
        "slug": item.slug,
        "title": details.title,
        "author": details.author,
        "tags": list(details.tags),
        "description": details.description,
        "cover": None if cover is None else cover.name,
        "icon": details.icon,
        "transcript": details.transcript,
        "bit_rate": file.profile.bit_rate,
        "sample_rate": file.profile.sample_rate,
        "channels": file.profile.channels,
        "frames": file.frames,
        "bytes": file.size_bytes,
        "sha256": file.sha256,
        "source": item.source.kind.value,
        "source_reference": item.source.reference,
        "created": item.created.isoformat(),
        "original": None if original is None else original.name,
        "chapters": [
            {"start": mark.start, "stop": mark.stop, "title": mark.title} for mark in item.chapters
        ],
        "used_by": [f"{user.kind}:{user.reference}" for user in sorted(item.used_by)],
        "trashed": None if trashed is None else trashed.isoformat(),
    }
    return {
        **item.unknown,
        **{name: value for name, value in fields.items() if value is not None and value != []},
    }


# A library has one, or as many as it has had.
@lru_cache(64)
def _profile(bit_rate: int, sample_rate: int, channels: int) -> Profile:
    """Return a profile, the same one each time."""
    return Profile(bit_rate=bit_rate, sample_rate=sample_rate, channels=channels)


def _stored_file(place: Place, name: str | None) -> StoredFile | None:
    """Read the name of a file."""
    if name is None:
        return None
    sha256, dot, suffix = name.partition(".")
    if not dot:
        raise RecordError("A file has a suffix")
    return StoredFile(place=place, sha256=sha256, suffix=suffix)


def _chapter(record: Json) -> Mark:
    """Read a chapter."""
    fields = Fields(record)
    return Mark(
        start=fields.seconds("start"),
        stop=fields.seconds("stop"),
        title=fields.text_or_none("title"),
    )


def _user(text: str) -> User:
    """Read who uses an item."""
    kind, colon, reference = text.partition(":")
    if not colon or not reference:
        raise RecordError("A user has a kind and a reference")
    return User(kind=UserKind(kind), reference=reference)


def _digests(value: Json) -> set[str]:
    """Return the digests that are in a value, however deep."""
    if isinstance(value, str):
        return set(_DIGEST.findall(value))
    if isinstance(value, list):
        return {digest for one in value for digest in _digests(one)}
    if isinstance(value, dict):
        return {digest for one in value.values() for digest in _digests(one)}
    return set()
