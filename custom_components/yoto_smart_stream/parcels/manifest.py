"""What is in a parcel, as its manifest says it: as JSON and back. Pure.

The card in it is a payload (protocol §4.2) in which nothing belongs to a family: what its tracks,
icons and cover name is in the parcel, by the digest of its content.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
import re
from typing import Final

from ..cards.reading import read
from ..json import Json, JsonObject
from ..library.errors import ParcelError, ParcelFault
from ..library.fields import Fields
from ..streaming.records import read_stream, write_stream
from ..streaming.stream import AudioItem, Item, Stream, StreamItem
from ..web import is_web_address

VERSION: Final = 1
AUDIO: Final = "parcel:audio/"
"""How a track names audio of the parcel; its digest follows."""
PICTURE: Final = "parcel:picture/"
"""How an icon or a cover names a picture of the parcel; its digest follows."""
STREAM: Final = "parcel:stream/"
"""How a track names a stream of the parcel; its name follows."""
_FORMAT: Final = "yoto_smart_stream.card"
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_SUFFIX: Final = re.compile(r"[0-9a-z]{1,8}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedAudio:
    """Audio of the parcel, and what its library said of it. `duration` is in seconds."""

    sha256: str
    suffix: str
    size_bytes: int
    duration: float
    title: str
    author: str | None = None
    tags: tuple[str, ...] = ()
    description: str | None = None

    @property
    def name(self) -> str:
        """Return where it is in the archive."""
        return f"audio/{self.sha256}.{self.suffix}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedPicture:
    """An icon or a cover."""

    sha256: str
    suffix: str
    size_bytes: int
    title: str

    @property
    def name(self) -> str:
        """Return where it is in the archive."""
        return f"pictures/{self.sha256}.{self.suffix}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A card with all that belongs to it; its streams name audio by its digest."""

    card: Mapping[str, Json] = field(hash=False)
    audio: tuple[PackedAudio, ...] = ()
    pictures: tuple[PackedPicture, ...] = ()
    streams: tuple[Stream, ...] = ()

    @property
    def files(self) -> tuple[PackedAudio | PackedPicture, ...]:
        """Return everything that is in the archive beside the manifest."""
        return (*self.audio, *self.pictures)

    @property
    def title(self) -> str:
        """Return the title of the card."""
        return read(self.card).title or ""


def portable(stream: Stream) -> tuple[Stream, int]:
    """Return a stream without what holds for one family only, and how many rules that were.

    Rules that name players or a template make sense in one home only.
    """
    rules = tuple(rule for rule in stream.rules if not rule.players and rule.template is None)
    return replace(stream, rules=rules, unknown={}), len(stream.rules) - len(rules)


def write_parcel(parcel: Parcel) -> JsonObject:
    """Return the manifest of a parcel."""
    return {
        "format": _FORMAT,
        "version": VERSION,
        "card": {**parcel.card},
        "audio": [
            {
                "sha256": one.sha256,
                "suffix": one.suffix,
                "size": one.size_bytes,
                "duration": one.duration,
                "title": one.title,
                "author": one.author,
                "tags": [*one.tags],
                "description": one.description,
            }
            for one in parcel.audio
        ],
        "pictures": [
            {
                "sha256": one.sha256,
                "suffix": one.suffix,
                "size": one.size_bytes,
                "title": one.title,
            }
            for one in parcel.pictures
        ],
        "streams": [write_stream(stream) for stream in parcel.streams],
    }


def read_parcel(record: Json) -> Parcel:
    """Read a manifest, in which everything that is named has to be there, and nothing else.

    Raises:
        ParcelError: It is none (BROKEN), or that of a later version (NEWER).
    """
    try:
        return _read(record)
    except ValueError as err:
        raise ParcelError(ParcelFault.BROKEN, reason=str(err)) from err


