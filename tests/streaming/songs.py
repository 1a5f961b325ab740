"""A few songs, the streams that are made of them, and a naive idea of what a play sounds like."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from custom_components.yoto_smart_stream.audio.plan import Part, Source, plan_of_files
from custom_components.yoto_smart_stream.audio.profile import Profile
from custom_components.yoto_smart_stream.audio.silence import Silence, silence
from custom_components.yoto_smart_stream.streaming.choosing import Circumstances
from custom_components.yoto_smart_stream.streaming.nesting import Resolver
from custom_components.yoto_smart_stream.streaming.order import order_of
from custom_components.yoto_smart_stream.streaming.pieces import AudioPiece, Draw, StreamPiece
from custom_components.yoto_smart_stream.streaming.stream import (
    AudioItem,
    Item,
    Stream,
    StreamItem,
)
from custom_components.yoto_smart_stream.streaming.virtual import Edition, edition_of

from ..audio.sound import make_canonical_mp3

MONDAY = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)
PROFILE = Profile()


def items(names: str) -> tuple[Item, ...]:
    """Return items: a song for each small letter, the stream of that name for each capital."""
    return tuple(
        StreamItem(name=name) if name.isupper() else AudioItem(audio_id=name) for name in names
    )


def stream(name: str, names: str, **fields: object) -> Stream:
    """Return a stream, such as `stream("A", "abB", gap=1)`."""
    plain = Stream(
        stream_id=f"id-{name}", slug=name.lower(), name=name, revision=1, items=items(names)
    )
    return replace(plain, **fields)  # type: ignore[arg-type]


def streams(*some: Stream) -> dict[str, Stream]:
    """Return streams by name."""
    return {one.name: one for one in some}


class Songs:
    """Some short songs that all sound different, `a` to `f`, and silence."""

    def __init__(self, folder: Path) -> None:
        """Make them."""
        self.silence = Silence(folder, PROFILE)
        self.silence.prepare()
        self.pieces: dict[str, AudioPiece] = {}
        for number, name in enumerate("abcdef"):
            source = f"sine=f={300 + 170 * number}:d={0.06 + 0.07 * number}"
            path = make_canonical_mp3(folder / f"{name}.mp3", source, PROFILE)
            [part] = plan_of_files([path], "").parts
            self.pieces[name] = AudioPiece(kind=name, identity=f"sha of {name}", part=part)

    def resolver(
        self, some: Mapping[str, Stream], circumstances: Circumstances | None = None
    ) -> Resolver:
        """Return what looks streams up."""
        found = circumstances or Circumstances(moment=MONDAY)
        return Resolver(some, self.pieces.get, self.silence, found)

    def edition(self, *some: Stream, seconds: float = 12 * 3600, revision: str = "1") -> Edition:
        """Return the edition of the first of some streams."""
        return edition_of(
            some[0],
            self.resolver(streams(*some)),
            profile=PROFILE,
            revision=revision,
            endless_seconds=seconds,
        )

    def naive(self, root: Stream, edition: Edition, draw: Draw) -> bytes:
        """Return what a play has to be: bytes put together, up to the end of an endless one."""
        content = silence(PROFILE, root.lead_in)
        if edition.endless_bytes is None:
            return content + self._naive_pass(edition.root, draw, 0)
        number = 0
        while len(content) < edition.endless_bytes:
            content += self._naive_pass(edition.root, draw, number)
            content += content_of_plan(edition.root.gap)
            number += 1
        return content

    def _naive_pass(self, piece: StreamPiece, draw: Draw, number: int) -> bytes:
        """Return one pass, without the gap after it."""
        count = len(piece.pieces)
        key = draw.key(piece)
        songs = []
        for at in order_of(piece.kinds, key, number) if key else range(count):
            match piece.pieces[at]:
                case AudioPiece(part=part):
                    songs.append(part.path.read_bytes())
                case StreamPiece() as inner:
                    songs.append(self._naive_pass(inner, draw, number * count + at))
        return content_of_plan(piece.gap).join(songs)


def content_of(part: Part) -> bytes:
    """Return the bytes of a part."""
    with part.path.open("rb") as file:
        file.seek(part.offset)
        return file.read(part.length)


def content_of_plan(source: Source, start: int = 0, stop: int | None = None) -> bytes:
    """Return the bytes of a range of a source."""
    until = source.total if stop is None else stop
    return b"".join(content_of(part) for part in source.slices(start, until))