def _read(record: Json) -> Parcel:
    """Read a manifest; raises ValueError where it makes no sense."""
    fields = Fields(record)
    if fields.text("format") != _FORMAT:
        raise ValueError("The archive holds no card")
    if (version := fields.whole("version")) != VERSION:
        if version > VERSION:
            raise ParcelError(ParcelFault.NEWER, version=version)
        raise ValueError(f"There is no version {version} of this format")
    card = fields.mapping_or_none("card")
    if card is None:
        raise ValueError("There is no card in it")
    parcel = Parcel(
        card=card,
        audio=tuple(_audio(one) for one in fields.records("audio")),
        pictures=tuple(_picture(one) for one in fields.records("pictures")),
        streams=tuple(_stream(one) for one in fields.records("streams")),
    )
    _check(parcel)
    return parcel


def _audio(record: Json) -> PackedAudio:
    """Read what is said of audio."""
    fields = Fields(record)
    return PackedAudio(
        sha256=_named(fields.text("sha256"), _SHA256),
        suffix=_named(fields.text("suffix"), _SUFFIX),
        size_bytes=_size(fields.whole("size")),
        duration=fields.seconds("duration"),
        title=fields.text("title"),
        author=fields.text_or_none("author"),
        tags=fields.texts("tags"),
        description=fields.text_or_none("description"),
    )


def _picture(record: Json) -> PackedPicture:
    """Read what is said of a picture."""
    fields = Fields(record)
    return PackedPicture(
        sha256=_named(fields.text("sha256"), _SHA256),
        suffix=_named(fields.text("suffix"), _SUFFIX),
        size_bytes=_size(fields.whole("size")),
        title=fields.text("title"),
    )


def _stream(record: Json) -> Stream:
    """Read a stream."""
    stream, dropped = portable(read_stream(record))
    if dropped:
        raise ValueError(f"A rule of the stream {stream.name} is for another home")
    return stream


def _named(text: str, pattern: re.Pattern[str]) -> str:
    """Return a part of a name in the archive."""
    if not pattern.fullmatch(text):
        raise ValueError(f"{text[:80]!r} is no name of a file")
    return text


def _size(size: int) -> int:
    """Return the size of a file."""
    if size < 0:
        raise ValueError("A file has no size below zero")
    return size


def _check(parcel: Parcel) -> None:
    """Refuse a parcel in which something is missing, is there twice, or is not needed."""
    names = [stream.name.casefold() for stream in parcel.streams]
    files = [one.name for one in parcel.files]
    if len({*names}) != len(names) or len({*files}) != len(files):
        raise ValueError("Something is in it twice")
    known = {stream.name for stream in parcel.streams}
    audio, streams, pictures = _wanted(parcel)
    if audio != {one.sha256 for one in parcel.audio}:
        raise ValueError("Its audio is not that of its card")
    if streams != known:
        raise ValueError("Its streams are not those of its card")
    if pictures != {one.sha256 for one in parcel.pictures}:
        raise ValueError("Its pictures are not those of its card")


def _wanted(parcel: Parcel) -> tuple[set[str], set[str], set[str]]:
    """Return the digests of audio, the names of streams and the digests of pictures it names."""
    card = read(parcel.card)
    audio: set[str] = set()
    streams: set[str] = set()
    for track in card.tracks:
        url = track.url or ""
        if url.startswith(AUDIO):
            audio.add(url.removeprefix(AUDIO))
        elif url.startswith(STREAM):
            streams.add(url.removeprefix(STREAM))
        elif not is_web_address(url):
            raise ValueError(f"What the track {track.title or track.key} plays is not in it")
    by_name = {stream.name: stream for stream in parcel.streams}
    left = [*streams]
    while left:
        for item in _items(by_name.get(left.pop())):
            if isinstance(item, AudioItem):
                audio.add(item.audio_id)
            elif isinstance(item, StreamItem) and item.name not in streams:
                streams.add(item.name)
                left.append(item.name)
    icons = [chapter.icon for chapter in card.chapters] + [track.icon for track in card.tracks]
    named = (one for one in (*icons, card.cover) if one is not None and one.startswith(PICTURE))
    return audio, streams, {one.removeprefix(PICTURE) for one in named}


def _items(stream: Stream | None) -> Iterator[Item]:
    """Yield everything that a stream may play."""
    for items in stream.lists() if stream is not None else ():
        yield from items
